use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::Key;

/// Where keys come from: a passphrase, or a service that keeps keys.
#[async_trait]
pub trait KeySource: fmt::Debug + Send + Sync {
    /// Returns a new key, which nothing else is sealed with, and what it takes to get it again.
    async fn make(&self) -> Result<(Key, Recipe), SealError>;

    /// Returns the key that was made with a recipe.
    ///
    /// A wrong passphrase gives another key, which opens nothing.
    ///
    /// *Errors*: recipes of another kind of source, and those that cannot be followed.
    async fn again(&self, recipe: &Recipe) -> Result<Key, SealError>;
}

/// What it takes to get the key of a file again, beside the source. It is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "key_provider", rename_all = "snake_case")]
pub enum Recipe {
    /// A key derived from a passphrase, as OpenTofu's key provider `pbkdf2` derives it.
    Pbkdf2 {
        /// What makes the key another one for each file, in Base64.
        salt: String,
        /// How often the hash function is applied.
        iterations: u32,
        /// The hash function: `sha512`.
        hash_function: String,
        /// The length of the key in bytes: 32.
        key_length: u32,
    },
}

/// Why something could not be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A passphrase that is easily guessed.
    #[error("a passphrase needs at least {} characters", crate::Passphrase::SHORTEST)]
    TooShort,
    /// A recipe that nobody wrote who meant well.
    #[error("the recipe of the key is none that is known: {0}")]
    Recipe(&'static str),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The key is another one, or what was sealed has been changed.
    #[error("the key is not the one it was sealed with, or it was changed since")]
    Unopened,
}
