use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{self as aws, IpPermission};
use rinfra_aws_kit::{ByName, Cidr, Cx, Named, Resource, Result, Seen, TagMap, or_gone};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed};

use crate::api::{Ec2, given};
use crate::checksum::crc32;
use crate::group_changes::{self, Direction};
use crate::group_rules;
use crate::permission::{Permission, Protocol, Source, Traffic, of_rule, put_together};

/// Permissions of one security group for one kind of traffic.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_security_group_rule", version = 2, timeouts(create = "5m"))]
pub(crate) struct SecurityGroupRule {
    id: Computed<Id>,
    #[attr(
        force_new,
        conflicts_with(source_security_group_id, self),
        at_least_one_of(ipv6_cidr_blocks, prefix_list_ids, self, source_security_group_id)
    )]
    cidr_blocks: Option<Vec<Cidr>>,
    description: Option<String>,
    #[attr(force_new)]
    from_port: i32,
    #[attr(force_new, conflicts_with(source_security_group_id, self))]
    ipv6_cidr_blocks: Option<Vec<Cidr>>,
    #[attr(force_new)]
    prefix_list_ids: Option<Vec<String>>,
    #[attr(force_new)]
    protocol: Protocol,
    #[attr(force_new)]
    security_group_id: String,
    security_group_rule_id: Computed<String>,
    #[attr(name = "self", force_new, default = false)]
    itself: Option<bool>,
    #[attr(force_new)]
    source_security_group_id: OrComputed<String>,
    #[attr(force_new)]
    to_port: i32,
    #[attr(name = "type", force_new, choices("ingress", "egress"))]
    direction: String,
}

impl Resource for SecurityGroupRule {
    type Api = Ec2;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;

    /// What `import` takes: `sg-1_ingress_tcp_80_80_10.0.0.0/8`, with as many sources as there are.
    fn identity(&self) -> Option<Id> {
        Some(self.key().text())
    }

    fn imported(id: &str) -> Id {
        Key::parse(id).map_or_else(|| Id::from(id), |it| it.text())
    }

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let way = if self.is_egress() { Direction::Egress } else { Direction::Ingress };
        let group = &self.security_group_id;
        group_changes::authorize(cx, group, way, self.permissions(), &TagMap::new()).await?;
        Ok(self.key().text())
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let keys: Vec<Key> = ids.iter().filter_map(|it| Key::parse(it)).collect();
        let groups = keys.iter().map(|it| group_rules::Key::Group(it.group.clone()));
        let mut rules: BTreeMap<(String, bool), Vec<aws::SecurityGroupRule>> = BTreeMap::new();
        for it in group_rules::find(cx, groups).await?.iter() {
            let group = it.group_id.clone().unwrap_or_default();
            rules.entry((group, it.is_egress.unwrap_or_default())).or_default().push(it.clone());
        }
        let of =
            |key: &Key| rules.get(&(key.group.clone(), key.is_egress)).map(Vec::as_slice).unwrap_or_default();
        Ok(keys.iter().filter_map(|key| seen(key, of(key))).map(Seen::from).collect())
    }

    async fn update(&self, _: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let group = self.security_group_id.as_str();
        let what: Vec<IpPermission> = put_together(&self.permissions());
        if self.is_egress() {
            let request = cx.client().update_security_group_rule_descriptions_egress().group_id(group);
            request.set_ip_permissions(Some(what)).send().await?;
        } else {
            let request = cx.client().update_security_group_rule_descriptions_ingress().group_id(group);
            request.set_ip_permissions(Some(what)).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        let group = self.security_group_id.as_str();
        let what = put_together(&self.permissions());
        if self.is_egress() {
            let request = cx.client().revoke_security_group_egress().group_id(group);
            or_gone(request.set_ip_permissions(Some(what)).send().await).map(drop)
        } else {
            let request = cx.client().revoke_security_group_ingress().group_id(group);
            or_gone(request.set_ip_permissions(Some(what)).send().await).map(drop)
        }
    }

    fn recall(&mut self, prior: Option<&Self>) {
        // The same sources, in the order they were written.
        if let Some(prior) = prior {
            self.cidr_blocks.clone_from(&prior.cidr_blocks);
            self.ipv6_cidr_blocks.clone_from(&prior.ipv6_cidr_blocks);
            self.prefix_list_ids.clone_from(&prior.prefix_list_ids);
            self.from_port = prior.from_port;
            self.to_port = prior.to_port;
        }
    }
}

impl Named for SecurityGroupRule {}

impl SecurityGroupRule {
    fn is_egress(&self) -> bool {
        self.direction == "egress"
    }

    fn key(&self) -> Key {
        let ipv4 = self.cidr_blocks.iter().flatten().map(|it| Source::Ipv4(it.to_string()));
        let ipv6 = self.ipv6_cidr_blocks.iter().flatten().map(|it| Source::Ipv6(it.to_string()));
        let lists = self.prefix_list_ids.iter().flatten().map(|it| Source::PrefixList(it.clone()));
        let group = given(&self.source_security_group_id).map(|it| Source::Group(it.to_owned()));
        let itself = self.itself.filter(|it| *it).map(|_| Source::Group(self.security_group_id.clone()));
        Key {
            group: self.security_group_id.clone(),
            is_egress: self.is_egress(),
            traffic: Traffic::new(&self.protocol, Some(self.from_port), Some(self.to_port)),
            sources: ipv4.chain(ipv6).chain(lists).chain(group).chain(itself).collect(),
        }
    }

    fn permissions(&self) -> BTreeSet<Permission> {
        let description = self.description.clone().unwrap_or_default();
        let Key { traffic, sources, .. } = self.key();
        let permission =
            |source| Permission { traffic: traffic.clone(), source, description: description.clone() };
        sources.into_iter().map(permission).collect()
    }
}

