//! Bodies become values.
