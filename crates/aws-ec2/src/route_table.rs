use std::collections::HashSet;

use aws_sdk_ec2::types::{self as aws, ResourceType, RouteOrigin};
use rinfra_aws_kit::{ByTag, Cidr, Cx, Error, Resource, Result, Seen, Tags, or_empty, or_gone, required};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed, Set};

use crate::api::{Ec2, tagged, tags};
use crate::hop::{Destination, Hop, Target};
use crate::route_tables::{self, Key};

/// A table that says which way packets leave the subnets associated with it.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_route_table", timeouts(create = "5m", update = "2m", delete = "5m"))]
pub(crate) struct RouteTable {
    id: Computed<Id>,
    arn: Computed<String>,
    owner_id: Computed<String>,
    /// The virtual private gateways whose routes the table takes over.
    propagating_vgws: OrComputed<Set<String>>,
    /// The routes, all of them. Where they are not given, `aws_route` resources may add some.
    route: OrComputed<Set<RouteEntry>>,
    #[attr(force_new)]
    vpc_id: String,
    tags: Tags,
}

/// A route: one destination and one target.
#[derive(Schema, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RouteEntry {
    carrier_gateway_id: Option<String>,
    cidr_block: Option<Cidr>,
    core_network_arn: Option<String>,
    destination_prefix_list_id: Option<String>,
    egress_only_gateway_id: Option<String>,
    gateway_id: Option<String>,
    ipv6_cidr_block: Option<Cidr>,
    local_gateway_id: Option<String>,
    nat_gateway_id: Option<String>,
    network_interface_id: Option<String>,
    odb_network_arn: Option<String>,
    transit_gateway_id: Option<String>,
    vpc_endpoint_id: Option<String>,
    vpc_peering_connection_id: Option<String>,
}

impl Resource for RouteTable {
    type Api = Ec2;
    type Trace = ByTag;
    const READ_BATCH: usize = usize::MAX;

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let request = cx.client().create_route_table().client_token(cx.token()).vpc_id(&self.vpc_id);
        let made = request.set_tag_specifications(tagged(ResourceType::RouteTable, cx)).send().await?;
        required(made.route_table.and_then(|it| it.route_table_id), "RouteTableId").map(Id::from)
    }

    async fn complete(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        for hop in hops(self.route.value())? {
            match hop.create(id, cx).await {
                // The answer was lost and the call repeated: nobody else knows the table yet.
                Err(error) if error.code() == Some("RouteAlreadyExists") => hop.replace(id, cx).await?,
                done => done?,
            }
        }
        self.set_propagation(&Self::default(), id, cx).await
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let tables = route_tables::find(cx, ids.iter().map(|it| Key::Table(it.to_string()))).await?;
        let wanted: HashSet<&str> = ids.iter().map(Id::as_str).collect();
        let is_wanted = |it: &&aws::RouteTable| it.route_table_id().is_some_and(|it| wanted.contains(it));
        tables.iter().filter(is_wanted).map(|it| seen(cx, it.clone())).collect()
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        self.set_propagation(prior, id, cx).await?;
        self.set_routes(prior, id, cx).await
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        or_gone(cx.client().delete_route_table().set_route_table_id(self.id.text()).send().await).map(drop)
    }

    /// Every table has the routes inside its VPC; they count only if the configuration names them.
    fn recall(&mut self, prior: Option<&Self>) {
        let is_named = |local: &RouteEntry| {
            let named = prior.and_then(|it| it.route.value()).into_iter().flatten();
            named
                .filter_map(RouteEntry::destination)
                .any(|it| local.destination().is_some_and(|that| that.is_same(&it)))
        };
        if let Some(routes) = &mut *self.route {
            routes.retain(|it| it.gateway_id.as_deref() != Some("local") || is_named(it));
        }
    }
}

