use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{self as aws, ResourceType};
use rinfra_aws_kit::{
    ByTag, Cidr, Cx, Error, Resource, Result, Seen, TagMap, Tags, or_empty, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Local, OrComputed, Set};

use crate::api::{Ec2, by, given, tagged, tags};
use crate::group_changes::{self, Direction};
use crate::listing::{self, LARGEST_PAGE};
use crate::permission::{Permission, Protocol, Source, Traffic, put_together, taken_apart};

/// A firewall around network interfaces.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_security_group", version = 1, timeouts(create = "10m", delete = "15m"))]
pub(crate) struct SecurityGroup {
    id: Computed<Id>,
    arn: Computed<String>,
    #[attr(force_new, default = "Managed by Terraform")]
    description: Option<String>,
    /// What may go out, all of it. Where it is not given, rule resources may add to it.
    egress: OrComputed<Set<Rule>>,
    /// What may come in, all of it. Where it is not given, rule resources may add to it.
    ingress: OrComputed<Set<Rule>>,
    #[attr(force_new, conflicts_with(name_prefix))]
    name: OrComputed<String>,
    #[attr(force_new, conflicts_with(name))]
    name_prefix: OrComputed<String>,
    owner_id: Computed<String>,
    /// Whether to empty the group before deleting it, for groups that refer to each other.
    #[attr(default = false)]
    revoke_rules_on_delete: Local<bool>,
    #[attr(force_new)]
    vpc_id: OrComputed<String>,
    tags: Tags,
}

/// A kind of traffic and who may send or receive it.
#[derive(Schema, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rule {
    cidr_blocks: Option<Vec<Cidr>>,
    description: Option<String>,
    from_port: i32,
    ipv6_cidr_blocks: Option<Vec<Cidr>>,
    prefix_list_ids: Option<Vec<String>>,
    protocol: Protocol,
    security_groups: Option<Set<String>>,
    /// Whether the group itself is among the others.
    #[attr(name = "self")]
    itself: Option<bool>,
    to_port: i32,
}

impl Resource for SecurityGroup {
    type Api = Ec2;
    type Trace = ByTag;
    const READ_BATCH: usize = usize::MAX;

    async fn create(&self, cx: &Cx<Ec2>) -> Result<Id> {
        let name = match given(&self.name) {
            Some(name) => name.to_owned(),
            None => cx.unique_name(given(&self.name_prefix).unwrap_or("terraform-")),
        };
        let made = cx
            .client()
            .create_security_group()
            .group_name(name)
            .set_description(self.description.clone())
            .set_vpc_id(self.vpc_id.text())
            .set_tag_specifications(tagged(ResourceType::SecurityGroup, cx))
            .send()
            .await?;
        required(made.group_id, "GroupId").map(Id::from)
    }

    async fn complete(&self, id: &Id, cx: &Cx<Ec2>) -> Result<()> {
        let [ipv4, ipv6] = everything();
        let mut egress = permissions(self.egress.value(), id);
        // EC2 lets everything out of a new group; Terraform's groups let out only what they name. What it lets out by
        // IPv6, where the VPC has that, shows once the group does.
        if !egress.remove(&ipv4) {
            revoke(Direction::Egress, id, &BTreeSet::from([ipv4]), cx).await?;
        }
        let by_ipv6 = egress.take(&ipv6).into_iter().collect();
        permit_first(Direction::Egress, id, &by_ipv6, cx).await?;
        permit_first(Direction::Egress, id, &egress, cx).await?;
        permit_first(Direction::Ingress, id, &permissions(self.ingress.value(), id), cx).await
    }

    async fn amend(&self, seen: &Self, cx: &Cx<Ec2>) -> Result<bool> {
        let id = required(seen.id.value(), "id")?;
        let (planned, seen) = (permissions(self.egress.value(), id), permissions(seen.egress.value(), id));
        let is_unwanted = |it: &Permission| seen.contains(it) && !planned.contains(it);
        let unwanted: BTreeSet<Permission> = everything().into_iter().filter(is_unwanted).collect();
        revoke(Direction::Egress, id, &unwanted, cx).await?;
        Ok(!unwanted.is_empty())
    }

    async fn read(cx: &Cx<Ec2>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let list = async |token| {
            let request = cx.client().describe_security_groups().max_results(LARGEST_PAGE);
            let answer = request.set_next_token(token).send().await?;
            Ok::<_, Error>((answer.security_groups.unwrap_or_default(), answer.next_token))
        };
        let by_ids = async |ids: Vec<String>| {
            let request = cx.client().describe_security_groups().filters(by("group-id", ids));
            Ok(request.into_paginator().items().send().try_collect().await?)
        };
        let wanted = ids.iter().map(Id::to_string);
        let found = listing::find(wanted, aws::SecurityGroup::group_id, list, by_ids).await?;
        found.into_iter().map(|it| seen(cx, it)).collect()
    }

