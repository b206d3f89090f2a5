//! The state: what exists, as it was last seen, in Terraform's state format version 4; and the journal, which
//! tells what a run did since the state was last written.
//!
//! - [`State`] and its parts: the model, and the operations that keep it free of empty shells.
//! - [`State::parse`] and [`State::to_json_bytes`]: the file format, byte for byte as Terraform 1.11 writes it.
//! - [`Object::from_value`] and [`Object::decode`]: from a value to its stored form and back, by schema type.
//! - [`journal`]: the events of a run, their lines on disk, and their fold into a state.
//!
//! It refuses to touch files, clocks and random numbers (`rinfra-store` has them), to know schemas (attributes
//! stay JSON until the engine brings a type), and to read any other format version.

mod attributes;
mod codec;
pub mod journal;
mod model;
mod object;

pub use attributes::Attributes;
pub use codec::{ParseError, VERSION};
pub use model::{InstanceState, Object, Output, ResourceState, State, Status};
pub use object::{DecodeError, EncodeError};
