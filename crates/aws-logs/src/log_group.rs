use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatchlogs::types::{self as aws, LogGroupClass};
use futures::future::try_join_all;
use rinfra_aws_kit::{
    ByName, Cx, Draft, Error, Named, Resource, Result, Seen, Tags, or_empty, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Choice, Computed, Id, Local, OrComputed};
use rinfra_value::Value;

use crate::api::{Logs, with_tags};

/// A group of log streams that share retention, encryption and access.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_cloudwatch_log_group")]
pub(crate) struct LogGroup {
    id: Computed<Id>,
    arn: Computed<String>,
    /// Whether the group cannot be deleted.
    deletion_protection_enabled: OrComputed<bool>,
    /// The KMS key that encrypts the events.
    kms_key_id: Option<String>,
    #[attr(force_new)]
    log_group_class: OrComputed<Choice<LogGroupClass>>,
    #[attr(force_new, conflicts_with(name_prefix))]
    name: OrComputed<String>,
    /// How a name begins that nobody else uses.
    #[attr(force_new, conflicts_with(name))]
    name_prefix: OrComputed<String>,
    /// How long events are kept; 0 is forever.
    #[attr(default = 0)]
    retention_in_days: i32,
    /// Whether a destroy leaves the group and its events where they are.
    #[attr(default = false)]
    skip_destroy: Local<bool>,
    tags: Tags,
}

/// The numbers of days for which events can be kept.
const RETENTIONS: &[i64] = &[
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
    3653,
];
/// The retention of groups of the class `DELIVERY`, which nobody can change.
const DELIVERY_RETENTION: i32 = 2;
/// How many groups one call describes.
const DESCRIBED_AT_ONCE: usize = 50;
/// How many letters AWS allows in a name.
const LONGEST_NAME: usize = 512;
/// How many letters make a name unique.
const UNIQUE_LETTERS: usize = 26;

impl Resource for LogGroup {
    type Api = Logs;
    type Trace = ByName;
    const READ_BATCH: usize = 1000;
    const HOLDS_DATA: bool = true;
    // A group is gone with the answer, and one that is left alone stays.
    const GONE_AT_ONCE: bool = true;

    fn identity(&self) -> Option<Id> {
        self.id.value().cloned().or_else(|| self.name.text().map(Id::from))
    }

    async fn create(&self, cx: &Cx<Logs>) -> Result<Id> {
        let given = self.name.text();
        let prefix = self.name_prefix.as_deref().unwrap_or("terraform-");
        let name = given.clone().unwrap_or_else(|| cx.unique_name(prefix));
        let tags = cx.tags();
        let request = cx
            .client()
            .create_log_group()
            .log_group_name(&name)
            .set_deletion_protection_enabled(self.deletion_protection_enabled.filter(|on| *on))
            .set_kms_key_id(self.kms_key_id.clone().filter(|it| !it.is_empty()))
            .set_log_group_class(self.log_group_class.choice())
            .set_tags((!tags.is_empty()).then(|| tags.clone().into_iter().collect()));
        match request.send().await.map_err(Error::from) {
            // A name made of this step's token exists only because the step was here before.
            Err(error) if given.is_none() && error.code() == Some("ResourceAlreadyExistsException") => {}
            other => {
                other?;
            }
        }
        Ok(Id::from(name))
    }

    async fn complete(&self, id: &Id, cx: &Cx<Logs>) -> Result<()> {
        if self.retention_in_days == 0 || self.is_delivery() {
            return Ok(());
        }
        self.set_retention(id, cx).await
    }

    async fn read(cx: &Cx<Logs>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let groups =
            describe(cx, ids).await?.into_iter().map(|(name, it)| Ok((Id::from(name), arn(&it)?, it)));
        let groups = with_tags(cx, groups.collect::<Result<Vec<_>>>()?).await?;
        groups.into_iter().map(|(name, it, tags)| Ok(seen(&name, it, tags)?.into())).collect()
    }

