//! How long rinfra and Terraform take for the same configuration, and what that costs: calls, memory, processor time.
//!
//! A [`Mix`] is a configuration of any size. A [`Stand`] is a fresh account of the local AWS behind a proxy that gives
//! every request a latency, and token buckets if wanted; on it a [`Program`] applies, plans and destroys. The local
//! AWS is one process that does one thing at a time, so that each measurement says how busy it was as well.

mod configuration;
mod limits;
mod process_tree;
mod program;
mod stand;

pub use configuration::{Mix, SMALLEST};
pub use limits::{Throughput, measure_limits};
pub use process_tree::processor_time;
pub use program::Program;
pub use stand::{Measured, Operation, Outcomes, Setting, Stand};
