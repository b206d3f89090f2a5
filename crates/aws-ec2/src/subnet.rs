use aws_sdk_ec2::operation::modify_subnet_attribute::builders::ModifySubnetAttributeFluentBuilder;
use aws_sdk_ec2::types::{self as aws, HostnameType, ResourceType, SubnetCidrBlockStateCode as Ipv6State};
use rinfra_aws_kit::{
    ByTag, Cidr, Cx, Draft, Error, Resource, Result, Seen, Settled, Tags, or_empty, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Choice, Computed, Id, Local, OrComputed};

use crate::api::{Ec2, by, switch, tagged, tags};
use crate::listing::{self, LARGEST_PAGE};

/// A range of addresses in a VPC, in one Availability Zone.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_subnet", version = 1, timeouts(create = "10m", delete = "20m"))]
pub(crate) struct Subnet {
    id: Computed<Id>,
    arn: Computed<String>,
    /// Whether network interfaces get an IPv6 address when they are created.
    #[attr(default = false)]
    assign_ipv6_address_on_creation: Option<bool>,
    #[attr(force_new, conflicts_with(availability_zone_id))]
    availability_zone: OrComputed<String>,
    #[attr(force_new, conflicts_with(availability_zone))]
    availability_zone_id: OrComputed<String>,
    #[attr(force_new)]
    cidr_block: OrComputed<Cidr>,
    #[attr(required_with(map_customer_owned_ip_on_launch, outpost_arn))]
    customer_owned_ipv4_pool: Option<String>,
    /// Whether the resolver answers with synthetic IPv6 addresses for hosts that have only IPv4.
    #[attr(default = false)]
    enable_dns64: Option<bool>,
    /// The device position of local network interfaces, on Outposts.
    enable_lni_at_device_index: Option<i32>,
    #[attr(default = false)]
    enable_resource_name_dns_a_record_on_launch: Option<bool>,
    #[attr(default = false)]
    enable_resource_name_dns_aaaa_record_on_launch: Option<bool>,
    #[attr(force_new)]
    ipv4_ipam_pool_id: Local<String>,
    #[attr(force_new)]
    ipv4_netmask_length: Local<i32>,
    ipv6_cidr_block: OrComputed<Cidr>,
    #[attr(recomputed_by(ipv6_cidr_block))]
    ipv6_cidr_block_association_id: Computed<String>,
    #[attr(force_new)]
    ipv6_ipam_pool_id: Local<String>,
    #[attr(force_new, default = false)]
    ipv6_native: Option<bool>,
    #[attr(force_new)]
    ipv6_netmask_length: Local<i32>,
    #[attr(required_with(customer_owned_ipv4_pool, outpost_arn))]
    map_customer_owned_ip_on_launch: Option<bool>,
    /// Whether instances get a public IPv4 address when they are launched.
    #[attr(default = false)]
    map_public_ip_on_launch: Option<bool>,
    #[attr(force_new)]
    outpost_arn: Option<String>,
    owner_id: Computed<String>,
    private_dns_hostname_type_on_launch: OrComputed<Choice<HostnameType>>,
    #[attr(force_new)]
    vpc_id: String,
    tags: Tags,
}

impl Resource for Subnet {
    type Api = Ec2;
    type Trace = ByTag;
    const READ_BATCH: usize = usize::MAX;

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let made = cx
            .client()
            .create_subnet()
            .vpc_id(&self.vpc_id)
            .set_availability_zone(self.availability_zone.text())
            .set_availability_zone_id(self.availability_zone_id.text())
            .set_cidr_block(self.cidr_block.text())
            .set_ipv4_ipam_pool_id(self.ipv4_ipam_pool_id.text())
            .set_ipv4_netmask_length(*self.ipv4_netmask_length)
            .set_ipv6_cidr_block(self.ipv6_cidr_block.text())
            .set_ipv6_ipam_pool_id(self.ipv6_ipam_pool_id.text())
            .set_ipv6_native(self.ipv6_native)
            .set_ipv6_netmask_length(*self.ipv6_netmask_length)
            .set_outpost_arn(self.outpost_arn.clone())
            .set_tag_specifications(tagged(ResourceType::Subnet, cx))
            .send()
            .await?;
        required(made.subnet.and_then(|it| it.subnet_id), "SubnetId").map(Id::from)
    }

    async fn complete(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let fresh = Self { ipv6_cidr_block: self.ipv6_cidr_block.clone(), ..Self::default() };
        self.set_attributes(&fresh, id, cx).await
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let list = async |token| {
            let request = cx.client().describe_subnets().max_results(LARGEST_PAGE);
            let answer = request.set_next_token(token).send().await?;
            Ok::<_, Error>((answer.subnets.unwrap_or_default(), answer.next_token))
        };
        let by_ids = async |ids: Vec<String>| {
            let request = cx.client().describe_subnets().filters(by("subnet-id", ids));
            Ok(request.into_paginator().items().send().try_collect().await?)
        };
        let wanted = ids.iter().map(Id::to_string);
        let found = listing::find(wanted, aws::Subnet::subnet_id, list, by_ids).await?;
        found.into_iter().map(seen).collect()
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        if self.ipv6_cidr_block != prior.ipv6_cidr_block {
            if let Some(association) = prior.ipv6_cidr_block_association_id.text().filter(|it| !it.is_empty())
            {
                or_gone(
                    cx.client().disassociate_subnet_cidr_block().association_id(association).send().await,
                )?;
            }
            if let Some(block) = self.ipv6_cidr_block.text().filter(|it| !it.is_empty()) {
                let request = cx.client().associate_subnet_cidr_block().subnet_id(id.as_str());
                request.ipv6_cidr_block(block).send().await?;
            }
        }
        self.set_attributes(prior, id, cx).await
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        or_gone(cx.client().delete_subnet().set_subnet_id(self.id.text()).send().await).map(drop)
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        Cidr::check("cidr_block", &draft.config("cidr_block"))?;
        Cidr::check("ipv6_cidr_block", &draft.config("ipv6_cidr_block"))
    }
}

