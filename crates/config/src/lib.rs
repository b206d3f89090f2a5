//! The module tree of a configuration.
//!
//! [`load`] reads a directory and every module it calls into a [`Config`]: blocks as plain structures, with
//! the expressions in them unevaluated and the spans of everything a diagnostic may be about. [`Config`] then
//! answers what follows from the text alone: which provider configuration a resource uses, what refers to
//! what ([`Config::references`]), and what is wrong ([`Config::check`]).
//!
//! Where modules come from may depend on what is [`Known`] before anything is planned; that much is evaluated
//! while the tree is loaded.
//!
//! This crate refuses to evaluate anything else but constants, to know what providers and resource types there
//! are, and to touch the file system: files come through [`rinfra_lang::files::Files`].

mod analysis;
mod blocks;
mod check;
mod config;
mod constant;
mod content;
mod early;
mod encryption;
mod form;
mod generated;
mod load;
mod module;
mod name;
mod node;
pub mod object_address;
mod overrides;
mod providers;
mod reference;
mod reference_graph;
mod removals;
mod uses;
mod version;
mod writers;

pub use blocks::backend::Backend;
pub use blocks::check::Check;
pub use blocks::condition::Condition;
pub use blocks::import::{Import, ImportTarget};
pub use blocks::lifecycle::{IgnoreChanges, IgnoredPath, Lifecycle};
pub use blocks::local::Local;
pub use blocks::meta::{LocalProvider, ProviderReference, Repetition};
pub use blocks::module_call::{ModuleCall, PassedProvider};
pub use blocks::output::Output;
pub use blocks::provider::ProviderBlock;
pub use blocks::provisioner::{OnFailure, Provisioner, When};
pub use blocks::refactoring::{Moved, Removed};
pub use blocks::required_providers::RequiredProvider;
pub use blocks::resource::Resource;
pub use blocks::terraform::RequiredVersion;
pub use blocks::variable::{Parsing, Variable};
pub use check::{Findings, Types};
pub use config::Config;
pub use early::{Known, NoVariables, NotAccepted, RootVariables, unset};
pub use encryption::{
    AwsKms, Encryption, Hidden, KeyProvider, KeySecret, KeySource, Method, MethodCipher, Pbkdf2, Target,
};
pub use load::{
    InstalledModule, InstalledModules, Loaded, ModuleDirectories, ModuleManifest, is_configuration_file,
    load, load_root, load_with,
};
pub use module::Module;
pub use node::{Item, Node};
pub use providers::{InstanceChoice, ProviderChoice, ProviderKey};
pub use reference::{Reference, Subject};
pub use removals::Removals;
pub use rinfra_addr::ObjectAddress;
pub use version::{Version, VersionConstraint, VersionError};
