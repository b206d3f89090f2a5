//! What saved plans are opened with.

use rinfra_change::FormatError;
use rinfra_diag::Diagnostic;
use rinfra_seal::{KeySource, SealError, is_encrypted, is_encrypted_state};
use rinfra_state::State;

use crate::encryption::{self, Seals};
use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::loading::load_only_root;

/// What saved plans are opened with: the key of their secrets, and what the configuration says about whole files.
#[derive(Debug, Default)]
pub struct PlanKeys {
    key: Option<Box<dyn KeySource>>,
    seals: Seals,
    /// Why the encryption is not known as a whole.
    unsettled: Option<Failure>,
}

impl PlanKeys {
    /// Returns a key for the secrets in plans, and nothing for whole files.
    pub fn new(key: Option<Box<dyn KeySource>>) -> Self {
        Self { key, ..Self::default() }
    }

    /// Returns a key for the secrets in plans, and what the configuration in the directory and the environment say about
    /// whole files.
    ///
    /// *Errors*: an encryption that is wrong. Whatever else is wrong with a configuration does not matter here.
    pub fn of(environment: &Environment, key: Option<Box<dyn KeySource>>) -> Outcome<Self> {
        let loaded = load_only_root(environment);
        let config = loaded.config;
        if config.encryption().is_none() && environment.encryption.is_none() {
            return Ok(Self::new(key));
        }
        if loaded.diagnostics.has_errors() {
            return Err(Failure::new(loaded.diagnostics, config.sources()));
        }
        let seals = Seals::of(&config, &*environment.key_services)?;
        Ok(Self { key, seals, unsettled: encryption::check(&config).err() })
    }

    /// Returns the key of the secrets in plans.
    pub(crate) fn key(&self) -> Option<&dyn KeySource> {
        self.key.as_deref()
    }

    /// Returns the plan's file without what encrypts it as a whole.
    ///
    /// *Errors*: files that were to be encrypted, and those that cannot be decrypted.
    pub(crate) async fn unwrapped(&self, summary: &str, bytes: Vec<u8>) -> Outcome<Vec<u8>> {
        let Some(sealer) = self.seals.plan() else {
            return if is_encrypted(&bytes) {
                Err(failed(summary, &SealError::NotConfigured))
            } else {
                Ok(bytes)
            };
        };
        // What is neither encrypted nor a plan is told to be no plan.
        if !is_encrypted(&bytes) && matches!(rinfra_change::recipe(&bytes), Err(FormatError::NotAPlan(_))) {
            return Ok(bytes);
        }
        self.settled()?;
        sealer.open_file(bytes).await.map(|it| it.plain).map_err(|error| failed(summary, &error))
    }

    /// Returns the state that an encrypted file holds; `None` if it holds none, or is not encrypted.
    ///
    /// *Errors*: states that cannot be decrypted.
    pub(crate) async fn state(&self, summary: &str, bytes: &[u8]) -> Outcome<Option<State>> {
        if !is_encrypted_state(bytes) {
            return Ok(None);
        }
        self.settled()?;
        let opened = self.seals.state().open_state(bytes.to_vec()).await;
        let opened = opened.map_err(|error| Failure::of(summary, &error))?;
        let state = State::parse(&opened.plain);
        state.map(Some).map_err(|error| Failure::of(summary, &error))
    }

    fn settled(&self) -> Outcome<()> {
        self.unsettled.clone().map_or(Ok(()), Err)
    }
}

fn failed(summary: &str, error: &SealError) -> Failure {
    if *error == SealError::Plain {
        let detail =
            "The configuration asks for encrypted plans, and this one is not. Anybody could have changed it.";
        let hint = "make the plan anew, or leave `plan` out of the encryption block";
        return Failure::said(Diagnostic::error("Saved plan is not encrypted", detail).hint(hint));
    }
    Failure::of(summary, error)
}
