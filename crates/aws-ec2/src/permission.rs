//! What a security group lets through, taken apart: one protocol, one range of ports, one other side.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroupRule, UserIdGroupPair,
};
use rinfra_schema::Equality;
use rinfra_schema::typed::{AttributeType, DecodeError};
use rinfra_value::{Type, Value};

/// A protocol by name or number; the names EC2 has for some numbers mean the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Protocol(pub(crate) String);

fn normal(protocol: &str) -> String {
    match protocol.to_lowercase().as_str() {
        "all" => "-1".to_owned(),
        "1" => "icmp".to_owned(),
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "58" => "icmpv6".to_owned(),
        other => other.to_owned(),
    }
}

impl Deref for Protocol {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AttributeType for Protocol {
    fn ty() -> Type {
        Type::String
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        String::decode(value).map(Self)
    }

    fn encode(&self) -> Value {
        Value::string(self.0.as_str())
    }

    fn equality() -> Equality {
        Equality::Semantic(|one, other| normal(one) == normal(other))
    }
}

/// The other side of a permission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Ipv4(String),
    Ipv6(String),
    PrefixList(String),
    /// A security group; of another account it is `account/group`.
    Group(String),
}

/// A protocol and a range of ports. All protocols have no ports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Traffic {
    pub(crate) protocol: String,
    pub(crate) from: i32,
    pub(crate) to: i32,
}

impl Traffic {
    /// Returns the traffic of a protocol and its ports, however they are written.
    pub(crate) fn new(protocol: &str, from: Option<i32>, to: Option<i32>) -> Self {
        let protocol = normal(protocol);
        if protocol == "-1" {
            return Self { protocol, from: 0, to: 0 };
        }
        Self { protocol, from: from.unwrap_or_default(), to: to.unwrap_or_default() }
    }

    /// Returns the ports, where the protocol has some.
    pub(crate) fn ports(&self) -> (Option<i32>, Option<i32>) {
        if self.protocol == "-1" { (None, None) } else { (Some(self.from), Some(self.to)) }
    }
}

/// The smallest permission there is: EC2 keeps one rule for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Permission {
    pub(crate) traffic: Traffic,
    pub(crate) source: Source,
    pub(crate) description: String,
}

impl Permission {
    /// Tells whether it lets the same through, whatever it says about that: a group has no two rules that do.
    pub(crate) fn is_for_the_same(&self, other: &Self) -> bool {
        self.traffic == other.traffic && self.source == other.source
    }
}

/// Returns the permissions in one answer of EC2.
pub(crate) fn taken_apart(it: &IpPermission, owner: &str) -> Vec<Permission> {
    let traffic = Traffic::new(it.ip_protocol().unwrap_or_default(), it.from_port, it.to_port);
    let ipv4 = it.ip_ranges().iter().map(|it| (it.cidr_ip.clone().map(Source::Ipv4), &it.description));
    let ipv6 = it.ipv6_ranges().iter().map(|it| (it.cidr_ipv6.clone().map(Source::Ipv6), &it.description));
    let lists = it
        .prefix_list_ids()
        .iter()
        .map(|it| (it.prefix_list_id.clone().map(Source::PrefixList), &it.description));
    let groups = it.user_id_group_pairs().iter().map(|it| {
        let group = it.group_id.as_deref().map(|id| group(it.user_id.as_deref(), id, owner));
        (group.map(Source::Group), &it.description)
    });
    let all = ipv4.chain(ipv6).chain(lists).chain(groups);
    all.filter_map(|(source, description)| {
        let description = description.clone().unwrap_or_default();
        Some(Permission { traffic: traffic.clone(), source: source?, description })
    })
    .collect()
}

/// Returns the permission of a single rule.
pub(crate) fn of_rule(it: &SecurityGroupRule) -> Option<Permission> {
    let owner = it.group_owner_id.as_deref().unwrap_or_default();
    let referenced = it.referenced_group_info.as_ref();
    let group = referenced.and_then(|it| Some(group(it.user_id.as_deref(), it.group_id.as_deref()?, owner)));
    let source = it
        .cidr_ipv4
        .clone()
        .map(Source::Ipv4)
        .or_else(|| it.cidr_ipv6.clone().map(Source::Ipv6))
        .or_else(|| it.prefix_list_id.clone().map(Source::PrefixList))
        .or_else(|| group.map(Source::Group))?;
    Some(Permission {
        traffic: Traffic::new(it.ip_protocol.as_deref().unwrap_or_default(), it.from_port, it.to_port),
        source,
        description: it.description.clone().unwrap_or_default(),
    })
}

fn group(account: Option<&str>, id: &str, owner: &str) -> String {
    match account {
        Some(account) if !account.is_empty() && !owner.is_empty() && account != owner => {
            format!("{account}/{id}")
        }
        _ => id.to_owned(),
    }
}

/// Puts permissions together into as few as EC2's calls take: one for each kind of traffic.
pub(crate) fn put_together(permissions: &BTreeSet<Permission>) -> Vec<IpPermission> {
    let mut by_traffic: BTreeMap<&Traffic, Vec<&Permission>> = BTreeMap::new();
    for permission in permissions {
        by_traffic.entry(&permission.traffic).or_default().push(permission);
    }
    by_traffic.into_iter().map(|(traffic, permissions)| of_traffic(traffic, &permissions)).collect()
}

fn of_traffic(traffic: &Traffic, permissions: &[&Permission]) -> IpPermission {
    let (from, to) = traffic.ports();
    let mut it = IpPermission::builder().ip_protocol(&traffic.protocol).set_from_port(from).set_to_port(to);
    for Permission { source, description, .. } in permissions {
        let description = Some(description.clone()).filter(|it| !it.is_empty());
        it = match source {
            Source::Ipv4(block) => {
                it.ip_ranges(IpRange::builder().cidr_ip(block).set_description(description).build())
            }
            Source::Ipv6(block) => {
                it.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(block).set_description(description).build())
            }
            Source::PrefixList(id) => it.prefix_list_ids(
                PrefixListId::builder().prefix_list_id(id).set_description(description).build(),
            ),
            Source::Group(id) => {
                let (account, id) = id.split_once('/').map_or((None, id.as_str()), |(a, id)| (Some(a), id));
                let pair = UserIdGroupPair::builder().group_id(id).set_user_id(account.map(str::to_owned));
                it.user_id_group_pairs(pair.set_description(description).build())
            }
        };
    }
    it.build()
}

#[cfg(test)]
mod tests {
    use super::{Permission, Source, Traffic, put_together, taken_apart};
    use std::collections::BTreeSet;

    #[test]
    fn permissions_survive_being_put_together() {
        let permission = |protocol, port, source, description: &str| Permission {
            traffic: Traffic::new(protocol, Some(port), Some(port)),
            source,
            description: description.to_owned(),
        };
        let all = BTreeSet::from([
            permission("6", 80, Source::Ipv4("10.0.0.0/8".to_owned()), "a"),
            permission("tcp", 80, Source::Ipv6("::/0".to_owned()), ""),
            permission("tcp", 443, Source::Group("sg-1".to_owned()), ""),
            permission("tcp", 443, Source::Group("210987654321/sg-2".to_owned()), ""),
            permission("all", 9, Source::PrefixList("pl-1".to_owned()), ""),
        ]);
        let together = put_together(&all);
        assert_eq!(together.len(), 3);
        let again: BTreeSet<Permission> =
            together.iter().flat_map(|it| taken_apart(it, "123456789012")).collect();
        assert_eq!(again, all);
    }
}
