//! What bytes are put into before they are kept, such as an encryption.

use std::error::Error;
use std::fmt::Debug;

use async_trait::async_trait;

/// What a store puts states and journals into before it keeps them, and takes them out of when it reads them.
///
/// # Guarantees
/// A store keeps nothing of a state or a journal that did not pass through its envelope.
#[async_trait]
pub trait Envelope: Debug + Send + Sync {
    /// Returns the bytes to keep. Those of a line of a journal must have no newline in them.
    ///
    /// It does not wait: whatever it takes to seal, such as a key, is there when the envelope is made.
    ///
    /// # Errors
    /// Fails when the bytes must not be kept as they would be.
    fn seal(&self, part: Part, plain: Vec<u8>) -> Result<Vec<u8>, EnvelopeError>;

    /// Returns what is in the bytes that were kept. They are never empty.
    ///
    /// # Errors
    /// Fails with [`EnvelopeError::Torn`] for what is not whole, and with [`EnvelopeError::Refused`] for what is whole
    /// and cannot be opened, such as with the wrong key.
    async fn open(&self, part: Part, kept: &[u8]) -> Result<Vec<u8>, EnvelopeError>;

    /// Returns the state in the bytes that were kept, and whether they would be kept like that now.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    async fn open_state(&self, kept: &[u8]) -> Result<(Vec<u8>, Keeping), EnvelopeError> {
        Ok((self.open(Part::State, kept).await?, Keeping::Current))
    }
}

/// How a state was kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keeping {
    /// As it would be kept now.
    Current,
    /// As it was to be kept once, such as with another key: it is written anew even with the same content, and so is
    /// its backup.
    Former,
}

/// What is put into an envelope.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Part {
    /// A whole state.
    State,
    /// A line of a journal, without the newline at its end.
    Line {
        /// Its number in the journal, from 1: a line is opened where it was sealed only. A journal that is written
        /// anew begins with 1 again.
        number: u64,
    },
}

/// Why an envelope cannot be opened or closed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The bytes are not whole, such as the last line of a journal that a crash cut short.
    #[error("it is not whole")]
    Torn,
    /// Something else is wrong.
    #[error(transparent)]
    Refused(#[from] Box<dyn Error + Send + Sync>),
}

/// No envelope: bytes are kept as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

#[async_trait]
impl Envelope for Plain {
    fn seal(&self, _part: Part, plain: Vec<u8>) -> Result<Vec<u8>, EnvelopeError> {
        Ok(plain)
    }

    async fn open(&self, _part: Part, kept: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
        Ok(kept.to_vec())
    }
}
