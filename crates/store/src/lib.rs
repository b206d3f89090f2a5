//! Where state and journal are kept.
//!
//! - [`StateStore`] and [`Session`]: what every store can do. A session holds the lock.
//! - [`LocalStore`]: a file beside the configuration, with Terraform's names, lock and backup.
//! - [`Glance`]: a session that only looks, and takes no lock.
//! - [`Version`]: a state that was stored before, and [`Moment`], which says which of them is meant.
//! - [`Envelope`]: what states and journals are put into before they are kept, such as an encryption.
//! - [`LockInfo`]: who holds a lock, in Terraform's form.
//! - [`StoreError`]: what can go wrong, told so that the reader knows what to do.
//!
//! - [`BackendKind`]: what the crates of other stores offer, so that nobody below the binary knows them. [`Local`] is
//!   the one that is always there.
//!
//! It refuses to decide anything about resources: what an unfinished intent became is for the engine to look
//! up. It makes no network calls of its own accord and waits for no lock: whoever wants to wait asks again.

mod backend;
mod envelope;
mod error;
mod glance;
pub mod journal;
mod kept;
mod local;
mod lock_info;
pub mod projection;
pub mod sealed_lines;
mod store;
mod version;

pub use backend::{Backend, BackendKind, Backends};
pub use envelope::{Envelope, EnvelopeError, Keeping, Part, Plain};
pub use error::StoreError;
pub use glance::Glance;
pub use local::{Local, LocalStore, Places};
pub use lock_info::{Guard, Lease, LockInfo, LockRequest, host};
pub use store::{Opened, Origin, Persisted, Session, Snapshot, StateStore, Unlocked, new_lineage};
pub use version::{Moment, NoMoment, Version};
