use std::fmt;
use std::num::NonZeroU32;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::pbkdf2::{PBKDF2_HMAC_SHA512, derive};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::{Key, KeySource, Recipe, SealError};

/// How often the hash function is applied: what OpenTofu does, and more than OWASP asks for.
const ITERATIONS: u32 = 600_000;

/// More iterations than anybody asks for, so that no file keeps its reader busy for hours.
const MOST_ITERATIONS: u32 = 100_000_000;

const HASH_FUNCTION: &str = "sha512";

/// Something only some people know, which keys are derived from.
pub struct Passphrase(String);

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl Passphrase {
    /// The least number of characters.
    pub const SHORTEST: usize = 16;

    /// Returns a passphrase.
    ///
    /// *Errors*: those that are too short.
    pub fn new(text: impl Into<String>) -> Result<Self, SealError> {
        let text = text.into();
        if text.chars().count() < Self::SHORTEST { Err(SealError::TooShort) } else { Ok(Self(text)) }
    }

    fn derive(&self, salt: &[u8], iterations: NonZeroU32) -> Result<Key, SealError> {
        let mut bytes = [0; Key::LENGTH];
        derive(PBKDF2_HMAC_SHA512, iterations, salt, self.0.as_bytes(), &mut bytes);
        Key::new(&bytes)
    }
}

#[async_trait]
impl KeySource for Passphrase {
    async fn make(&self) -> Result<(Key, Recipe), SealError> {
        let mut salt = [0; 32];
        SystemRandom::new().fill(&mut salt).map_err(|_error| SealError::NoRandomness)?;
        let recipe = Recipe::Pbkdf2 {
            salt: STANDARD.encode(salt),
            iterations: ITERATIONS,
            hash_function: HASH_FUNCTION.to_owned(),
            key_length: 32,
        };
        Ok((self.again(&recipe).await?, recipe))
    }

    async fn again(&self, recipe: &Recipe) -> Result<Key, SealError> {
        let Recipe::Pbkdf2 { salt, iterations, hash_function, key_length } = recipe;
        if hash_function != HASH_FUNCTION || usize::try_from(*key_length) != Ok(Key::LENGTH) {
            return Err(SealError::Recipe("another hash function or length"));
        }
        let salt = STANDARD.decode(salt).map_err(|_error| SealError::Recipe("the salt"))?;
        let iterations = NonZeroU32::new(*iterations).filter(|it| it.get() <= MOST_ITERATIONS);
        self.derive(&salt, iterations.ok_or(SealError::Recipe("the number of iterations"))?)
    }
}