/// What tells a rule from others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    group: String,
    is_egress: bool,
    traffic: Traffic,
    sources: BTreeSet<Source>,
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('_');
        let (group, direction, protocol) = (parts.next()?, parts.next()?, parts.next()?);
        let (from, to) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let sources: BTreeSet<Source> = parts
            .map(|it| match it {
                "self" => Source::Group(group.to_owned()),
                it if it.starts_with("pl-") => Source::PrefixList(it.to_owned()),
                it if it.contains(':') => Source::Ipv6(it.to_owned()),
                it if it.contains("sg-") => Source::Group(it.to_owned()),
                it => Source::Ipv4(it.to_owned()),
            })
            .collect();
        let is_egress = direction == "egress";
        if sources.is_empty() || (!is_egress && direction != "ingress") {
            return None;
        }
        let traffic = Traffic::new(protocol, Some(from), Some(to));
        Some(Self { group: group.to_owned(), is_egress, traffic, sources })
    }

    fn text(&self) -> Id {
        let Traffic { protocol, from, to } = &self.traffic;
        let mut text = format!("{}_{}_{protocol}_{from}_{to}", self.group, self.direction());
        for source in &self.sources {
            let source = match source {
                Source::Group(it) if *it == self.group => "self",
                Source::Ipv4(it) | Source::Ipv6(it) | Source::PrefixList(it) | Source::Group(it) => it,
            };
            text.push('_');
            text.push_str(source);
        }
        Id::from(text)
    }

    fn direction(&self) -> &'static str {
        if self.is_egress { "egress" } else { "ingress" }
    }

    /// Returns the id Terraform gives to the rule.
    fn terraform_id(&self) -> Id {
        let Traffic { protocol, from, to } = &self.traffic;
        let mut text = format!("{}-", self.group);
        for port in [from, to].into_iter().filter(|it| **it > 0) {
            text.push_str(&format!("{port}-"));
        }
        text.push_str(&format!("{protocol}-{}-", self.direction()));
        for source in &self.sources {
            match source {
                Source::Ipv4(it) | Source::Ipv6(it) | Source::PrefixList(it) => {
                    text.push_str(&format!("{it}-"));
                }
                // The second dash ends the name of the group, which only EC2-Classic had.
                Source::Group(it) => text.push_str(&format!("{}--", it.rsplit('/').next().unwrap_or(it))),
            }
        }
        Id::from(format!("sgrule-{}", crc32(&text)))
    }
}

/// Returns the rule with this key, if the group has all of its permissions.
fn seen(key: &Key, rules: &[aws::SecurityGroupRule]) -> Option<SecurityGroupRule> {
    let mut ids = Vec::new();
    let mut description = None;
    for source in &key.sources {
        let is_it = |it: &Permission| it.traffic == key.traffic && it.source == *source;
        let found = rules.iter().find_map(|rule| of_rule(rule).filter(is_it).map(|it| (rule, it)));
        let (rule, permission) = found?;
        ids.extend(rule.security_group_rule_id.clone());
        description = Some(permission.description).filter(|it| !it.is_empty());
    }
    let some = |pick: fn(&Source) -> Option<&String>| {
        let picked: Vec<String> = key.sources.iter().filter_map(pick).cloned().collect();
        (!picked.is_empty()).then_some(picked)
    };
    let cidrs = |it: Option<Vec<String>>| it.map(|it| it.into_iter().map(Cidr::new).collect());
    let own = Source::Group(key.group.clone());
    let other = key.sources.iter().find_map(|it| match it {
        Source::Group(id) if *it != own => Some(id.clone()),
        _ => None,
    });
    Some(SecurityGroupRule {
        id: key.terraform_id().into(),
        cidr_blocks: cidrs(some(|it| if let Source::Ipv4(it) = it { Some(it) } else { None })),
        description,
        from_port: key.traffic.from,
        ipv6_cidr_blocks: cidrs(some(|it| if let Source::Ipv6(it) = it { Some(it) } else { None })),
        prefix_list_ids: some(|it| if let Source::PrefixList(it) = it { Some(it) } else { None }),
        protocol: Protocol(key.traffic.protocol.clone()),
        security_group_id: key.group.clone(),
        // EC2 has one rule for each source: only a single one is the rule.
        security_group_rule_id: match ids.as_slice() {
            [id] => id.clone().into(),
            _ => String::new().into(),
        },
        itself: Some(key.sources.contains(&own)),
        source_security_group_id: other.into(),
        to_port: key.traffic.to,
        direction: key.direction().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn ids_are_terraforms() {
        let cases = [
            ("ingress_tcp_8080_8090_10.0.0.0/8", "sgrule-1019737888"),
            ("egress_all_0_0_0.0.0.0/0", "sgrule-39934979"),
            ("ingress_udp_53_53_self", "sgrule-1703896765"),
            ("ingress_6_22_22_sg-df14c5d293bce6476", "sgrule-2717270628"),
            ("ingress_tcp_1_2_10.2.0.0/16_10.1.0.0/16", "sgrule-315906332"),
        ];
        for (rest, expected) in cases {
            let key = Key::parse(&format!("sg-9d938208c8f9d72ef_{rest}")).expect(rest);
            assert_eq!(key.terraform_id().as_str(), expected, "{rest}");
            assert_eq!(Key::parse(&key.text()), Some(key), "{rest}");
        }
        for text in
            ["", "sg-1", "sg-1_ingress_tcp_1_2", "sg-1_sideways_tcp_1_2_self", "sg-1_ingress_tcp_a_2_self"]
        {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }
}
