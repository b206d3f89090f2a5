//! Encryption of what is kept in files, such as secrets in saved plans.
//!
//! A [`KeySource`] makes a [`Key`] for each file, and a [`Recipe`] that the file holds in the clear: with it, the source
//! gives the same key again. A key seals texts with AES-256 in GCM: who does not have it can neither read them nor
//! change them unnoticed, nor put one in the place of another.
//!
//! It refuses to know what is sealed and in which files, and to implement cryptography: that is ring's.

mod key;
mod passphrase;
mod source;

pub use key::Key;
pub use passphrase::Passphrase;
pub use source::{KeySource, Recipe, SealError};
