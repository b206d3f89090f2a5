//! The IAM API.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::Tag;
use rinfra_aws_kit::{Api, Arn, ClientOptions, Cx, Error, Result, SdkConfig, TagChange, Tags};

use crate::listing::Listings;

/// AWS Identity and Access Management.
pub struct Iam;

/// The client of the SDK, and the listings of the account that its users share.
#[derive(Clone)]
pub struct Client {
    sdk: aws_sdk_iam::Client,
    listings: Arc<Listings>,
}

impl Client {
    /// Returns the listings of the account.
    pub(crate) fn listings(&self) -> &Listings {
        &self.listings
    }
}

impl Deref for Client {
    type Target = aws_sdk_iam::Client;

    fn deref(&self) -> &aws_sdk_iam::Client {
        &self.sdk
    }
}

impl Api for Iam {
    type Client = Client;

    const ENDPOINTS: &'static [&'static str] = &["iam"];
    const GLOBAL: bool = true;

    fn client(config: &SdkConfig, _: ClientOptions) -> Client {
        let sdk = aws_sdk_iam::Client::new(config);
        Client { listings: Arc::new(Listings::new(sdk.clone())), sdk }
    }

    /// Changes the tags of what has this ARN.
    async fn retag(cx: &Cx<Self>, target: &str, change: &TagChange) -> Result<()> {
        let client = cx.client();
        let removed = (!change.removed.is_empty()).then(|| change.removed.clone());
        let added = list(change.added.iter());
        let unknown = || Error::invalid(format!("{target} cannot carry tags"));
        let (kind, path) =
            Arn::parse(target).and_then(|it| it.resource.split_once('/')).ok_or_else(unknown)?;
        match kind {
            "role" => {
                let name = path.rsplit('/').next().unwrap_or(path);
                if removed.is_some() {
                    client.untag_role().role_name(name).set_tag_keys(removed).send().await?;
                }
                if added.is_some() {
                    client.tag_role().role_name(name).set_tags(added).send().await?;
                }
            }
            "policy" => {
                if removed.is_some() {
                    client.untag_policy().policy_arn(target).set_tag_keys(removed).send().await?;
                }
                if added.is_some() {
                    client.tag_policy().policy_arn(target).set_tags(added).send().await?;
                }
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }
}

/// Returns the tags of a create call; IAM takes no empty list.
pub(crate) fn tagged(cx: &Cx<Iam>) -> Option<Vec<Tag>> {
    list(cx.tags().iter())
}

fn list<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Option<Vec<Tag>> {
    // Both fields are there, so that building cannot fail.
    let tags: Vec<Tag> =
        tags.filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect();
    (!tags.is_empty()).then_some(tags)
}

/// Returns the tags of an answer.
pub(crate) fn tags(tags: Option<Vec<Tag>>) -> Tags {
    tags.into_iter().flatten().map(|it| (it.key, it.value)).collect()
}

/// Returns a moment as Terraform writes it: to the second.
pub(crate) fn moment(moment: DateTime) -> String {
    DateTime::from_secs(moment.secs()).to_string()
}

/// Returns the ARNs of the policies attached to a role.
pub(crate) async fn attached_policies(client: &Client, role: &str) -> Result<BTreeSet<String>> {
    let mut policies = client.list_attached_role_policies().role_name(role).into_paginator().items().send();
    let mut found = BTreeSet::new();
    while let Some(it) = policies.try_next().await? {
        found.extend(it.policy_arn);
    }
    Ok(found)
}
