//! How to deal with other runs.

use clap::{ArgAction, Args};

use super::Variables;
use crate::wait::Wait;

/// How to deal with other runs.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Locking {
    /// Lock the state while it may change. With false another run may change it at the same time.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true, default_missing_value = "true", action = ArgAction::Set)]
    pub(crate) lock: bool,
    /// How long to wait for the lock while another run holds it, such as 30s or 5m.
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    pub(crate) lock_timeout: Wait,
}

impl Default for Locking {
    fn default() -> Self {
        Self { lock: true, lock_timeout: Wait::default() }
    }
}

/// Options of `force-unlock`.
#[derive(Args, Debug)]
pub(crate) struct ForceUnlockArguments {
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// Ask nothing.
    #[arg(long)]
    pub(crate) force: bool,
    /// The lock, as the error names it that tells of it.
    #[arg(value_name = "LOCK_ID")]
    pub(crate) lock: String,
}
