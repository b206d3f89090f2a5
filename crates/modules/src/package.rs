use rinfra_addr::{RegistryModule, RemotePackage};

use crate::url::redacted;

/// A package that can be fetched. The directory within it does not matter.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Package {
    /// From the address itself.
    Remote(RemotePackage),
    /// From where a registry says.
    Registry {
        /// The module.
        module: RegistryModule,
        /// One of the versions the registry offers.
        version: String,
    },
}

impl Package {
    /// Returns the address of the package as a whole, without passwords: packages of one address are the same.
    pub fn address(&self) -> String {
        match self {
            Self::Remote(remote) => match &remote.getter {
                Some(getter) => format!("{getter}::{}", redacted(&remote.url)),
                None => redacted(&remote.url),
            },
            Self::Registry { module, version } => format!("{} {version}", module.package()),
        }
    }
}
