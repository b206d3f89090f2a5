//! AWS Identity and Access Management: one file for each resource type and data source.
//!
//! A file holds what is specific to its type. What several of them need stands beside them: listings of the
//! whole account, policy texts as Terraform stores them, and names made from prefixes. Everything else (tags,
//! retries, waiting for IAM's changes to spread) is the framework's: `rinfra-aws-kit`.
//!
//! It refuses to judge what a policy permits: it writes, compares and carries policies.

mod api;
mod json_text;
mod listing;
mod names;
mod policy;
mod policy_document;
mod policy_text;
mod role;
mod role_policy;
mod role_policy_attachment;

pub use api::{Client, Iam};

use rinfra_aws_kit::Registry;

/// Adds the types of this crate to a registry.
pub fn register(registry: &mut Registry) {
    registry
        .resource::<policy::Policy>()
        .resource::<role::Role>()
        .resource::<role_policy::RolePolicy>()
        .resource::<role_policy_attachment::RolePolicyAttachment>()
        .data::<policy_document::PolicyDocument>();
}
