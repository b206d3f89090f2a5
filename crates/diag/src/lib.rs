//! Spans and diagnostics.
