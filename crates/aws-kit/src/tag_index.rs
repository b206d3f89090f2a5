//! Tags of many objects in few calls, through the Resource Groups Tagging API.
//!
//! Its index lags behind: what it says counts only where it is what was known before. Everything else the service
//! itself is asked for, as it is where the index may not be used.

use std::collections::BTreeMap;

use aws_sdk_resourcegroupstagging::Client;
use rinfra_schema::typed::Id;

use crate::{Api, Cx, TagMap};

/// How many ARNs one call may name.
const AT_ONCE: usize = 100;

/// So few objects are asked for their tags one by one.
const FEW: usize = 2;

/// The names the `endpoints` block has for the service.
const ENDPOINTS: &[&str] = &["resourcegroupstaggingapi", "resourcegroupstagging"];

/// What it means when the index does not name an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It has no tags.
    Untagged,
    /// Nothing: of some services the index knows but a part.
    Nothing,
}

impl<A: Api> Cx<A> {
    /// Returns the tags of those objects, by identity, whose tags are as they were known to be. Of the others nothing
    /// is said. What a creation gave an object a moment ago it has: the index is not asked.
    ///
    /// `arns` are identities and ARNs.
    ///
    /// See [GetResources](https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
    pub async fn indexed_tags(&self, arns: &[(Id, String)], silence: Silence) -> BTreeMap<Id, TagMap> {
        let known = arns.iter().filter_map(|(id, arn)| Some((id, arn.as_str(), self.known_tags(id)?)));
        let (made, expected): (Vec<_>, Vec<_>) = known.partition(|(id, ..)| self.is_made(id));
        let mut agreed: BTreeMap<_, _> = made.into_iter().map(|(id, _, tags)| (id.clone(), tags)).collect();
        if expected.len() <= FEW {
            return agreed;
        }
        let Some(config) = self.account().neighbour::<A>(self.region_of_calls(), ENDPOINTS) else {
            return agreed;
        };
        let client = Client::new(&config);
        let pages = expected.chunks(AT_ONCE).map(|page| ask(&client, page.iter().map(|(_, arn, _)| *arn)));
        let pages = futures::future::join_all(pages).await;
        for (page, told) in expected.chunks(AT_ONCE).zip(pages) {
            // Whoever may not use the index asks the service.
            let Some(told) = told else { continue };
            for (id, arn, known) in page {
                let tags = match (told.get(*arn), silence) {
                    (Some(tags), _) => tags.clone(),
                    (None, Silence::Untagged) => TagMap::new(),
                    (None, Silence::Nothing) => continue,
                };
                if self.account().tags.counted(&tags) == *known {
                    agreed.insert((*id).clone(), tags);
                }
            }
        }
        agreed
    }
}

/// Returns the tags of objects by ARN; nothing when the index cannot be asked.
async fn ask(client: &Client, arns: impl Iterator<Item = &str>) -> Option<BTreeMap<String, TagMap>> {
    let arns = arns.map(str::to_owned).collect();
    let answer = client.get_resources().set_resource_arn_list(Some(arns)).send().await;
    let answer =
        answer.inspect_err(|error| tracing::debug!(%error, "the index of tags cannot be asked")).ok()?;
    let mappings = answer.resource_tag_mapping_list.into_iter().flatten();
    let told = mappings.filter_map(|it| {
        let tags = it.tags.into_iter().flatten().map(|it| (it.key, it.value));
        Some((it.resource_arn?, tags.collect()))
    });
    Some(told.collect())
}
