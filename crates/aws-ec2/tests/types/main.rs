//! Every type of the crate, from creation to deletion, against a local AWS and through the same connection
//! the engine uses.

mod conformance;
mod data;
mod failures;
mod gateways;
mod oracle;
mod routes;
mod security_groups;
mod subnet;
mod vpc;

use rinfra_aws_kit::{AwsProvider, Registry};

/// Returns a provider with the types of this crate.
fn provider() -> AwsProvider {
    let mut registry = Registry::new();
    rinfra_aws_ec2::register(&mut registry);
    AwsProvider::new(registry)
}