impl RouteTable {
    /// Brings the routes from what they were to what they shall be, one destination at a time.
    async fn set_routes(&self, prior: &Self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let Some(planned) = self.route.value() else { return Ok(()) };
        let before = hops(prior.route.value())?;
        let after = hops(Some(planned))?;
        let find = |hops: &[Hop], it: &Hop| {
            hops.iter().find(|that| that.destination.is_same(&it.destination)).cloned()
        };
        for hop in before.iter().filter(|it| find(&after, it).is_none()) {
            hop.delete(id, cx).await?;
        }
        for hop in &after {
            match find(&before, hop) {
                None => hop.create(id, cx).await?,
                Some(old) if old.target != hop.target => hop.replace(id, cx).await?,
                Some(_) => {}
            }
        }
        Ok(())
    }

    async fn set_propagation(&self, prior: &Self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let Some(planned) = self.propagating_vgws.value() else { return Ok(()) };
        let before = prior.propagating_vgws.value().cloned().unwrap_or_default();
        for gateway in before.difference(planned) {
            let request = cx.client().disable_vgw_route_propagation().route_table_id(id.as_str());
            or_gone(request.gateway_id(gateway).send().await)?;
        }
        for gateway in planned.difference(&before) {
            let request = cx.client().enable_vgw_route_propagation().route_table_id(id.as_str());
            request.gateway_id(gateway).send().await?;
        }
        Ok(())
    }
}

impl RouteEntry {
    fn destination(&self) -> Option<Destination> {
        Destination::first(
            self.cidr_block.as_deref(),
            self.ipv6_cidr_block.as_deref(),
            self.destination_prefix_list_id.as_deref(),
        )
    }

    fn hop(&self) -> Result<Hop> {
        let there = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
        let destination = self.destination().ok_or_else(|| Error::invalid("a route needs a destination"))?;
        let target = Target {
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
        };
        Ok(Hop { destination, target })
    }
}

fn hops(routes: Option<&Set<RouteEntry>>) -> Result<Vec<Hop>> {
    routes.into_iter().flatten().map(RouteEntry::hop).collect()
}

fn seen(cx: &Cx<Ec2>, it: aws::RouteTable) -> Result<Seen<RouteTable>> {
    let id = required(it.route_table_id, "RouteTableId")?;
    let owner = it.owner_id.unwrap_or_default();
    let routes = it.routes.into_iter().flatten();
    let gateways = it.propagating_vgws.into_iter().flatten();
    let table = RouteTable {
        arn: cx.arn("ec2", &owner, &format!("route-table/{id}")).into(),
        id: Id::from(id).into(),
        owner_id: owner.into(),
        propagating_vgws: Some(gateways.filter_map(|it| it.gateway_id).collect()).into(),
        route: Some(routes.filter(is_configurable).map(entry).collect()).into(),
        vpc_id: required(it.vpc_id, "VpcId")?,
        tags: tags(it.tags),
    };
    Ok(table.into())
}

/// Tells whether a route could stand in a configuration: those of gateways that propagate theirs and of
/// gateway endpoints come and go with them.
fn is_configurable(it: &aws::Route) -> bool {
    let is_propagated = it.origin == Some(RouteOrigin::EnableVgwRoutePropagation);
    let is_endpoints = it.destination_prefix_list_id.is_some()
        && it.gateway_id.as_ref().is_some_and(|it| it.starts_with("vpce-"));
    !is_propagated && !is_endpoints
}

fn entry(it: aws::Route) -> RouteEntry {
    let target = Target::of_route(&it);
    RouteEntry {
        carrier_gateway_id: or_empty(target.carrier_gateway_id),
        cidr_block: or_empty(it.destination_cidr_block).map(Cidr::new),
        core_network_arn: or_empty(target.core_network_arn),
        destination_prefix_list_id: or_empty(it.destination_prefix_list_id),
        egress_only_gateway_id: or_empty(target.egress_only_gateway_id),
        gateway_id: or_empty(target.gateway_id),
        ipv6_cidr_block: or_empty(it.destination_ipv6_cidr_block).map(Cidr::new),
        local_gateway_id: or_empty(target.local_gateway_id),
        nat_gateway_id: or_empty(target.nat_gateway_id),
        network_interface_id: or_empty(target.network_interface_id),
        odb_network_arn: or_empty(target.odb_network_arn),
        transit_gateway_id: or_empty(target.transit_gateway_id),
        vpc_endpoint_id: or_empty(target.vpc_endpoint_id),
        vpc_peering_connection_id: or_empty(target.vpc_peering_connection_id),
    }
}
