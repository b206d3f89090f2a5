//! A provider whose cloud is memory: for tests of the engine.
//!
//! The [`Cloud`] is the world outside. It keeps objects, gives out identities, refuses to delete what others hang
//! on, and does as a test scripts it: calls that fail, answers that are lost, Regions that cannot be reached,
//! objects that vanish or change by themselves, calls that wait until the test lets go of them. It writes down
//! every call. [`MemoryProvider`] opens connections to it.

mod cloud;
mod connection;
mod data;
mod ephemeral;
mod provider;
mod schemas;
mod script;

pub use cloud::Cloud;
pub use provider::MemoryProvider;
pub use script::{Call, Gate};
