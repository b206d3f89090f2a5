mod contents;
mod deprecated;
mod name;
mod object_lock;
mod region;

use aws_sdk_s3::types::BucketNamespace;
use rinfra_aws_kit::{
    ByName, Cx, Draft, Error, ErrorClass, Named, ReadCost, Resource, Result, Seen, Silence, TagMap, Tags,
    each, or_gone, required,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Choice, Computed, Id, Local, OrComputed, Set};

use self::contents::Locks;
use self::deprecated::{
    CorsRule, Encryption, Grant, LifecycleRule, Logging, Replication, Versioning, Website,
};
use self::object_lock::ObjectLock;
use crate::api::{S3, set_tags, tags_of};

/// A place for objects, with a name nobody else in the world has.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_s3_bucket", timeouts(create = "20m", read = "20m", update = "20m", delete = "60m"))]
pub(crate) struct Bucket {
    id: Computed<Id>,
    arn: Computed<String>,
    #[attr(force_new, conflicts_with(bucket_prefix))]
    bucket: OrComputed<String>,
    bucket_domain_name: Computed<String>,
    #[attr(force_new)]
    bucket_namespace: OrComputed<Choice<BucketNamespace>>,
    /// How a name begins that nobody else uses.
    #[attr(force_new, conflicts_with(bucket))]
    bucket_prefix: OrComputed<String>,
    bucket_region: Computed<String>,
    bucket_regional_domain_name: Computed<String>,
    /// Whether a destroy deletes the objects too, all versions of them.
    #[attr(default = false)]
    force_destroy: Local<bool>,
    /// The hosted zone of the website endpoint, for alias records.
    hosted_zone_id: Computed<String>,
    /// Whether objects can be locked.
    #[attr(force_new)]
    object_lock_enabled: OrComputed<bool>,
    tags: Tags,

    #[attr(deprecated = "use the resource type aws_s3_bucket_accelerate_configuration")]
    acceleration_status: OrComputed<String>,
    #[attr(deprecated = "use the resource type aws_s3_bucket_acl")]
    acl: OrComputed<String>,
    #[attr(deprecated = "use the resource type aws_s3_bucket_policy")]
    policy: OrComputed<String>,
    #[attr(deprecated = "use the resource type aws_s3_bucket_request_payment_configuration")]
    request_payer: OrComputed<String>,
    #[attr(deprecated = "use the resource type aws_s3_bucket_website_configuration")]
    website_domain: Computed<String>,
    #[attr(deprecated = "use the resource type aws_s3_bucket_website_configuration")]
    website_endpoint: Computed<String>,
    #[block(deprecated = "use the resource type aws_s3_bucket_cors_configuration")]
    cors_rule: OrComputed<Vec<CorsRule>>,
    #[block(deprecated = "use the resource type aws_s3_bucket_acl")]
    grant: OrComputed<Set<Grant>>,
    #[block(deprecated = "use the resource type aws_s3_bucket_lifecycle_configuration")]
    lifecycle_rule: OrComputed<Vec<LifecycleRule>>,
    #[block(max = 1, deprecated = "use the resource type aws_s3_bucket_logging")]
    logging: OrComputed<Logging>,
    #[block(max = 1, deprecated = "use the resource type aws_s3_bucket_object_lock_configuration")]
    object_lock_configuration: OrComputed<ObjectLock>,
    #[block(max = 1, deprecated = "use the resource type aws_s3_bucket_replication_configuration")]
    replication_configuration: OrComputed<Replication>,
    #[block(
        max = 1,
        deprecated = "use the resource type aws_s3_bucket_server_side_encryption_configuration"
    )]
    server_side_encryption_configuration: OrComputed<Encryption>,
    #[block(max = 1, deprecated = "use the resource type aws_s3_bucket_versioning")]
    versioning: OrComputed<Versioning>,
    #[block(max = 1, deprecated = "use the resource type aws_s3_bucket_website_configuration")]
    website: OrComputed<Website>,
}

/// How often a bucket is emptied that others go on filling.
const EMPTIED_AT_MOST: u32 = 10;

