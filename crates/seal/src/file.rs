//! The forms in which something encrypted is kept: OpenTofu's for whole files, and one for lines of journals.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::sealer::Sealed;
use crate::{Metadata, Opened, SealError, Sealer};

/// The form of files, as OpenTofu calls it.
const VERSION: &str = "v0";

/// What is sealed in a file belongs to no place but the file: OpenTofu binds it to none.
const FILE: &str = "";

/// A file, as OpenTofu writes it. A state's serial and lineage can be read from outside.
#[derive(Serialize, Deserialize)]
struct File {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lineage: Option<String>,
    #[serde(default)]
    meta: Metadata,
    #[serde(default)]
    encrypted_data: String,
    #[serde(default)]
    encryption_version: String,
}

/// What tells one state from another, inside and outside.
#[derive(Default, Deserialize)]
struct Identity {
    #[serde(default)]
    serial: Option<u64>,
    #[serde(default)]
    lineage: Option<String>,
}

/// Tells whether a file is encrypted.
pub fn is_encrypted(kept: &[u8]) -> bool {
    sealed_file(kept).is_some()
}

/// Tells whether a file is an encrypted state: it says from outside what it is a state of.
pub fn is_encrypted_state(kept: &[u8]) -> bool {
    sealed_file(kept).is_some_and(|it| it.lineage.is_some())
}

fn sealed_file(kept: &[u8]) -> Option<File> {
    // Reading a large state only to find that it is none takes long, and every state begins like this.
    let begun = kept.strip_prefix(b"{").unwrap_or(kept).trim_ascii_start();
    if begun.starts_with(b"\"version\"") {
        return None;
    }
    serde_json::from_slice(kept).ok().filter(|it: &File| !it.encryption_version.is_empty())
}

impl Sealer {
    /// Returns a state as it is kept.
    ///
    /// *Errors*: that there is no key, and texts that are no state.
    pub fn seal_state(&self, plain: Vec<u8>) -> Result<Vec<u8>, SealError> {
        if !self.encrypts() {
            return Ok(plain);
        }
        let identity: Identity = serde_json::from_slice(&plain).map_err(|_error| SealError::Form)?;
        self.seal_file_with(plain, identity)
    }

    /// Returns the state in what was kept.
    ///
    /// *Errors*: what no method opens, or was not to be kept like that.
    pub async fn open_state(&self, kept: Vec<u8>) -> Result<Opened, SealError> {
        let Some(file) = sealed_file(&kept) else { return self.plain(kept) };
        let outside = Identity { serial: file.serial, lineage: file.lineage.clone() };
        let opened = self.open_sealed(file).await?;
        let inside: Identity = serde_json::from_slice(&opened.plain).map_err(|_error| SealError::Form)?;
        if outside.serial.is_some() && outside.serial != inside.serial {
            return Err(SealError::Altered("serial"));
        }
        if outside.lineage.as_ref().is_some_and(|it| !it.is_empty()) && outside.lineage != inside.lineage {
            return Err(SealError::Altered("lineage"));
        }
        Ok(opened)
    }

    /// Returns a file as it is kept.
    ///
    /// *Errors*: that there is no key.
    pub fn seal_file(&self, plain: Vec<u8>) -> Result<Vec<u8>, SealError> {
        self.seal_file_with(plain, Identity::default())
    }

    /// Returns the file in what was kept.
    ///
    /// *Errors*: what no method opens, or was not to be kept like that.
    pub async fn open_file(&self, kept: Vec<u8>) -> Result<Opened, SealError> {
        match sealed_file(&kept) {
            Some(file) => self.open_sealed(file).await,
            None => self.plain(kept),
        }
    }

    fn seal_file_with(&self, plain: Vec<u8>, identity: Identity) -> Result<Vec<u8>, SealError> {
        let Some(Sealed { metadata, data }) = self.seal(FILE, &plain)? else { return Ok(plain) };
        let file = File {
            serial: identity.serial,
            lineage: identity.lineage,
            meta: metadata,
            encrypted_data: STANDARD.encode(data),
            encryption_version: VERSION.to_owned(),
        };
        serde_json::to_vec(&file).map_err(|_error| SealError::Form)
    }

    async fn open_sealed(&self, file: File) -> Result<Opened, SealError> {
        if file.encryption_version != VERSION {
            return Err(SealError::Newer(file.encryption_version));
        }
        let data = STANDARD.decode(file.encrypted_data).map_err(|_error| SealError::Form)?;
        self.open(FILE, Sealed { metadata: file.meta, data }).await
    }
}
