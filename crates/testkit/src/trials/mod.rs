//! What must hold for any bytes at all: nothing panics, nothing hangs, and what was written can be read again.
//!
//! Each trial takes an input as a fuzzer makes them and runs it through the same code as a command would, without a
//! disk, a clock or a network. It returns when all is well and panics when a law is broken. [`Mutation`] makes inputs
//! where there is no fuzzer, and [`corpus`] has the ones to start from.

mod configuration;
pub mod corpus;
mod expression;
mod layout;
mod mutation;
mod records;
mod saved;
mod surroundings;
mod words;

pub use configuration::configuration;
pub use expression::expression;
pub use layout::layout;
pub use mutation::Mutation;
pub use saved::saved;
pub use words::words;

/// How long an input may be: what is worth finding can be said in this many bytes.
pub const LONGEST: usize = 4096;
