//! Compares desired with observed instances.
