//! `encryption`: how states and saved plans are encrypted, in OpenTofu's shape.
//!
//! The block is read like any other, and the environment may lay another one over it. What it says is needed before
//! the state can be read, so it is evaluated while the configuration is loaded.

mod block;
mod key_providers;
mod merging;
mod settling;
mod targets;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::Value;

pub(crate) use block::{EncryptionBlock, decode, given};

/// How states and saved plans are encrypted.
#[derive(Clone, Debug, PartialEq)]
pub struct Encryption {
    /// Where keys come from: those that are used, each after the one it is chained to.
    pub key_providers: Vec<KeyProvider>,
    /// How something is encrypted: the methods that are used.
    pub methods: Vec<Method>,
    /// How states are kept.
    pub state: Option<Target>,
    /// How saved plans are kept.
    pub plan: Option<Target>,
    /// How the states of other configurations are kept, if nothing is said of a data source.
    pub remote_default: Option<Target>,
    /// How the states are kept that single data sources read, by what the configuration calls these.
    pub remotes: BTreeMap<Arc<str>, Target>,
    /// The header of the block.
    pub header: Span,
    /// Why some of it has no value. It matters to those only who read or write something encrypted.
    pub problems: Diagnostics,
}

/// Where keys come from.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyProvider {
    /// The name under which files keep what it takes to get a key again.
    pub metadata_name: Arc<str>,
    /// What it is made of.
    pub source: KeySource,
    /// The header of the block.
    pub header: Span,
}

/// What keys are made of.
#[derive(Clone, Debug, PartialEq)]
pub enum KeySource {
    /// Something secret, from which they are derived.
    Pbkdf2(Pbkdf2),
    /// AWS KMS, which makes them.
    AwsKms(AwsKms),
}

/// How keys are derived from something secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Pbkdf2 {
    /// What is secret.
    pub secret: KeySecret,
    /// How often the hash function is applied.
    pub iterations: u32,
    /// The length of the salt in bytes.
    pub salt_length: u16,
    /// The length of a key in bytes.
    pub key_length: u16,
    /// The name of the hash function.
    pub hash_function: Arc<str>,
}

/// What keys are derived from.
#[derive(Clone, Debug, PartialEq)]
pub enum KeySecret {
    /// A passphrase.
    Passphrase(Hidden<Arc<str>>),
    /// The keys of another key provider: its place among them.
    Chain(usize),
}

/// A key of AWS KMS.
#[derive(Clone, Debug, PartialEq)]
pub struct AwsKms {
    /// Which one it is.
    pub key_id: Arc<str>,
    /// What it makes, in the words of KMS: `AES_256` or `AES_128`.
    pub key_spec: Arc<str>,
    /// What the keys it makes are bound to.
    pub encryption_context: BTreeMap<String, String>,
    /// How KMS is reached, in the words of the AWS provider.
    pub connection: Hidden<BTreeMap<Arc<str>, Value>>,
}

/// How something is encrypted.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// What the configuration calls it: `method.TYPE.NAME`.
    pub name: Arc<str>,
    /// What it does.
    pub cipher: MethodCipher,
}

/// What a method does.
#[derive(Clone, Debug, PartialEq)]
pub enum MethodCipher {
    /// Nothing.
    Unencrypted,
    /// AES in GCM.
    AesGcm {
        /// The place of the key provider among all.
        key_provider: usize,
        /// What is authenticated beside what is encrypted.
        aad: Vec<u8>,
    },
}

/// How one kind of file is encrypted.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The places of the methods among all: the one that writes, and those that are read as well. None if its method
    /// has no value.
    pub methods: Vec<usize>,
    /// The header of the block.
    pub header: Span,
}

/// Something nobody is shown.
#[derive(Clone, PartialEq)]
pub struct Hidden<T>(pub T);

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
