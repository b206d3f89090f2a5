//! From configuration to desired resource instances.
