//! One entry of a route table, whichever argument or resource it comes from: where to, and through what.

use aws_sdk_ec2::types as aws;
use rinfra_aws_kit::{Cidr, Cx, Result, or_gone};

use crate::api::Ec2;

/// Where a route leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Ipv4(String),
    Ipv6(String),
    PrefixList(String),
}

impl Destination {
    /// Returns the first one that is there and not empty.
    pub(crate) fn first(ipv4: Option<&str>, ipv6: Option<&str>, prefix_list: Option<&str>) -> Option<Self> {
        let there = |it: Option<&str>| it.filter(|it| !it.is_empty()).map(str::to_owned);
        there(ipv4)
            .map(Self::Ipv4)
            .or_else(|| there(ipv6).map(Self::Ipv6))
            .or_else(|| there(prefix_list).map(Self::PrefixList))
    }

    /// Reads the destination as ids of routes have it.
    pub(crate) fn of_text(text: &str) -> Self {
        if text.contains(':') {
            Self::Ipv6(text.to_owned())
        } else if text.starts_with("pl-") {
            Self::PrefixList(text.to_owned())
        } else {
            Self::Ipv4(text.to_owned())
        }
    }

    /// Returns its text.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Ipv4(it) | Self::Ipv6(it) | Self::PrefixList(it) => it,
        }
    }

    /// Tells whether both are the same place, however they are written.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Cidr::new(self.text()).means(&Cidr::new(other.text()))
    }

    /// Returns the destination of a route EC2 tells of.
    pub(crate) fn of_route(it: &aws::Route) -> Option<Self> {
        Self::first(
            it.destination_cidr_block.as_deref(),
            it.destination_ipv6_cidr_block.as_deref(),
            it.destination_prefix_list_id.as_deref(),
        )
    }

    fn ipv4(&self) -> Option<String> {
        matches!(self, Self::Ipv4(_)).then(|| self.text().to_owned())
    }

    fn ipv6(&self) -> Option<String> {
        matches!(self, Self::Ipv6(_)).then(|| self.text().to_owned())
    }

    fn prefix_list(&self) -> Option<String> {
        matches!(self, Self::PrefixList(_)).then(|| self.text().to_owned())
    }
}

/// Through what a route leads; one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) carrier_gateway_id: Option<String>,
    pub(crate) core_network_arn: Option<String>,
    pub(crate) egress_only_gateway_id: Option<String>,
    pub(crate) gateway_id: Option<String>,
    pub(crate) local_gateway_id: Option<String>,
    pub(crate) nat_gateway_id: Option<String>,
    pub(crate) network_interface_id: Option<String>,
    pub(crate) odb_network_arn: Option<String>,
    pub(crate) transit_gateway_id: Option<String>,
    pub(crate) vpc_endpoint_id: Option<String>,
    pub(crate) vpc_peering_connection_id: Option<String>,
}

impl Target {
    /// Returns the target of a route EC2 tells of; gateway endpoints stand in the field of gateways there.
    pub(crate) fn of_route(it: &aws::Route) -> Self {
        let is_endpoint = it.gateway_id.as_ref().is_some_and(|it| it.starts_with("vpce-"));
        Self {
            carrier_gateway_id: it.carrier_gateway_id.clone(),
            core_network_arn: it.core_network_arn.clone(),
            egress_only_gateway_id: it.egress_only_internet_gateway_id.clone(),
            gateway_id: it.gateway_id.clone().filter(|_| !is_endpoint),
            local_gateway_id: it.local_gateway_id.clone(),
            nat_gateway_id: it.nat_gateway_id.clone(),
            network_interface_id: it.network_interface_id.clone(),
            odb_network_arn: it.odb_network_arn.clone(),
            transit_gateway_id: it.transit_gateway_id.clone(),
            vpc_endpoint_id: it.gateway_id.clone().filter(|_| is_endpoint),
            vpc_peering_connection_id: it.vpc_peering_connection_id.clone(),
        }
    }

