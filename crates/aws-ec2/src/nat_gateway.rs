use std::collections::BTreeSet;

use aws_sdk_ec2::types::{self as aws, AvailabilityMode, ConnectivityType, NatGatewayState, ResourceType};
use rinfra_aws_kit::{ByTag, Cx, Resource, Result, Seen, Settled, Tags, or_empty, or_gone, required};
use rinfra_derive::Schema;
use rinfra_provider::Typical;
use rinfra_schema::typed::{Choice, Computed, Id, OrComputed, Set};

use crate::api::{Ec2, by, tagged, tags};

/// The way out of a VPC for what has no public address.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_nat_gateway", timeouts(create = "10m", update = "10m", delete = "30m"))]
pub(crate) struct NatGateway {
    id: Computed<Id>,
    /// The Elastic IP address of a public gateway.
    #[attr(force_new)]
    allocation_id: Option<String>,
    association_id: Computed<String>,
    auto_provision_zones: Computed<String>,
    auto_scaling_ips: Computed<String>,
    /// Whether it stands in one zone or in all of the Region.
    #[attr(force_new)]
    availability_mode: OrComputed<Choice<AvailabilityMode>>,
    #[attr(force_new, default = "public")]
    connectivity_type: Option<Choice<ConnectivityType>>,
    network_interface_id: Computed<String>,
    #[attr(force_new)]
    private_ip: OrComputed<String>,
    public_ip: Computed<String>,
    regional_nat_gateway_auto_mode: Computed<String>,
    route_table_id: Computed<String>,
    secondary_allocation_ids: OrComputed<Set<String>>,
    #[attr(force_new, conflicts_with(secondary_private_ip_addresses))]
    secondary_private_ip_address_count: OrComputed<i32>,
    #[attr(conflicts_with(secondary_private_ip_address_count))]
    secondary_private_ip_addresses: OrComputed<Set<String>>,
    #[attr(force_new)]
    subnet_id: Option<String>,
    #[attr(force_new)]
    vpc_id: OrComputed<String>,
    tags: Tags,
}

impl Resource for NatGateway {
    type Api = Ec2;
    type Trace = ByTag;
    const READ_BATCH: usize = 200;
    const TYPICAL: Typical = Typical::seconds(100, 10, 60);

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let made = cx
            .client()
            .create_nat_gateway()
            .client_token(cx.token())
            .set_allocation_id(self.allocation_id.clone())
            .set_availability_mode(self.availability_mode.choice())
            .set_connectivity_type(self.connectivity_type.as_ref().map(Choice::get))
            .set_private_ip_address(self.private_ip.text())
            .set_secondary_allocation_ids(self.secondary_allocation_ids.list())
            .set_secondary_private_ip_address_count(*self.secondary_private_ip_address_count)
            .set_secondary_private_ip_addresses(self.secondary_private_ip_addresses.list())
            .set_subnet_id(self.subnet_id.clone())
            .set_tag_specifications(tagged(ResourceType::Natgateway, cx))
            .set_vpc_id(self.vpc_id.text())
            .send()
            .await?;
        required(made.nat_gateway.and_then(|it| it.nat_gateway_id), "NatGatewayId").map(Id::from)
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let request = cx.client().describe_nat_gateways().filter(by("nat-gateway-id", ids));
        let mut pages = request.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(it) = pages.try_next().await? {
            found.push(seen(it)?);
        }
        Ok(found)
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.value(), "id")?.as_str();
        if self.connectivity_type == Some(Choice(ConnectivityType::Private)) {
            self.set_private_addresses(prior, id, cx).await
        } else {
            self.set_public_addresses(prior, id, cx).await
        }
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        or_gone(cx.client().delete_nat_gateway().set_nat_gateway_id(self.id.text()).send().await).map(drop)
    }
}

impl NatGateway {
    async fn set_private_addresses(&self, prior: &Self, id: &str, cx: &Cx<Ec2>) -> Result<()> {
        let (new, old) = (&self.secondary_private_ip_addresses, &prior.secondary_private_ip_addresses);
        let added = missing(new.value(), old.value());
        if !added.is_empty() {
            let request = cx.client().assign_private_nat_gateway_address().nat_gateway_id(id);
            request.set_private_ip_addresses(Some(added)).send().await?;
        }
        let removed = missing(old.value(), new.value());
        if new.is_some() && !removed.is_empty() {
            let request = cx.client().unassign_private_nat_gateway_address().nat_gateway_id(id);
            request.set_private_ip_addresses(Some(removed)).send().await?;
        }
        Ok(())
    }

