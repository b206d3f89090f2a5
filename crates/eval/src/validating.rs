//! Validating: one visit of every object, in the order of the references.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_addr::{ModuleInstance, ModulePath, ProviderSource, Resource as ResourceAddress};
use rinfra_config::{IgnoreChanges, Item, Module, Node, ProviderKey, Repetition as Declared, Resource};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Body, Scope, evaluate};
use rinfra_schema::{Presence, decode};
use rinfra_value::{Type, Value};

use crate::evaluation::{Evaluation, Expansion, Repeated, Site};
use crate::{traversals, types};

impl Evaluation<'_> {
    /// Checks every object of the configuration, and returns everything that is wrong.
    ///
    /// `references` is what the text alone told of the references of each object. Objects that depend on one that is
    /// wrong are passed over: much of what could be said of them would follow from that. An object of a type that is
    /// not built in is no such case: it is reported, and taken for a value that is not known.
    ///
    /// *Assumptions*: instances may be unknown, and there are no cycles.
    pub async fn validate(&self, mut references: BTreeMap<Node, Diagnostics>) -> Diagnostics {
        let graph = self.config.references();
        let used: BTreeSet<ProviderKey> = self
            .config
            .resources()
            .filter_map(|(module, resource)| self.config.provider_of(&module.path, resource))
            .collect();
        let mut all = traversals::check_types(self.config, self.catalogue);
        let mut wrong: BTreeSet<Node> = BTreeSet::new();
        for node in graph.order().unwrap_or_default() {
            if graph.dependencies(&node).iter().any(|it| wrong.contains(it)) {
                wrong.insert(node);
                continue;
            }
            if is_unused(&node, &used) {
                continue;
            }
            let mut found = references.remove(&node).unwrap_or_default();
            if !found.has_errors() {
                self.validate_node(&node).await;
                found.extend(self.take_diagnostics());
            } else if let Item::Resource(address) = &node.item {
                self.validate_rest(&node.module, address, &found).await;
                found.extend(self.take_diagnostics());
            }
            if found.has_errors() {
                wrong.insert(node);
            }
            all.extend(found);
        }
        all
    }

    /// Checks what wrong references elsewhere in a resource say nothing about: how many instances it has, and whether
    /// its type knows its arguments.
    async fn validate_rest(&self, module: &ModulePath, address: &ResourceAddress, found: &Diagnostics) {
        let Some(declared) = self.config.module(module) else { return };
        let Some(resource) = declared.resources.get(address) else { return };
        let is_sound =
            |part: &Span| !found.iter().filter_map(|it| it.subject.as_ref()).any(|it| part.contains(it));
        let instance = ModuleInstance::from(module);
        if resource.repetition.expression().is_some_and(|it| is_sound(&it.span)) {
            let repeated = Repeated::Resource(address.clone().in_instance(instance.clone()));
            self.repeat(repeated, &instance, &resource.repetition).await;
        }
        let provider = self.config.provider_of(module, resource);
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

    async fn validate_node(&self, node: &Node) {
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

    async fn validate_resource(&self, module: &ModuleInstance, address: &ResourceAddress) {
        let declared = self.module_of(module);
        let Some(resource) = declared.resources.get(address) else { return };
        let repeated = Repeated::Resource(address.clone().in_instance(module.clone()));
        let Expansion { instances, origin } = self.repeat(repeated, module, &resource.repetition).await;
        if origin.poisoned {
            let provider = self.config.provider_of(&declared.path, resource);
            let block = provider.and_then(|it| types::block(self.catalogue, &it.source, resource).ok());
            let found = block.map(|it| decode::static_check(&resource.body, it));
            self.report_all(found.unwrap_or_default());
            return;
        }
        for (key, repetition) in instances.repetitions() {
            let site = Site { repetition: repetition.clone(), ..Site::module(module) };
            if self.is_unsupported(declared, resource) {
                let (scope, _) = self.scope_for(&site, &rinfra_lang::body_references(&resource.body)).await;
                self.validate_unsupported(&resource.body, &scope);
            } else {
                let instance = address.clone().in_instance(module.clone()).instance(key);
                let answer = self.instance(instance, repetition, &origin).await;
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

/// Tells whether a node is a provider configuration that nothing uses: as in Terraform, it may say what it likes.
fn is_unused(node: &Node, used: &BTreeSet<ProviderKey>) -> bool {
    match &node.item {
        Item::Provider { source, alias } => !used.contains(&provider_key(node, source, alias)),
        _ => false,
    }
}

fn provider_key(node: &Node, source: &ProviderSource, alias: &Option<Arc<str>>) -> ProviderKey {
    ProviderKey { module: node.module.clone(), source: source.clone(), alias: alias.clone() }
}

/// Returns what a module call is worth while its outputs are not looked at.
pub(crate) fn unknown_call(called: &Module, repetition: &Declared) -> Value {
    let one = Type::object(called.outputs.keys().map(|name| (name.clone(), Type::Dynamic)));
    Value::unknown(match repetition {
        Declared::Single | Declared::Enabled(_) => one,
        Declared::Count(_) => Type::list(one),
        Declared::ForEach(_) => Type::map(one),
    })
}
