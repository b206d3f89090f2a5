//! The things that depend on each other.

use std::fmt;
use std::sync::Arc;

use rinfra_addr::{ModulePath, ProviderSource};

use crate::providers::ProviderKey;

/// Something in a static module that other things may need first.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Node {
    /// The module it is in.
    pub module: ModulePath,
    /// What it is.
    pub item: Item,
}

/// What a node of the reference graph is.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Item {
    /// How many instances of the module there are: everything in the module comes after this.
    Expansion,
    /// An input variable, with what the caller sets it to.
    Variable(Arc<str>),
    /// A named value.
    Local(Arc<str>),
    /// A provider configuration.
    Provider {
        /// The provider.
        source: ProviderSource,
        /// The alias, for all but the default configuration.
        alias: Option<Arc<str>>,
    },
    /// A resource.
    Resource(rinfra_addr::Resource),
    /// An output value.
    Output(Arc<str>),
    /// A check.
    Check(Arc<str>),
    /// The end of a module: it comes after everything in it.
    Completion,
}

impl Item {
    /// Returns this item in one module.
    pub fn in_module(self, module: &ModulePath) -> Node {
        Node { module: module.clone(), item: self }
    }
}

impl From<ProviderKey> for Node {
    fn from(key: ProviderKey) -> Self {
        let ProviderKey { module, source, alias } = key;
        Self { module, item: Item::Provider { source, alias } }
    }
}

/// As Terraform names the members of a cycle.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { module, item } = self;
        let expand = if module.is_root() { "" } else { " (expand)" };
        match item {
            Item::Expansion => return write!(f, "{module} (expand)"),
            Item::Completion => return write!(f, "{module} (close)"),
            Item::Provider { source, alias } => {
                let key =
                    ProviderKey { module: module.clone(), source: source.clone(), alias: alias.clone() };
                return key.fmt(f);
            }
            _ if module.is_root() => {}
            _ => write!(f, "{module}.")?,
        }
        match item {
            Item::Variable(name) => write!(f, "var.{name}{expand}"),
            Item::Local(name) => write!(f, "local.{name} (expand)"),
            Item::Output(name) => write!(f, "output.{name} (expand)"),
            Item::Check(name) => write!(f, "check.{name} (expand)"),
            Item::Resource(address) => address.fmt(f),
            Item::Expansion | Item::Completion | Item::Provider { .. } => Ok(()),
        }
    }
}
