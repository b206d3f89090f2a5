//! The S3 API, and the words its calls are made of.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::interceptors::InterceptorContext;
use aws_sdk_s3::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use aws_sdk_s3::config::{Builder, Config};
use aws_sdk_s3::types::{Tag, Tagging};
use rinfra_aws_kit::{Api, ClientOptions, Cx, Error, ErrorClass, Result, SdkConfig, TagChange, TagMap};

/// Amazon S3.
pub struct S3;

impl Api for S3 {
    type Client = Client;

    const ENDPOINTS: &'static [&'static str] = &["s3", "s3api"];
    /// S3 tells of everything at once; a request may have been on its way.
    const SHOWS_WITHIN: Duration = Duration::from_secs(5);

    fn client(config: &SdkConfig, options: ClientOptions) -> Client {
        // An endpoint that is an IP address gets the bucket in the path anyway.
        let config = Builder::from(config).force_path_style(options.s3_use_path_style);
        Client::from_conf(config.build())
    }

    /// Changes the tags of the bucket `target`. S3 takes only all of them at once, those of the system and
    /// those nobody manages included.
    async fn retag(cx: &Cx<Self>, target: &str, change: &TagChange) -> Result<()> {
        let Some(mut tags) = tags_of(cx, target).await? else {
            return Err(Error::new(ErrorClass::NotFound, format!("the bucket {target} does not exist")));
        };
        tags.retain(|key, _| !change.removed.contains(key));
        tags.extend(change.added.clone());
        if tags.is_empty() {
            cx.client().delete_bucket_tagging().bucket(target).send().await?;
            return Ok(());
        }
        set_tags(cx, target, &tags).await
    }
}

/// Returns the tags of a bucket; `None` when the bucket does not exist.
pub(crate) async fn tags_of(cx: &Cx<S3>, bucket: &str) -> Result<Option<TagMap>> {
    match cx.client().get_bucket_tagging().bucket(bucket).send().await.map_err(elsewhere) {
        Ok(answer) => Ok(Some(answer.tag_set.into_iter().map(|it| (it.key, it.value)).collect())),
        Err(error) if error.code() == Some("NoSuchTagSet") => Ok(Some(TagMap::new())),
        Err(error) if error.is_not_found() => Ok(None),
        // An S3 of somebody else's make may know no tags.
        Err(error) if is_unsupported(&error) => Ok(Some(TagMap::new())),
        Err(error) => Err(error),
    }
}

/// Gives a bucket these tags and no others.
pub(crate) async fn set_tags(cx: &Cx<S3>, bucket: &str, tags: &TagMap) -> Result<()> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    let tags = tags.collect::<std::result::Result<Vec<_>, _>>()?;
    let tagging = Tagging::builder().set_tag_set(Some(tags)).build()?;
    let request = cx.client().put_bucket_tagging().bucket(bucket).tagging(tagging);
    request.customize().config_override(patient()).send().await?;
    Ok(())
}

/// Tells whether an endpoint does not know a call at all.
pub(crate) fn is_unsupported(error: &Error) -> bool {
    matches!(error.code(), Some("MethodNotAllowed" | "NotImplemented" | "XNotImplemented"))
}

/// Returns the error of a call about a bucket, with the bucket's Region if that is another one.
pub(crate) fn elsewhere<E>(
    error: aws_sdk_s3::error::SdkError<E, aws_sdk_s3::config::http::HttpResponse>,
) -> Error
where
    E: std::error::Error + aws_sdk_s3::error::ProvideErrorMetadata + Send + Sync + 'static,
{
    let region = error.raw_response().and_then(|it| it.headers().get("x-amz-bucket-region"));
    let region = region.map(str::to_owned);
    let error = Error::from(error);
    match (error.code(), region) {
        (Some("AuthorizationHeaderMalformed" | "PermanentRedirect" | "TemporaryRedirect"), Some(region)) => {
            error.with_hint(format!("the bucket is in another Region: set region = {region:?}"))
        }
        _ => error,
    }
}

/// Returns what makes a call wait, up to about a minute, for a bucket that was created a moment ago.
///
/// S3 tells of a new bucket before all of its servers know it, and its refusals do not name the bucket.
pub(crate) fn patient() -> Builder {
    Config::builder()
        .retry_config(RetryConfig::standard().with_max_attempts(12))
        .retry_classifier(UnknownBucket)
}

/// Repeats calls whose bucket is not known.
#[derive(Debug)]
struct UnknownBucket;

impl ClassifyRetry for UnknownBucket {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let refused = context.response().filter(|it| it.status().as_u16() == 404);
        let text = refused.and_then(|it| it.body().bytes()).unwrap_or_default();
        let unknown = b"<Code>NoSuchBucket</Code>";
        if text.windows(unknown.len()).any(|it| it == unknown) {
            RetryAction::transient_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "bucket not known yet"
    }
}
