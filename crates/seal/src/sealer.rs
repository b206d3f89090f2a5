use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::{Key, Metadata, Provider, SealError};

/// How something is kept in files.
#[derive(Debug)]
pub enum Method {
    /// As it is.
    Unencrypted,
    /// With AES in GCM.
    AesGcm {
        /// What it is called in messages.
        name: String,
        /// Where the keys come from.
        provider: Arc<Provider>,
        /// What is authenticated beside what is encrypted.
        aad: Vec<u8>,
    },
}

/// Seals with the first of its methods, and opens with any: who changes the method keeps the one before as a fallback
/// until everything was written anew.
pub struct Sealer {
    methods: Vec<Method>,
    current: OnceLock<Current>,
    /// Keys of what was opened, by the number of the method and the recipes: it takes long to derive them.
    known: Mutex<BTreeMap<(usize, Metadata), Arc<Key>>>,
}

struct Current {
    key: Key,
    metadata: Metadata,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("methods", &self.methods).finish_non_exhaustive()
    }
}

/// What was sealed, and the recipes of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) metadata: Metadata,
    pub(crate) data: Vec<u8>,
}

/// What was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What was inside.
    pub plain: Vec<u8>,
    /// How it was kept.
    pub kept: Kept,
}

/// How something was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// As it would be kept now.
    Currently,
    /// In a way that is still read: it is to be written anew.
    Formerly,
}

impl Sealer {
    /// Returns what seals with the first method, and opens with all of them.
    pub fn new(methods: Vec<Method>) -> Self {
        Self { methods, current: OnceLock::new(), known: Mutex::new(BTreeMap::new()) }
    }

    /// Makes the key that everything is sealed with from now on, so that none is missing when it matters. One key serves
    /// a run: each sealed text has a nonce of its own.
    ///
    /// *Errors*: what the key provider refuses.
    pub async fn prepare(&self) -> Result<(), SealError> {
        let Some(Method::AesGcm { provider, .. }) = self.methods.first() else { return Ok(()) };
        if self.current.get().is_none() {
            let mut metadata = Metadata::new();
            let key = provider.make(&mut metadata).await?.key()?;
            // Whoever was faster has made one as good.
            drop(self.current.set(Current { key, metadata }));
        }
        Ok(())
    }

    /// Tells whether what is written is encrypted.
    pub fn encrypts(&self) -> bool {
        matches!(self.methods.first(), Some(Method::AesGcm { .. }))
    }

    /// Returns what is sealed for a place; `None` when it is to be kept as it is.
    pub(crate) fn seal(&self, place: &str, plain: &[u8]) -> Result<Option<Sealed>, SealError> {
        let Some(Method::AesGcm { aad, .. }) = self.methods.first() else { return Ok(None) };
        let Current { key, metadata } = self.current.get().ok_or(SealError::NoKey)?;
        let data = key.seal_bytes(&bound(aad, place), plain)?;
        Ok(Some(Sealed { metadata: metadata.clone(), data }))
    }

    /// Returns what was sealed for a place.
    pub(crate) async fn open(&self, place: &str, sealed: Sealed) -> Result<Opened, SealError> {
        let Sealed { metadata, data } = sealed;
        let mut refusals = Vec::new();
        for (number, method) in self.methods.iter().enumerate() {
            let Method::AesGcm { name, provider, aad } = method else { continue };
            let key = self.key(number, provider, &metadata).await;
            match key.and_then(|it| it.open_bytes(&bound(aad, place), data.clone())) {
                Ok(plain) => {
                    let kept = if number == 0 { Kept::Currently } else { Kept::Formerly };
                    return Ok(Opened { plain, kept });
                }
                Err(error) => refusals.push((name.clone(), error)),
            }
        }
        Err(match (refusals.len(), refusals.pop()) {
            (_, None) => SealError::NotConfigured,
            (1, Some((_, SealError::Unopened))) => SealError::Unopened,
            (_, Some(last)) => {
                refusals.push(last);
                SealError::NoMethod(refusals)
            }
        })
    }

    /// Returns what is kept as it is, where that is allowed.
    pub(crate) fn plain(&self, plain: Vec<u8>) -> Result<Opened, SealError> {
        match self.methods.iter().position(|it| matches!(it, Method::Unencrypted)) {
            Some(0) => Ok(Opened { plain, kept: Kept::Currently }),
            Some(_) => Ok(Opened { plain, kept: Kept::Formerly }),
            None => Err(SealError::Plain),
        }
    }

    async fn key(
        &self,
        number: usize,
        provider: &Provider,
        metadata: &Metadata,
    ) -> Result<Arc<Key>, SealError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let name = (number, metadata.clone());
        if let Some(key) = known().get(&name) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(provider.again(metadata).await?.key()?);
        known().insert(name, Arc::clone(&key));
        Ok(key)
    }
}

fn bound(aad: &[u8], place: &str) -> Vec<u8> {
    [aad, place.as_bytes()].concat()
}
