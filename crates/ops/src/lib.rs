//! The use cases, without a terminal.
