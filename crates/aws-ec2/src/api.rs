//! The EC2 API, and the words its calls are made of.

use std::ops::Deref;
use std::sync::Arc;

use aws_sdk_ec2::types::{AttributeBooleanValue, Filter, ResourceType, Tag, TagSpecification};
use rinfra_aws_kit::{Api, Batching, ClientOptions, Cx, Result, SdkConfig, TagChange, TagMap, Tagging, Tags};
use rinfra_schema::typed::Id;

use crate::group_changes::GroupChanges;
use crate::group_rules::GroupRules;
use crate::route_tables::RouteTables;

/// Amazon EC2.
pub struct Ec2;

/// The client of the SDK, and what several resource types read or change together.
#[derive(Clone)]
pub struct Client {
    sdk: aws_sdk_ec2::Client,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    route_tables: RouteTables,
    group_rules: GroupRules,
    group_changes: GroupChanges,
    /// Objects whose tags are changed in the same way, which one call does.
    retagged: Batching<TagChange, String, ()>,
}

impl Client {
    /// Returns the client of the SDK alone.
    pub(crate) fn sdk(&self) -> &aws_sdk_ec2::Client {
        &self.sdk
    }

    /// Returns where route tables are asked for.
    pub(crate) fn route_tables(&self) -> &RouteTables {
        &self.shared.route_tables
    }

    /// Returns where rules of security groups are asked for.
    pub(crate) fn group_rules(&self) -> &GroupRules {
        &self.shared.group_rules
    }

    /// Returns where rules of security groups are changed.
    pub(crate) fn group_changes(&self) -> &GroupChanges {
        &self.shared.group_changes
    }
}

impl Deref for Client {
    type Target = aws_sdk_ec2::Client;

    fn deref(&self) -> &aws_sdk_ec2::Client {
        &self.sdk
    }
}

impl Api for Ec2 {
    type Client = Client;

    const ENDPOINTS: &'static [&'static str] = &["ec2"];

    fn client(config: &SdkConfig, _: ClientOptions) -> Client {
        Client { sdk: aws_sdk_ec2::Client::new(config), shared: Arc::default() }
    }

    async fn retag(cx: &Cx<Self>, target: &str, change: &TagChange) -> Result<()> {
        let send = |targets: Vec<String>| async move {
            if !change.removed.is_empty() {
                let keys = change.removed.iter().map(|key| Tag::builder().key(key).build()).collect();
                let request = cx.client().delete_tags().set_resources(Some(targets.clone()));
                request.set_tags(Some(keys)).send().await?;
            }
            if !change.added.is_empty() {
                let tags =
                    change.added.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
                let request = cx.client().create_tags().set_resources(Some(targets));
                request.set_tags(Some(tags.collect())).send().await?;
            }
            Ok(())
        };
        cx.client().shared.retagged.send(change.clone(), target.to_owned(), send).await
    }
}

/// How many values a filter takes.
pub(crate) const VALUES: usize = 200;

impl Tagging for Ec2 {
    const UNTAGGED_AT_ONCE: usize = 500;

    async fn find_by_tag(cx: &Cx<Self>, key: &str, values: &[&str]) -> Result<Vec<(String, Id)>> {
        let mut found = Vec::new();
        for values in values.chunks(VALUES) {
            let request = cx.client().describe_tags().filters(by("key", [key])).filters(by("value", values));
            let mut pages = request.into_paginator().items().send();
            while let Some(it) = pages.try_next().await? {
                found.extend(it.value.zip(it.resource_id.map(Id::from)));
            }
        }
        Ok(found)
    }

    async fn untag(cx: &Cx<Self>, key: &str, targets: &[String]) -> Result<()> {
        let request = cx.client().delete_tags().set_resources(Some(targets.to_vec()));
        request.tags(Tag::builder().key(key).build()).send().await?;
        Ok(())
    }
}

/// Returns the tags of a create call; EC2 takes no empty list.
pub(crate) fn tagged(kind: ResourceType, cx: &Cx<Ec2>) -> Option<Vec<TagSpecification>> {
    tag_specifications(kind, cx.tags())
}

/// Returns tags as a create call takes them.
pub(crate) fn tag_specifications(kind: ResourceType, tags: &TagMap) -> Option<Vec<TagSpecification>> {
    let tags: Vec<Tag> =
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    (!tags.is_empty())
        .then(|| vec![TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build()])
}

/// Returns the tags of an answer.
pub(crate) fn tags(tags: Option<Vec<Tag>>) -> Tags {
    let tags = tags.into_iter().flatten();
    tags.filter_map(|it| Some((it.key?, it.value.unwrap_or_default()))).collect()
}

/// Returns a filter by one name. A describe call with a filter leaves out what does not exist, where one with
/// ids would fail as a whole.
pub(crate) fn by<V: AsRef<str>>(name: &str, values: impl IntoIterator<Item = V>) -> Filter {
    let values = values.into_iter().map(|it| it.as_ref().to_owned()).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// Returns the switch of a modify call.
pub(crate) fn switch(on: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(on).build()
}

/// Returns a text that is there and not empty: Terraform stores absent texts as empty ones.
pub(crate) fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|it| !it.is_empty())
}
