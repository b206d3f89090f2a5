//! The identity of what belongs to a bucket: the bucket's name, and its owner's account if that is demanded.

use rinfra_schema::typed::Id;

/// A bucket, and the account that must own it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owned {
    pub(crate) bucket: String,
    pub(crate) owner: Option<String>,
}

impl Owned {
    /// Returns a bucket and the owner its configuration demands.
    pub(crate) fn new(bucket: &str, owner: Option<&str>) -> Self {
        Self { bucket: bucket.to_owned(), owner: owner.filter(|it| !it.is_empty()).map(str::to_owned) }
    }

    /// Reads `bucket` or `bucket,owner`.
    pub(crate) fn parse(id: &Id) -> Self {
        match id.split_once(',') {
            Some((bucket, owner)) => Self::new(bucket, Some(owner)),
            None => Self::new(id, None),
        }
    }

    /// Returns the identity.
    pub(crate) fn id(&self) -> Id {
        match &self.owner {
            Some(owner) => Id::from(format!("{},{owner}", self.bucket)),
            None => Id::from(self.bucket.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Owned;
    use rinfra_schema::typed::Id;

    #[test]
    fn an_identity_is_read_and_written() {
        for text in ["bucket", "bucket,123456789012"] {
            assert_eq!(Owned::parse(&Id::from(text)).id(), Id::from(text));
        }
        assert_eq!(Owned::new("a", Some("")), Owned::new("a", None));
    }
}
