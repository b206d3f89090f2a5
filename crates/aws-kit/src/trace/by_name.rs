use std::future::{Future, ready};

use futures::future::try_join_all;
use rinfra_schema::typed::Id;

use super::{Lost, Proof, Sight, Trace};
use crate::{Cx, Resource, Result};

/// Found by what AWS keeps unique: a name, or what the object is about.
#[derive(Clone, Copy, Debug)]
pub struct ByName;

/// A type whose objects AWS tells apart by their arguments.
pub trait Named: Resource {
    /// Whether a creation takes over what has the name already, so that what is as it was planned is the creation's,
    /// and what is not has still to be done.
    const TAKES_OVER: bool = false;

    /// The arguments that only [`Resource::complete`] sets.
    const SET_LATER: &'static [&'static str] = &[];

    /// Returns the identity an object has that was made of these arguments. By default that of the planned object.
    fn named(&self, cx: &Cx<Self::Api>) -> impl Future<Output = Result<Option<Id>>> + Send {
        let _ = cx;
        ready(Ok(self.identity()))
    }

    /// Returns the identities of objects with these arguments; `None` where there is none. By default each from its
    /// own arguments, whether there is such an object or not.
    fn find(lost: &[Lost<Self>]) -> impl Future<Output = Result<Vec<Option<Id>>>> + Send {
        try_join_all(lost.iter().map(|it| it.object.named(&it.cx)))
    }

    /// Returns when an object was made, in seconds since 1970, where AWS tells: what was made before the creation
    /// was to begin is not the creation's, however much it is like it.
    fn born(id: &Id, cx: &Cx<Self::Api>) -> impl Future<Output = Result<Option<u64>>> + Send {
        let _ = (id, cx);
        ready(Ok(None))
    }
}

impl<T: Named> Trace<T> for ByName {
    async fn look_for(lost: &[Lost<T>]) -> Result<Vec<Sight>> {
        let found = T::find(lost).await?;
        let sights = lost.iter().zip(found).map(|(lost, id)| async move {
            let Some(id) = id else { return Ok(Sight::Nothing) };
            if T::TAKES_OVER {
                return Ok(Sight::Candidate(id, Proof::Setting));
            }
            Ok::<_, crate::Error>(match T::born(&id, &lost.cx).await? {
                Some(born) => Sight::Candidate(id, Proof::Birth(born, T::SET_LATER)),
                None => Sight::Candidate(id, Proof::Likeness(T::SET_LATER)),
            })
        });
        try_join_all(sights).await
    }
}
