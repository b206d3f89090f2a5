use std::fmt;
use std::num::NonZeroU32;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::pbkdf2::{PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512, derive};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::{KeySource, Material, Recipe, SealError};

/// The hash functions keys are derived with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HashFunction {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    #[default]
    Sha512,
}

impl HashFunction {
    /// The names they have.
    pub const NAMES: [&str; 2] = ["sha256", "sha512"];

    /// Returns the function of a name.
    pub fn named(name: &str) -> Option<Self> {
        let [sha256, sha512] = Self::NAMES;
        let known = [(sha256, Self::Sha256), (sha512, Self::Sha512)];
        known.into_iter().find(|(it, _)| *it == name).map(|(_, it)| it)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha256 => Self::NAMES[0],
            Self::Sha512 => Self::NAMES[1],
        }
    }
}

/// How a key is derived from something secret: PBKDF2, with OpenTofu's settings and defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Derivation {
    iterations: u32,
    salt_length: u16,
    key_length: u16,
    hash_function: HashFunction,
}

impl Default for Derivation {
    /// What OpenTofu does, and more than OWASP asks for.
    fn default() -> Self {
        Self { iterations: 600_000, salt_length: 32, key_length: 32, hash_function: HashFunction::Sha512 }
    }
}

impl Derivation {
    /// The least number of iterations a new key is derived with.
    pub const FEWEST: u32 = 200_000;

    /// More iterations than anybody asks for, so that no file keeps its reader busy for hours.
    pub const MOST: u32 = 100_000_000;

    /// The longest key, in bytes.
    pub const LONGEST: u16 = 1024;

    /// Returns how keys are derived.
    ///
    /// *Errors*: numbers that make keys weak, or cannot be.
    pub fn new(
        iterations: u32,
        salt_length: u16,
        key_length: u16,
        hash_function: HashFunction,
    ) -> Result<Self, SealError> {
        if !(Self::FEWEST..=Self::MOST).contains(&iterations) {
            return Err(SealError::Weak("the number of iterations is not between 200,000 and 100,000,000"));
        }
        if salt_length == 0 || key_length == 0 || key_length > Self::LONGEST {
            return Err(SealError::Weak("the lengths of salt and key are not at least one byte"));
        }
        Ok(Self { iterations, salt_length, key_length, hash_function })
    }

    /// Returns a new key, and its recipe.
    pub(crate) async fn make(self, secret: &[u8]) -> Result<(Material, Recipe), SealError> {
        let mut salt = vec![0; self.salt_length.into()];
        SystemRandom::new().fill(&mut salt).map_err(|_error| SealError::NoRandomness)?;
        let recipe = Recipe::Pbkdf2 {
            salt: STANDARD.encode(&salt),
            iterations: self.iterations,
            hash_function: self.hash_function.name().to_owned(),
            key_length: self.key_length.into(),
        };
        Ok((again(secret, &recipe).await?, recipe))
    }
}

/// Returns the key that was made of something secret with a recipe.
pub(crate) async fn again(secret: &[u8], recipe: &Recipe) -> Result<Material, SealError> {
    let Recipe::Pbkdf2 { salt, iterations, hash_function, key_length } = recipe else {
        return Err(SealError::Recipe("it is not one of pbkdf2"));
    };
    let hash_function = HashFunction::named(hash_function).ok_or(SealError::Recipe("the hash function"))?;
    let salt = STANDARD.decode(salt).map_err(|_error| SealError::Recipe("the salt"))?;
    let iterations = NonZeroU32::new(*iterations).filter(|it| it.get() <= Derivation::MOST);
    let iterations = iterations.ok_or(SealError::Recipe("the number of iterations"))?;
    let length = u16::try_from(*key_length).ok().filter(|it| (1..=Derivation::LONGEST).contains(it));
    let length = length.ok_or(SealError::Recipe("the length of the key"))?;
    let algorithm = match hash_function {
        HashFunction::Sha256 => PBKDF2_HMAC_SHA256,
        HashFunction::Sha512 => PBKDF2_HMAC_SHA512,
    };
    let secret = Material::new(secret);
    // It takes long enough to be in the way of everything else.
    let derived = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; length.into()];
        derive(algorithm, iterations, &salt, secret.bytes(), &mut bytes);
        Material::new(bytes)
    });
    derived.await.map_err(|_error| SealError::Service("the key could not be derived".to_owned()))
}

/// Something only some people know, which keys are derived from.
pub struct Passphrase {
    text: String,
    derivation: Derivation,
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl Passphrase {
    /// The least number of bytes, as OpenTofu counts them.
    pub const SHORTEST: usize = 16;

    /// Returns a passphrase.
    ///
    /// *Errors*: those that are too short.
    pub fn new(text: impl Into<String>) -> Result<Self, SealError> {
        let text = text.into();
        let derivation = Derivation::default();
        if text.len() < Self::SHORTEST { Err(SealError::TooShort) } else { Ok(Self { text, derivation }) }
    }

    /// Returns the passphrase with new keys derived like this.
    #[must_use]
    pub fn derived(self, derivation: Derivation) -> Self {
        Self { derivation, ..self }
    }
}

#[async_trait]
impl KeySource for Passphrase {
    async fn make(&self) -> Result<(Material, Recipe), SealError> {
        self.derivation.make(self.text.as_bytes()).await
    }

    async fn again(&self, recipe: &Recipe) -> Result<Material, SealError> {
        again(self.text.as_bytes(), recipe).await
    }
}
