use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::SealError;

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
        /// The hash function: `sha256` or `sha512`.
        hash_function: String,
        /// The length of the key in bytes.
        key_length: u32,
    },
    /// A key that AWS KMS made and gives again.
    AwsKms {
        /// The key, encrypted by KMS, in Base64.
        ciphertext_blob: String,
        /// What the encrypted key is bound to.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        encryption_context: BTreeMap<String, String>,
    },
}

const TAG: &str = "key_provider";

impl Recipe {
    /// Returns the recipe as files of OpenTofu hold it under the name of its key provider: JSON in Base64.
    pub(crate) fn encode(&self) -> Result<String, SealError> {
        let mut json = serde_json::to_value(self).map_err(|_error| SealError::Recipe("its form"))?;
        if let Some(members) = json.as_object_mut() {
            members.remove(TAG);
        }
        Ok(STANDARD.encode(json.to_string()))
    }

    /// Returns the recipe that OpenTofu or [`encode`](Self::encode) wrote. What it holds tells what made it.
    pub(crate) fn decode(text: &str) -> Result<Self, SealError> {
        let bytes = STANDARD.decode(text).map_err(|_error| SealError::Recipe("its form"))?;
        let mut json: Json =
            serde_json::from_slice(&bytes).map_err(|_error| SealError::Recipe("its form"))?;
        let kind = if json.get("salt").is_some() { "pbkdf2" } else { "aws_kms" };
        let members = json.as_object_mut().ok_or(SealError::Recipe("its form"))?;
        members.insert(TAG.to_owned(), Json::from(kind));
        serde_json::from_value(json).map_err(|_error| SealError::Recipe("what is in it"))
    }
}
