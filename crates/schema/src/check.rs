//! Whether a schema makes sense.
