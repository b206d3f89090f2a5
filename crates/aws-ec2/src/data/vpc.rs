use aws_sdk_ec2::types::{self as aws, VpcAttributeName};
use rinfra_aws_kit::{Cx, DataSource, Error, Result, or_empty, required};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Map, OrComputed, Set};

use super::filter::{self, Filter};
use crate::api::{Ec2, by, given, tags};
use crate::route_tables;

/// The one VPC that fulfils some conditions.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[data(name = "aws_vpc", timeouts(read = "20m"))]
pub(crate) struct VpcData {
    id: OrComputed<Id>,
    arn: Computed<String>,
    cidr_block: OrComputed<String>,
    cidr_block_associations: Computed<Vec<CidrBlockAssociation>>,
    default: OrComputed<bool>,
    dhcp_options_id: OrComputed<String>,
    enable_dns_hostnames: Computed<bool>,
    enable_dns_support: Computed<bool>,
    enable_network_address_usage_metrics: Computed<bool>,
    instance_tenancy: Computed<String>,
    ipv6_association_id: Computed<String>,
    ipv6_cidr_block: Computed<String>,
    ipv6_cidr_block_associations: Computed<Set<Ipv6CidrBlockAssociation>>,
    main_route_table_id: Computed<String>,
    owner_id: Computed<String>,
    state: OrComputed<String>,
    tags: OrComputed<Map<String>>,
    #[block]
    filter: Set<Filter>,
}

/// A block of addresses of a VPC.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
pub(crate) struct CidrBlockAssociation {
    association_id: Computed<String>,
    cidr_block: Computed<String>,
    state: Computed<String>,
}

/// A block of IPv6 addresses of a VPC.
#[derive(Schema, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ipv6CidrBlockAssociation {
    association_id: Computed<String>,
    ip_source: Computed<String>,
    ipv6_address_attribute: Computed<String>,
    ipv6_cidr_block: Computed<String>,
    ipv6_pool: Computed<String>,
    network_border_group: Computed<String>,
    state: Computed<String>,
}

impl DataSource for VpcData {
    type Api = Ec2;

    async fn read(&self, cx: &Cx<Ec2>) -> Result<Self> {
        let request =
            cx.client().describe_vpcs().set_filters(Some(self.conditions()).filter(|it| !it.is_empty()));
        let found: Vec<aws::Vpc> = request.into_paginator().items().send().try_collect().await?;
        let [vpc] = <[aws::Vpc; 1]>::try_from(found).map_err(|found| {
            if found.is_empty() {
                return Error::invalid("no matching EC2 VPC found");
            }
            let count = found.len();
            Error::invalid(format!(
                "{count} EC2 VPCs matched; use additional constraints to reduce them to one"
            ))
        })?;
        self.answer(cx, vpc).await
    }
}

impl VpcData {
    fn conditions(&self) -> Vec<aws::Filter> {
        let mut filters = filter::of(&self.filter, self.tags.value());
        filters.extend(self.id.iter().map(|it| by("vpc-id", [it])));
        filters.extend(given(&self.cidr_block).map(|it| by("cidr", [it])));
        filters.extend(self.default.map(|it| by("isDefault", [it.to_string()])));
        filters.extend(given(&self.dhcp_options_id).map(|it| by("dhcp-options-id", [it])));
        filters.extend(given(&self.state).map(|it| by("state", [it])));
        filters
    }

    async fn answer(&self, cx: &Cx<Ec2>, it: aws::Vpc) -> Result<Self> {
        let id = required(it.vpc_id, "VpcId")?;
        let attribute = async |name| -> Result<_> {
            Ok(cx.client().describe_vpc_attribute().vpc_id(&id).attribute(name).send().await?)
        };
        let own = [Id::from(id.as_str())];
        let (hostnames, support, metrics, main) = futures::try_join!(
            attribute(VpcAttributeName::EnableDnsHostnames),
            attribute(VpcAttributeName::EnableDnsSupport),
            attribute(VpcAttributeName::EnableNetworkAddressUsageMetrics),
            route_tables::main_of(cx, &own),
        )?;
        let owner = it.owner_id.unwrap_or_default();
        let ipv6_blocks = it.ipv6_cidr_block_association_set.unwrap_or_default();
        let ipv6 = ipv6_blocks.first().cloned();
        let on = |it: Option<aws::AttributeBooleanValue>| it.and_then(|it| it.value);
        Ok(Self {
            arn: cx.arn("ec2", &owner, &format!("vpc/{id}")).into(),
            cidr_block: or_empty(it.cidr_block).into(),
            cidr_block_associations: Some(
                it.cidr_block_association_set.into_iter().flatten().map(association).collect(),
            )
            .into(),
            default: it.is_default.into(),
            dhcp_options_id: or_empty(it.dhcp_options_id).into(),
            enable_dns_hostnames: on(hostnames.enable_dns_hostnames).into(),
            enable_dns_support: on(support.enable_dns_support).into(),
            enable_network_address_usage_metrics: on(metrics.enable_network_address_usage_metrics).into(),
            instance_tenancy: or_empty(it.instance_tenancy.map(|it| it.as_str().to_owned())).into(),
            ipv6_association_id: or_empty(ipv6.as_ref().and_then(|it| it.association_id.clone())).into(),
            ipv6_cidr_block: or_empty(ipv6.and_then(|it| it.ipv6_cidr_block)).into(),
            ipv6_cidr_block_associations: Some(ipv6_blocks.into_iter().map(ipv6_association).collect())
                .into(),
            main_route_table_id: or_empty(main.get(&id).cloned()).into(),
            owner_id: owner.into(),
            state: or_empty(it.state.map(|it| it.as_str().to_owned())).into(),
            tags: Some(tags(it.tags).0).into(),
            id: Id::from(id.as_str()).into(),
            filter: self.filter.clone(),
        })
    }
}

fn association(it: aws::VpcCidrBlockAssociation) -> CidrBlockAssociation {
    let state = it.cidr_block_state.and_then(|it| it.state);
    CidrBlockAssociation {
        association_id: or_empty(it.association_id).into(),
        cidr_block: or_empty(it.cidr_block).into(),
        state: or_empty(state.map(|it| it.as_str().to_owned())).into(),
    }
}

fn ipv6_association(it: aws::VpcIpv6CidrBlockAssociation) -> Ipv6CidrBlockAssociation {
    let state = it.ipv6_cidr_block_state.and_then(|it| it.state);
    Ipv6CidrBlockAssociation {
        association_id: or_empty(it.association_id).into(),
        ip_source: or_empty(it.ip_source.map(|it| it.as_str().to_owned())).into(),
        ipv6_address_attribute: or_empty(it.ipv6_address_attribute.map(|it| it.as_str().to_owned())).into(),
        ipv6_cidr_block: or_empty(it.ipv6_cidr_block).into(),
        ipv6_pool: or_empty(it.ipv6_pool).into(),
        network_border_group: or_empty(it.network_border_group).into(),
        state: or_empty(state.map(|it| it.as_str().to_owned())).into(),
    }
}
