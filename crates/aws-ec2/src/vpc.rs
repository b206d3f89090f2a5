mod details;

use aws_sdk_ec2::types::{self as aws, ResourceType, Tenancy, VpcCidrBlockStateCode, VpcState};
use rinfra_aws_kit::{
    ByTag, Cidr, Cx, Draft, Error, ReadCost, Resource, Result, Seen, Settled, Tags, or_empty, or_gone,
    required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Choice, Computed, Id, Local, OrComputed};

use self::details::{Attributes, Defaults};
use crate::api::{Ec2, by, switch, tagged, tags};

/// A virtual private cloud: a network of one's own.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_vpc", version = 1)]
pub(crate) struct Vpc {
    id: Computed<Id>,
    arn: Computed<String>,
    /// Whether Amazon gives the VPC a block of IPv6 addresses.
    #[attr(conflicts_with(ipv6_ipam_pool_id))]
    assign_generated_ipv6_cidr_block: Option<bool>,
    #[attr(force_new, conflicts_with(ipv4_netmask_length))]
    cidr_block: OrComputed<Cidr>,
    default_network_acl_id: Computed<String>,
    default_route_table_id: Computed<String>,
    default_security_group_id: Computed<String>,
    dhcp_options_id: Computed<String>,
    /// Whether instances with public addresses get public host names.
    enable_dns_hostnames: OrComputed<bool>,
    /// Whether Amazon's resolver answers in the VPC.
    #[attr(default = true)]
    enable_dns_support: Option<bool>,
    enable_network_address_usage_metrics: OrComputed<bool>,
    /// Whether instances run on hardware of their own.
    #[attr(default = "default", choices("default", "dedicated"))]
    instance_tenancy: Option<Choice<Tenancy>>,
    #[attr(force_new)]
    ipv4_ipam_pool_id: Local<String>,
    #[attr(force_new, conflicts_with(cidr_block), required_with(ipv4_ipam_pool_id))]
    ipv4_netmask_length: Local<i32>,
    #[attr(recomputed_by(assign_generated_ipv6_cidr_block, ipv6_cidr_block, ipv6_ipam_pool_id))]
    ipv6_association_id: Computed<String>,
    #[attr(
        conflicts_with(ipv6_netmask_length, assign_generated_ipv6_cidr_block),
        required_with(ipv6_ipam_pool_id),
        recomputed_by(assign_generated_ipv6_cidr_block)
    )]
    ipv6_cidr_block: OrComputed<Cidr>,
    ipv6_cidr_block_network_border_group: OrComputed<String>,
    #[attr(conflicts_with(assign_generated_ipv6_cidr_block))]
    ipv6_ipam_pool_id: Option<String>,
    #[attr(conflicts_with(ipv6_cidr_block), required_with(ipv6_ipam_pool_id))]
    ipv6_netmask_length: Local<i32>,
    main_route_table_id: Computed<String>,
    owner_id: Computed<String>,
    tags: Tags,
}

impl Resource for Vpc {
    type Api = Ec2;
    type Trace = ByTag;
    const READ_BATCH: usize = 200;
    const READ_COST: ReadCost =
        ReadCost::Each { calls: 3, reason: "DescribeVpcAttribute tells one attribute of one VPC" };

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let made = cx
            .client()
            .create_vpc()
            .set_amazon_provided_ipv6_cidr_block(self.assign_generated_ipv6_cidr_block)
            .set_cidr_block(self.cidr_block.text())
            .set_instance_tenancy(self.instance_tenancy.as_ref().map(Choice::get))
            .set_ipv4_ipam_pool_id(self.ipv4_ipam_pool_id.text())
            .set_ipv4_netmask_length(*self.ipv4_netmask_length)
            .set_ipv6_cidr_block(self.ipv6_cidr_block.text())
            .set_ipv6_cidr_block_network_border_group(self.ipv6_cidr_block_network_border_group.text())
            .set_ipv6_ipam_pool_id(self.ipv6_ipam_pool_id.clone())
            .set_ipv6_netmask_length(*self.ipv6_netmask_length)
            .set_tag_specifications(tagged(ResourceType::Vpc, cx))
            .send()
            .await?;
        required(made.vpc.and_then(|it| it.vpc_id), "VpcId").map(Id::from)
    }

    async fn complete(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let fresh = Self { enable_dns_support: Some(true), ..Self::default() };
        self.set_attributes(&fresh, id, cx).await
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let vpcs = async {
            let vpcs = cx.client().describe_vpcs().filters(by("vpc-id", ids)).into_paginator().items().send();
            Ok::<Vec<aws::Vpc>, Error>(vpcs.try_collect().await?)
        };
        let (vpcs, defaults, attributes) =
            futures::try_join!(vpcs, Defaults::read(cx, ids), Attributes::read(cx, ids))?;
        vpcs.into_iter().map(|it| seen(cx, it, &defaults, &attributes)).collect()
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        self.set_attributes(prior, id, cx).await?;
        if self.instance_tenancy != prior.instance_tenancy {
            let request = cx.client().modify_vpc_tenancy().vpc_id(id.as_str());
            request.instance_tenancy(aws::VpcTenancy::Default).send().await?;
        }
        self.set_ipv6(prior, id, cx).await
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        or_gone(cx.client().delete_vpc().set_vpc_id(self.id.text()).send().await).map(drop)
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        // A VPC can give up its own hardware, but never get it later.
        if draft.changes("instance_tenancy")
            && draft.planned("instance_tenancy").as_str() == Some("dedicated")
        {
            draft.replace("instance_tenancy");
        }
        Cidr::check("cidr_block", &draft.config("cidr_block"))?;
        Cidr::check("ipv6_cidr_block", &draft.config("ipv6_cidr_block"))
    }
}

