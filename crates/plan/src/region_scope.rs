use std::collections::BTreeSet;

use rinfra_provider::Region;

/// The Regions a plan may change.
#[derive(Clone, Debug, Default)]
pub(crate) struct RegionScope(BTreeSet<Region>);

impl RegionScope {
    /// Returns the scope of these Regions; none means all.
    pub(crate) fn new(regions: BTreeSet<Region>) -> Self {
        Self(regions)
    }

    /// Tells whether instances of a Region may be changed. What lives in no cloud always may.
    pub(crate) fn contains(&self, region: Option<&Region>) -> bool {
        self.0.is_empty() || region.is_none_or(|it| self.0.contains(it))
    }

    /// Tells whether there are Regions that may not be changed.
    pub(crate) fn is_limited(&self) -> bool {
        !self.0.is_empty()
    }

    /// Returns the Regions of the scope.
    pub(crate) fn regions(&self) -> &BTreeSet<Region> {
        &self.0
    }
}