    /// Returns the target with absent fields where they were empty.
    fn trimmed(&self) -> Self {
        let there = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
        Self {
            carrier_gateway_id: there(&self.carrier_gateway_id),
            core_network_arn: there(&self.core_network_arn),
            egress_only_gateway_id: there(&self.egress_only_gateway_id),
            gateway_id: there(&self.gateway_id),
            local_gateway_id: there(&self.local_gateway_id),
            nat_gateway_id: there(&self.nat_gateway_id),
            network_interface_id: there(&self.network_interface_id),
            odb_network_arn: there(&self.odb_network_arn),
            transit_gateway_id: there(&self.transit_gateway_id),
            vpc_endpoint_id: there(&self.vpc_endpoint_id),
            vpc_peering_connection_id: there(&self.vpc_peering_connection_id),
        }
    }

    /// Tells whether the route stays inside the VPC: such a route is always there and can only be replaced.
    pub(crate) fn is_local(&self) -> bool {
        self.gateway_id.as_deref() == Some("local")
    }
}

/// A route: a destination and a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) destination: Destination,
    pub(crate) target: Target,
}

impl Hop {
    /// Adds the route to a table.
    pub(crate) async fn create(&self, table: &str, cx: &Cx<Ec2>) -> Result<()> {
        let target = self.target.trimmed();
        if target.is_local() {
            return self.replace(table, cx).await;
        }
        cx.client()
            .create_route()
            .route_table_id(table)
            .set_destination_cidr_block(self.destination.ipv4())
            .set_destination_ipv6_cidr_block(self.destination.ipv6())
            .set_destination_prefix_list_id(self.destination.prefix_list())
            .set_carrier_gateway_id(target.carrier_gateway_id)
            .set_core_network_arn(target.core_network_arn)
            .set_egress_only_internet_gateway_id(target.egress_only_gateway_id)
            .set_gateway_id(target.gateway_id)
            .set_local_gateway_id(target.local_gateway_id)
            .set_nat_gateway_id(target.nat_gateway_id)
            .set_network_interface_id(target.network_interface_id)
            .set_odb_network_arn(target.odb_network_arn)
            .set_transit_gateway_id(target.transit_gateway_id)
            .set_vpc_endpoint_id(target.vpc_endpoint_id)
            .set_vpc_peering_connection_id(target.vpc_peering_connection_id)
            .send()
            .await?;
        Ok(())
    }

    /// Gives the route of a table another target.
    pub(crate) async fn replace(&self, table: &str, cx: &Cx<Ec2>) -> Result<()> {
        let target = self.target.trimmed();
        let is_local = target.is_local();
        cx.client()
            .replace_route()
            .route_table_id(table)
            .set_destination_cidr_block(self.destination.ipv4())
            .set_destination_ipv6_cidr_block(self.destination.ipv6())
            .set_destination_prefix_list_id(self.destination.prefix_list())
            .set_local_target(is_local.then_some(true))
            .set_carrier_gateway_id(target.carrier_gateway_id)
            .set_core_network_arn(target.core_network_arn)
            .set_egress_only_internet_gateway_id(target.egress_only_gateway_id)
            .set_gateway_id(target.gateway_id.filter(|_| !is_local))
            .set_local_gateway_id(target.local_gateway_id)
            .set_nat_gateway_id(target.nat_gateway_id)
            .set_network_interface_id(target.network_interface_id)
            .set_odb_network_arn(target.odb_network_arn)
            .set_transit_gateway_id(target.transit_gateway_id)
            .set_vpc_endpoint_id(target.vpc_endpoint_id)
            .set_vpc_peering_connection_id(target.vpc_peering_connection_id)
            .send()
            .await?;
        Ok(())
    }

    /// Takes the route out of a table. A local route stays, with its target as it was in the beginning.
    pub(crate) async fn delete(&self, table: &str, cx: &Cx<Ec2>) -> Result<()> {
        if self.target.is_local() {
            return Ok(());
        }
        let request = cx
            .client()
            .delete_route()
            .route_table_id(table)
            .set_destination_cidr_block(self.destination.ipv4())
            .set_destination_ipv6_cidr_block(self.destination.ipv6())
            .set_destination_prefix_list_id(self.destination.prefix_list());
        or_gone(request.send().await).map(drop)
    }
}
