//! Amazon S3: one file for each resource type.
//!
//! A file holds what is specific to its type: the arguments, the API calls, and the answers turned into the
//! struct. Everything else (tags, Regions, timeouts, retries, waiting) is the framework's: `rinfra-aws-kit`.
//!
//! It refuses to set up a bucket in one giant resource: what has a resource type of its own is set there and
//! nowhere else. Objects are touched only to empty a bucket whose owner asked for it.

mod api;
mod bucket;
mod bucket_public_access_block;
mod bucket_server_side_encryption_configuration;
mod bucket_versioning;
mod owned;

pub use api::S3;

use rinfra_aws_kit::Registry;

/// Adds the types of this crate to a registry.
pub fn register(registry: &mut Registry) {
    registry
        .resource::<bucket::Bucket>()
        .resource::<bucket_public_access_block::BucketPublicAccessBlock>()
        .resource::<bucket_server_side_encryption_configuration::BucketEncryption>()
        .resource::<bucket_versioning::BucketVersioning>();
}
