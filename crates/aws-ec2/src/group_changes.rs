//! Changes of the rules of a security group, those of one group together.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_ec2::types::{ResourceType, SecurityGroupRule};
use rinfra_aws_kit::{Batching, Cx, Result, TagMap, or_gone};

use crate::api::{Ec2, tag_specifications};
use crate::permission::{Permission, put_together};

/// Where the rules of a group apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// To what comes in.
    Ingress,
    /// To what goes out.
    Egress,
}

impl Direction {
    /// Returns the direction of a rule.
    pub(crate) fn of_rule(rule: &SecurityGroupRule) -> Self {
        if rule.is_egress.unwrap_or_default() { Self::Egress } else { Self::Ingress }
    }
}

/// Whose rules are changed, how they apply, and the tags that new ones get: one call gives all of them the same.
type Key = (String, Direction, TagMap);

/// The changes of rules that are under way.
#[derive(Default)]
pub(crate) struct GroupChanges {
    authorized: Batching<Key, BTreeSet<Permission>, Arc<Vec<SecurityGroupRule>>>,
    revoked: Batching<Key, String, ()>,
}

/// Adds permissions to a group, and returns rules that were made, among them those made of these.
///
/// `tags` are those of the rules.
///
/// *Errors*: some of them are there already, or EC2 wants none of them.
pub(crate) async fn authorize(
    cx: &Cx<Ec2>,
    group: &str,
    way: Direction,
    permissions: BTreeSet<Permission>,
    tags: &TagMap,
) -> Result<Arc<Vec<SecurityGroupRule>>> {
    let send = |all: Vec<BTreeSet<Permission>>| async move {
        let what = Some(put_together(&all.into_iter().flatten().collect()));
        let tags = tag_specifications(ResourceType::SecurityGroupRule, tags);
        let made = match way {
            Direction::Ingress => {
                let request = cx.client().authorize_security_group_ingress().group_id(group);
                let request = request.set_ip_permissions(what).set_tag_specifications(tags);
                request.send().await?.security_group_rules
            }
            Direction::Egress => {
                let request = cx.client().authorize_security_group_egress().group_id(group);
                let request = request.set_ip_permissions(what).set_tag_specifications(tags);
                request.send().await?.security_group_rules
            }
        };
        Ok(Arc::new(made.unwrap_or_default()))
    };
    let key = (group.to_owned(), way, tags.clone());
    cx.client().group_changes().authorized.send(key, permissions, send).await
}

/// Takes a rule out of a group. One that is not there is a success.
pub(crate) async fn revoke(cx: &Cx<Ec2>, group: &str, way: Direction, rule: &str) -> Result<()> {
    let send = |ids: Vec<String>| async move {
        let is_alone = ids.len() == 1;
        let gone = match way {
            Direction::Ingress => {
                let request = cx.client().revoke_security_group_ingress().group_id(group);
                request.set_security_group_rule_ids(Some(ids)).send().await.map(drop).map_err(Into::into)
            }
            Direction::Egress => {
                let request = cx.client().revoke_security_group_egress().group_id(group);
                request.set_security_group_rule_ids(Some(ids)).send().await.map(drop).map_err(Into::into)
            }
        };
        // Of many, one that is not there keeps the others from being taken out.
        if is_alone { or_gone(gone).map(drop) } else { gone }
    };
    let key = (group.to_owned(), way, TagMap::new());
    cx.client().group_changes().revoked.send(key, rule.to_owned(), send).await
}
