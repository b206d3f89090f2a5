use std::fmt;

use async_trait::async_trait;

use crate::{Material, Recipe, SealError};

/// Where keys come from: a passphrase, or a service that keeps keys.
#[async_trait]
pub trait KeySource: fmt::Debug + Send + Sync {
    /// Returns a new key, which nothing else is sealed with, and what it takes to get it again.
    ///
    /// *Errors*: what the source refuses.
    async fn make(&self) -> Result<(Material, Recipe), SealError>;

    /// Returns the key that was made with a recipe.
    ///
    /// A wrong passphrase gives another key, which opens nothing.
    ///
    /// *Errors*: recipes of another kind of source, and those that cannot be followed.
    async fn again(&self, recipe: &Recipe) -> Result<Material, SealError>;
}
