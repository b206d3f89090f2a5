//! The file format, version 4.

mod go;
mod paths;
mod read;
pub(crate) mod text;
mod wire;
mod write;

use crate::{EncodeError, State};

/// The version of the state format that is read and written.
pub const VERSION: u64 = 4;

/// Why a state file cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The file is empty, as the one Terraform makes to hold its lock: there is no state yet.
    #[error("the file is empty")]
    Empty,
    /// The file is not JSON, or not the JSON of a state.
    #[error("invalid state at line {line}, column {column}: {message}")]
    Invalid {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// The file does not say which version its format has.
    #[error("there is no \"version\": this is not a Terraform state")]
    NoVersion,
    /// The format is older than version 4.
    #[error(
        "the state has format version {version}, written by Terraform 0.11 or earlier; upgrade it with \
         \"terraform apply -refresh-only\" of Terraform 0.13 or later, which writes version 4"
    )]
    Older {
        /// The version found.
        version: u64,
    },
    /// The format is newer than version 4.
    #[error(
        "the state has format version {version}, written by {writer}; this program knows versions up to 4 \
         and leaves the file as it is"
    )]
    Newer {
        /// The version found.
        version: u64,
        /// The program that wrote the file.
        writer: String,
    },
    /// The same object appears twice.
    #[error("the state records {object} twice")]
    Duplicate {
        /// The object.
        object: String,
    },
    /// A resource has no provider configuration, neither for all its instances nor for one of them.
    #[error("the state records {object} without its provider configuration")]
    NoProvider {
        /// The instance.
        object: String,
    },
    /// An instance has another provider configuration than its resource.
    #[error("the state records {object} with {own}, and its resource with {whole}")]
    OtherProvider {
        /// The instance.
        object: String,
        /// The provider configuration of the instance.
        own: String,
        /// The provider configuration of the resource.
        whole: String,
    },
}

impl State {
    /// Returns the state a file holds.
    ///
    /// # Errors
    /// Fails for an empty file, for what is not JSON or not a state, and for other format versions.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        read::read(bytes)
    }

    /// Returns the file for this state: byte for byte what Terraform would write.
    ///
    /// # Errors
    /// Fails when an output has a value that has no JSON: an unknown one, or an infinite number.
    pub fn to_json_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        write::write(self)
    }
}
