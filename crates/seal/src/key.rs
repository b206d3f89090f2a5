use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::SealError;

/// The bytes a key is made of. Nothing shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Material(Vec<u8>);

impl Material {
    /// Returns these bytes as material.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the key that is made of them.
    ///
    /// *Errors*: another number of bytes than a key has.
    pub fn key(&self) -> Result<Key, SealError> {
        Key::new(&self.0)
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Material(…)")
    }
}

/// A key that seals: AES in GCM, with 128 or 256 bits.
pub struct Key(LessSafeKey);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// The lengths of keys in bytes. AES with 24 is not among them: what encrypts here does not have it.
    pub const LENGTHS: [usize; 2] = [16, 32];

    /// Returns the key with these bytes.
    ///
    /// *Errors*: another number of bytes than a key has.
    pub fn new(bytes: &[u8]) -> Result<Self, SealError> {
        let algorithm = if bytes.len() == Self::LENGTHS[0] { &AES_128_GCM } else { &AES_256_GCM };
        let key = UnboundKey::new(algorithm, bytes);
        key.map(|it| Self(LessSafeKey::new(it))).map_err(|_error| SealError::KeyLength(bytes.len()))
    }

    /// Returns what only this key opens, in Base64.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<String, SealError> {
        self.seal_bytes(place.as_bytes(), plain).map(|it| STANDARD.encode(it))
    }

    /// Returns what was sealed for this place.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let bytes = STANDARD.decode(sealed).map_err(|_error| SealError::Unopened)?;
        self.open_bytes(place.as_bytes(), bytes)
    }

    /// Returns what only this key opens: a new random nonce, what was encrypted, and the tag that proves it is unchanged
    /// and belongs to this place.
    ///
    /// *Assumptions*: a key seals far fewer than 2³² texts, so that no nonce comes twice.
    pub fn seal_bytes(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_error| SealError::NoRandomness)?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + self.0.algorithm().tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let text = sealed.get_mut(NONCE_LEN..).unwrap_or_default();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(place), text);
        sealed.extend_from_slice(tag.map_err(|_error| SealError::Unopened)?.as_ref());
        Ok(sealed)
    }

    /// Returns what was sealed for this place.
    pub fn open_bytes(&self, place: &[u8], mut sealed: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let (nonce, rest) = sealed.split_first_chunk_mut::<NONCE_LEN>().ok_or(SealError::Unopened)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain =
            self.0.open_in_place(nonce, Aad::from(place), rest).map_err(|_error| SealError::Unopened)?;
        let length = plain.len();
        sealed.copy_within(NONCE_LEN..NONCE_LEN + length, 0);
        sealed.truncate(length);
        Ok(sealed)
    }
}