impl Resource for Bucket {
    type Api = S3;
    type Trace = ByName;
    const READ_COST: ReadCost =
        ReadCost::Each { calls: 1, reason: "GetObjectLockConfiguration tells of one bucket" };
    const HOLDS_DATA: bool = true;

    fn identity(&self) -> Option<Id> {
        self.id.value().cloned().or_else(|| self.given_name().map(Id::from))
    }

    async fn create(&self, cx: &Cx<S3>) -> Result<Id> {
        let given = self.given_name();
        let prefix = self.bucket_prefix.as_deref().unwrap_or("terraform-");
        let name = given.clone().unwrap_or_else(|| cx.unique_name(prefix));
        // There, S3 takes a second creation for a success.
        if given.is_some() && cx.region() == region::UNNAMED && is_reached(cx, &name).await? {
            return Err(taken(&name));
        }
        let request = cx
            .client()
            .create_bucket()
            .bucket(&name)
            .set_bucket_namespace(self.bucket_namespace.choice())
            .set_create_bucket_configuration(region::location(cx.region()))
            .set_object_lock_enabled_for_bucket(self.object_lock_enabled.filter(|on| *on));
        match request.send().await.map_err(Error::from) {
            Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => {
                // A name made of this step's token exists only because the step was here before.
                if given.is_some() { Err(taken(&name)) } else { Ok(Id::from(name)) }
            }
            Err(error) if error.code() == Some("BucketAlreadyExists") => Err(error.with_hint(
                "somebody else in the world has a bucket of this name: choose another, or use bucket_prefix",
            )),
            other => other.map(|_| Id::from(name)),
        }
    }

    async fn complete(&self, id: &Id, cx: &Cx<S3>) -> Result<()> {
        if cx.tags().is_empty() { Ok(()) } else { set_tags(cx, id, cx.tags()).await }
    }

    async fn read(cx: &Cx<S3>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        let arns: Vec<_> = ids.iter().map(|it| (it.clone(), arn(cx, it))).collect();
        // Whether there are buckets of these names the other call tells.
        let indexed = cx.indexed_tags(&arns, Silence::Untagged).await;
        each(ids, |id| {
            let indexed = indexed.get(&id).cloned();
            async move {
                let tags = async {
                    match indexed {
                        Some(tags) => Ok(Some(tags)),
                        None => tags_of(cx, &id).await,
                    }
                };
                let (tags, lock) = futures::try_join!(tags, ObjectLock::of(cx, &id))?;
                Ok(tags.zip(lock).map(|(tags, lock)| seen(cx, &id, tags, lock).into()))
            }
        })
        .await
    }

    async fn delete(&self, cx: &Cx<S3>) -> Result<()> {
        let name = required(self.identity(), "id")?;
        let locks = if *self.object_lock_enabled == Some(true) { Locks::Lifted } else { Locks::None };
        let mut emptied = 0;
        loop {
            match or_gone(cx.client().delete_bucket().bucket(name.as_str()).send().await) {
                Err(error) if error.code() != Some("BucketNotEmpty") => return Err(error),
                Err(error) if *self.force_destroy != Some(true) => {
                    return Err(error.with_hint(
                        "delete its objects, all versions of them, or set force_destroy = true and apply that first",
                    ));
                }
                Err(error) if emptied == EMPTIED_AT_MOST => {
                    return Err(error.with_hint("somebody goes on writing to the bucket"));
                }
                Err(_) => contents::delete_all(cx, &name, locks).await?,
                Ok(_) => return Ok(()),
            }
            emptied += 1;
        }
    }

    fn recall(&mut self, prior: Option<&Self>) {
        let Some(prior) = prior.cloned() else { return };
        self.acceleration_status = prior.acceleration_status;
        self.acl = prior.acl;
        self.cors_rule = prior.cors_rule;
        self.grant = prior.grant;
        self.lifecycle_rule = prior.lifecycle_rule;
        self.logging = prior.logging;
        self.policy = prior.policy;
        self.replication_configuration = prior.replication_configuration;
        self.request_payer = prior.request_payer;
        self.server_side_encryption_configuration = prior.server_side_encryption_configuration;
        self.versioning = prior.versioning;
        self.website = prior.website;
        self.website_domain = prior.website_domain;
        self.website_endpoint = prior.website_endpoint;
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        deprecated::refuse(draft)?;
        let bucket = draft.config("bucket");
        if draft.prior("bucket") != bucket {
            // A bucket from the time when us-east-1 took any name may keep its own.
            name::check(&bucket)?;
        }
        name::check_prefix(&draft.config("bucket_prefix"))
    }
}

