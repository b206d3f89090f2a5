use std::fmt;
use std::sync::Arc;

/// The Region an instance lives in, by the cloud's own name (`us-east-1`), or [`Region::GLOBAL`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Arc<str>);

impl Region {
    /// The name of the Region of services that have no Regions, such as IAM or Route 53.
    pub const GLOBAL: &'static str = "global";

    /// Returns the Region of this name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Returns the Region of services that have no Regions.
    pub fn global() -> Self {
        Self::new(Self::GLOBAL)
    }

    /// Tells whether this is the Region of services that have no Regions.
    pub fn is_global(&self) -> bool {
        self.as_str() == Self::GLOBAL
    }

    /// Returns the cloud's name of the Region.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
