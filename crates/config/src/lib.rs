//! The module tree of a configuration.
