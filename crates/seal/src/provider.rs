use std::collections::BTreeMap;
use std::sync::Arc;

use crate::pbkdf2::{self, Derivation};
use crate::{KeySource, Material, Passphrase, Recipe, SealError};

/// The recipes in a file, in OpenTofu's form: each under the name of its key provider.
pub type Metadata = BTreeMap<String, String>;

/// A key provider of a configuration: a source of keys, and the name under which files hold its recipes.
#[derive(Debug)]
pub struct Provider {
    name: String,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    Source(Box<dyn KeySource>),
    /// Keys of another provider are the passphrase.
    Chain(Derivation, Arc<Provider>),
}

impl Provider {
    /// Returns the key provider whose keys come from a source.
    pub fn new(name: impl Into<String>, source: Box<dyn KeySource>) -> Self {
        Self { name: name.into(), origin: Origin::Source(source) }
    }

    /// Returns the key provider that derives its keys from those of another.
    pub fn chained(name: impl Into<String>, derivation: Derivation, from: Arc<Self>) -> Self {
        Self { name: name.into(), origin: Origin::Chain(derivation, from) }
    }

    /// Returns a new key, and adds the recipes it takes to get it again.
    pub(crate) async fn make(&self, metadata: &mut Metadata) -> Result<Material, SealError> {
        let (material, recipe) = match &self.origin {
            Origin::Source(source) => source.make().await?,
            Origin::Chain(derivation, from) => {
                let secret = Box::pin(from.make(metadata)).await?;
                derivation.make(long_enough(&secret)?).await?
            }
        };
        match metadata.insert(self.name.clone(), recipe.encode()?) {
            Some(_) => Err(SealError::SameName(self.name.clone())),
            None => Ok(material),
        }
    }

    /// Returns the key that was made with recipes.
    pub(crate) async fn again(&self, metadata: &Metadata) -> Result<Material, SealError> {
        let recipe = metadata.get(&self.name).ok_or_else(|| SealError::NoRecipe(self.name.clone()))?;
        let recipe = Recipe::decode(recipe)?;
        match &self.origin {
            Origin::Source(source) => source.again(&recipe).await,
            Origin::Chain(_, from) => {
                let secret = Box::pin(from.again(metadata)).await?;
                pbkdf2::again(long_enough(&secret)?, &recipe).await
            }
        }
    }
}

fn long_enough(secret: &Material) -> Result<&[u8], SealError> {
    Some(secret.bytes()).filter(|it| it.len() >= Passphrase::SHORTEST).ok_or(SealError::TooShort)
}
