//! Providers that need no cloud.
//!
//! Today that is the built-in provider `terraform` with the resource type `terraform_data`.
//!
//! Deliberately absent: anything that would need a plugin, and anything that touches the network.

mod builtin;
mod terraform_data;

pub use builtin::BuiltinTerraform;