    async fn update(&self, prior: &Self, cx: &Cx<Logs>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        if self.retention_in_days != prior.retention_in_days && !self.is_delivery() {
            self.set_retention(id, cx).await?;
        }
        let key = |it: &Self| it.kms_key_id.clone().unwrap_or_default();
        if key(self) != key(prior) {
            if key(self).is_empty() {
                cx.client().disassociate_kms_key().log_group_name(id.as_str()).send().await?;
            } else {
                let request = cx.client().associate_kms_key().log_group_name(id.as_str());
                request.kms_key_id(key(self)).send().await?;
            }
        }
        let protected = *self.deletion_protection_enabled;
        if protected.is_some() && protected != *prior.deletion_protection_enabled {
            let request = cx.client().put_log_group_deletion_protection().log_group_identifier(id.as_str());
            request.set_deletion_protection_enabled(protected).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Cx<Logs>) -> Result<()> {
        if *self.skip_destroy == Some(true) {
            return Ok(());
        }
        let name = self.identity().map(String::from);
        or_gone(cx.client().delete_log_group().set_log_group_name(name).send().await).map(drop)
    }

    fn tag_target(&self) -> String {
        self.arn.text().unwrap_or_default()
    }

    fn recall(&mut self, prior: Option<&Self>) {
        // Where there is but one class, AWS does not name it.
        let is_told = self.log_group_class.as_ref().is_some_and(|it| !it.as_str().is_empty());
        if let Some(class) = prior.and_then(|it| it.log_group_class.value()).filter(|_| !is_told) {
            self.log_group_class = class.clone().into();
        }
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        if draft.planned("log_group_class").as_str() == Some(LogGroupClass::Delivery.as_str()) {
            draft.set("retention_in_days", Value::number(i64::from(DELIVERY_RETENTION)));
        }
        check_retention(&draft.config("retention_in_days"))?;
        check_name("name", &draft.config("name"), LONGEST_NAME)?;
        check_name("name_prefix", &draft.config("name_prefix"), LONGEST_NAME - UNIQUE_LETTERS)
    }
}

impl Named for LogGroup {
    const SET_LATER: &'static [&'static str] = &["retention_in_days"];

    async fn named(&self, cx: &Cx<Logs>) -> Result<Option<Id>> {
        let prefix = self.name_prefix.as_deref().unwrap_or("terraform-");
        Ok(Some(Id::new(self.name.text().unwrap_or_else(|| cx.unique_name(prefix)))))
    }

    async fn born(id: &Id, cx: &Cx<Logs>) -> Result<Option<u64>> {
        let found = describe(cx, std::slice::from_ref(id)).await?;
        let milliseconds = found.get(id.as_str()).and_then(|it| it.creation_time);
        Ok(milliseconds.and_then(|it| u64::try_from(it / 1000).ok()))
    }
}

impl LogGroup {
    fn is_delivery(&self) -> bool {
        self.log_group_class.choice() == Some(LogGroupClass::Delivery)
    }

    async fn set_retention(&self, id: &Id, cx: &Cx<Logs>) -> Result<()> {
        if self.retention_in_days == 0 {
            or_gone(cx.client().delete_retention_policy().log_group_name(id.as_str()).send().await)?;
        } else {
            let request = cx.client().put_retention_policy().log_group_name(id.as_str());
            request.retention_in_days(self.retention_in_days).send().await?;
        }
        Ok(())
    }
}

/// Returns those of the groups that exist, by name.
async fn describe(cx: &Cx<Logs>, ids: &[Id]) -> Result<BTreeMap<String, aws::LogGroup>> {
    let mut pages = ids.chunks(DESCRIBED_AT_ONCE);
    let first = pages.next().unwrap_or_default();
    let mut found = match first {
        [] => return Ok(BTreeMap::new()),
        [only] => one(cx, only).await?,
        many => identified(cx, many).await?,
    };
    // An endpoint that does not know this filter, an emulator's for one, has told of all groups by now.
    let first: BTreeSet<&str> = first.iter().map(Id::as_str).collect();
    if found.keys().all(|it| first.contains(it.as_str())) {
        let others = try_join_all(pages.map(|page| identified(cx, page))).await?;
        found.extend(others.into_iter().flatten());
    }
    let wanted: BTreeSet<&str> = ids.iter().map(Id::as_str).collect();
    found.retain(|name, _| wanted.contains(name.as_str()));
    Ok(found)
}

/// Returns a group, or the one that comes after where it would be.
async fn one(cx: &Cx<Logs>, id: &Id) -> Result<BTreeMap<String, aws::LogGroup>> {
    // Of the names that begin with this one, it is the first itself.
    let request = cx.client().describe_log_groups().log_group_name_prefix(id.as_str()).limit(1);
    let groups = request.send().await?.log_groups.into_iter().flatten();
    Ok(groups.filter_map(|it| Some((it.log_group_name.clone()?, it))).collect())
}

