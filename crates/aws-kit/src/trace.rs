//! How an interrupted creation is found: by what AWS keeps unique, by a tag, or by its token.

mod by_name;
mod by_tag;
mod by_token;

use std::future::{Future, ready};

use rinfra_schema::typed::Id;

use crate::{Cx, Error, Resource, Result};

pub use by_name::{ByName, Named};
pub use by_tag::{ByTag, Tagging};
pub use by_token::ByToken;

/// A creation that was begun, and of which nothing more is known.
pub struct Lost<T: Resource> {
    /// The object as it was meant to be.
    pub object: T,
    /// The circumstances of the creation, its token among them.
    pub cx: Cx<T::Api>,
}

/// What is seen of an interrupted creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It made this object.
    Made(Id),
    /// If there is such an object, it may have made it.
    Candidate(Id, Proof),
    /// It made nothing that can be seen.
    Nothing,
    /// It cannot be told.
    Unknown(Error),
}

/// What shows that a creation made an object and nobody else did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// That it is there.
    Existence,
    /// That it is as it was planned, for a creation that takes over what is there: what is not was not done yet.
    Setting,
    /// That it was made then, in seconds since 1970, not before the creation was to begin; where nobody knows when that
    /// was, as for [`Proof::Likeness`].
    Birth(u64, &'static [&'static str]),
    /// That it is as it was planned, but for these arguments, which only [`Resource::complete`] sets.
    Likeness(&'static [&'static str]),
}

/// A way to find what an interrupted creation made: [`ByName`], [`ByTag`] or [`ByToken`].
pub trait Trace<T: Resource>: Send + Sync + 'static {
    /// Whether a creation tags its object with its token, and the tag is taken away later.
    const MARKS: bool = false;

    /// Looks for what creations made; one answer for each.
    fn look_for(lost: &[Lost<T>]) -> impl Future<Output = Result<Vec<Sight>>> + Send;

    /// Takes the tag away from an object that had no room for it, and gives it all its own: one had to give way. It
    /// may run again.
    fn complete_tags(cx: &Cx<T::Api>, target: &str) -> impl Future<Output = Result<()>> + Send {
        let _ = (cx, target);
        ready(Ok(()))
    }

    /// Takes the tags away from objects.
    fn unmark(cx: &Cx<T::Api>, targets: &[String]) -> impl Future<Output = Result<()>> + Send {
        let _ = (cx, targets);
        ready(Ok(()))
    }
}
