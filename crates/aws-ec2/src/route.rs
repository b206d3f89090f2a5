use std::collections::BTreeMap;

use aws_sdk_ec2::types as aws;
use rinfra_aws_kit::{ByName, Cidr, Cx, Draft, Error, Named, Resource, Result, Seen, or_empty};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed};

use crate::api::Ec2;
use crate::checksum::crc32;
use crate::hop::{Destination, Hop, Target};
use crate::route_tables::{self, Key};

/// One route of a route table.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_route", timeouts(create = "5m", update = "2m", delete = "5m"))]
pub(crate) struct Route {
    id: Computed<Id>,
    carrier_gateway_id: Option<String>,
    core_network_arn: Option<String>,
    #[attr(force_new, exactly_one_of(destination_ipv6_cidr_block, destination_prefix_list_id))]
    destination_cidr_block: Option<Cidr>,
    #[attr(force_new)]
    destination_ipv6_cidr_block: Option<Cidr>,
    #[attr(force_new)]
    destination_prefix_list_id: Option<String>,
    egress_only_gateway_id: Option<String>,
    /// An internet gateway, a virtual private gateway, or `local`.
    #[attr(exactly_one_of(
        carrier_gateway_id,
        core_network_arn,
        egress_only_gateway_id,
        local_gateway_id,
        nat_gateway_id,
        network_interface_id,
        odb_network_arn,
        transit_gateway_id,
        vpc_endpoint_id,
        vpc_peering_connection_id
    ))]
    gateway_id: Option<String>,
    #[attr(recomputed_by(network_interface_id))]
    instance_id: Computed<String>,
    #[attr(recomputed_by(network_interface_id))]
    instance_owner_id: Computed<String>,
    local_gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    #[attr(recomputed_by(
        carrier_gateway_id,
        core_network_arn,
        egress_only_gateway_id,
        gateway_id,
        local_gateway_id,
        nat_gateway_id,
        odb_network_arn,
        transit_gateway_id,
        vpc_endpoint_id,
        vpc_peering_connection_id
    ))]
    network_interface_id: OrComputed<String>,
    odb_network_arn: Option<String>,
    origin: Computed<String>,
    #[attr(force_new)]
    route_table_id: String,
    state: Computed<String>,
    transit_gateway_id: Option<String>,
    vpc_endpoint_id: Option<String>,
    vpc_peering_connection_id: Option<String>,
}

impl Resource for Route {
    type Api = Ec2;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;

    /// What `import` takes: the route table and the destination.
    fn identity(&self) -> Option<Id> {
        Some(identity(&self.route_table_id, &self.destination()?))
    }

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let hop = self.hop()?;
        hop.create(&self.route_table_id, cx).await?;
        Ok(identity(&self.route_table_id, &hop.destination))
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let wanted: Vec<(&str, Destination)> = ids
            .iter()
            .filter_map(|it| it.split_once('_'))
            .map(|(table, text)| (table, Destination::of_text(text)))
            .collect();
        let keys = wanted.iter().map(|(table, _)| Key::Table((*table).to_owned()));
        let tables = route_tables::find(cx, keys).await?;
        let tables: BTreeMap<&str, &[aws::Route]> =
            tables.iter().filter_map(|it| Some((it.route_table_id()?, it.routes()))).collect();
        let found = wanted.iter().filter_map(|(table, destination)| {
            let is_wanted =
                |it: &&aws::Route| Destination::of_route(it).is_some_and(|it| it.is_same(destination));
            tables.get(table)?.iter().find(is_wanted).map(|it| seen(table, destination, it))
        });
        Ok(found.collect())
    }

    async fn update(&self, _: &Self, cx: &Cx<Ec2>) -> Result<()> {
        self.hop()?.replace(&self.route_table_id, cx).await
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        self.hop()?.delete(&self.route_table_id, cx).await
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        Cidr::check("destination_cidr_block", &draft.config("destination_cidr_block"))?;
        Cidr::check("destination_ipv6_cidr_block", &draft.config("destination_ipv6_cidr_block"))
    }
}

impl Named for Route {}

impl Route {
    fn destination(&self) -> Option<Destination> {
        Destination::first(
            self.destination_cidr_block.as_deref(),
            self.destination_ipv6_cidr_block.as_deref(),
            self.destination_prefix_list_id.as_deref(),
        )
    }

    fn hop(&self) -> Result<Hop> {
        let destination = self.destination().ok_or_else(|| Error::invalid("a route needs a destination"))?;
        let target = Target {
            carrier_gateway_id: self.carrier_gateway_id.clone(),
            core_network_arn: self.core_network_arn.clone(),
            egress_only_gateway_id: self.egress_only_gateway_id.clone(),
            gateway_id: self.gateway_id.clone(),
            local_gateway_id: self.local_gateway_id.clone(),
            nat_gateway_id: self.nat_gateway_id.clone(),
            network_interface_id: self.network_interface_id.text(),
            odb_network_arn: self.odb_network_arn.clone(),
            transit_gateway_id: self.transit_gateway_id.clone(),
            vpc_endpoint_id: self.vpc_endpoint_id.clone(),
            vpc_peering_connection_id: self.vpc_peering_connection_id.clone(),
        };
        Ok(Hop { destination, target })
    }
}

fn identity(table: &str, destination: &Destination) -> Id {
    Id::from(format!("{table}_{}", destination.text()))
}

fn seen(table: &str, destination: &Destination, it: &aws::Route) -> Seen<Route> {
    let target = Target::of_route(it);
    let at = |is: fn(&Destination) -> bool| is(destination).then(|| Cidr::new(destination.text()));
    let route = Route {
        id: Id::from(format!("r-{table}{}", crc32(destination.text()))).into(),
        carrier_gateway_id: or_empty(target.carrier_gateway_id),
        core_network_arn: or_empty(target.core_network_arn),
        destination_cidr_block: at(|it| matches!(it, Destination::Ipv4(_))),
        destination_ipv6_cidr_block: at(|it| matches!(it, Destination::Ipv6(_))),
        destination_prefix_list_id: or_empty(it.destination_prefix_list_id.clone()),
        egress_only_gateway_id: or_empty(target.egress_only_gateway_id),
        gateway_id: or_empty(target.gateway_id),
        instance_id: or_empty(it.instance_id.clone()).into(),
        instance_owner_id: or_empty(it.instance_owner_id.clone()).into(),
        local_gateway_id: or_empty(target.local_gateway_id),
        nat_gateway_id: or_empty(target.nat_gateway_id),
        network_interface_id: or_empty(target.network_interface_id).into(),
        odb_network_arn: or_empty(target.odb_network_arn),
        origin: or_empty(it.origin.as_ref().map(|it| it.as_str().to_owned())).into(),
        route_table_id: table.to_owned(),
        state: or_empty(it.state.as_ref().map(|it| it.as_str().to_owned())).into(),
        transit_gateway_id: or_empty(target.transit_gateway_id),
        vpc_endpoint_id: or_empty(target.vpc_endpoint_id),
        vpc_peering_connection_id: or_empty(target.vpc_peering_connection_id),
    };
    route.into()
}
