//! What is wrong with an address that cannot be read.

/// The text is not an address of the kind that was asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("invalid address {text:?}: {reason}")]
pub struct AddressError {
    /// The whole text that was to be read.
    pub text: String,
    /// What is wrong with it, as a lowercase fragment.
    pub reason: String,
}