impl Vpc {
    /// Sets what differs from `prior`; EC2 takes one attribute a call.
    async fn set_attributes(&self, prior: &Self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let modify = || cx.client().modify_vpc_attribute().vpc_id(id.as_str());
        let differs = |new: Option<bool>, old: Option<bool>| new.filter(|it| old.unwrap_or_default() != *it);
        let hostnames = differs(*self.enable_dns_hostnames, *prior.enable_dns_hostnames);
        let support = differs(self.enable_dns_support, prior.enable_dns_support);
        let metrics =
            differs(*self.enable_network_address_usage_metrics, *prior.enable_network_address_usage_metrics);
        // Host names need the resolver: it is the last to go and the first to come.
        if hostnames == Some(false) {
            modify().enable_dns_hostnames(switch(false)).send().await?;
        }
        if let Some(on) = support {
            modify().enable_dns_support(switch(on)).send().await?;
        }
        if hostnames == Some(true) {
            modify().enable_dns_hostnames(switch(true)).send().await?;
        }
        if let Some(on) = metrics {
            modify().enable_network_address_usage_metrics(switch(on)).send().await?;
        }
        Ok(())
    }

    async fn set_ipv6(&self, prior: &Self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let generated = self.assign_generated_ipv6_cidr_block.unwrap_or_default();
        let same = generated == prior.assign_generated_ipv6_cidr_block.unwrap_or_default()
            && (generated || self.ipv6_cidr_block == prior.ipv6_cidr_block)
            && self.ipv6_ipam_pool_id.clone().unwrap_or_default()
                == prior.ipv6_ipam_pool_id.clone().unwrap_or_default();
        if same {
            return Ok(());
        }
        if let Some(association) = prior.ipv6_association_id.text().filter(|it| !it.is_empty()) {
            or_gone(cx.client().disassociate_vpc_cidr_block().association_id(association).send().await)?;
        }
        let block = self.ipv6_cidr_block.text().filter(|it| !generated && !it.is_empty());
        let pool = self.ipv6_ipam_pool_id.clone().filter(|it| !it.is_empty());
        if generated || block.is_some() || pool.is_some() {
            let request = cx.client().associate_vpc_cidr_block().vpc_id(id.as_str());
            request
                .amazon_provided_ipv6_cidr_block(generated)
                .set_ipv6_cidr_block(block)
                .set_ipv6_cidr_block_network_border_group(
                    self.ipv6_cidr_block_network_border_group.text().filter(|it| !it.is_empty()),
                )
                .set_ipv6_netmask_length(*self.ipv6_netmask_length)
                .set_ipv6_pool(pool)
                .send()
                .await?;
        }
        Ok(())
    }
}

fn seen(cx: &Cx<Ec2>, it: aws::Vpc, defaults: &Defaults, attributes: &Attributes) -> Result<Seen<Vpc>> {
    let id = required(it.vpc_id, "VpcId")?;
    let owner = it.owner_id.unwrap_or_default();
    let ipv6 = it.ipv6_cidr_block_association_set.into_iter().flatten().find(|it| {
        let state = it.ipv6_cidr_block_state.as_ref().and_then(|it| it.state.as_ref());
        matches!(state, Some(VpcCidrBlockStateCode::Associated | VpcCidrBlockStateCode::Associating))
    });
    let associating = ipv6.as_ref().and_then(|it| it.ipv6_cidr_block_state.as_ref()?.state.as_ref())
        == Some(&VpcCidrBlockStateCode::Associating);
    let usable = it.state == Some(VpcState::Available) && !associating;
    let pool = ipv6.as_ref().and_then(|it| it.ipv6_pool.clone()).unwrap_or_default();
    let main_route_table = or_empty(defaults.route_table.get(&id).cloned());
    let vpc = Vpc {
        arn: cx.arn("ec2", &owner, &format!("vpc/{id}")).into(),
        assign_generated_ipv6_cidr_block: Some(ipv6.is_some() && (pool.is_empty() || pool == "Amazon")),
        cidr_block: it.cidr_block.map(Cidr::new).into(),
        default_network_acl_id: or_empty(defaults.network_acl.get(&id).cloned()).into(),
        default_route_table_id: main_route_table.clone().into(),
        default_security_group_id: or_empty(defaults.security_group.get(&id).cloned()).into(),
        dhcp_options_id: or_empty(it.dhcp_options_id).into(),
        enable_dns_hostnames: attributes.dns_hostnames.get(&id).copied().into(),
        enable_dns_support: attributes.dns_support.get(&id).copied(),
        enable_network_address_usage_metrics: attributes.usage_metrics.get(&id).copied().into(),
        instance_tenancy: it.instance_tenancy.map(Choice),
        ipv4_ipam_pool_id: Local::NONE,
        ipv4_netmask_length: Local::NONE,
        ipv6_association_id: or_empty(ipv6.as_ref().and_then(|it| it.association_id.clone())).into(),
        ipv6_cidr_block: Some(Cidr::new(
            ipv6.as_ref().and_then(|it| it.ipv6_cidr_block.clone()).unwrap_or_default(),
        ))
        .into(),
        ipv6_cidr_block_network_border_group: or_empty(ipv6.and_then(|it| it.network_border_group)).into(),
        ipv6_ipam_pool_id: Some(if pool == "Amazon" { String::new() } else { pool }),
        ipv6_netmask_length: Local::NONE,
        main_route_table_id: main_route_table.into(),
        owner_id: owner.into(),
        tags: tags(it.tags),
        id: Id::from(id).into(),
    };
    Ok(Seen::new(vpc, if usable { Settled::Yes } else { Settled::NotYet }))
}
