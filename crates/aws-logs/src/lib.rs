//! Amazon CloudWatch Logs: one file for each resource type.
//!
//! A file holds what is specific to its type: the arguments, the API calls, and the answers turned into the
//! struct. Everything else (tags, Regions, timeouts, retries, waiting) is the framework's: `rinfra-aws-kit`.
//!
//! It refuses to touch the logs themselves: it never reads, writes or deletes an event but with its group.

mod api;
mod log_group;

pub use api::Logs;

use rinfra_aws_kit::Registry;

/// Adds the types of this crate to a registry.
pub fn register(registry: &mut Registry) {
    registry.resource::<log_group::LogGroup>();
}
