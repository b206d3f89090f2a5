//! What is told of VPCs elsewhere than where they are listed.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self as aws, VpcAttributeName};
use rinfra_aws_kit::{Cx, Error, Result, or_gone};
use rinfra_schema::typed::Id;

use super::Vpc;
use crate::api::{Ec2, by};
use crate::route_tables;

type ByVpc<T> = BTreeMap<String, T>;

/// What EC2 makes together with each VPC, by VPC.
pub(super) struct Defaults {
    pub(super) network_acl: ByVpc<String>,
    pub(super) route_table: ByVpc<String>,
    pub(super) security_group: ByVpc<String>,
}

impl Defaults {
    pub(super) async fn read(cx: &Cx<Ec2>, vpcs: &[Id]) -> Result<Self> {
        // A VPC keeps its default network ACL and security group for life.
        let (mut network_acl, mut security_group) = (ByVpc::new(), ByVpc::new());
        let mut fresh = Vec::new();
        for id in vpcs {
            let known = cx.known::<Vpc>(id);
            match known
                .and_then(|it| it.default_network_acl_id.text().zip(it.default_security_group_id.text()))
            {
                Some((acl, group)) => {
                    network_acl.insert(id.to_string(), acl);
                    security_group.insert(id.to_string(), group);
                }
                None => fresh.push(id),
            }
        }
        let (acls, route_table, groups) = futures::try_join!(
            network_acls(cx, &fresh),
            route_tables::main_of(cx, vpcs),
            security_groups(cx, &fresh)
        )?;
        network_acl.extend(acls);
        security_group.extend(groups);
        Ok(Self { network_acl, route_table, security_group })
    }
}

async fn network_acls(cx: &Cx<Ec2>, vpcs: &[&Id]) -> Result<ByVpc<String>> {
    if vpcs.is_empty() {
        return Ok(ByVpc::new());
    }
    let request = cx.client().describe_network_acls().filters(by("vpc-id", vpcs));
    let request = request.filters(by("default", ["true"]));
    let found: Vec<_> = request.into_paginator().items().send().try_collect().await?;
    Ok(found.into_iter().filter_map(|it| Some((it.vpc_id?, it.network_acl_id?))).collect())
}

async fn security_groups(cx: &Cx<Ec2>, vpcs: &[&Id]) -> Result<ByVpc<String>> {
    if vpcs.is_empty() {
        return Ok(ByVpc::new());
    }
    let request = cx.client().describe_security_groups().filters(by("vpc-id", vpcs));
    let request = request.filters(by("group-name", ["default"]));
    let found: Vec<_> = request.into_paginator().items().send().try_collect().await?;
    Ok(found.into_iter().filter_map(|it| Some((it.vpc_id?, it.group_id?))).collect())
}

/// What EC2 tells only for one VPC at a time, by VPC.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) dns_hostnames: BTreeMap<String, bool>,
    pub(super) dns_support: BTreeMap<String, bool>,
    pub(super) usage_metrics: BTreeMap<String, bool>,
}

impl Attributes {
    pub(super) async fn read(cx: &Cx<Ec2>, vpcs: &[Id]) -> Result<Self> {
        let names = [
            VpcAttributeName::EnableDnsHostnames,
            VpcAttributeName::EnableDnsSupport,
            VpcAttributeName::EnableNetworkAddressUsageMetrics,
        ];
        let asked = vpcs.iter().flat_map(|vpc| names.iter().map(move |name| (vpc, name.clone())));
        let answers = asked.map(|(vpc, name)| async move {
            let request = cx.client().describe_vpc_attribute().vpc_id(vpc.as_str()).attribute(name);
            Ok::<_, Error>((vpc, or_gone(request.send().await)?))
        });
        let mut attributes = Self::default();
        for (vpc, answer) in futures::future::try_join_all(answers).await? {
            let Some(answer) = answer else { continue };
            let keep = |map: &mut BTreeMap<String, bool>, it: Option<aws::AttributeBooleanValue>| {
                map.extend(it.and_then(|it| it.value).map(|on| (vpc.to_string(), on)));
            };
            keep(&mut attributes.dns_hostnames, answer.enable_dns_hostnames);
            keep(&mut attributes.dns_support, answer.enable_dns_support);
            keep(&mut attributes.usage_metrics, answer.enable_network_address_usage_metrics);
        }
        Ok(attributes)
    }
}
