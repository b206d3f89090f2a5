use aws_sdk_s3::types::{
    BlockedEncryptionTypes, EncryptionType, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use rinfra_aws_kit::{ByName, Cx, Named, ReadCost, Resource, Result, Seen, each, or_empty, or_gone};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, OrComputed, Set};

use crate::api::{S3, elsewhere, patient};
use crate::owned::Owned;

/// How a bucket encrypts objects whose writers do not say.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_s3_bucket_server_side_encryption_configuration")]
pub(crate) struct BucketEncryption {
    id: Computed<Id>,
    #[attr(force_new)]
    bucket: String,
    #[attr(force_new, deprecated = "the bucket's owner is the account of the credentials")]
    expected_bucket_owner: Option<String>,
    #[block(min = 1)]
    rule: Set<Rule>,
}

/// One rule.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Rule {
    #[block(max = 1)]
    apply_server_side_encryption_by_default: Option<ByDefault>,
    /// The kinds of encryption that are refused.
    #[attr(choices("NONE", "SSE-C"))]
    blocked_encryption_types: OrComputed<Vec<String>>,
    /// Whether the bucket has a key of its own, so that KMS is asked less often.
    bucket_key_enabled: OrComputed<bool>,
}

/// The encryption of objects whose writers do not say.
#[derive(Schema, Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ByDefault {
    /// The KMS key; S3's own when it is not set.
    kms_master_key_id: OrComputed<String>,
    #[attr(choices("AES256", "aws:kms", "aws:kms:dsse"))]
    sse_algorithm: String,
}

impl Resource for BucketEncryption {
    type Api = S3;
    type Trace = ByName;
    const READ_COST: ReadCost =
        ReadCost::Each { calls: 1, reason: "GetBucketEncryption tells of one bucket" };
    // A bucket without a configuration shows S3's own.
    const GONE_AT_ONCE: bool = true;

    async fn create(&self, cx: &Cx<S3>) -> Result<Id> {
        self.put(cx).await?;
        Ok(self.owned().id())
    }

    async fn read(cx: &Cx<S3>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        each(ids, |id| async move {
            let owned = Owned::parse(&id);
            let request = cx.client().get_bucket_encryption().bucket(&owned.bucket);
            let request = request.set_expected_bucket_owner(owned.owner.clone());
            let answer = or_gone(request.send().await.map_err(elsewhere))?;
            let configuration = answer.and_then(|it| it.server_side_encryption_configuration);
            Ok(configuration.map(|it| seen(id, owned, it).into()))
        })
        .await
    }

    async fn update(&self, _: &Self, cx: &Cx<S3>) -> Result<()> {
        self.put(cx).await
    }

    async fn delete(&self, cx: &Cx<S3>) -> Result<()> {
        let Owned { bucket, owner } = self.owned();
        let request = cx.client().delete_bucket_encryption().bucket(bucket).set_expected_bucket_owner(owner);
        or_gone(request.send().await).map(drop)
    }

    fn recall(&mut self, prior: Option<&Self>) {
        // A state may say nothing of a key the bucket does not have, where S3 says that there is none.
        let told = std::mem::take(&mut self.rule).into_iter().map(|rule| {
            let silent = Rule { bucket_key_enabled: OrComputed::NONE, ..rule.clone() };
            let is_off = *rule.bucket_key_enabled == Some(false);
            if is_off && prior.is_some_and(|it| it.rule.contains(&silent)) { silent } else { rule }
        });
        self.rule = told.collect();
    }
}

impl Named for BucketEncryption {
    const TAKES_OVER: bool = true;

    async fn named(&self, _: &Cx<S3>) -> Result<Option<Id>> {
        Ok(Some(self.owned().id()))
    }
}

impl BucketEncryption {
    fn owned(&self) -> Owned {
        Owned::new(&self.bucket, self.expected_bucket_owner.as_deref())
    }

    async fn put(&self, cx: &Cx<S3>) -> Result<()> {
        let Owned { bucket, owner } = self.owned();
        let rules = self.rule.iter().map(Rule::request).collect::<Result<Vec<_>>>()?;
        let configuration = ServerSideEncryptionConfiguration::builder().set_rules(Some(rules)).build()?;
        let request = cx.client().put_bucket_encryption().bucket(bucket).set_expected_bucket_owner(owner);
        let request = request.server_side_encryption_configuration(configuration);
        request.customize().config_override(patient()).send().await?;
        Ok(())
    }
}

impl Rule {
    fn request(&self) -> Result<ServerSideEncryptionRule> {
        let by_default = self.apply_server_side_encryption_by_default.as_ref().map(|it| {
            let key = it.kms_master_key_id.text().filter(|it| !it.is_empty());
            let algorithm = ServerSideEncryption::from(it.sse_algorithm.as_str());
            ServerSideEncryptionByDefault::builder()
                .set_kms_master_key_id(key)
                .sse_algorithm(algorithm)
                .build()
        });
        let blocked = self.blocked_encryption_types.value().filter(|it| !it.is_empty()).map(|it| {
            let types = it.iter().map(|it| EncryptionType::from(it.as_str())).collect();
            BlockedEncryptionTypes::builder().set_encryption_type(Some(types)).build()
        });
        Ok(ServerSideEncryptionRule::builder()
            .set_apply_server_side_encryption_by_default(by_default.transpose()?)
            .set_blocked_encryption_types(blocked)
            .set_bucket_key_enabled(*self.bucket_key_enabled)
            .build())
    }
}

fn seen(id: Id, owned: Owned, it: ServerSideEncryptionConfiguration) -> BucketEncryption {
    BucketEncryption {
        id: id.into(),
        bucket: owned.bucket,
        expected_bucket_owner: or_empty(owned.owner),
        rule: it.rules.into_iter().map(seen_rule).collect(),
    }
}

fn seen_rule(it: ServerSideEncryptionRule) -> Rule {
    let blocked = it.blocked_encryption_types.and_then(|it| it.encryption_type);
    Rule {
        apply_server_side_encryption_by_default: it.apply_server_side_encryption_by_default.map(|it| {
            ByDefault {
                kms_master_key_id: or_empty(it.kms_master_key_id).into(),
                sse_algorithm: it.sse_algorithm.as_str().to_owned(),
            }
        }),
        blocked_encryption_types: blocked
            .map(|it| it.iter().map(|it| it.as_str().to_owned()).collect())
            .into(),
        bucket_key_enabled: it.bucket_key_enabled.into(),
    }
}
