use std::collections::BTreeMap;
use std::future::Future;

use rinfra_provider::ErrorClass;
use rinfra_schema::typed::Id;

use super::{Lost, Proof, Sight, Trace};
use crate::tags::INTENT;
use crate::{Api, Cx, Error, Resource, Result, TagChange};

/// Found by a tag that the creation gives its object, and that is taken away when the object is on record.
///
/// For types whose creation takes tags, and whose identity is what the service's tagging calls take.
#[derive(Clone, Copy, Debug)]
pub struct ByTag;

/// A service that finds objects by their tags, whatever their types, and takes tags away from many at once.
pub trait Tagging: Api {
    /// How many objects one call takes a tag away from.
    const UNTAGGED_AT_ONCE: usize;

    /// Returns the objects whose tag of this key has one of these values, with that value.
    fn find_by_tag(
        cx: &Cx<Self>,
        key: &str,
        values: &[&str],
    ) -> impl Future<Output = Result<Vec<(String, Id)>>> + Send;

    /// Takes a tag away from objects, at most [`Tagging::UNTAGGED_AT_ONCE`].
    fn untag(cx: &Cx<Self>, key: &str, targets: &[String]) -> impl Future<Output = Result<()>> + Send;
}

impl<T: Resource> Trace<T> for ByTag
where
    T::Api: Tagging,
{
    const MARKS: bool = true;

    async fn look_for(lost: &[Lost<T>]) -> Result<Vec<Sight>> {
        let Some(first) = lost.first() else { return Ok(Vec::new()) };
        let tokens: Vec<&str> = lost.iter().map(|it| it.cx.token()).collect();
        let mut found: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        for (token, id) in T::Api::find_by_tag(&first.cx, INTENT, &tokens).await? {
            found.entry(token).or_default().push(id);
        }
        let sight = |it: &Lost<T>| match found.remove(it.cx.token()).unwrap_or_default().as_slice() {
            [] => Sight::Nothing,
            [only] => Sight::Candidate(only.clone(), Proof::Existence),
            several => {
                let several: Vec<&str> = several.iter().map(Id::as_str).collect();
                let message = format!("it made several objects: {}", several.join(", "));
                Sight::Unknown(
                    Error::new(ErrorClass::Internal, message).with_hint("delete all but one of them"),
                )
            }
        };
        Ok(lost.iter().map(sight).collect())
    }

    async fn complete_tags(cx: &Cx<T::Api>, target: &str) -> Result<()> {
        let change = TagChange { removed: vec![INTENT.to_owned()], added: cx.tags().clone() };
        T::Api::retag(cx, target, &change).await
    }

    async fn unmark(cx: &Cx<T::Api>, targets: &[String]) -> Result<()> {
        for targets in targets.chunks(T::Api::UNTAGGED_AT_ONCE) {
            match T::Api::untag(cx, INTENT, targets).await {
                // One that is gone fails the call for all.
                Err(error) if error.is_not_found() => untag_each::<T::Api>(cx, targets).await?,
                done => done?,
            }
        }
        Ok(())
    }
}

async fn untag_each<A: Tagging>(cx: &Cx<A>, targets: &[String]) -> Result<()> {
    for target in targets {
        match A::untag(cx, INTENT, std::slice::from_ref(target)).await {
            Err(error) if error.is_not_found() => {}
            done => done?,
        }
    }
    Ok(())
}
