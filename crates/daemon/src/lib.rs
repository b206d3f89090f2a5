//! Scheduled drift detection.
