//! Keys that are quickly made.

use std::sync::Arc;

use async_trait::async_trait;
use rinfra_seal::{KeySource, Material, Method, Passphrase, Provider, Recipe, SealError, Sealer};

pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

pub(crate) const STATE: &str =
    "{\"version\":4,\"serial\":7,\"lineage\":\"a\",\"outputs\":{\"it\":{\"value\":\"hush\"}}}";

/// A source whose keys are what the recipe says, so that tests need not derive them.
#[derive(Debug)]
pub(crate) struct Quick(pub(crate) &'static str);

#[async_trait]
impl KeySource for Quick {
    async fn make(&self) -> Result<(Material, Recipe), SealError> {
        let recipe = Recipe::AwsKms { ciphertext_blob: "AAAA".to_owned(), encryption_context: [].into() };
        Ok((self.again(&recipe).await?, recipe))
    }

    async fn again(&self, _recipe: &Recipe) -> Result<Material, SealError> {
        Ok(Material::new(format!("{:-<32}", self.0)))
    }
}

pub(crate) fn quick(secret: &'static str) -> Method {
    method(secret, Provider::new(format!("key_provider.quick.{secret}"), Box::new(Quick(secret))))
}

pub(crate) fn method(name: &str, provider: Provider) -> Method {
    Method::AesGcm { name: format!("method.aes_gcm.{name}"), provider: Arc::new(provider), aad: Vec::new() }
}

pub(crate) fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).expect("it is long enough")
}

/// Returns what seals with the first method, ready to do so.
pub(crate) async fn sealer(methods: Vec<Method>) -> Sealer {
    let sealer = Sealer::new(methods);
    sealer.prepare().await.expect("a key");
    sealer
}
