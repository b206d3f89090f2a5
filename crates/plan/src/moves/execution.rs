//! Moving what the state holds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rinfra_addr::{AbsResource, InstanceKey, ModuleInstance, ResourceInstance};
use rinfra_change::{Adoption, Move};
use rinfra_config::Config;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_provider::Catalogue;
use rinfra_state::State;

use super::adoption::adopt;
use super::endpoint::Subject;
use super::statement::Statement;

/// Moves what the state holds, one statement after the other.
pub(super) struct Mover<'m, 's> {
    pub(super) config: &'m Config,
    pub(super) catalogue: &'m Catalogue,
    pub(super) state: Cow<'s, State>,
    /// What was moved, in the order in which it can be done again.
    pub(super) steps: Vec<Move>,
    /// Where what has moved was before the first step, by its address now.
    pub(super) origins: BTreeMap<ResourceInstance, ResourceInstance>,
    /// What could not move because its place is taken, and that place.
    pub(super) blocked: BTreeMap<Subject, Subject>,
    pub(super) diagnostics: Diagnostics,
}

impl Mover<'_, '_> {
    /// Moves everything a statement selects. What is at the new address already stays, and what should have moved
    /// there does too.
    pub(super) fn execute(&mut self, statement: &Statement) {
        if statement.from.is_module() {
            let mut modules: Vec<_> = self.state.resources.keys().map(|it| &it.module).collect();
            modules.dedup();
            let moving: Vec<_> = modules
                .into_iter()
                .filter_map(|module| Some((module.clone(), statement.module_destination(module)?)))
                .collect();
            for (from, to) in moving {
                self.move_module(statement, &from, &to);
            }
            return;
        }
        let selected = self.state.resources.keys().filter(|it| statement.from.selects(it));
        let selected: Vec<_> = selected.cloned().collect();
        for resource in selected {
            match statement.resource_destination(&resource) {
                Some(to) => self.move_resource(statement, &resource, &to),
                None => self.move_instances(statement, &resource),
            }
        }
    }

    fn move_module(&mut self, statement: &Statement, from: &ModuleInstance, to: &ModuleInstance) {
        if self.state.resources.keys().any(|it| it.module == *to) {
            let (from, to) = (Subject::ModuleInstance(from.clone()), Subject::ModuleInstance(to.clone()));
            self.blocked.insert(from, to);
            return;
        }
        let inside: Vec<_> = self.state.resources.keys().filter(|it| it.module == *from).cloned().collect();
        for resource in inside {
            let target = resource.resource.clone().in_instance(to.clone());
            self.move_all(statement, &resource, &target);
        }
    }

    fn move_resource(&mut self, statement: &Statement, from: &AbsResource, to: &AbsResource) {
        if self.state.resources.contains_key(to) {
            self.blocked.insert(Subject::Resource(from.clone()), Subject::Resource(to.clone()));
        } else {
            self.move_all(statement, from, to);
        }
    }

    fn move_all(&mut self, statement: &Statement, from: &AbsResource, to: &AbsResource) {
        for key in self.keys(from) {
            self.move_instance(statement, &from.instance(key.clone()), &to.instance(key));
        }
    }

    fn move_instances(&mut self, statement: &Statement, resource: &AbsResource) {
        for key in self.keys(resource) {
            let from = resource.instance(key);
            let Some(to) = statement.instance_destination(&from) else { continue };
            if self.state.instance(&to).is_some() {
                self.blocked.insert(Subject::Instance(from), Subject::Instance(to));
            } else {
                self.move_instance(statement, &from, &to);
            }
        }
    }

    fn keys(&self, resource: &AbsResource) -> Vec<InstanceKey> {
        self.state.resource(resource).map(|it| it.instances.keys().cloned().collect()).unwrap_or_default()
    }

    fn move_instance(&mut self, statement: &Statement, from: &ResourceInstance, to: &ResourceInstance) {
        let adoption = match self.adoption(from, to) {
            Ok(adoption) => adoption,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic.at(statement.span.clone()));
                return;
            }
        };
        let state = self.state.to_mut();
        if !state.move_instance(from, to) {
            return;
        }
        if let (Some(adoption), Some(instance)) = (&adoption, state.instance(to).cloned()) {
            let adopted = instance.adopted(adoption.schema_version, adoption.attributes.clone());
            state.put_instance(to, &adoption.provider, adopted);
        }
        // A chain of moves is one move from its first address to its last.
        let origin = self.origins.remove(from).unwrap_or_else(|| from.clone());
        self.origins.insert(to.clone(), origin);
        self.steps.push(Move { from: from.clone(), to: to.clone(), adoption });
    }

    /// Returns what an object of one type becomes as an object of another one, if the types differ.
    fn adoption(
        &self,
        from: &ResourceInstance,
        to: &ResourceInstance,
    ) -> Result<Option<Adoption>, Diagnostic> {
        // Without a block for the new address there is nobody to ask: the instance is deleted as what it was.
        if from.kind() == to.kind() || self.config.resource(&to.config()).is_none() {
            return Ok(None);
        }
        adopt(self.config, self.catalogue, &self.state, from, to)
    }
}