/// Returns those groups of a page that exist, and all others if the endpoint cannot tell them apart.
async fn identified(cx: &Cx<Logs>, ids: &[Id]) -> Result<BTreeMap<String, aws::LogGroup>> {
    let names = ids.iter().map(|it| it.as_str().to_owned()).collect();
    let request = cx.client().describe_log_groups().set_log_group_identifiers(Some(names));
    let mut pages = request.into_paginator().items().send();
    let mut found = BTreeMap::new();
    while let Some(it) = pages.try_next().await? {
        found.insert(required(it.log_group_name.clone(), "logGroupName")?, it);
    }
    Ok(found)
}

/// Returns the ARN of a group as policies and tags name it: without the `:*` for its streams.
fn arn(it: &aws::LogGroup) -> Result<String> {
    let arn = it.log_group_arn.as_deref().or(it.arn.as_deref());
    required(arn, "arn").map(|it| it.trim_end_matches(":*").to_owned())
}

fn seen(name: &str, it: aws::LogGroup, tags: Tags) -> Result<LogGroup> {
    Ok(LogGroup {
        id: Id::from(name).into(),
        arn: arn(&it)?.into(),
        deletion_protection_enabled: it.deletion_protection_enabled.unwrap_or_default().into(),
        kms_key_id: or_empty(it.kms_key_id),
        log_group_class: Choice(it.log_group_class.unwrap_or_else(|| LogGroupClass::from(""))).into(),
        name: name.into(),
        name_prefix: prefix(name).into(),
        retention_in_days: it.retention_in_days.unwrap_or_default(),
        skip_destroy: Local::NONE,
        tags,
    })
}

/// Returns what stands before the letters that make a name unique; nothing when the name has none.
fn prefix(name: &str) -> &str {
    let split = name.len().checked_sub(UNIQUE_LETTERS).and_then(|at| name.split_at_checked(at));
    match split {
        Some((prefix, unique)) if unique.bytes().all(|it| it.is_ascii_hexdigit()) => prefix,
        _ => "",
    }
}

fn check_retention(days: &Value) -> Result<()> {
    match days.as_number().map(|it| it.to_i64()) {
        Some(given) if !given.is_some_and(|it| RETENTIONS.contains(&it)) => {
            let all: Vec<String> = RETENTIONS.iter().map(i64::to_string).collect();
            Err(Error::invalid("retention_in_days is not a number of days for which events can be kept")
                .with_hint(format!("it is one of {}; 0 is forever", all.join(", "))))
        }
        _ => Ok(()),
    }
}

fn check_name(argument: &str, value: &Value, longest: usize) -> Result<()> {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "-_/#.".contains(it);
    match value.as_str() {
        Some(name) if name.is_empty() || name.len() > longest || !name.chars().all(allowed) => {
            Err(Error::invalid(format!("{argument} is {name:?}, which cannot name a log group"))
                .with_hint(format!("it has 1 to {longest} letters, digits and characters of \"-_/#.\"")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{check_name, check_retention, prefix};
    use rinfra_value::Value;

    #[test]
    fn a_prefix_is_what_stands_before_unique_letters() {
        let cases = [
            ("b-20261123074042729300000001", "b-"),
            ("0123456789abcdef0123456789", ""),
            ("terraform-0123456789abcdef0123456789", "terraform-"),
            ("x-0123456789abcdef012345678g", ""),
            ("short", ""),
            ("äöüäöüäöüäöüäöüäöüäöüäöüäöü", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(prefix(name), expected, "{name}");
        }
    }

    #[test]
    fn arguments_are_checked() {
        let longest = "x".repeat(513);
        for (name, fine) in [("/aws/lambda/a-b_c#1.2", true), ("", false), ("a b", false), (&longest, false)]
        {
            assert_eq!(check_name("name", &Value::string(name), 512).is_ok(), fine, "{name}");
        }
        for (days, fine) in [(0, true), (7, true), (3653, true), (2, false), (-1, false)] {
            assert_eq!(check_retention(&Value::number(days)).is_ok(), fine, "{days}");
        }
        assert!(check_retention(&Value::dynamic_null()).is_ok());
    }
}
