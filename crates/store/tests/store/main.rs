//! The local store, alone and beside the real Terraform.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod conformance;
mod history;
mod laws;
mod local;
mod recovery;
mod samples;
mod support;
mod terraform;
