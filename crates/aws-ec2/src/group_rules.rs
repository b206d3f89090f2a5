//! Rules of security groups, for all types that are read from them.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::SecurityGroupRule;
use futures::future::try_join_all;
use rinfra_aws_kit::{Cx, Error, Gathering, Result};

use crate::api::{Ec2, VALUES, by};
use crate::listing::{self, LARGEST_PAGE};

/// What names rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Their group.
    Group(String),
    /// The id of one.
    Rule(String),
}

/// Where rules are asked for.
pub(crate) type GroupRules = Gathering<Key, Arc<Vec<SecurityGroupRule>>>;

/// Returns the rules that these name, and others that are asked for at the same time.
pub(crate) async fn find(
    cx: &Cx<Ec2>,
    keys: impl IntoIterator<Item = Key>,
) -> Result<Arc<Vec<SecurityGroupRule>>> {
    let client = cx.client().sdk().clone();
    cx.client().group_rules().ask(keys, |keys| ask(client, keys)).await
}

async fn ask(client: Client, keys: BTreeSet<Key>) -> Result<Arc<Vec<SecurityGroupRule>>> {
    let (mut groups, mut rules) = (Vec::new(), BTreeSet::new());
    for key in keys {
        match key {
            Key::Group(id) => groups.push(id),
            Key::Rule(id) => {
                rules.insert(id);
            }
        }
    }
    let of_groups = groups.chunks(VALUES).map(|page| filtered(&client, "group-id", page.to_vec()));
    let mut found: Vec<SecurityGroupRule> = try_join_all(of_groups).await?.into_iter().flatten().collect();
    for it in found.iter().filter_map(SecurityGroupRule::security_group_rule_id) {
        rules.remove(it);
    }
    let list = async |token| {
        let request = client.describe_security_group_rules().max_results(LARGEST_PAGE);
        let answer = request.set_next_token(token).send().await?;
        Ok::<_, Error>((answer.security_group_rules.unwrap_or_default(), answer.next_token))
    };
    let by_ids = |ids| filtered(&client, "security-group-rule-id", ids);
    found.extend(listing::find(rules, SecurityGroupRule::security_group_rule_id, list, by_ids).await?);
    Ok(Arc::new(found))
}

async fn filtered(client: &Client, filter: &str, values: Vec<String>) -> Result<Vec<SecurityGroupRule>> {
    let request = client.describe_security_group_rules().filters(by(filter, values));
    Ok(request.into_paginator().items().send().try_collect().await?)
}
