//! What tests and developer commands stand on: a local AWS, the built `rinfra` binary and the real Terraform.
//!
//! The local AWS is [moto](https://docs.getmoto.org), installed into a private virtual environment on first use
//! and stopped with the process that started it. Nothing here listens on, or talks to, anything but the loopback
//! interface; only the installation reaches the Python package index.
//!
//! With the feature `engine`, a `Laboratory` plans and applies in this process, against a `memory_provider`.
//! [`proxy`] makes things go wrong between a command and the local AWS, and [`crash`] kills commands at every call.
//! [`mod@bench`] measures commands, and what they cost.
//! [`scenarios`] compares programs that have Terraform's command line.
//! With the feature `world`, a `World` is a provider's connection to an account of the local AWS.
//! With the feature `trials`, any bytes at all can be tried on the language and on what is read from disk.
//! Without them, this crate knows nothing of rinfra's own crates: it drives the binary from outside, as a user does.
//! It never looks at the developer's AWS credentials, and what it starts never sees them either.

mod account;
pub mod bench;
mod binary;
mod bucket;
mod checkov;
#[cfg(feature = "world")]
pub mod conformance;
pub mod crash;
mod example;
pub mod generated;
#[cfg(feature = "engine")]
pub mod laboratory;
pub mod memory;
#[cfg(feature = "engine")]
pub mod memory_provider;
mod moto;
mod oracle;
mod outcome;
mod process_environment;
pub mod proxy;
mod python;
pub mod scenarios;
pub mod tables;
#[cfg(feature = "trials")]
pub mod trials;
mod workspace;
#[cfg(feature = "world")]
pub mod world;

pub use account::Account;
pub use binary::{BinaryError, Rinfra};
pub use bucket::Bucket;
pub use checkov::Checkov;
pub use example::copy_example;
#[cfg(feature = "engine")]
pub use laboratory::Laboratory;
pub use moto::{Moto, MotoError, moto};
pub use oracle::{Oracle, skipped};
pub use outcome::Outcome;
pub use process_environment::isolated;
pub use python::{CHECKOV, MOTO, Package, PythonError, environment_directory, prepare_environment};
pub use workspace::root;
