//! The store in S3, against the local AWS.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../../store/tests/store/conformance.rs"]
mod conformance;
mod fencing;
mod interoperation;
mod place;
mod requests;
#[path = "../../../store/tests/store/samples.rs"]
mod samples;
mod versions;
mod wire;
mod workspaces;