    async fn set_public_addresses(&self, prior: &Self, id: &str, cx: &Cx<Ec2>) -> Result<()> {
        let (new, old) = (&self.secondary_allocation_ids, &prior.secondary_allocation_ids);
        let added = missing(new.value(), old.value());
        if !added.is_empty() {
            let request = cx.client().associate_nat_gateway_address().nat_gateway_id(id);
            request
                .set_allocation_ids(Some(added))
                .set_private_ip_addresses(self.secondary_private_ip_addresses.list())
                .send()
                .await?;
        }
        let removed = missing(old.value(), new.value());
        if new.is_none() || removed.is_empty() {
            return Ok(());
        }
        let gateways = cx.client().describe_nat_gateways().filter(by("nat-gateway-id", [id])).send().await?;
        let addresses = gateways.nat_gateways.into_iter().flatten().flat_map(|it| it.nat_gateway_addresses);
        let associations = addresses
            .flatten()
            .filter(|it| it.allocation_id.as_ref().is_some_and(|it| removed.contains(it)))
            .filter_map(|it| it.association_id)
            .collect();
        let request = cx.client().disassociate_nat_gateway_address().nat_gateway_id(id);
        request.set_association_ids(Some(associations)).send().await?;
        Ok(())
    }
}

/// Returns what is in one set and not in the other.
fn missing(one: Option<&BTreeSet<String>>, other: Option<&BTreeSet<String>>) -> Vec<String> {
    let is_missing = |it: &&String| !other.is_some_and(|other| other.contains(*it));
    one.into_iter().flatten().filter(is_missing).cloned().collect()
}

fn seen(it: aws::NatGateway) -> Result<Seen<NatGateway>> {
    let settled = match &it.state {
        Some(NatGatewayState::Available) => Settled::Yes,
        Some(NatGatewayState::Deleted) => Settled::Gone,
        Some(NatGatewayState::Failed) => Settled::Failed(format!(
            "{}: {}",
            it.failure_code.unwrap_or_default(),
            it.failure_message.unwrap_or_default()
        )),
        _ => Settled::NotYet,
    };
    let addresses = it.nat_gateway_addresses.unwrap_or_default();
    // Gateways made before there were secondary addresses do not say which one is the primary.
    let primary = addresses.iter().position(|it| it.is_primary == Some(true)).unwrap_or_default();
    let secondary = || addresses.iter().enumerate().filter(|(index, _)| *index != primary).map(|(_, it)| it);
    let main = addresses.get(primary);
    let auto = it.auto_provision_zones.as_ref().map(aws::AutoProvisionZonesState::as_str);
    let gateway = NatGateway {
        id: required(it.nat_gateway_id.map(Id::from), "NatGatewayId")?.into(),
        allocation_id: main.and_then(|it| it.allocation_id.clone()),
        association_id: or_empty(main.and_then(|it| it.association_id.clone())).into(),
        auto_provision_zones: or_empty(auto.map(str::to_owned)).into(),
        auto_scaling_ips: or_empty(it.auto_scaling_ips.map(|it| it.as_str().to_owned())).into(),
        availability_mode: it.availability_mode.map_or(Choice(AvailabilityMode::Zonal), Choice).into(),
        connectivity_type: Some(it.connectivity_type.map_or(Choice(ConnectivityType::Public), Choice)),
        network_interface_id: or_empty(main.and_then(|it| it.network_interface_id.clone())).into(),
        private_ip: or_empty(main.and_then(|it| it.private_ip.clone())).into(),
        public_ip: or_empty(main.and_then(|it| it.public_ip.clone())).into(),
        regional_nat_gateway_auto_mode: or_empty(auto.map(str::to_owned)).into(),
        route_table_id: or_empty(it.route_table_id).into(),
        secondary_allocation_ids: Some(secondary().filter_map(|it| it.allocation_id.clone()).collect())
            .into(),
        secondary_private_ip_address_count: i32::try_from(secondary().count()).ok().into(),
        secondary_private_ip_addresses: Some(secondary().filter_map(|it| it.private_ip.clone()).collect())
            .into(),
        subnet_id: it.subnet_id,
        vpc_id: or_empty(it.vpc_id).into(),
        tags: tags(it.tags),
    };
    Ok(Seen::new(gateway, settled))
}
