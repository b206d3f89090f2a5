use std::time::Duration;

use aws_sdk_iam::types as aws;
use rinfra_aws_kit::clock::Clock;
use rinfra_aws_kit::{
    ByName, Cx, Draft, Error, ErrorClass, IamPolicy, Named, Resource, Result, Seen, Silence, TagMap, Tags,
    each, or_empty, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Local, OrComputed};

use crate::api::{Iam, tagged, tags};
use crate::listing::FEW;
use crate::names;
use crate::policy_text::Form;

/// What the version is called that a policy is created with.
const FIRST_VERSION: &str = "v1";

/// A policy of its own, to be attached to users, groups and roles.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_iam_policy")]
pub(crate) struct Policy {
    id: Computed<Id>,
    arn: Computed<String>,
    attachment_count: Computed<i32>,
    /// How long a new version waits before it is put into force, in milliseconds.
    delay_after_policy_creation_in_ms: Local<i32>,
    #[attr(force_new)]
    description: Option<String>,
    #[attr(force_new, conflicts_with(name_prefix))]
    name: OrComputed<String>,
    #[attr(force_new, conflicts_with(name))]
    name_prefix: OrComputed<String>,
    #[attr(force_new, default = "/")]
    path: String,
    policy: IamPolicy,
    policy_id: Computed<String>,
    tags: Tags,
}

impl Resource for Policy {
    type Api = Iam;
    type Trace = ByName;
    const READ_BATCH: usize = usize::MAX;
    const GONE_AT_ONCE: bool = true;

    async fn create(&self, cx: &Cx<Iam>) -> Result<Id> {
        let name = names::chosen(self.name.as_deref(), self.name_prefix.as_deref(), cx);
        let request = cx
            .client()
            .create_policy()
            .policy_name(&name)
            .set_description(self.description.clone().filter(|it| !it.is_empty()))
            .path(&self.path)
            .policy_document(&*self.policy)
            .set_tags(tagged(cx));
        match request.send().await.map_err(Error::from) {
            // A name made of this step's token exists only because the step was here before.
            Err(error) if self.name.is_none() && error.code() == Some("EntityAlreadyExists") => {
                let (partition, account) = (cx.partition().name, cx.account_id().await?);
                Ok(Id::new(format!("arn:{partition}:iam::{account}:policy{}{name}", self.path)))
            }
            made => required(made?.policy.and_then(|it| it.arn), "Arn").map(Id::from),
        }
    }

    async fn read(cx: &Cx<Iam>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        // A listing tells everything but the tags, and takes longer than finding them.
        let tags = async {
            let of_listed = if ids.len() > FEW { ids } else { &[] };
            let arns: Vec<_> = of_listed.iter().map(|it| (it.clone(), it.to_string())).collect();
            cx.indexed_tags(&arns, Silence::Nothing).await
        };
        let (listed, mut tags) = futures::join!(cx.client().listings().policies(ids.len()), tags);
        let listed = listed?.unwrap_or_default();
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for id in ids {
            match tags.remove(id).zip(listed.get(id.as_str())).and_then(|(tags, it)| of_listing(it, tags)) {
                Some(policy) => found.push(policy.into()),
                None => missing.push(id.clone()),
            }
        }
        let one = |id: Id| {
            let listed = listed.get(id.as_str());
            async move { Ok(one(cx, &id, listed).await?.map(Seen::from)) }
        };
        found.extend(each(&missing, one).await?);
        Ok(found)
    }

    async fn update(&self, prior: &Self, cx: &Cx<Iam>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        if self.policy == prior.policy {
            return Ok(());
        }
        match self.add_version(id, cx).await {
            Err(error) if error.code() == Some("LimitExceeded") => {
                let versions = spare_versions(id, cx).await?;
                let oldest = versions.into_iter().min_by_key(|it| it.create_date.map(|it| it.as_nanos()));
                delete_versions(oldest, id, cx).await?;
                self.add_version(id, cx).await
            }
            done => done,
        }
    }

    async fn delete(&self, cx: &Cx<Iam>) -> Result<()> {
        let id = required(self.id.value(), "id")?;
        let delete = || async { or_gone(cx.client().delete_policy().policy_arn(id.as_str()).send().await) };
        match delete().await {
            // A policy goes after all its versions but the one in force. Few have any.
            Err(error) if error.class() == ErrorClass::Dependency => {
                delete_versions(spare_versions(id, cx).await?, id, cx).await?;
                delete().await.map(drop)
            }
            done => done.map(drop),
        }
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        names::check(draft, 128)?;
        Form::Sorted.plan(draft, "policy")
    }
}

