use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::SealError;

/// A key that seals texts: AES-256 in GCM.
pub struct Key(LessSafeKey);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// The length of a key in bytes.
    pub const LENGTH: usize = 32;

    /// Returns the key with these bytes.
    pub fn new(bytes: &[u8; Self::LENGTH]) -> Result<Self, SealError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes);
        key.map(|it| Self(LessSafeKey::new(it))).map_err(|_error| SealError::Recipe("the length of the key"))
    }

    /// Returns what only this key opens, in Base64: a new random nonce, what was encrypted, and the tag that proves it
    /// is unchanged and belongs to this place.
    ///
    /// *Assumptions*: a key seals far fewer than 2³² texts, so that no nonce comes twice.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<String, SealError> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_error| SealError::NoRandomness)?;
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut sealed)
            .map_err(|_error| SealError::Unopened)?;
        Ok(STANDARD.encode([&nonce[..], &sealed].concat()))
    }

    /// Returns what was sealed for this place.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let bytes = STANDARD.decode(sealed).map_err(|_error| SealError::Unopened)?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Unopened)?;
        let mut opened = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self.0.open_in_place(nonce, Aad::from(place), &mut opened);
        plain.map(|it| it.to_vec()).map_err(|_error| SealError::Unopened)
    }
}
