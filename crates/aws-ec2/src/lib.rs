//! Amazon EC2 and VPC: one file for each resource type and data source.
//!
//! A file holds what is specific to its type: the arguments, the API calls, and the answers turned into the
//! struct. Everything else (tags, Regions, timeouts, retries, waiting) is the framework's: `rinfra-aws-kit`.

mod api;
mod checksum;
mod data;
mod eip;
mod group_changes;
mod group_rules;
mod hop;
mod internet_gateway;
mod listing;
mod nat_gateway;
mod permission;
mod route;
mod route_table;
mod route_table_association;
mod route_tables;
mod security_group;
mod security_group_rule;
mod single_rule;
mod subnet;
mod vpc;
mod vpc_security_group_egress_rule;
mod vpc_security_group_ingress_rule;

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
        .resource::<security_group::SecurityGroup>()
        .resource::<security_group_rule::SecurityGroupRule>()
        .resource::<subnet::Subnet>()
        .resource::<vpc::Vpc>()
        .resource::<vpc_security_group_egress_rule::VpcSecurityGroupEgressRule>()
        .resource::<vpc_security_group_ingress_rule::VpcSecurityGroupIngressRule>()
        .data::<data::availability_zones::AvailabilityZones>()
        .data::<data::subnets::Subnets>()
        .data::<data::vpc::VpcData>();
}
