//! Rendering: text, JSON, graphs.
