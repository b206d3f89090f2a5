//! What the `removed` blocks of all modules say together.

use std::collections::BTreeMap;

use rinfra_addr::{ConfigResource, ModulePath};
use rinfra_diag::{Diagnostic, Diagnostics};

use crate::{Config, ObjectAddress, Removed};

/// All `removed` blocks by what they are about. Where several modules speak of the same object, the outermost one
/// is heard.
#[derive(Clone, Debug, Default)]
pub struct Removals<'c> {
    resources: BTreeMap<ConfigResource, &'c Removed>,
    modules: BTreeMap<ModulePath, &'c Removed>,
}

impl<'c> Removals<'c> {
    /// Returns what a configuration says.
    pub fn of(config: &'c Config) -> Self {
        let mut removals = Self::default();
        for module in config.modules() {
            for removed in &module.removed {
                let inside = |path: &ModulePath| -> ModulePath {
                    module.path.names().iter().chain(path.names()).cloned().collect()
                };
                match &removed.from {
                    ObjectAddress::Module(address) => {
                        removals.modules.entry(inside(&address.path())).or_insert(removed);
                    }
                    ObjectAddress::Resource(address) => removals.add(address.config(), inside, removed),
                    ObjectAddress::Instance(address) => removals.add(address.config(), inside, removed),
                }
            }
        }
        removals
    }

    fn add(
        &mut self,
        address: ConfigResource,
        inside: impl Fn(&ModulePath) -> ModulePath,
        removed: &'c Removed,
    ) {
        let address = address.resource.in_module(inside(&address.module));
        self.resources.entry(address).or_insert(removed);
    }

    /// Returns the block about one resource, with what is to run before its instances are destroyed.
    pub fn of_resource(&self, address: &ConfigResource) -> Option<&'c Removed> {
        self.resources.get(address).copied()
    }

    /// Tells whether the objects of a resource leave the state without being destroyed.
    pub fn forgets(&self, address: &ConfigResource) -> bool {
        let forgotten = |it: &&Removed| !it.destroy;
        self.resources.get(address).is_some_and(forgotten)
            || self.modules.iter().any(|(path, it)| forgotten(it) && path.contains(&address.module))
    }

    /// Returns an error for everything that is removed and still declared.
    pub fn still_declared(&self, config: &Config) -> Diagnostics {
        let error = |what: &str, address: String, place: rinfra_diag::Span| {
            let detail =
                format!("A \"removed\" block says that {address} was removed, but it is still declared.");
            let hint = format!("Delete this {what} block, or the \"removed\" block");
            Diagnostic::error(format!("Removed {what} still exists"), detail).at(place).hint(hint)
        };
        let resources = self.resources.keys().filter_map(|address| {
            let declared = config.resource(address)?;
            Some(error("resource", address.to_string(), declared.header.clone()))
        });
        let modules = self.modules.keys().filter_map(|path| {
            let call = config.call(path)?;
            Some(error("module", path.to_string(), call.header.clone()))
        });
        resources.chain(modules).collect()
    }
}
