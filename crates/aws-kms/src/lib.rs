//! AWS KMS: keys that encrypt the keys of files.
//!
//! [`DataKeys`] is a source of keys: KMS makes them, keeps none, and gives them again to whoever may use the key that
//! protects them.
//!
//! It refuses to encrypt files: those never reach KMS.

mod data_keys;

pub use data_keys::DataKeys;
