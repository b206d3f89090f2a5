//! Addresses of modules, resources, instances and providers, and where modules come from.
//!
//! Every address here is pure data: ordered, hashable, and written exactly as Terraform writes it, in both
//! directions (`Display` and `FromStr`). *Static* addresses ([`ModulePath`], [`ConfigResource`]) name what is
//! written in a configuration; the others name what `count` and `for_each` make of it. This crate refuses to
//! know what an address leads to, and which names a configuration may use beyond what can be written down.

mod error;
mod identifier;
mod key;
mod module;
mod module_source;
mod object;
mod parse;
mod provider;
mod resource;

pub use error::AddressError;
pub use identifier::is_identifier;
pub use key::InstanceKey;
pub use module::{ModuleInstance, ModulePath};
pub use module_source::{ModuleSource, ModuleSourceError, RegistryModule, RemotePackage};
pub use object::ObjectAddress;
pub use provider::{ProviderConfig, ProviderSource, ProviderSourceError};
pub use resource::{AbsResource, ConfigResource, Mode, Resource, ResourceInstance};
