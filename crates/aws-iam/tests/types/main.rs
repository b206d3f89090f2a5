//! Every type of the crate, from creation to deletion, against a local AWS and through the same connection
//! the engine uses.

mod listing;
mod policy;
mod policy_document;
mod role;
mod role_policy;
mod role_policy_attachment;
mod terraform;

use rinfra_aws_kit::{AwsProvider, Registry};

/// Returns a provider with the types of this crate.
fn provider() -> AwsProvider {
    let mut registry = Registry::new();
    rinfra_aws_iam::register(&mut registry);
    AwsProvider::new(registry)
}
