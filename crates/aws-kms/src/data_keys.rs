use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rinfra_aws_kit::{Access, Error};
use rinfra_seal::{KeySource, Material, Recipe, SealError};
use rinfra_value::{Entries, Value};
use tokio::sync::OnceCell;

/// Keys that a key of AWS KMS protects: each is made by KMS, and kept encrypted in the file it is for.
pub struct DataKeys {
    key_id: String,
    key_spec: String,
    context: BTreeMap<String, String>,
    /// How KMS is reached, in the words of the AWS provider.
    arguments: Value,
    client: OnceCell<Client>,
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKeys").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl DataKeys {
    /// Returns the source of keys that this key protects: its id, its ARN, or an alias. `key_spec` says what they are, in
    /// the words of KMS. `context` is bound to them, and appears in the logs of the account. `arguments` are those of the
    /// AWS provider; the Region is that of the ARN, if they do not say it. Nothing is sent before a key is needed.
    pub fn new(
        key_id: impl Into<String>,
        key_spec: impl Into<String>,
        context: BTreeMap<String, String>,
        arguments: &Value,
    ) -> Self {
        let (key_id, key_spec) = (key_id.into(), key_spec.into());
        let arguments = with_region(&key_id, arguments);
        Self { key_id, key_spec, context, arguments, client: OnceCell::new() }
    }

    async fn client(&self) -> Result<&Client, SealError> {
        let opened = self.client.get_or_try_init(async || {
            let access = Access::open(&self.arguments).await?;
            Ok(Client::new(&access.config(&["kms"])))
        });
        opened.await.map_err(|error: Error| self.failed("cannot be reached", &error))
    }

    fn failed(&self, what: &str, error: &Error) -> SealError {
        let hint = error.hint().map(|it| format!(" ({it})")).unwrap_or_default();
        SealError::Service(format!(
            "AWS KMS {what} with the key {:?}: {}{hint}",
            self.key_id,
            error.message()
        ))
    }
}

#[async_trait]
impl KeySource for DataKeys {
    async fn make(&self) -> Result<(Material, Recipe), SealError> {
        let mut request = self.client().await?.generate_data_key();
        for (name, value) in &self.context {
            request = request.encryption_context(name, value);
        }
        let spec = DataKeySpec::from(self.key_spec.as_str());
        let made = request.key_id(&self.key_id).key_spec(spec).send().await;
        let made = made.map_err(|error| self.failed("makes no key", &error.into()))?;
        let (Some(plain), Some(sealed)) = (made.plaintext, made.ciphertext_blob) else {
            return Err(SealError::Service("AWS KMS made a key and did not give it".to_owned()));
        };
        let recipe = Recipe::AwsKms {
            ciphertext_blob: STANDARD.encode(sealed),
            encryption_context: self.context.clone(),
        };
        Ok((Material::new(plain.into_inner()), recipe))
    }

    async fn again(&self, recipe: &Recipe) -> Result<Material, SealError> {
        let Recipe::AwsKms { ciphertext_blob, encryption_context } = recipe else {
            return Err(SealError::Recipe("it is not one of aws_kms"));
        };
        // As in OpenTofu the file says what its key is bound to: who changes what new keys are bound to can read old ones.
        let sealed =
            STANDARD.decode(ciphertext_blob).map_err(|_error| SealError::Recipe("the encrypted key"))?;
        let mut request = self.client().await?.decrypt().ciphertext_blob(Blob::new(sealed));
        for (name, value) in encryption_context {
            request = request.encryption_context(name, value);
        }
        let opened = request.key_id(&self.key_id).send().await;
        let opened = opened.map_err(|error| self.failed("does not give the key again", &error.into()))?;
        let plain = opened.plaintext.ok_or(SealError::Recipe("the encrypted key"))?;
        Ok(Material::new(plain.into_inner()))
    }
}

/// Returns the arguments with the Region in a key's ARN, where they name none.
fn with_region(key_id: &str, arguments: &Value) -> Value {
    let mut all = arguments.entries().map(Entries::to_map).unwrap_or_default();
    if let Some(region) = key_id.strip_prefix("arn:").and_then(|it| it.split(':').nth(2)) {
        all.entry("region".into()).or_insert_with(|| Value::string(region));
    }
    Value::object(all)
}
