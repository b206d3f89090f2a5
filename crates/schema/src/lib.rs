//! What a block may hold, and everything that follows from it alone.
//!
//! A [`Schema`] describes a resource type or data source. From the description, and with no knowledge of any
//! particular type, this crate decodes configuration bodies ([`decode`]), checks them ([`mod@validate`]), proposes the
//! value an instance will have and finds how it differs from what is there ([`planning`]); it writes configuration for
//! objects that have none ([`generation`]). Resource types are
//! written as structs whose field types say what each argument is ([`typed`]); the derive emits the tables.
//!
//! It refuses to know providers, clouds, state files or phases, and does no input or output.

mod attribute;
mod block;
mod check;
pub mod decode;
pub mod generation;
mod nested;
pub mod planning;
mod resource;
pub mod typed;
pub mod validate;

pub use attribute::{Accepts, Attribute, Bounds, Equality, Presence, Rules};
pub use block::{Block, Check, Fault};
pub use nested::{NestedBlock, Nesting};
pub use resource::{Schema, Timeouts};
