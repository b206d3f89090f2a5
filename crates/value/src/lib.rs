//! Types and values as Terraform has them.
//!
//! This crate holds the value system that the language, the schemas, the state and the plan share: types, values that
//! are known, null or unknown, marks that travel with them, arbitrary-precision numbers, conversion between types,
//! unification of types, equality, and two JSON forms: [`json`], which needs a type to be read and loses what JSON
//! cannot say, and [`codec`], which loses nothing.
//!
//! It refuses to know what an expression, a schema or a resource is, to hold values of foreign types, and to turn
//! numbers into floats on the way.

pub use entries::Entries;
pub use marks::Marks;
pub use number::Number;
pub use path::{Path, PathStep};
pub use refinement::{Bound, Refinement};
pub use ty::{ObjectType, Type, TypeJsonError};
pub use value::Value;

pub mod codec;
pub mod constraint;
pub mod convert;
pub mod equality;
pub mod json;

mod entries;
mod marks;
mod number;
mod path;
mod refinement;
mod set_order;
mod ty;
mod value;
