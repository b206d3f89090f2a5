use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_bucket_versioning::{GetBucketVersioningError, GetBucketVersioningOutput};
use aws_sdk_s3::operation::put_bucket_versioning::builders::PutBucketVersioningFluentBuilder;
use aws_sdk_s3::types::{BucketVersioningStatus, MfaDelete, MfaDeleteStatus, VersioningConfiguration};
use rinfra_aws_kit::{
    ByName, Cx, Draft, Error, Named, ReadCost, Resource, Result, Seen, each, or_empty, or_gone,
};
use rinfra_derive::Schema;
use rinfra_schema::typed::{Choice, Computed, Id, Local, OrComputed};
use rinfra_value::Value;

use crate::api::{S3, elsewhere, patient};
use crate::owned::Owned;

/// Whether a bucket keeps the old versions of its objects.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
#[resource(name = "aws_s3_bucket_versioning")]
pub(crate) struct BucketVersioning {
    id: Computed<Id>,
    #[attr(force_new)]
    bucket: String,
    #[attr(force_new, deprecated = "the bucket's owner is the account of the credentials")]
    expected_bucket_owner: Option<String>,
    /// The serial number of the owner's MFA device, a space, and what it shows.
    mfa: Local<String>,
    #[block(min = 1, max = 1)]
    versioning_configuration: Versioning,
}

/// The versioning itself.
#[derive(Schema, Clone, Debug, Default, PartialEq)]
pub(crate) struct Versioning {
    /// Whether versions are deleted only with MFA.
    mfa_delete: OrComputed<Choice<MfaDelete>>,
    /// `Disabled` is what a bucket has whose versioning was never set; nothing leads back to it.
    #[attr(choices("Enabled", "Suspended", "Disabled"))]
    status: String,
}

/// The status of a bucket whose versioning was never set. S3 has no word for it.
const NEVER_SET: &str = "Disabled";

impl Resource for BucketVersioning {
    type Api = S3;
    type Trace = ByName;
    const READ_COST: ReadCost =
        ReadCost::Each { calls: 1, reason: "GetBucketVersioning tells of one bucket" };
    // What has been set once can only be suspended.
    const GONE_AT_ONCE: bool = true;

    async fn create(&self, cx: &Cx<S3>) -> Result<Id> {
        if self.versioning_configuration.status != NEVER_SET {
            self.put(&self.versioning_configuration, cx).await?;
        }
        Ok(self.owned().id())
    }

    async fn read(cx: &Cx<S3>, ids: &[Id]) -> Result<Vec<Seen<Self>>> {
        each(ids, |id| async move {
            let owned = Owned::parse(&id);
            let request = cx.client().get_bucket_versioning().bucket(&owned.bucket);
            let request = request.set_expected_bucket_owner(owned.owner.clone());
            let answer = match request.send().await {
                Err(error) => match foreign(&error) {
                    Some(answer) => Some(answer),
                    None => or_gone(Err(elsewhere(error)))?,
                },
                Ok(answer) => Some(answer),
            };
            Ok(answer.map(|it| seen(id, owned, &it).into()))
        })
        .await
    }

    async fn update(&self, _: &Self, cx: &Cx<S3>) -> Result<()> {
        self.put(&self.versioning_configuration, cx).await
    }

    async fn delete(&self, cx: &Cx<S3>) -> Result<()> {
        if self.versioning_configuration.status == NEVER_SET {
            return Ok(());
        }
        let suspended = Versioning {
            status: BucketVersioningStatus::Suspended.as_str().to_owned(),
            ..self.versioning_configuration.clone()
        };
        let request = self.request(&suspended, cx);
        or_gone(request.send().await).map(drop)
    }

    fn recall(&mut self, prior: Option<&Self>) {
        // S3 does not say "disabled" of what was never enabled.
        let disabled = Some(MfaDelete::Disabled);
        let known = prior.and_then(|it| it.versioning_configuration.mfa_delete.choice());
        let told = self.versioning_configuration.mfa_delete.choice();
        if known == disabled && told.is_none_or(|it| it.as_str().is_empty()) {
            self.versioning_configuration.mfa_delete = disabled.map(Choice).into();
        }
    }

    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        let status = |it: &Value| {
            let block = it.elements().and_then(<[Value]>::first);
            block.and_then(|it| it.attribute("status")).and_then(Value::as_str).map(str::to_owned)
        };
        let name = "versioning_configuration";
        let was = status(&draft.prior(name)).filter(|it| it != NEVER_SET);
        if let Some(was) = was
            && status(&draft.planned(name)).as_deref() == Some(NEVER_SET)
        {
            let message =
                format!("versioning_configuration.status is {was:?} and cannot become \"Disabled\"");
            return Err(Error::invalid(message).with_hint("set it to \"Suspended\""));
        }
        Ok(())
    }
}

impl Named for BucketVersioning {
    const TAKES_OVER: bool = true;

    async fn named(&self, _: &Cx<S3>) -> Result<Option<Id>> {
        Ok(Some(self.owned().id()))
    }
}

impl BucketVersioning {
    fn owned(&self) -> Owned {
        Owned::new(&self.bucket, self.expected_bucket_owner.as_deref())
    }

    async fn put(&self, versioning: &Versioning, cx: &Cx<S3>) -> Result<()> {
        self.request(versioning, cx).customize().config_override(patient()).send().await?;
        Ok(())
    }

    fn request(&self, versioning: &Versioning, cx: &Cx<S3>) -> PutBucketVersioningFluentBuilder {
        let Owned { bucket, owner } = self.owned();
        let configuration = VersioningConfiguration::builder()
            .set_mfa_delete(versioning.mfa_delete.choice().filter(|it| !it.as_str().is_empty()))
            .status(versioning.status.as_str().into());
        cx.client()
            .put_bucket_versioning()
            .bucket(bucket)
            .set_expected_bucket_owner(owner)
            .set_mfa(self.mfa.text().filter(|it| !it.is_empty()))
            .versioning_configuration(configuration.build())
    }
}

/// Reads a successful answer the SDK does not understand: S3s of other make wrap it in another element.
fn foreign(error: &SdkError<GetBucketVersioningError, HttpResponse>) -> Option<GetBucketVersioningOutput> {
    let answer = error.raw_response().filter(|it| it.status().is_success())?;
    let text = std::str::from_utf8(answer.body().bytes()?).ok()?;
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(content, _)| content)
    };
    Some(
        GetBucketVersioningOutput::builder()
            .set_status(element("Status").map(BucketVersioningStatus::from))
            .set_mfa_delete(element("MfaDelete").map(MfaDeleteStatus::from))
            .build(),
    )
}

fn seen(id: Id, owned: Owned, it: &GetBucketVersioningOutput) -> BucketVersioning {
    let status = it.status.as_ref().map(BucketVersioningStatus::as_str).filter(|it| !it.is_empty());
    let mfa_delete = it.mfa_delete.as_ref().map_or("", |it| it.as_str());
    BucketVersioning {
        id: id.into(),
        bucket: owned.bucket,
        expected_bucket_owner: or_empty(owned.owner),
        mfa: Local::NONE,
        versioning_configuration: Versioning {
            mfa_delete: Choice(MfaDelete::from(mfa_delete)).into(),
            status: status.unwrap_or(NEVER_SET).to_owned(),
        },
    }
}
