use aws_sdk_s3::types::PublicAccessBlockConfiguration;
use rinfra_aws_kit::{ByName, Cx, Named, ReadCost, Resource, Result, Seen, each, or_gone};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Computed, Id, Local};

use crate::api::{S3, elsewhere, patient};

/// What keeps a bucket from becoming public.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_s3_bucket_public_access_block")]
pub(crate) struct BucketPublicAccessBlock {
    id: Computed<Id>,
    /// Whether access control lists that would open the bucket or its objects are refused.
    #[attr(default = false)]
    block_public_acls: bool,
    /// Whether policies that would open the bucket are refused.
    #[attr(default = false)]
    block_public_policy: bool,
    #[attr(force_new)]
    bucket: String,
    /// Whether access control lists that open the bucket or its objects have no effect.
    #[attr(default = false)]
    ignore_public_acls: bool,
    /// Whether only AWS services and the owner's account may use a bucket with an open policy.
    #[attr(default = false)]
    restrict_public_buckets: bool,
    /// Whether a destroy leaves the block in place.
    skip_destroy: Local<bool>,
}

impl Resource for BucketPublicAccessBlock {
    type Api = S3;
    type Trace = ByName;
    const READ_COST: ReadCost =
        ReadCost::Each { calls: 1, reason: "GetPublicAccessBlock tells of one bucket" };
    // The block of a bucket that stays has to be looked for no more: one left in place would never go.
    const GONE_AT_ONCE: bool = true;

    async fn create(&self, cx: &Cx<S3>) -> Result<Id> {
        self.put(cx).await?;
        Ok(Id::from(self.bucket.as_str()))
    }

    async fn read(cx: &Cx<S3>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        each(ids, |id| async move {
            let request = cx.client().get_public_access_block().bucket(id.as_str());
            let answer = or_gone(request.send().await.map_err(elsewhere))?;
            let block = answer.and_then(|it| it.public_access_block_configuration);
            Ok(block.map(|it| seen(&id, &it).into()))
        })
        .await
    }

    async fn update(&self, _: &Self, cx: &Cx<S3>) -> Result<()> {
        self.put(cx).await
    }

    async fn delete(&self, cx: &Cx<S3>) -> Result<()> {
        if *self.skip_destroy == Some(true) {
            return Ok(());
        }
        or_gone(cx.client().delete_public_access_block().bucket(&self.bucket).send().await).map(drop)
    }
}

impl Named for BucketPublicAccessBlock {
    const TAKES_OVER: bool = true;

    async fn named(&self, _: &Cx<S3>) -> Result<Option<Id>> {
        Ok(Some(Id::from(self.bucket.as_str())))
    }
}

impl BucketPublicAccessBlock {
    async fn put(&self, cx: &Cx<S3>) -> Result<()> {
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(self.block_public_acls)
            .block_public_policy(self.block_public_policy)
            .ignore_public_acls(self.ignore_public_acls)
            .restrict_public_buckets(self.restrict_public_buckets)
            .build();
        let request = cx.client().put_public_access_block().bucket(&self.bucket);
        let request = request.public_access_block_configuration(block);
        request.customize().config_override(patient()).send().await?;
        Ok(())
    }
}

fn seen(id: &Id, it: &PublicAccessBlockConfiguration) -> BucketPublicAccessBlock {
    BucketPublicAccessBlock {
        id: id.clone().into(),
        block_public_acls: it.block_public_acls.unwrap_or_default(),
        block_public_policy: it.block_public_policy.unwrap_or_default(),
        bucket: id.to_string(),
        ignore_public_acls: it.ignore_public_acls.unwrap_or_default(),
        restrict_public_buckets: it.restrict_public_buckets.unwrap_or_default(),
        skip_destroy: Local::NONE,
    }
}
