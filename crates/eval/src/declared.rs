//! What the configuration has turned out to want, for questions asked after everything was evaluated.

use rinfra_addr::{ModuleInstance, ModulePath, ResourceInstance};

use crate::evaluation::{Evaluation, Repeated};
use crate::reference::Part;

impl Evaluation<'_> {
    /// Evaluates one resource instance and what it depends on. Returns whether the configuration wants it.
    pub async fn instance_at(&self, address: &ResourceInstance) -> bool {
        if self.config.resource(&address.config()).is_none() {
            return false;
        }
        let mut around = ModuleInstance::root();
        for (name, key) in address.module().steps() {
            if !self.call_instances(&around, name).await.instances.contains(key) {
                return false;
            }
            around = around.child(name.clone(), key.clone());
        }
        let key = Part::Only([address.key.clone()].into());
        self.resource(&around, &address.resource.resource, &key).await;
        self.wants_instance(address)
    }

    /// Tells whether the configuration wants a module instance, once everything was evaluated.
    pub fn wants_module(&self, module: &ModuleInstance) -> bool {
        self.contents.contains(module)
    }

    /// Returns the instances of a module that the configuration wants, once everything was evaluated.
    pub fn instances_of_module(&self, module: &ModulePath) -> Vec<ModuleInstance> {
        let mut instances = self.contents.keys();
        instances.retain(|it| it.path() == *module);
        instances.sort();
        instances
    }

    /// Tells whether the configuration wants a resource instance, once everything was evaluated. Where the instances
    /// could not be told, none is wanted.
    pub fn wants_instance(&self, address: &ResourceInstance) -> bool {
        let expansion = self.expansions.get(&Repeated::Resource(address.resource.clone()));
        expansion.is_some_and(|it| !it.origin.poisoned && it.instances.contains(&address.key))
    }
}
