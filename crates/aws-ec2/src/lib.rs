//! Amazon EC2 and VPC: one file for each resource type and data source.
//!
//! A file holds what is specific to its type: the arguments, the API calls, and the answers turned into the
//! struct. Everything else (tags, Regions, timeouts, retries, waiting) is the framework's: `rinfra-aws-kit`.

mod api;
mod checksum;
mod eip;
mod hop;
mod internet_gateway;
mod nat_gateway;
mod route;
mod route_table;
mod route_table_association;
mod subnet;
mod vpc;

pub use api::Ec2;

use rinfra_aws_kit::Registry;

/// Adds the types of this crate to a registry.
pub fn register(registry: &mut Registry) {
    registry
        .resource::<eip::Eip>()
        .resource::<internet_gateway::InternetGateway>()
        .resource::<nat_gateway::NatGateway>()
        .resource::<route::Route>()
        .resource::<route_table::RouteTable>()
        .resource::<route_table_association::RouteTableAssociation>()
        .resource::<subnet::Subnet>()
        .resource::<vpc::Vpc>();
}