    async fn update(&self, prior: &Self, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        let directions = [
            (Direction::Ingress, &self.ingress, &prior.ingress),
            (Direction::Egress, &self.egress, &prior.egress),
        ];
        for (direction, planned, before) in directions {
            let (after, before) = (permissions(planned.value(), id), permissions(before.value(), id));
            if planned.is_none() || after == before {
                continue;
            }
            revoke(direction, id, &before.difference(&after).cloned().collect(), cx).await?;
            authorize(direction, id, &after.difference(&before).cloned().collect(), cx).await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        if self.revoke_rules_on_delete.value() == Some(&true) {
            for group in Self::read(cx, std::slice::from_ref(id)).await? {
                let (ingress, egress) = (&group.object.ingress, &group.object.egress);
                revoke(Direction::Ingress, id, &permissions(ingress.value(), id), cx).await?;
                revoke(Direction::Egress, id, &permissions(egress.value(), id), cx).await?;
            }
        }
        or_gone(cx.client().delete_security_group().group_id(id.as_str()).send().await).map(drop)
    }

    /// EC2 knows single permissions only; which of them stood together in one rule, the object as it was tells.
    fn recall(&mut self, prior: Option<&Self>) {
        let (Some(prior), Some(id)) = (prior, self.id.0.clone()) else { return };
        for (seen, before) in [(&mut self.ingress, &prior.ingress), (&mut self.egress, &prior.egress)] {
            if let (Some(seen), Some(before)) = (&mut **seen, before.value()) {
                *seen = regroup(&permissions(Some(seen), &id), before, &id);
            }
        }
    }
}

/// Permits traffic in a group that nobody else knows yet: what is permitted already was permitted by this very call,
/// whose answer was lost and which was repeated.
async fn permit_first(way: Direction, id: &str, what: &BTreeSet<Permission>, cx: &Cx<Ec2>) -> Result<()> {
    match authorize(way, id, what, cx).await {
        Err(error) if error.code() == Some("InvalidPermission.Duplicate") => Ok(()),
        done => done,
    }
}

async fn authorize(way: Direction, id: &str, what: &BTreeSet<Permission>, cx: &Cx<Ec2>) -> Result<()> {
    if what.is_empty() {
        return Ok(());
    }
    group_changes::authorize(cx, id, way, what.clone(), &TagMap::new()).await.map(drop)
}

async fn revoke(way: Direction, id: &str, what: &BTreeSet<Permission>, cx: &Cx<Ec2>) -> Result<()> {
    if what.is_empty() {
        return Ok(());
    }
    let (client, what) = (cx.client(), Some(put_together(what)));
    match way {
        Direction::Ingress => {
            let request = client.revoke_security_group_ingress().group_id(id).set_ip_permissions(what);
            or_gone(request.send().await).map(drop)
        }
        Direction::Egress => {
            let request = client.revoke_security_group_egress().group_id(id).set_ip_permissions(what);
            or_gone(request.send().await).map(drop)
        }
    }
}

/// Returns what EC2 lets out of a new group, by IPv4 and, where the VPC has it, by IPv6.
fn everything() -> [Permission; 2] {
    let to =
        |source| Permission { traffic: Traffic::new("-1", None, None), source, description: String::new() };
    [to(Source::Ipv4("0.0.0.0/0".to_owned())), to(Source::Ipv6("::/0".to_owned()))]
}

fn permissions(rules: Option<&Set<Rule>>, own: &str) -> BTreeSet<Permission> {
    rules.into_iter().flatten().flat_map(|it| it.permissions(own)).collect()
}

impl Rule {
    fn permissions(&self, own: &str) -> Vec<Permission> {
        let ipv4 = self.cidr_blocks.iter().flatten().map(|it| Source::Ipv4(it.to_string()));
        let ipv6 = self.ipv6_cidr_blocks.iter().flatten().map(|it| Source::Ipv6(it.to_string()));
        let lists = self.prefix_list_ids.iter().flatten().map(|it| Source::PrefixList(it.clone()));
        let groups = self.security_groups.iter().flatten().map(|it| Source::Group(it.clone()));
        let itself = self.itself.filter(|it| *it).map(|_| Source::Group(own.to_owned()));
        let traffic = Traffic::new(&self.protocol, Some(self.from_port), Some(self.to_port));
        let description = self.description.clone().unwrap_or_default();
        let all = ipv4.chain(ipv6).chain(lists).chain(groups).chain(itself);
        all.map(|source| Permission { traffic: traffic.clone(), source, description: description.clone() })
            .collect()
    }
}

/// Returns permissions as rules: those of `before` that still hold entirely, and the rest gathered.
fn regroup(seen: &BTreeSet<Permission>, before: &Set<Rule>, own: &str) -> Set<Rule> {
    let holds = |it: &&Rule| it.permissions(own).iter().all(|it| seen.contains(it));
    let kept: Set<Rule> = before.iter().filter(holds).cloned().collect();
    let covered = permissions(Some(&kept), own);
    let rest = seen.difference(&covered).cloned().collect();
    kept.into_iter().chain(gathered(&rest, own)).collect()
}

/// Returns one rule for each kind of traffic and description.
fn gathered(permissions: &BTreeSet<Permission>, own: &str) -> Set<Rule> {
    let mut rules: BTreeMap<(&Traffic, &str), Rule> = BTreeMap::new();
    for permission in permissions {
        let traffic = &permission.traffic;
        let rule = rules.entry((traffic, &permission.description)).or_insert_with(|| Rule {
            cidr_blocks: Some(Vec::new()),
            description: Some(permission.description.clone()),
            from_port: traffic.from,
            ipv6_cidr_blocks: Some(Vec::new()),
            prefix_list_ids: Some(Vec::new()),
            protocol: Protocol(traffic.protocol.clone()),
            security_groups: Some(Set::new()),
            itself: Some(false),
            to_port: traffic.to,
        });
        match &permission.source {
            Source::Ipv4(it) => rule.cidr_blocks.get_or_insert_default().push(Cidr::new(it)),
            Source::Ipv6(it) => rule.ipv6_cidr_blocks.get_or_insert_default().push(Cidr::new(it)),
            Source::PrefixList(it) => rule.prefix_list_ids.get_or_insert_default().push(it.clone()),
            Source::Group(it) if it == own => rule.itself = Some(true),
            Source::Group(it) => {
                rule.security_groups.get_or_insert_default().insert(it.clone());
            }
        }
    }
    rules.into_values().collect()
}

fn seen(cx: &Cx<Ec2>, it: aws::SecurityGroup) -> Result<Seen<SecurityGroup>> {
    let id = required(it.group_id, "GroupId")?;
    let owner = it.owner_id.unwrap_or_default();
    let rules = |permissions: Option<Vec<aws::IpPermission>>| {
        let apart = permissions.iter().flatten().flat_map(|it| taken_apart(it, &owner)).collect();
        Some(gathered(&apart, &id))
    };
    let name = it.group_name.unwrap_or_default();
    let group = SecurityGroup {
        arn: it
            .security_group_arn
            .unwrap_or_else(|| cx.arn("ec2", &owner, &format!("security-group/{id}")))
            .into(),
        description: or_empty(it.description),
        egress: rules(it.ip_permissions_egress).into(),
        ingress: rules(it.ip_permissions).into(),
        name_prefix: prefix(&name).to_owned().into(),
        name: name.into(),
        revoke_rules_on_delete: Local::NONE,
        vpc_id: or_empty(it.vpc_id).into(),
        tags: tags(it.tags),
        id: Id::from(id.as_str()).into(),
        owner_id: owner.clone().into(),
    };
    Ok(group.into())
}

/// Returns the prefix of a generated name, which ends in 26 hexadecimal digits.
fn prefix(name: &str) -> &str {
    match name.len().checked_sub(26).and_then(|at| name.split_at_checked(at)) {
        Some((prefix, digits)) if !prefix.is_empty() && digits.chars().all(|it| it.is_ascii_hexdigit()) => {
            prefix
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, gathered, permissions, prefix, regroup};
    use crate::permission::Protocol;
    use rinfra_aws_kit::Cidr;
    use rinfra_schema::typed::Set;

    fn rule(port: i32, blocks: &[&str]) -> Rule {
        Rule {
            cidr_blocks: Some(blocks.iter().map(|it| Cidr::new(*it)).collect()),
            protocol: Protocol("tcp".to_owned()),
            from_port: port,
            to_port: port,
            ..Rule::default()
        }
    }

    #[test]
    fn rules_stay_grouped_as_they_were_written() {
        let written: Set<Rule> =
            [rule(80, &["10.2.0.0/16", "10.1.0.0/16"]), rule(80, &["10.3.0.0/16"])].into();
        let seen = permissions(Some(&written), "sg-1");
        assert_eq!(gathered(&seen, "sg-1").len(), 1, "EC2 has them all together");
        assert_eq!(regroup(&seen, &written, "sg-1"), written);
        let drifted = permissions(Some(&[rule(80, &["10.1.0.0/16", "10.3.0.0/16"])].into()), "sg-1");
        let regrouped = regroup(&drifted, &written, "sg-1");
        assert_eq!(permissions(Some(&regrouped), "sg-1"), drifted);
        assert!(regrouped.contains(&rule(80, &["10.3.0.0/16"])));
    }

    #[test]
    fn a_generated_name_tells_its_prefix() {
        assert_eq!(prefix("p-20261123070838066600000003"), "p-");
        assert_eq!(prefix("20261123070838066600000003"), "");
        assert_eq!(prefix("web"), "");
    }
}
