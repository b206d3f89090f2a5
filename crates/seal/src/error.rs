use crate::Passphrase;

/// Why something could not be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// A passphrase that is easily guessed.
    #[error("a passphrase needs at least {} characters", Passphrase::SHORTEST)]
    TooShort,
    /// Numbers that make a derived key weak, or cannot be.
    #[error("{0}")]
    Weak(&'static str),
    /// A recipe that nobody wrote who meant well.
    #[error("the recipe of the key is none that is known: {0}")]
    Recipe(&'static str),
    /// What is sealed was not sealed with a key of this key provider.
    #[error("it was not encrypted with {0}")]
    NoRecipe(String),
    /// Two key providers would leave their recipes under one name.
    #[error("two key providers have the metadata name {0:?}; set `encrypted_metadata_alias`")]
    SameName(String),
    /// The key has not the right length.
    #[error("AES-GCM needs a key of 16 or 32 bytes here, not of {0}")]
    KeyLength(usize),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// A service that keeps keys does not give one.
    #[error("{0}")]
    Service(String),
    /// The key is another one, or what was sealed has been changed.
    #[error("the key is not the one it was sealed with, or it was changed since")]
    Unopened,
    /// No method opens it.
    #[error("none of the configured methods decrypts it: {}", reasons(.0))]
    NoMethod(Vec<(String, SealError)>),
    /// No key was made before something was to be sealed.
    #[error("no key was made")]
    NoKey,
    /// It is encrypted, and nobody says how to open it.
    #[error(
        "it is encrypted, and no encryption is configured for it. Restore the `encryption` block, or the environment \
         variable TF_ENCRYPTION, that it was written with"
    )]
    NotConfigured,
    /// It is plain, and was to be encrypted: somebody may have put it there.
    #[error(
        "it is not encrypted, and the configuration asks for encryption, so anybody could have written it; it was left as \
         it is. To encrypt what is there, allow to read it once with `fallback {{ method = method.unencrypted.NAME }}` \
         and run `rinfra apply`"
    )]
    Plain,
    /// What can be read from outside is not what is inside.
    #[error("its {0} was changed since it was encrypted")]
    Altered(&'static str),
    /// It is of a later form.
    #[error("it is encrypted in the form {0:?}, which this program does not know")]
    Newer(String),
    /// It is no JSON, or not what it should be.
    #[error("it has not the form of something encrypted")]
    Form,
    /// It is not whole: what a crash cut short.
    #[error("it is not whole")]
    Torn,
}

fn reasons(each: &[(String, SealError)]) -> String {
    let each = each.iter().map(|(method, error)| format!("{method}: {error}"));
    each.collect::<Vec<_>>().join("; ")
}
