use std::collections::BTreeMap;

use aws_sdk_ec2::types::{self as aws, AddressAttributeName, DomainType, ResourceType};
use rinfra_aws_kit::{ByTag, Cx, Resource, Result, Seen, Tags, or_empty, or_gone, required};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Choice, Computed, Id, Local, OrComputed};

use crate::api::{Ec2, by, given, tagged, tags};

/// An Elastic IP address: a public address that stays.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_eip", timeouts(read = "15m", update = "5m", delete = "3m"))]
pub(crate) struct Eip {
    id: Computed<Id>,
    /// An address to take again, from a pool of one's own or released lately.
    #[attr(force_new)]
    address: Local<String>,
    allocation_id: Computed<String>,
    arn: Computed<String>,
    associate_with_private_ip: Local<String>,
    #[attr(recomputed_by(instance, network_interface))]
    association_id: Computed<String>,
    carrier_ip: Computed<String>,
    customer_owned_ip: Computed<String>,
    customer_owned_ipv4_pool: Option<String>,
    #[attr(force_new, choices("vpc", "standard"))]
    domain: OrComputed<Choice<DomainType>>,
    #[attr(conflicts_with(network_interface))]
    instance: OrComputed<String>,
    #[attr(force_new)]
    ipam_pool_id: OrComputed<String>,
    #[attr(force_new)]
    network_border_group: OrComputed<String>,
    #[attr(conflicts_with(instance))]
    network_interface: OrComputed<String>,
    #[attr(recomputed_by(instance, network_interface))]
    private_dns: Computed<String>,
    #[attr(recomputed_by(instance, network_interface))]
    private_ip: Computed<String>,
    ptr_record: Computed<String>,
    public_dns: Computed<String>,
    public_ip: Computed<String>,
    #[attr(force_new)]
    public_ipv4_pool: OrComputed<String>,
    tags: Tags,
}

impl Resource for Eip {
    type Api = Ec2;
    type Trace = ByTag;
    const READ_BATCH: usize = 200;

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let made = cx
            .client()
            .allocate_address()
            .domain(DomainType::Vpc)
            .set_address(self.address.text())
            .set_customer_owned_ipv4_pool(self.customer_owned_ipv4_pool.clone())
            .set_ipam_pool_id(self.ipam_pool_id.text())
            .set_network_border_group(self.network_border_group.text())
            .set_public_ipv4_pool(self.public_ipv4_pool.text())
            .set_tag_specifications(tagged(ResourceType::ElasticIp, cx))
            .send()
            .await?;
        required(made.allocation_id, "AllocationId").map(Id::from)
    }

    async fn complete(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        self.associate(id, cx).await
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let answer = cx.client().describe_addresses().filters(by("allocation-id", ids)).send().await?;
        let addresses = answer.addresses.unwrap_or_default();
        let allocations: Vec<String> = addresses.iter().filter_map(|it| it.allocation_id.clone()).collect();
        if allocations.is_empty() {
            return Ok(Vec::new());
        }
        let names = reverse_names(cx, allocations).await?;
        let account = cx.account_id().await?;
        addresses.into_iter().map(|it| seen(cx, it, &account, &names)).collect()
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let target = |it: &Self| {
            let ip = it.associate_with_private_ip.text().unwrap_or_default();
            (it.instance.text().unwrap_or_default(), it.network_interface.text().unwrap_or_default(), ip)
        };
        if target(self) != target(prior) {
            prior.disassociate(cx).await?;
            self.associate(required(self.id.value(), "id")?, cx).await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        self.disassociate(cx).await?;
        let request = cx.client().release_address().set_allocation_id(self.id.text());
        let group = given(&self.network_border_group).map(str::to_owned);
        or_gone(request.set_network_border_group(group).send().await).map(drop)
    }
}

impl Eip {
    async fn associate(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let (instance, interface) = (given(&self.instance), given(&self.network_interface));
        if instance.is_none() && interface.is_none() {
            return Ok(());
        }
        cx.client()
            .associate_address()
            .allocation_id(id.as_str())
            .set_instance_id(instance.filter(|_| interface.is_none()).map(str::to_owned))
            .set_network_interface_id(interface.map(str::to_owned))
            .set_private_ip_address(given(&self.associate_with_private_ip).map(str::to_owned))
            .send()
            .await?;
        Ok(())
    }

    async fn disassociate(&self, cx: &Cx<Ec2>) -> Result<()> {
        if let Some(association) = given(&self.association_id) {
            or_gone(cx.client().disassociate_address().association_id(association).send().await)?;
        }
        Ok(())
    }
}

/// Returns the host names the addresses resolve to, by allocation.
async fn reverse_names(cx: &Cx<Ec2>, allocations: Vec<String>) -> Result<BTreeMap<String, String>> {
    let request = cx.client().describe_addresses_attribute().attribute(AddressAttributeName::DomainName);
    let request = request.set_allocation_ids(Some(allocations));
    let mut pages = request.into_paginator().items().send();
    let mut names = BTreeMap::new();
    while let Some(it) = pages.try_next().await? {
        names.extend(it.allocation_id.zip(it.ptr_record));
    }
    Ok(names)
}

fn seen(
    cx: &Cx<Ec2>,
    it: aws::Address,
    account: &str,
    names: &BTreeMap<String, String>,
) -> Result<Seen<Eip>> {
    let id = required(it.allocation_id, "AllocationId")?;
    let eip = Eip {
        address: Local::NONE,
        allocation_id: id.clone().into(),
        arn: cx.arn("ec2", account, &format!("elastic-ip/{id}")).into(),
        associate_with_private_ip: Local::NONE,
        association_id: or_empty(it.association_id).into(),
        carrier_ip: or_empty(it.carrier_ip).into(),
        customer_owned_ip: or_empty(it.customer_owned_ip).into(),
        customer_owned_ipv4_pool: or_empty(it.customer_owned_ipv4_pool),
        domain: it.domain.map(Choice).into(),
        instance: or_empty(it.instance_id).into(),
        // DescribeAddresses does not tell it.
        ipam_pool_id: OrComputed::NONE,
        network_border_group: or_empty(it.network_border_group).into(),
        network_interface: or_empty(it.network_interface_id).into(),
        private_dns: it.private_ip_address.as_deref().map(|ip| private_name(cx.region(), ip)).into(),
        private_ip: or_empty(it.private_ip_address).into(),
        ptr_record: or_empty(names.get(&id).cloned()).into(),
        public_dns: it.public_ip.as_deref().map(|ip| public_name(cx, ip)).into(),
        public_ip: or_empty(it.public_ip).into(),
        public_ipv4_pool: or_empty(it.public_ipv4_pool).into(),
        tags: tags(it.tags),
        id: Id::from(id).into(),
    };
    Ok(eip.into())
}

fn private_name(region: &str, ip: &str) -> String {
    let host = ip.replace('.', "-");
    match region {
        "us-east-1" => format!("ip-{host}.ec2.internal"),
        _ => format!("ip-{host}.{region}.compute.internal"),
    }
}

fn public_name(cx: &Cx<Ec2>, ip: &str) -> String {
    let (host, suffix) = (ip.replace('.', "-"), cx.partition().dns_suffix);
    match cx.region() {
        "us-east-1" => format!("ec2-{host}.compute-1.{suffix}"),
        region => format!("ec2-{host}.{region}.compute.{suffix}"),
    }
}
