//! Watches infrastructure on a schedule and tells when it drifts from its configuration.
//!
//! The room is laid out, not furnished: the scheduler, the history of findings, notifications, metrics and the web
//! page will stand here, each on the use cases of `rinfra-ops`. This crate will never change infrastructure: it
//! plans and reports, and leaves applying to people and pipelines.
