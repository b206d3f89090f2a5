//! Checks on decoded values.
