//! Fingerprints of what a plan was made from.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Returns the SHA-256 of bytes, as lowercase hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the SHA-256 of data in the form it has in a saved plan. What cannot be written has none.
pub(crate) fn digest_of(data: &impl Serialize) -> String {
    serde_json::to_value(data)
        .and_then(|it| serde_json::to_vec(&it))
        .map(|it| digest(&it))
        .unwrap_or_default()
}
