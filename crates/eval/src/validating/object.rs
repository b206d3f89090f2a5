//! What is wrong with single objects.

use rinfra_addr::{ModuleInstance, Resource as ResourceAddress};
use rinfra_config::{IgnoreChanges, Item, Module, Node, Resource};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Body, Scope, evaluate};
use rinfra_schema::{Presence, decode};

use super::provider_key;
use crate::answer::Origin;
use crate::evaluation::{Evaluation, Expansion, Repeated, Site};
use crate::{traversals, types};

impl Evaluation<'_> {
    /// Reports what is wrong with one object.
    pub(super) async fn validate_node(&self, node: &Node) {
        let module = &ModuleInstance::from(&node.module);
        match &node.item {
            Item::Expansion => {
                if let (Some(parent), Some((name, _))) = (module.parent(), module.last()) {
                    self.call_instances(&parent, name).await;
                }
            }
            Item::Variable(name) => drop(self.variable(module, name).await),
            Item::Local(name) => drop(self.local(module, name).await),
            Item::Output(name) => drop(self.output(module, name).await),
            Item::Check(name) => self.check_block(module, name).await,
            Item::Resource(resource) => self.validate_resource(module, resource).await,
            Item::Provider { source, alias } => {
                let key = provider_key(node, source, alias);
                if self.catalogue.get(&key.source).is_some() {
                    // What is wrong has been reported.
                    let _ = self.provider(&key.address()).await;
                }
            }
            Item::Completion => {}
        }
    }

    /// Reports what is wrong with one object besides its references, some of which are wrong: how many instances it has,
    /// and whether its type knows its arguments.
    pub(super) async fn validate_beside(&self, node: &Node, references: &Diagnostics) {
        let Item::Resource(address) = &node.item else { return };
        let Some(declared) = self.config.module(&node.module) else { return };
        let Some(resource) = declared.resources.get(address) else { return };
        let is_sound =
            |part: &Span| !references.iter().filter_map(|it| it.subject.as_ref()).any(|it| part.contains(it));
        let instance = ModuleInstance::from(&node.module);
        if resource.repetition.expression().is_some_and(|it| is_sound(&it.span)) {
            let repeated = Repeated::Resource(address.clone().in_instance(instance.clone()));
            self.repeat(repeated, &instance, &resource.repetition).await;
        }
        let provider = self.config.provider_of(&node.module, resource);
        let block = provider.and_then(|it| types::block(self.catalogue, &it.source, resource).ok());
        let is_body_sound = resource.body.attributes.iter().all(|it| is_sound(&it.expression.span))
            && resource.body.blocks.iter().all(|it| match &*it.kind {
                // Terraform makes the blocks of dynamic ones apart from reading the body.
                "dynamic" => it.body.blocks_of("content").all(|it| is_sound(&it.body.span)),
                _ => is_sound(&it.body.span),
            });
        if let Some(block) = block.filter(|_| is_body_sound) {
            self.report_all(decode::static_check(&resource.body, block));
        }
    }

    async fn validate_resource(&self, module: &ModuleInstance, address: &ResourceAddress) {
        let declared = self.module_of(module);
        let Some(resource) = declared.resources.get(address) else { return };
        let repeated = Repeated::Resource(address.clone().in_instance(module.clone()));
        let Expansion { instances, origin } = self.repeat(repeated, module, &resource.repetition).await;
        // As in Terraform, the body is looked at as well where it is wrong how often it is to be there.
        let origin = if origin.poisoned { Origin::default() } else { origin };
        for (key, repetition) in instances.repetitions() {
            let site = Site { repetition: repetition.clone(), ..Site::module(module) };
            if self.is_unsupported(declared, resource) {
                let (scope, _) = self.scope_for(&site, resource.references()).await;
                self.validate_unsupported(&resource.body, &scope);
            } else {
                let instance = address.clone().in_instance(module.clone()).instance(key);
                let answer = self.new_instance(instance, repetition, &origin).await;
                if !answer.poisoned {
                    self.validate_ignored(declared, resource);
                }
            }
        }
    }

    /// Checks that what `ignore_changes` names is there, and can change.
    fn validate_ignored(&self, module: &Module, resource: &Resource) {
        let provider = self.config.provider_of(&module.path, resource);
        let block = provider.and_then(|it| types::block(self.catalogue, &it.source, resource).ok());
        let (Some(block), IgnoreChanges::Paths(ignored)) = (block, &resource.lifecycle.ignore_changes) else {
            return;
        };
        let mut failed = false;
        for path in ignored {
            failed |= self.report_all(traversals::in_block(block, &path.steps));
            let attribute = block.attribute_at(&path.path);
            if !failed && attribute.is_some_and(|it| it.presence == Presence::Computed) {
                let detail = format!(
                    "Only the provider sets {}, so ignoring its changes has no effect: the configuration never asks \
                     for one.",
                    path.path
                );
                let warning = Diagnostic::warning("Redundant ignore_changes element", detail);
                self.report(warning.at(resource.kind_span.clone()).hint("Take it out of the list"));
            }
        }
    }

    fn is_unsupported(&self, module: &Module, resource: &Resource) -> bool {
        let provider = self.config.provider_of(&module.path, resource);
        provider.is_some_and(|it| types::block(self.catalogue, &it.source, resource).is_err())
    }

    /// Evaluates the arguments of a type nothing is known of, but for what dynamic blocks make.
    fn validate_unsupported(&self, body: &Body, scope: &Scope<'_>) {
        for attribute in &body.attributes {
            if let Err(found) = evaluate(&attribute.expression, scope) {
                self.report_all(found);
            }
        }
        for block in body.blocks.iter().filter(|it| &*it.kind != "dynamic") {
            self.validate_unsupported(&block.body, scope);
        }
    }
}
