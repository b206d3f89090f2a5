//! Encryption of what is kept in files: states, journals, saved plans.
//!
//! - [`KeySource`] makes a [`Key`] for each file, and a [`Recipe`] that the file holds in the clear: with it, the source
//!   gives the same key again. [`Passphrase`] is one.
//! - [`Key`] seals texts with AES in GCM: who does not have it can neither read them nor change them unnoticed, nor put
//!   one in the place of another.
//! - [`Provider`], [`Method`] and [`Sealer`]: what OpenTofu's `encryption` block configures. A sealer seals with one
//!   method and opens with several, in OpenTofu's form of files.
//!
//! It refuses to know what is sealed and in which files, and to implement cryptography: that is ring's.

mod error;
mod file;
mod key;
mod line;
mod pbkdf2;
mod provider;
mod recipe;
mod sealer;
mod source;

pub use error::SealError;
pub use file::{is_encrypted, is_encrypted_state};
pub use key::{Key, Material};
pub use line::is_encrypted_line;
pub use pbkdf2::{Derivation, HashFunction, Passphrase};
pub use provider::{Metadata, Provider};
pub use recipe::Recipe;
pub use sealer::{Kept, Method, Opened, Sealer};
pub use source::KeySource;
