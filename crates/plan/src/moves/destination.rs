//! Where a move takes what it selects.

use rinfra_addr::{AbsResource, InstanceKey, ModuleInstance, ResourceInstance};

use super::endpoint::{Endpoint, Subject};
use super::statement::Statement;

/// The two parts of a module instance's address: the instance of the module that holds a statement, and the way
/// from there.
type Split = (ModuleInstance, Vec<(std::sync::Arc<str>, InstanceKey)>);

impl Statement {
    /// Returns the new address of a module instance, if the statement moves it: itself, or a module around it.
    pub(crate) fn module_destination(&self, module: &ModuleInstance) -> Option<ModuleInstance> {
        let (before, way) = split(&self.from, module)?;
        let (replaced, replacement) = match (&self.from.subject, &self.to.subject) {
            (Subject::ModuleInstance(from), Subject::ModuleInstance(to)) => {
                if !way.starts_with(from.steps()) {
                    return None;
                }
                (from.steps().len(), to.clone())
            }
            (Subject::Call(around, name), Subject::Call(to, new_name)) => {
                let (call, key) = way.get(around.steps().len())?;
                if !way.starts_with(around.steps()) || call != name {
                    return None;
                }
                (around.steps().len() + 1, to.child(new_name.clone(), key.clone()))
            }
            _ => return None,
        };
        Some(join(&before, replacement.steps().iter().chain(&way[replaced..])))
    }

    /// Returns the new address of a resource, if the statement moves it as a whole.
    pub(crate) fn resource_destination(&self, resource: &AbsResource) -> Option<AbsResource> {
        let (Subject::Resource(from), Subject::Resource(to)) = (&self.from.subject, &self.to.subject) else {
            return None;
        };
        let module = self.resource_module(resource, from, &to.module)?;
        Some(to.resource.clone().in_instance(module))
    }

    /// Returns the new address of a resource instance, if the statement moves it alone.
    pub(crate) fn instance_destination(&self, instance: &ResourceInstance) -> Option<ResourceInstance> {
        let (Subject::Instance(from), Subject::Instance(to)) = (&self.from.subject, &self.to.subject) else {
            return None;
        };
        if from.key != instance.key {
            return None;
        }
        let module = self.resource_module(&instance.resource, &from.resource, to.module())?;
        Some(to.resource.resource.clone().in_instance(module).instance(to.key.clone()))
    }

    fn resource_module(
        &self,
        resource: &AbsResource,
        from: &AbsResource,
        to: &ModuleInstance,
    ) -> Option<ModuleInstance> {
        let (before, way) = split(&self.from, &resource.module)?;
        let matches = from.resource == resource.resource && way == from.module.steps();
        matches.then(|| join(&before, to.steps().iter()))
    }
}

/// Takes a module instance apart where the module that holds a statement ends.
fn split(endpoint: &Endpoint, module: &ModuleInstance) -> Option<Split> {
    let holder = endpoint.module.names();
    let steps = module.steps();
    let (before, way) = steps.split_at_checked(holder.len())?;
    let matches = before.iter().zip(holder).all(|((name, _), wanted)| name == wanted);
    matches.then(|| (before.iter().cloned().collect(), way.to_vec()))
}

fn join<'s>(
    before: &'s ModuleInstance,
    way: impl Iterator<Item = &'s (std::sync::Arc<str>, InstanceKey)>,
) -> ModuleInstance {
    before.steps().iter().chain(way).cloned().collect()
}
