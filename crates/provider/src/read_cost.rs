/// How many calls it takes to read many objects of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReadCost {
    /// One for each page of objects.
    #[default]
    Pages,
    /// Some for each object, because the service has no other way.
    Each {
        /// How many.
        calls: u64,
        /// What the service does not tell of many at once.
        reason: &'static str,
    },
}
