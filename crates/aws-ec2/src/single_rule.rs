//! A security group rule as EC2 keeps it: what ingress and egress rules have in common.

use std::collections::{BTreeSet, HashSet};

use aws_sdk_ec2::types::{SecurityGroupRule, SecurityGroupRuleRequest, SecurityGroupRuleUpdate};
use rinfra_aws_kit::{Cx, Error, Result, Tags, required};
use rinfra_schema::typed::Id;

use crate::api::{Ec2, given, tags};
use crate::group_changes::{self, Direction};
use crate::group_rules::{self, Key};
use crate::permission::{Permission, Source, Traffic, of_rule};

/// A rule, whichever its direction.
#[derive(Clone, Debug, Default)]
pub(crate) struct SingleRule {
    pub(crate) id: Option<Id>,
    pub(crate) arn: Option<String>,
    pub(crate) cidr_ipv4: Option<String>,
    pub(crate) cidr_ipv6: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) from_port: Option<i32>,
    pub(crate) ip_protocol: String,
    pub(crate) prefix_list_id: Option<String>,
    pub(crate) referenced_security_group_id: Option<String>,
    pub(crate) security_group_id: String,
    pub(crate) to_port: Option<i32>,
    pub(crate) tags: Tags,
}

impl SingleRule {
    /// Adds the rule to its group.
    pub(crate) async fn create(&self, way: Direction, cx: &Cx<Ec2>) -> Result<Id> {
        let permission = self.permission()?;
        let group = &self.security_group_id;
        let what = BTreeSet::from([permission.clone()]);
        let made = group_changes::authorize(cx, group, way, what, cx.tags()).await?;
        let is_it = |it: &&SecurityGroupRule| of_rule(it).is_some_and(|it| it.is_for_the_same(&permission));
        let id = match made.iter().find(is_it).and_then(|it| it.security_group_rule_id.clone()) {
            Some(id) => Some(Id::from(id)),
            // It is there all the same.
            None => Self::find(cx, std::slice::from_ref(self), way).await?.into_iter().flatten().next(),
        };
        required(id, "SecurityGroupRuleId")
    }

    /// Reads rules of either direction.
    pub(crate) async fn read(cx: &Cx<Ec2>, ids: &[Id], way: Direction) -> Result<Vec<Self>> {
        let wanted: HashSet<&str> = ids.iter().map(Id::as_str).collect();
        let rules = group_rules::find(cx, ids.iter().map(|it| Key::Rule(it.to_string()))).await?;
        let mut found = Vec::new();
        for it in rules.iter().filter(|it| Direction::of_rule(it) == way) {
            if !it.security_group_rule_id().is_some_and(|it| wanted.contains(it)) {
                continue;
            }
            let owner = match given(&it.group_owner_id) {
                Some(owner) => owner.to_owned(),
                None => cx.account_id().await?,
            };
            found.push(seen(cx, it.clone(), &owner)?);
        }
        Ok(found)
    }

    /// Returns the ids of rules with the same contents as these.
    pub(crate) async fn find(cx: &Cx<Ec2>, wanted: &[Self], way: Direction) -> Result<Vec<Option<Id>>> {
        let groups: BTreeSet<&str> = wanted.iter().map(|it| it.security_group_id.as_str()).collect();
        let groups = groups.into_iter().map(|it| Key::Group(it.to_owned()));
        let rules = group_rules::find(cx, groups).await?;
        let rules: Vec<_> = rules.iter().filter(|it| Direction::of_rule(it) == way).collect();
        let find = |wanted: &Self| -> Result<Option<Id>> {
            let permission = wanted.permission()?;
            let is_it = |it: &&&SecurityGroupRule| {
                it.group_id.as_deref() == Some(wanted.security_group_id.as_str())
                    && of_rule(it).is_some_and(|it| it.is_for_the_same(&permission))
            };
            Ok(rules.iter().find(is_it).and_then(|it| it.security_group_rule_id.clone()).map(Id::from))
        };
        wanted.iter().map(find).collect()
    }

    /// Makes the rule with its id what it shall be.
    pub(crate) async fn update(&self, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.as_ref(), "id")?;
        let (from, to) = self.traffic().ports();
        let rule = SecurityGroupRuleRequest::builder()
            .ip_protocol(self.traffic().protocol)
            .set_from_port(from.or(Some(-1)))
            .set_to_port(to.or(Some(-1)))
            .set_cidr_ipv4(self.cidr_ipv4.clone())
            .set_cidr_ipv6(self.cidr_ipv6.clone())
            .set_prefix_list_id(self.prefix_list_id.clone())
            .set_referenced_group_id(self.referenced_security_group_id.clone())
            .set_description(self.description.clone())
            .build();
        let change =
            SecurityGroupRuleUpdate::builder().security_group_rule_id(id.as_str()).security_group_rule(rule);
        let request = cx.client().modify_security_group_rules().group_id(&self.security_group_id);
        request.security_group_rules(change.build()).send().await?;
        Ok(())
    }

    /// Takes the rule out of its group.
    pub(crate) async fn delete(&self, way: Direction, cx: &Cx<Ec2>) -> Result<()> {
        let id = required(self.id.as_ref(), "id")?;
        group_changes::revoke(cx, &self.security_group_id, way, id).await
    }

    fn traffic(&self) -> Traffic {
        Traffic::new(&self.ip_protocol, self.from_port, self.to_port)
    }

    fn source(&self) -> Result<Source> {
        self.cidr_ipv4
            .clone()
            .map(Source::Ipv4)
            .or_else(|| self.cidr_ipv6.clone().map(Source::Ipv6))
            .or_else(|| self.prefix_list_id.clone().map(Source::PrefixList))
            .or_else(|| self.referenced_security_group_id.clone().map(Source::Group))
            .ok_or_else(|| Error::invalid("a rule needs a CIDR block, a prefix list or a security group"))
    }

    fn permission(&self) -> Result<Permission> {
        let description = self.description.clone().unwrap_or_default();
        Ok(Permission { traffic: self.traffic(), source: self.source()?, description })
    }
}

fn seen(cx: &Cx<Ec2>, it: SecurityGroupRule, owner: &str) -> Result<SingleRule> {
    let group = match of_rule(&it).map(|it| it.source) {
        Some(Source::Group(group)) => Some(group),
        _ => None,
    };
    let id = required(it.security_group_rule_id, "SecurityGroupRuleId")?;
    let ip_protocol = it.ip_protocol.unwrap_or_default();
    // All protocols have no ports; EC2 says -1.
    let port = |port: Option<i32>| port.filter(|_| ip_protocol != "-1");
    Ok(SingleRule {
        arn: Some(
            it.security_group_rule_arn
                .unwrap_or_else(|| cx.arn("ec2", owner, &format!("security-group-rule/{id}"))),
        ),
        id: Some(Id::from(id)),
        cidr_ipv4: it.cidr_ipv4,
        cidr_ipv6: it.cidr_ipv6,
        description: it.description.filter(|it| !it.is_empty()),
        from_port: port(it.from_port),
        prefix_list_id: it.prefix_list_id,
        referenced_security_group_id: group,
        security_group_id: required(it.group_id, "GroupId")?,
        to_port: port(it.to_port),
        tags: tags(it.tags),
        ip_protocol,
    })
}
