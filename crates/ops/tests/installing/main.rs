//! Installing modules: from registries and archives behind a web in memory, and from repositories on the disk.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod archives;
mod projects;
mod readiness;
mod registries;
mod repositories;
mod web;
