//! AWS STS, and what an account, a partition and a Region are: one file for each data source.
//!
//! It refuses to assume roles: credentials are the framework's.

mod api;
mod caller_identity;
mod partition;
mod region;
mod regions;

pub use api::Sts;

use rinfra_aws_kit::Registry;

/// Adds the types of this crate to a registry.
pub fn register(registry: &mut Registry) {
    registry
        .data::<caller_identity::CallerIdentity>()
        .data::<partition::CurrentPartition>()
        .data::<region::CurrentRegion>();
}
