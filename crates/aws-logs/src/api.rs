//! The CloudWatch Logs API, and the words its calls are made of.

use aws_sdk_cloudwatchlogs::Client;
use futures::{StreamExt, TryStreamExt};
use rinfra_aws_kit::{Api, ClientOptions, Cx, Error, Result, SdkConfig, Silence, TagChange, Tags, or_gone};
use rinfra_schema::typed::Id;

/// Amazon CloudWatch Logs.
pub struct Logs;

impl Api for Logs {
    type Client = Client;

    const ENDPOINTS: &'static [&'static str] = &["logs", "cloudwatchlogs", "cloudwatchlog"];

    fn client(config: &SdkConfig, _: ClientOptions) -> Client {
        Client::new(config)
    }

    /// Changes the tags of the ARN `target`.
    async fn retag(cx: &Cx<Self>, target: &str, change: &TagChange) -> Result<()> {
        if !change.removed.is_empty() {
            let keys = Some(change.removed.clone());
            cx.client().untag_resource().resource_arn(target).set_tag_keys(keys).send().await?;
        }
        if !change.added.is_empty() {
            let tags = change.added.clone().into_iter().collect();
            cx.client().tag_resource().resource_arn(target).set_tags(Some(tags)).send().await?;
        }
        Ok(())
    }
}

/// How many ARNs are asked for their tags at the same time; the service has no call for many.
const TAGS_AT_ONCE: usize = 16;

/// Returns each of these objects, given by identity and ARN, with its tags, in any order; objects that are gone are
/// left out.
pub(crate) async fn with_tags<T: Send>(
    cx: &Cx<Logs>,
    objects: Vec<(Id, String, T)>,
) -> Result<Vec<(Id, T, Tags)>> {
    let arns: Vec<_> = objects.iter().map(|(id, arn, _)| (id.clone(), arn.clone())).collect();
    let mut indexed = cx.indexed_tags(&arns, Silence::Untagged).await;
    let asked = objects.into_iter().map(|(id, arn, object)| {
        let indexed = indexed.remove(&id).map(Tags);
        async move {
            let tags = match indexed {
                Some(tags) => Some(tags),
                None => {
                    let answer =
                        or_gone(cx.client().list_tags_for_resource().resource_arn(arn).send().await)?;
                    answer.map(|it| it.tags.into_iter().flatten().collect())
                }
            };
            Ok::<_, Error>(tags.map(|tags| (id, object, tags)))
        }
    });
    let answers = futures::stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(TAGS_AT_ONCE);
    answers.try_filter_map(|it| async move { Ok(it) }).try_collect().await
}
