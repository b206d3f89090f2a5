//! What people and programs are shown, as snapshots and beside what Terraform shows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod changes;
mod concise;
mod diagnostics;
mod fixture;
mod pages;
mod pictures;
mod plans;
mod price_tags;
mod schemas;
mod states;
mod summaries;
mod terraform;
