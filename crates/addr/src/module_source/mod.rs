//! Where a called module comes from, as the argument `source` says.
//!
//! Reading a source reaches nothing: it only tells what is meant. That way two spellings of one place, such
//! as `github.com/a/b` and `git::https://github.com/a/b.git`, are the same source.

mod detection;
mod path;
mod registry;
mod remote;
mod subdirectory;

use std::fmt;
use std::sync::Arc;

pub use registry::RegistryModule;
pub use remote::RemotePackage;

/// Where a called module comes from.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ModuleSource {
    /// A directory relative to the calling module's, beginning with `./` or `../`.
    Local(Arc<str>),
    /// A module of a registry.
    Registry(RegistryModule),
    /// A directory in a package that is fetched from elsewhere.
    Remote(RemotePackage),
}

/// Why a text is no module source.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ModuleSourceError {
    /// It may be meant as a relative path, which begins with `./` or `../`.
    #[error("{0:?} is no address of a remote package, and a relative path begins with \"./\" or \"../\"")]
    MaybeRelative(String),
    /// It is something else, as a lowercase fragment says.
    #[error("{0}")]
    Invalid(String),
}

impl ModuleSource {
    /// Reads a source that stands without a version: of any kind.
    ///
    /// # Errors
    /// When no module can come from there.
    pub fn parse(text: &str) -> Result<Self, ModuleSourceError> {
        if path::is_local(text) {
            return Ok(Self::Local(path::local(text)));
        }
        match RegistryModule::parse(text) {
            Ok(module) => Ok(Self::Registry(module)),
            Err(_) => RemotePackage::parse(text).map(Self::Remote),
        }
    }

    /// Reads a source that stands beside a version, which only registries have.
    ///
    /// # Errors
    /// When it is not the address of a module in a registry.
    pub fn parse_versioned(text: &str) -> Result<Self, ModuleSourceError> {
        if path::is_local(text) {
            let reason = format!("can't use local directory {text:?} as a module registry address");
            return Err(ModuleSourceError::Invalid(reason));
        }
        RegistryModule::parse(text).map(Self::Registry)
    }

    /// Returns the directory within the fetched package that holds the module; empty for its top.
    pub fn subdirectory(&self) -> &str {
        match self {
            Self::Local(_) => "",
            Self::Registry(module) => &module.subdirectory,
            Self::Remote(package) => &package.subdirectory,
        }
    }
}

/// As the manifest of installed modules has it: nothing left out, one spelling for each place.
impl fmt::Display for ModuleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => f.write_str(path),
            Self::Registry(module) => module.fmt(f),
            Self::Remote(package) => package.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
