//! Encryption of states and saved plans, as the configuration asks for it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_config::{AwsKms, Config, Encryption, KeySecret, KeySource as Origin, MethodCipher, Target};
use rinfra_diag::Diagnostic;
use rinfra_seal::{
    Derivation, HashFunction, Kept, KeySource, Method, Passphrase, Provider, SealError, Sealer,
};
use rinfra_store::{Envelope, EnvelopeError, Keeping, Part};
use rinfra_value::Value;

use crate::failure::{Failure, Outcome};

/// Services that keep keys, as far as the program has them.
pub trait KeyServices: fmt::Debug + Send + Sync {
    /// Returns the source of the keys that a key of AWS KMS protects. Nothing is sent before a key is needed.
    ///
    /// *Errors*: that this program has no AWS.
    fn aws_kms(&self, key: KmsKey) -> Result<Box<dyn KeySource>, SealError>;
}

/// A key of AWS KMS, and how KMS is reached.
#[derive(Clone)]
pub struct KmsKey {
    /// Its id, its ARN, or an alias.
    pub key_id: String,
    /// What keys it makes, in the words of KMS.
    pub key_spec: String,
    /// What these are bound to.
    pub encryption_context: BTreeMap<String, String>,
    /// The arguments of the AWS provider that say how KMS is reached.
    pub arguments: Value,
}

impl KmsKey {
    /// Returns a key that is reached as the process environment says, for something that is to be kept apart from what
    /// else the key protects.
    pub fn new(key_id: impl Into<String>, purpose: &str) -> Self {
        Self {
            key_id: key_id.into(),
            key_spec: "AES_256".to_owned(),
            encryption_context: [("rinfra:purpose".to_owned(), purpose.to_owned())].into(),
            arguments: arguments(&BTreeMap::new()),
        }
    }

    fn of(key: &AwsKms) -> Self {
        Self {
            key_id: key.key_id.to_string(),
            key_spec: key.key_spec.to_string(),
            encryption_context: key.encryption_context.clone(),
            arguments: arguments(&key.connection.0),
        }
    }
}

/// Returns what a key provider says of its connection as arguments of the AWS provider, which has blocks where the key
/// provider has objects.
fn arguments(given: &BTreeMap<Arc<str>, Value>) -> Value {
    const BLOCKS: [&str; 3] = ["assume_role", "assume_role_with_web_identity", "endpoints"];
    let mut all: BTreeMap<Arc<str>, Value> = given
        .iter()
        .map(|(name, value)| {
            let is_block = BLOCKS.contains(&&**name) && value.elements().is_none();
            (name.clone(), if is_block { Value::tuple(vec![value.clone()]) } else { value.clone() })
        })
        .collect();
    // Whether the credentials are good shows with the first key; STS need not be asked.
    all.entry("skip_credentials_validation".into()).or_insert_with(|| Value::from(true));
    Value::object(all)
}

/// No services: only passphrases.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeyServices;

impl KeyServices for NoKeyServices {
    fn aws_kms(&self, _key: KmsKey) -> Result<Box<dyn KeySource>, SealError> {
        Err(SealError::Service("this rinfra was built without AWS, and so without AWS KMS".to_owned()))
    }
}

/// What encrypts the files of a project.
#[derive(Clone, Debug)]
pub(crate) struct Seals {
    state: Arc<Sealer>,
    plan: Option<Arc<Sealer>>,
    /// What the states of other configurations are encrypted with, by what the configuration calls the data sources.
    remotes: BTreeMap<Arc<str>, Arc<Sealer>>,
    /// What those are encrypted with of which nothing else is said.
    other_remotes: Arc<Sealer>,
}

impl Default for Seals {
    fn default() -> Self {
        let plain = || Arc::new(Sealer::new(vec![Method::Unencrypted]));
        Self { state: plain(), plan: None, remotes: BTreeMap::new(), other_remotes: plain() }
    }
}

impl Seals {
    /// Returns what encrypts the files of a configuration. No key is made yet.
    ///
    /// *Errors*: key providers that this program has not.
    pub(crate) fn of(config: &Config, services: &dyn KeyServices) -> Outcome<Self> {
        let Some(encryption) = config.encryption() else { return Ok(Self::default()) };
        let methods = Methods::of(encryption, services).map_err(|(error, place)| {
            let diagnostic = Diagnostic::error("Unable to build encryption key data", format!("{error}."));
            Failure::new(diagnostic.at(place), config.sources())
        })?;
        let sealer = |it: &Option<Target>| it.as_ref().map(|it| methods.sealer(it));
        let usual = Self::default();
        let remotes = encryption.remotes.iter();
        Ok(Self {
            state: sealer(&encryption.state).unwrap_or(usual.state),
            plan: sealer(&encryption.plan),
            remotes: remotes.map(|(name, it)| (Arc::clone(name), methods.sealer(it))).collect(),
            other_remotes: sealer(&encryption.remote_default).unwrap_or(usual.other_remotes),
        })
    }

    /// Returns what states and their journals are kept in.
    pub(crate) fn envelope(&self) -> Arc<dyn Envelope> {
        Arc::new(Sealed(Arc::clone(&self.state)))
    }

