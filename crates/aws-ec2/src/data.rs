//! The data sources.

pub(crate) mod availability_zones;
pub(crate) mod filter;
pub(crate) mod subnets;
pub(crate) mod vpc;
