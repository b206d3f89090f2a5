//! What a resource type is: a struct that is its schema, and what AWS has to be asked.

use std::future::{Future, ready};

use futures::StreamExt;
use rinfra_provider::{ReadCost, Typical};
use rinfra_schema::typed::{Id, ResourceSchema};

use crate::{Api, Cx, Draft, Error, Result, TagChange, Trace};

/// Whether an object has reached the state in which others may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It has.
    Yes,
    /// It is on its way.
    NotYet,
    /// It never will; the text says why.
    Failed(String),
    /// It can still be read, but exists no more, like a NAT gateway in the state `deleted`.
    Gone,
}

impl Settled {
    /// Returns [`Settled::Yes`] when `text` is one of these, [`Settled::NotYet`] otherwise.
    pub fn when(text: Option<&str>, end: &[&str]) -> Self {
        if text.is_some_and(|it| end.contains(&it)) { Self::Yes } else { Self::NotYet }
    }
}

/// An object as AWS shows it, and whether it is usable.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen<T> {
    /// The object.
    pub object: T,
    /// Whether it is usable.
    pub settled: Settled,
}

impl<T> Seen<T> {
    /// Returns an object in a state.
    pub fn new(object: T, settled: Settled) -> Self {
        Self { object, settled }
    }
}

/// An object of a type that is usable as soon as it exists.
impl<T> From<T> for Seen<T> {
    fn from(object: T) -> Self {
        Self::new(object, Settled::Yes)
    }
}

/// A managed resource type of AWS.
///
/// The framework injects the rest: `region`, `tags_all`, `timeouts`, import, default and ignored tags,
/// retries, waiting, and the difference between what was and what shall be.
pub trait Resource: ResourceSchema + Clone + Send + Sync + 'static {
    /// The service it belongs to.
    type Api: Api;

    /// How a creation is found that was interrupted before its answer came.
    type Trace: Trace<Self>;

    /// Whether it belongs to no Region.
    const GLOBAL: bool = <Self::Api as Api>::GLOBAL;

    /// How many objects one call of [`Resource::read`] may ask for.
    const READ_BATCH: usize = 100;

    /// Whether a successful delete means that the object is gone, so that nobody has to look.
    const GONE_AT_ONCE: bool = false;

    /// Whether it holds what a new object would not bring back: data, keys, names that others rely on.
    const HOLDS_DATA: bool = false;

    /// How many calls it takes to read many: a test makes sure of it.
    const READ_COST: ReadCost = ReadCost::Pages;

    /// How long creating, changing and deleting one usually take, the waiting included: what takes minutes begins
    /// first.
    const TYPICAL: Typical = Typical::QUICK;

    /// Returns what identifies the object: what `import` takes and what [`Resource::read`] is asked for.
    ///
    /// `None` while that is not known. By default it is the `id` attribute.
    fn identity(&self) -> Option<Id> {
        self.id().map(Id::from)
    }

    /// Creates the object with all its tags, in one call, and returns its identity at once.
    fn create(&self, cx: &Cx<Self::Api>) -> impl Future<Output = Result<Id>> + Send;

    /// Does what is left to do after [`Resource::create`] made the object, such as attributes that only
    /// another call can set.
    ///
    /// It runs after the identity was recorded, so that a crash in between leaves no object nobody knows of, and
    /// again where nobody knows how far it came: what it finds done already is a success.
    fn complete(&self, id: &Id, cx: &Cx<Self::Api>) -> impl Future<Output = Result<()>> + Send {
        let _ = (id, cx);
        ready(Ok(()))
    }

    /// Does what only the sight of a new object tells to be left to do; `seen` is the object as AWS shows it once it is
    /// usable. Tells whether it changed something, so that the object is looked at again.
    ///
    /// It is for what is rarely there and would cost every creation a call to make sure of.
    fn amend(&self, seen: &Self, cx: &Cx<Self::Api>) -> impl Future<Output = Result<bool>> + Send {
        let _ = (seen, cx);
        ready(Ok(false))
    }

    /// Reads the objects with these identities; those that do not exist are left out.
    ///
    /// There is at least one id and at most [`Resource::READ_BATCH`]. The objects carry all their tags.
    fn read(cx: &Cx<Self::Api>, ids: &[Id]) -> impl Future<Output = Result<Vec<Seen<Self>>>> + Send;

    /// Changes what differs from `prior`, except for the tags.
    fn update(&self, prior: &Self, cx: &Cx<Self::Api>) -> impl Future<Output = Result<()>> + Send {
        let _ = (prior, cx);
        ready(Ok(()))
    }

    /// Deletes the object, without waiting until it is gone. "Not found" is a success.
    fn delete(&self, cx: &Cx<Self::Api>) -> impl Future<Output = Result<()>> + Send;

    /// Changes the object's tags. By default through the service, by [`Resource::tag_target`].
    fn retag(&self, change: &TagChange, cx: &Cx<Self::Api>) -> impl Future<Output = Result<()>> + Send {
        async move { Self::Api::retag(cx, &self.tag_target(), change).await }
    }

    /// Returns what the service's tagging calls take. By default the `id` attribute.
    fn tag_target(&self) -> String {
        self.id().unwrap_or_default().to_owned()
    }

    /// Returns the identity of the object an id given to `import` names, for types that accept several
    /// spellings. An identity names itself.
    fn imported(id: &str) -> Id {
        Id::from(id)
    }

    /// Takes over from the object as it was known what AWS cannot tell, such as the order of a list or how
    /// rules were grouped; `prior` is `None` on import.
    ///
    /// Null or empty, other spellings of the same, and [`Local`](rinfra_schema::typed::Local) arguments are
    /// taken over without it.
    fn recall(&mut self, prior: Option<&Self>) {
        let _ = prior;
    }

    /// Adds to a plan what AWS makes special about the type.
    ///
    /// *Errors*: arguments that no apply could satisfy.
    fn plan(draft: &mut Draft<'_>) -> Result<()> {
        let _ = draft;
        Ok(())
    }
}

/// How many reads of an API without bulk reads are in flight for one page.
const EACH_AT_ONCE: usize = 16;

/// Reads objects one by one, for APIs that cannot read many: several at once, leaving out what is not found.
///
/// *Errors*: the first error that is not "not found".
pub async fn each<T, F>(ids: &[Id], read: impl Fn(Id) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<Option<T>>>,
{
    let mut answers = futures::stream::iter(ids.iter().cloned().map(read)).buffer_unordered(EACH_AT_ONCE);
    let mut found = Vec::new();
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(object) => found.extend(object),
            Err(error) if Error::is_not_found(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