impl Subnet {
    /// Sets what differs from `prior`; EC2 takes one attribute a call.
    async fn set_attributes(&self, prior: &Self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        for change in self.changes(prior, cx) {
            change.subnet_id(id.as_str()).send().await?;
        }
        Ok(())
    }

    fn changes(&self, prior: &Self, cx: &Cx<Ec2>) -> Vec<ModifySubnetAttributeFluentBuilder> {
        let modify = || cx.client().modify_subnet_attribute();
        let differs = |new: Option<bool>, old: Option<bool>| {
            (new.unwrap_or_default() != old.unwrap_or_default()).then(|| switch(new.unwrap_or_default()))
        };
        let mut changes = Vec::new();
        if let Some(on) = differs(self.assign_ipv6_address_on_creation, prior.assign_ipv6_address_on_creation)
        {
            changes.push(modify().assign_ipv6_address_on_creation(on));
        }
        if let Some(on) = differs(self.map_public_ip_on_launch, prior.map_public_ip_on_launch) {
            changes.push(modify().map_public_ip_on_launch(on));
        }
        if let Some(on) = differs(self.enable_dns64, prior.enable_dns64) {
            changes.push(modify().enable_dns64(on));
        }
        if let Some(on) = differs(
            self.enable_resource_name_dns_a_record_on_launch,
            prior.enable_resource_name_dns_a_record_on_launch,
        ) {
            changes.push(modify().enable_resource_name_dns_a_record_on_launch(on));
        }
        if let Some(on) = differs(
            self.enable_resource_name_dns_aaaa_record_on_launch,
            prior.enable_resource_name_dns_aaaa_record_on_launch,
        ) {
            changes.push(modify().enable_resource_name_dns_aaaa_record_on_launch(on));
        }
        if let Some(on) = differs(self.map_customer_owned_ip_on_launch, prior.map_customer_owned_ip_on_launch)
        {
            let pool = self.customer_owned_ipv4_pool.clone();
            changes.push(modify().map_customer_owned_ip_on_launch(on).set_customer_owned_ipv4_pool(pool));
        }
        if self.enable_lni_at_device_index != prior.enable_lni_at_device_index {
            changes.push(match self.enable_lni_at_device_index {
                Some(index) if index > 0 => modify().enable_lni_at_device_index(index),
                _ => modify().disable_lni_at_device_index(switch(true)),
            });
        }
        let hostnames = self.private_dns_hostname_type_on_launch.choice();
        if hostnames.is_some()
            && self.private_dns_hostname_type_on_launch != prior.private_dns_hostname_type_on_launch
        {
            changes.push(modify().set_private_dns_hostname_type_on_launch(hostnames));
        }
        changes
    }
}

fn seen(it: aws::Subnet) -> Result<Seen<Subnet>> {
    let settled = Settled::when(it.state.as_ref().map(aws::SubnetState::as_str), &["available"]);
    let ipv6 = it.ipv6_cidr_block_association_set.into_iter().flatten().find(|it| {
        let state = it.ipv6_cidr_block_state.as_ref().and_then(|it| it.state.as_ref());
        matches!(state, Some(Ipv6State::Associated))
    });
    let launch = it.private_dns_name_options_on_launch;
    let subnet = Subnet {
        id: required(it.subnet_id.map(Id::from), "SubnetId")?.into(),
        arn: or_empty(it.subnet_arn).into(),
        assign_ipv6_address_on_creation: Some(it.assign_ipv6_address_on_creation.unwrap_or_default()),
        availability_zone: or_empty(it.availability_zone).into(),
        availability_zone_id: or_empty(it.availability_zone_id).into(),
        cidr_block: it.cidr_block.map(Cidr::new).into(),
        customer_owned_ipv4_pool: or_empty(it.customer_owned_ipv4_pool),
        enable_dns64: Some(it.enable_dns64.unwrap_or_default()),
        enable_lni_at_device_index: Some(it.enable_lni_at_device_index.unwrap_or_default()),
        enable_resource_name_dns_a_record_on_launch: Some(
            launch.as_ref().and_then(|it| it.enable_resource_name_dns_a_record).unwrap_or_default(),
        ),
        enable_resource_name_dns_aaaa_record_on_launch: Some(
            launch.as_ref().and_then(|it| it.enable_resource_name_dns_aaaa_record).unwrap_or_default(),
        ),
        ipv4_ipam_pool_id: Local::NONE,
        ipv4_netmask_length: Local::NONE,
        ipv6_cidr_block: ipv6.as_ref().and_then(|it| it.ipv6_cidr_block.clone()).map(Cidr::new).into(),
        ipv6_cidr_block_association_id: or_empty(ipv6.and_then(|it| it.association_id)).into(),
        ipv6_ipam_pool_id: Local::NONE,
        ipv6_native: Some(it.ipv6_native.unwrap_or_default()),
        ipv6_netmask_length: Local::NONE,
        map_customer_owned_ip_on_launch: Some(it.map_customer_owned_ip_on_launch.unwrap_or_default()),
        map_public_ip_on_launch: Some(it.map_public_ip_on_launch.unwrap_or_default()),
        outpost_arn: or_empty(it.outpost_arn),
        owner_id: or_empty(it.owner_id).into(),
        private_dns_hostname_type_on_launch: launch.and_then(|it| it.hostname_type).map(Choice).into(),
        vpc_id: required(it.vpc_id, "VpcId")?,
        tags: tags(it.tags),
    };
    Ok(Seen::new(subnet, settled))
}
