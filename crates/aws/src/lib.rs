//! The AWS provider: the list of all types rinfra knows.
//!
//! Deliberately absent: anything about a single type, which is in the crate of its service.

use rinfra_aws_kit::{AwsProvider, Registry};

/// Returns the AWS provider with all its types.
pub fn provider() -> AwsProvider {
    let mut registry = Registry::new();
    rinfra_aws_ec2::register(&mut registry);
    rinfra_aws_iam::register(&mut registry);
    rinfra_aws_logs::register(&mut registry);
    rinfra_aws_s3::register(&mut registry);
    rinfra_aws_sts::register(&mut registry);
    AwsProvider::new(registry)
}
