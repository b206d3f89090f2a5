//! The operations that change a state.

use std::sync::Arc;

use rinfra_addr::{AbsResource, InstanceKey, ProviderConfig, ResourceInstance};

use crate::model::{InstanceState, Object, Output, ResourceState, State};

impl State {
    /// Records an instance's current object, in place of the one before.
    pub fn set_current(&mut self, address: &ResourceInstance, provider: &ProviderConfig, object: Object) {
        self.put(address, None, provider, object);
    }

    /// Removes an instance's current object and returns it.
    pub fn remove_current(&mut self, address: &ResourceInstance) -> Option<Object> {
        self.remove(address, None)
    }

    /// Records an instance's current object, or the deposed one with this key, in place of the one before.
    pub fn put(
        &mut self,
        address: &ResourceInstance,
        deposed: Option<&str>,
        provider: &ProviderConfig,
        object: Object,
    ) {
        let instance = self.enter(address, provider);
        match deposed {
            None => instance.current = Some(object),
            Some(key) => {
                instance.deposed.insert(key.to_owned(), object);
            }
        }
    }

    /// Removes an instance's current object, or the deposed one with this key, and returns it.
    pub fn remove(&mut self, address: &ResourceInstance, deposed: Option<&str>) -> Option<Object> {
        let instance = self.resources.get_mut(&address.resource)?.instances.get_mut(&address.key)?;
        let object = match deposed {
            None => instance.current.take(),
            Some(key) => instance.deposed.remove(key),
        };
        self.prune(address);
        object
    }

    /// Makes the current object a deposed one with this key. Returns whether there was a current object.
    pub fn depose(&mut self, address: &ResourceInstance, key: &str) -> bool {
        self.reshape(address, |instance| {
            let Some(object) = instance.current.take() else { return false };
            instance.deposed.insert(key.to_owned(), object);
            true
        })
    }

    /// Makes the deposed object with this key the current one again, unless there is a current one.
    /// Returns whether it was done.
    pub fn restore_deposed(&mut self, address: &ResourceInstance, key: &str) -> bool {
        self.reshape(address, |instance| {
            if instance.current.is_some() {
                return false;
            }
            instance.current = instance.deposed.remove(key);
            instance.current.is_some()
        })
    }

    /// Removes an instance with all its objects and returns it: they go on existing, unrecorded.
    pub fn remove_instance(&mut self, address: &ResourceInstance) -> Option<InstanceState> {
        let removed = self.resources.get_mut(&address.resource)?.instances.remove(&address.key);
        self.prune(address);
        removed
    }

    /// Records an instance with all its objects, in place of what was there. An empty one removes it.
    pub fn put_instance(
        &mut self,
        address: &ResourceInstance,
        provider: &ProviderConfig,
        instance: InstanceState,
    ) {
        let provider_key = provider.key.clone();
        *self.enter(address, provider) = InstanceState { provider_key, ..instance };
        self.prune(address);
    }

    /// Gives an instance another address, where nothing may be yet. Returns whether it was done.
    pub fn move_instance(&mut self, from: &ResourceInstance, to: &ResourceInstance) -> bool {
        if self.instance(to).is_some() {
            return false;
        }
        let Some(provider) = self.provider(from) else { return false };
        let Some(instance) = self.remove_instance(from) else { return false };
        self.put_instance(to, &provider, instance);
        true
    }

    /// Changes the provider configuration of a resource and all its instances. Returns whether the resource exists.
    pub fn set_provider(&mut self, address: &AbsResource, provider: &ProviderConfig) -> bool {
        let Some(resource) = self.resources.get_mut(address) else { return false };
        resource.provider = whole(provider);
        resource.instances.values_mut().for_each(|it| it.provider_key.clone_from(&provider.key));
        true
    }

    /// Records an output of the root module, in place of the one before.
    pub fn set_output(&mut self, name: impl Into<Arc<str>>, output: Output) {
        self.outputs.insert(name.into(), output);
    }

    /// Removes an output of the root module and returns it.
    pub fn remove_output(&mut self, name: &str) -> Option<Output> {
        self.outputs.remove(name)
    }

    /// Returns the instance at an address, made when it is missing, with this provider configuration.
    fn enter(&mut self, address: &ResourceInstance, provider: &ProviderConfig) -> &mut InstanceState {
        let resource = self
            .resources
            .entry(address.resource.clone())
            .or_insert_with(|| ResourceState { provider: whole(provider), instances: [].into() });
        let is_same = (&resource.provider.module, &resource.provider.source, &resource.provider.alias)
            == (&provider.module, &provider.source, &provider.alias);
        if !is_same {
            resource.provider = whole(provider);
        }
        let instance = resource.instances.entry(address.key.clone()).or_default();
        if instance.provider_key != provider.key {
            instance.provider_key = provider.key.clone();
        }
        instance
    }

    fn reshape(
        &mut self,
        address: &ResourceInstance,
        change: impl FnOnce(&mut InstanceState) -> bool,
    ) -> bool {
        let resource = self.resources.get_mut(&address.resource);
        resource.and_then(|it| it.instances.get_mut(&address.key)).is_some_and(change)
    }

    /// Drops the instance, and then the resource, when nothing is left of it.
    fn prune(&mut self, address: &ResourceInstance) {
        let Some(resource) = self.resources.get_mut(&address.resource) else { return };
        if resource.instances.get(&address.key).is_some_and(InstanceState::is_empty) {
            resource.instances.remove(&address.key);
        }
        if resource.instances.is_empty() {
            self.resources.remove(&address.resource);
        }
    }
}

/// Returns a provider configuration as all instances of a resource have it: without an instance key.
fn whole(provider: &ProviderConfig) -> ProviderConfig {
    ProviderConfig { key: InstanceKey::None, ..provider.clone() }
}
