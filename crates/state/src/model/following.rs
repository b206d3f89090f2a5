//! Records of dependencies after resources have moved.

use std::collections::{BTreeMap, BTreeSet};

use rinfra_addr::{ConfigResource, ResourceInstance};

use crate::model::{Object, State};

impl State {
    /// Lets every object that depends on something that has moved say so by its new name. The moves are given as old
    /// and new address, in the order in which they were made.
    ///
    /// Returns the instances whose objects say something else now.
    pub fn follow_moves<'m>(
        &mut self,
        moves: impl IntoIterator<Item = (&'m ResourceInstance, &'m ResourceInstance)>,
    ) -> Vec<ResourceInstance> {
        let mut origins: BTreeMap<&ResourceInstance, &ResourceInstance> = BTreeMap::new();
        for (from, to) in moves {
            let origin = origins.remove(from).unwrap_or(from);
            origins.insert(to, origin);
        }
        let mut names: BTreeMap<ConfigResource, BTreeSet<ConfigResource>> = BTreeMap::new();
        for (to, from) in origins {
            names.entry(from.config()).or_default().insert(to.config());
        }
        // Where some instances have stayed, either may be meant.
        for resource in self.resources.keys() {
            let name = resource.config();
            if let Some(new) = names.get_mut(&name) {
                new.insert(name);
            }
        }
        let mut changed = Vec::new();
        for (address, resource) in &mut self.resources {
            for (key, instance) in &mut resource.instances {
                let objects = instance.current.iter_mut().chain(instance.deposed.values_mut());
                // Every object has to be looked at.
                if objects.map(|it| it.rename_dependencies(&names)).fold(false, |any, it| any | it) {
                    changed.push(address.instance(key.clone()));
                }
            }
        }
        changed
    }
}

impl Object {
    /// Returns whether a dependency has another name now.
    fn rename_dependencies(&mut self, names: &BTreeMap<ConfigResource, BTreeSet<ConfigResource>>) -> bool {
        if !self.dependencies.iter().any(|it| names.contains_key(it)) {
            return false;
        }
        let mut renamed: BTreeMap<String, ConfigResource> = BTreeMap::new();
        for dependency in &self.dependencies {
            let new = names.get(dependency).into_iter().flatten();
            let old = (!names.contains_key(dependency)).then_some(dependency);
            renamed.extend(new.chain(old).map(|it| (it.to_string(), it.clone())));
        }
        let renamed: Vec<_> = renamed.into_values().collect();
        let is_other = renamed != self.dependencies;
        self.dependencies = renamed;
        is_other
    }
}