impl Named for Policy {
    async fn named(&self, cx: &Cx<Iam>) -> Result<Option<Id>> {
        let name = names::chosen(self.name.as_deref(), self.name_prefix.as_deref(), cx);
        let (partition, account) = (cx.partition().name, cx.account_id().await?);
        Ok(Some(Id::new(format!("arn:{partition}:iam::{account}:policy{}{name}", self.path))))
    }

    async fn born(id: &Id, cx: &Cx<Iam>) -> Result<Option<u64>> {
        let policy = or_gone(cx.client().get_policy().policy_arn(id.as_str()).send().await)?;
        let born = policy.and_then(|it| it.policy?.create_date);
        Ok(born.and_then(|it| u64::try_from(it.secs()).ok()))
    }
}

impl Policy {
    /// Puts a new version into force.
    async fn add_version(&self, id: &Id, cx: &Cx<Iam>) -> Result<()> {
        let delay = self.delay_after_policy_creation_in_ms.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
        let request = cx.client().create_policy_version().policy_arn(id.as_str());
        let made = request.policy_document(&*self.policy).set_as_default(delay == 0).send().await?;
        if delay > 0 {
            Clock::system().sleep(Duration::from_millis(delay)).await;
            let version = required(made.policy_version.and_then(|it| it.version_id), "VersionId")?;
            let request = cx.client().set_default_policy_version().policy_arn(id.as_str());
            request.version_id(version).send().await?;
        }
        Ok(())
    }
}

/// Returns the versions that are not in force.
async fn spare_versions(id: &Id, cx: &Cx<Iam>) -> Result<Vec<aws::PolicyVersion>> {
    let mut versions =
        cx.client().list_policy_versions().policy_arn(id.as_str()).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(it) = versions.try_next().await? {
        found.extend((!it.is_default_version).then_some(it));
    }
    Ok(found)
}

async fn delete_versions(
    versions: impl IntoIterator<Item = aws::PolicyVersion>,
    id: &Id,
    cx: &Cx<Iam>,
) -> Result<()> {
    for version in versions {
        let request = cx.client().delete_policy_version().policy_arn(id.as_str());
        or_gone(request.set_version_id(version.version_id).send().await)?;
    }
    Ok(())
}

async fn one(cx: &Cx<Iam>, id: &Id, listed: Option<&aws::ManagedPolicyDetail>) -> Result<Option<Policy>> {
    let policy = cx.client().get_policy().policy_arn(id.as_str()).send().await?.policy;
    let policy = required(policy, "Policy")?;
    let version = required(policy.default_version_id.as_deref(), "DefaultVersionId")?;
    let made = cx.known::<Policy>(id).filter(|_| cx.is_made(id) && version == FIRST_VERSION);
    let document = match (listed.and_then(|it| text(it, version)), made) {
        (Some(document), _) => Form::Sorted.of_answer(document),
        (None, Some(made)) => made.policy,
        (None, None) => {
            let request = cx.client().get_policy_version().policy_arn(id.as_str()).version_id(version);
            let version = request.send().await?.policy_version;
            Form::Sorted.of_answer(&required(version.and_then(|it| it.document), "Document")?)
        }
    };
    Ok(Some(seen(policy, document)))
}

/// Returns the text of a version.
fn text<'a>(it: &'a aws::ManagedPolicyDetail, version: &str) -> Option<&'a str> {
    it.policy_version_list().iter().find(|it| it.version_id() == Some(version))?.document()
}

fn of_listing(it: &aws::ManagedPolicyDetail, tags: TagMap) -> Option<Policy> {
    let document = text(it, it.default_version_id()?)?;
    let policy = aws::Policy::builder()
        .set_arn(it.arn.clone())
        .set_attachment_count(it.attachment_count)
        .set_description(it.description.clone())
        .set_path(it.path.clone())
        .set_policy_id(it.policy_id.clone())
        .set_policy_name(it.policy_name.clone())
        .build();
    Some(Policy { tags: Tags(tags), ..seen(policy, Form::Sorted.of_answer(document)) })
}

fn seen(it: aws::Policy, policy: IamPolicy) -> Policy {
    let name = it.policy_name.unwrap_or_default();
    Policy {
        id: it.arn.clone().map(Id::from).into(),
        arn: it.arn.into(),
        attachment_count: it.attachment_count.into(),
        delay_after_policy_creation_in_ms: Local::NONE,
        description: or_empty(it.description),
        name_prefix: names::prefix_of(&name).into(),
        name: name.into(),
        path: it.path.unwrap_or_default(),
        policy,
        policy_id: it.policy_id.into(),
        tags: tags(it.tags),
    }
}
