use std::time::Duration;

/// How long operations on an object of a type usually take, until it can be used or is gone.
///
/// These are no limits: what is not as quick as its type usually is, only begins later than it could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typical {
    /// Making one.
    pub create: Duration,
    /// Changing one in place.
    pub update: Duration,
    /// Deleting one.
    pub delete: Duration,
}

impl Typical {
    /// What takes a call or two.
    pub const QUICK: Self = Self::seconds(1, 1, 1);

    /// Returns so many seconds of making, changing and deleting.
    pub const fn seconds(create: u64, update: u64, delete: u64) -> Self {
        Self {
            create: Duration::from_secs(create),
            update: Duration::from_secs(update),
            delete: Duration::from_secs(delete),
        }
    }
}

impl Default for Typical {
    fn default() -> Self {
        Self::QUICK
    }
}
