use rinfra_addr::ResourceInstance;
use rinfra_provider::Error;
use rinfra_state::journal::Intent;

/// An interrupted operation, and what became of it.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) intent: Intent,
    pub(crate) outcome: Outcome,
}

/// What became of an interrupted operation.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A creation made this object, which nobody knew of. It is usable.
    Adopted(String),
    /// A creation made this object, which was on record. It is usable.
    Completed(String),
    /// A creation made this object, and it is not usable.
    Unusable(String, Error),
    /// A creation made nothing.
    NotStarted,
    /// A creation made nothing: something else has its place.
    Occupied(String),
    /// A creation made this object, and somebody recorded it meanwhile as this instance.
    Recorded(String, ResourceInstance),
    /// The object is gone.
    Gone(String),
    /// The object that was to be changed is on record as it is.
    Observed(String),
    /// The object was deleted.
    Deleted(String),
    /// The object that was to be deleted is still there.
    Kept(String),
    /// The state has no such object any more: somebody took care of it.
    Superseded,
    /// It cannot be told, and stays in doubt.
    Unknown(Error),
}