impl Named for Bucket {
    const SET_LATER: &'static [&'static str] = &["tags"];

    async fn named(&self, cx: &Cx<S3>) -> Result<Option<Id>> {
        let prefix = self.bucket_prefix.as_deref().unwrap_or("terraform-");
        Ok(Some(Id::from(self.given_name().unwrap_or_else(|| cx.unique_name(prefix)))))
    }

    /// Only a listing tells; who may not list cannot tell a bucket of one's own from another of the same name.
    async fn born(id: &Id, cx: &Cx<S3>) -> Result<Option<u64>> {
        let mut buckets = cx.client().list_buckets().prefix(id.as_str()).into_paginator().send();
        while let Some(page) = buckets.next().await {
            let page = match page.map_err(Error::from) {
                Err(error) if error.class() == ErrorClass::AccessDenied => return Ok(None),
                page => page?,
            };
            let bucket =
                page.buckets.into_iter().flatten().find(|it| it.name.as_deref() == Some(id.as_str()));
            if let Some(born) = bucket.and_then(|it| it.creation_date) {
                return Ok(u64::try_from(born.secs()).ok());
            }
        }
        Ok(None)
    }
}

impl Bucket {
    fn given_name(&self) -> Option<String> {
        self.bucket.text().filter(|it| !it.is_empty())
    }
}

/// Tells whether a bucket exists that these credentials may use.
async fn is_reached(cx: &Cx<S3>, name: &str) -> Result<bool> {
    match cx.client().head_bucket().bucket(name).send().await.map_err(Error::from) {
        Ok(_) => Ok(true),
        // Whatever it is, the creation tells it better.
        Err(error) if error.class() != ErrorClass::Unreachable => Ok(false),
        Err(error) => Err(error),
    }
}

fn taken(name: &str) -> Error {
    Error::new(ErrorClass::Conflict, format!("there is a bucket named {name:?} already"))
        .with_hint(format!("if it is yours, import it: its id is {name:?}"))
}

fn arn(cx: &Cx<S3>, name: &str) -> String {
    format!("arn:{}:s3:::{name}", cx.partition().name)
}

fn seen(cx: &Cx<S3>, id: &Id, tags: TagMap, lock: Option<ObjectLock>) -> Bucket {
    let (name, region) = (id.as_str(), cx.region());
    let is_regional = name.ends_with(&format!("-{region}-an"));
    let namespace = if is_regional { BucketNamespace::AccountRegional } else { BucketNamespace::Global };
    Bucket {
        id: id.clone().into(),
        arn: arn(cx, name).into(),
        bucket: name.into(),
        bucket_domain_name: region::domain_name(name, region).into(),
        bucket_namespace: Choice(namespace).into(),
        bucket_prefix: name::prefix(name).into(),
        bucket_region: region.into(),
        bucket_regional_domain_name: region::regional_domain_name(name, region).into(),
        force_destroy: Local::NONE,
        hosted_zone_id: region::hosted_zone(region).into(),
        object_lock_enabled: lock.as_ref().is_some_and(ObjectLock::is_enabled).into(),
        object_lock_configuration: lock.into(),
        tags: Tags(tags),
        acceleration_status: OrComputed::NONE,
        acl: OrComputed::NONE,
        cors_rule: OrComputed::NONE,
        grant: OrComputed::NONE,
        lifecycle_rule: OrComputed::NONE,
        logging: OrComputed::NONE,
        policy: OrComputed::NONE,
        replication_configuration: OrComputed::NONE,
        request_payer: OrComputed::NONE,
        server_side_encryption_configuration: OrComputed::NONE,
        versioning: OrComputed::NONE,
        website: OrComputed::NONE,
        website_domain: Computed::NONE,
        website_endpoint: Computed::NONE,
    }
}