    /// Returns what the state of another configuration is kept in that a data source reads.
    pub(crate) fn remote(&self, data_source: &str) -> Arc<dyn Envelope> {
        let sealer = self.remotes.get(data_source).unwrap_or(&self.other_remotes);
        Arc::new(Sealed(Arc::clone(sealer)))
    }

    /// Returns what states are encrypted with.
    pub(crate) fn state(&self) -> &Sealer {
        &self.state
    }

    /// Returns what saved plans are encrypted with, if the configuration says so.
    pub(crate) fn plan(&self) -> Option<&Sealer> {
        self.plan.as_deref()
    }
}

/// Makes the key that a project's state is encrypted with, so that it is there when something must be kept.
///
/// *Errors*: settings without values, and what the key provider refuses.
pub(crate) async fn prepare(config: &Config, sealer: &Sealer) -> Outcome<()> {
    check(config)?;
    sealer.prepare().await.map_err(|error| Failure::of("Unable to fetch encryption key data", &error))
}

/// Makes sure that all settings of the encryption have values.
///
/// *Errors*: those that have none.
pub(crate) fn check(config: &Config) -> Outcome<()> {
    let problems = config.encryption().map(|it| it.problems.clone()).unwrap_or_default();
    if problems.has_errors() { Err(Failure::new(problems, config.sources())) } else { Ok(()) }
}

/// The methods of a configuration, made of its key providers.
struct Methods<'m> {
    encryption: &'m Encryption,
    providers: Vec<Arc<Provider>>,
}

impl<'m> Methods<'m> {
    fn of(
        encryption: &'m Encryption,
        services: &dyn KeyServices,
    ) -> Result<Self, (SealError, rinfra_diag::Span)> {
        let mut providers: Vec<Arc<Provider>> = Vec::new();
        for declared in &encryption.key_providers {
            let name = &*declared.metadata_name;
            let provider = match &declared.source {
                Origin::AwsKms(key) => services.aws_kms(KmsKey::of(key)).map(|it| Provider::new(name, it)),
                Origin::Pbkdf2(key) => {
                    let hash_function = HashFunction::named(&key.hash_function).unwrap_or_default();
                    let derivation =
                        Derivation::new(key.iterations, key.salt_length, key.key_length, hash_function);
                    derivation.and_then(|derivation| match &key.secret {
                        KeySecret::Passphrase(text) => {
                            let passphrase = Passphrase::new(&*text.0)?.derived(derivation);
                            Ok(Provider::new(name, Box::new(passphrase)))
                        }
                        KeySecret::Chain(place) => {
                            // They come after what they are chained to.
                            let from = providers.get(*place).ok_or(SealError::NoKey)?;
                            Ok(Provider::chained(name, derivation, Arc::clone(from)))
                        }
                    })
                }
            };
            providers.push(Arc::new(provider.map_err(|error| (error, declared.header.clone()))?));
        }
        Ok(Self { encryption, providers })
    }

    fn sealer(&self, target: &Target) -> Arc<Sealer> {
        let methods = target.methods.iter().filter_map(|it| self.encryption.methods.get(*it));
        let method = |it: &rinfra_config::Method| match &it.cipher {
            MethodCipher::Unencrypted => Some(Method::Unencrypted),
            MethodCipher::AesGcm { key_provider, aad } => Some(Method::AesGcm {
                name: it.name.to_string(),
                provider: Arc::clone(self.providers.get(*key_provider)?),
                aad: aad.clone(),
            }),
        };
        Arc::new(Sealer::new(methods.filter_map(method).collect()))
    }
}

/// States and lines of journals, encrypted.
#[derive(Debug)]
struct Sealed(Arc<Sealer>);

#[async_trait]
impl Envelope for Sealed {
    fn seal(&self, part: Part, plain: Vec<u8>) -> Result<Vec<u8>, EnvelopeError> {
        let sealed = match part {
            Part::State => self.0.seal_state(plain),
            Part::Line { number } => self.0.seal_line(&place(number), plain),
        };
        sealed.map_err(refused)
    }

    async fn open(&self, part: Part, kept: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
        let opened = match part {
            Part::State => self.0.open_state(kept.to_vec()).await.map(|it| it.plain),
            Part::Line { number } => self.0.open_line(&place(number), kept).await,
        };
        opened.map_err(refused)
    }

    async fn open_state(&self, kept: &[u8]) -> Result<(Vec<u8>, Keeping), EnvelopeError> {
        let opened = self.0.open_state(kept.to_vec()).await.map_err(refused)?;
        let keeping = match opened.kept {
            Kept::Currently => Keeping::Current,
            Kept::Formerly => Keeping::Former,
        };
        Ok((opened.plain, keeping))
    }
}

/// What a line of a journal is bound to. States are bound to nothing, as in OpenTofu, so neither can stand for the other.
fn place(number: u64) -> String {
    format!("rinfra journal line {number}")
}

fn refused(error: SealError) -> EnvelopeError {
    match error {
        SealError::Torn => EnvelopeError::Torn,
        error => EnvelopeError::Refused(Box::<dyn Error + Send + Sync>::from(error)),
    }
}
