//! Every reference that is written, with who makes it and what it may name there.

use std::sync::Arc;

use rinfra_addr::ModulePath;
use rinfra_lang::{Block, Expression, Traversal};

use crate::blocks::condition::Condition;
use crate::blocks::meta::{ProviderReference, Repetition};
use crate::blocks::module_call::ModuleCall;
use crate::blocks::resource::Resource;
use crate::config::Config;
use crate::module::Module;
use crate::node::{Item, Node};

/// One reference that is written in the configuration.
pub(crate) struct Use {
    /// Who makes it.
    pub(crate) node: Node,
    /// The module whose names it uses: for a module's arguments, the caller.
    pub(crate) scope: ModulePath,
    /// What is written.
    pub(crate) traversal: Traversal,
    /// What else may be named there.
    pub(crate) place: Place,
    /// The same number for references that are evaluated together.
    pub(crate) unit: usize,
}

/// What kind of place a reference stands in.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Place {
    pub(crate) keys: Keys,
    /// Whether it is an argument of a module call, whose instance keys are looked at only when a plan is made.
    pub(crate) is_argument: bool,
    pub(crate) has_self: bool,
    /// Whether it stands in `depends_on`, where only whole objects may be named.
    pub(crate) is_dependency: bool,
    /// Whether it stands in `replace_triggered_by`, which is looked at only when changes are planned.
    pub(crate) is_trigger: bool,
    /// Whether it is evaluated even when what it or its neighbours name is not there, as conditions are.
    pub(crate) is_evaluated_anyway: bool,
    /// The check it belongs to, which has a data source of its own.
    pub(crate) check: Option<Arc<str>>,
}

/// Which instance keys may be named.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Keys {
    #[default]
    None,
    Count,
    ForEach,
}

impl From<&Repetition> for Keys {
    fn from(repetition: &Repetition) -> Self {
        match repetition {
            Repetition::Single | Repetition::Enabled(_) => Self::None,
            Repetition::Count(_) => Self::Count,
            Repetition::ForEach(_) => Self::ForEach,
        }
    }
}

/// Collects the references of one node.
struct Collector<'a> {
    node: Node,
    scope: ModulePath,
    uses: &'a mut Vec<Use>,
}

impl Collector<'_> {
    fn add(&mut self, traversals: impl IntoIterator<Item = Traversal>, place: &Place) {
        let (node, scope, unit) = (&self.node, &self.scope, self.uses.len());
        let made = |traversal| Use {
            node: node.clone(),
            scope: scope.clone(),
            traversal,
            place: place.clone(),
            unit,
        };
        self.uses.extend(traversals.into_iter().map(made));
    }

    fn expression(&mut self, expression: &Expression, place: &Place) {
        self.add(rinfra_lang::references(expression), place);
    }

    /// Collects what the conditions of resources refer to: the parts of each are evaluated one by one.
    fn conditions(&mut self, conditions: &[Condition], place: &Place) {
        let place = Place { is_evaluated_anyway: true, ..place.clone() };
        for condition in conditions {
            self.expression(&condition.condition, &place);
            self.expression(&condition.error_message, &place);
        }
    }

    /// Collects what both parts of a condition refer to, which is looked up at once.
    fn condition(&mut self, condition: &Condition, place: &Place, place_of_message: &Place) {
        let unit = self.uses.len();
        self.expression(&condition.condition, place);
        self.expression(&condition.error_message, place_of_message);
        self.uses.iter_mut().skip(unit).for_each(|it| it.unit = unit);
    }

    /// Collects what assertions refer to: of what names something that is not there, only the message is evaluated.
    fn assertions(&mut self, assertions: &[Condition], place: &Place) {
        let message = Place { is_evaluated_anyway: true, ..place.clone() };
        assertions.iter().for_each(|it| self.condition(it, place, &message));
    }

    fn dependencies(&mut self, depends_on: &[Traversal]) {
        let place = Place { is_dependency: true, ..Place::default() };
        depends_on.iter().for_each(|it| self.add([it.clone()], &place));
    }

    fn block(&mut self, block: &Block, place: &Place) {
        self.add(rinfra_lang::body_references(&block.body), place);
    }

    fn provider_key(&mut self, reference: &ProviderReference, place: &Place) {
        reference.key.iter().for_each(|it| self.expression(it, place));
    }

    fn resource(&mut self, resource: &Resource) {
        let plain = Place { check: resource.check.clone(), ..Place::default() };
        let keyed = Place { keys: Keys::from(&resource.repetition), ..plain.clone() };
        let with_self = Place { has_self: true, ..keyed.clone() };
        resource.repetition.expression().into_iter().for_each(|it| self.expression(it, &plain));
        resource.provider.iter().for_each(|it| self.provider_key(it, &keyed));
        self.dependencies(&resource.depends_on);
        self.add(rinfra_lang::body_references(&resource.body), &keyed);
        let lifecycle = &resource.lifecycle;
        self.conditions(&lifecycle.preconditions, &keyed);
        self.conditions(&lifecycle.postconditions, &with_self);
        let trigger = Place { is_trigger: true, ..keyed.clone() };
        lifecycle.replace_triggered_by.iter().for_each(|it| self.expression(it, &trigger));
        // Without provisioners nobody connects.
        let connections = resource.connection.iter().filter(|_| !resource.provisioners.is_empty());
        connections.for_each(|it| self.block(it, &with_self));
        for provisioner in &resource.provisioners {
            self.add(rinfra_lang::body_references(&provisioner.body), &with_self);
            provisioner.connection.iter().for_each(|it| self.block(it, &with_self));
        }
    }
}

impl Config {
    /// Returns every reference that is written, module by module.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        self.modules().for_each(|module| self.uses_in(module, &mut uses));
        uses
    }

    fn uses_in(&self, module: &Module, uses: &mut Vec<Use>) {
        let scope = &module.path;
        let plain = &Place::default();
        let mut collect = |item: Item, scope: &ModulePath, collect: &dyn Fn(&mut Collector<'_>)| {
            collect(&mut Collector { node: item.in_module(&module.path), scope: scope.clone(), uses });
        };
        if let (Some(call), Some(caller)) = (self.call(scope), scope.parent()) {
            collect(Item::Expansion, &caller, &|it| {
                call.repetition.expression().into_iter().for_each(|count| it.expression(count, plain));
                let keyed = Place { keys: Keys::from(&call.repetition), ..Place::default() };
                call.providers.values().for_each(|passed| it.provider_key(&passed.parent, &keyed));
                it.dependencies(&call.depends_on);
            });
            self.argument_uses(module, call, &caller, uses);
        }
        let mut collect = |item: Item, collect: &dyn Fn(&mut Collector<'_>)| {
            collect(&mut Collector { node: item.in_module(scope), scope: scope.clone(), uses });
        };
        for (name, variable) in &module.variables {
            let validations = &variable.validations;
            let collect_all = |it: &mut Collector<'_>| {
                validations.iter().for_each(|validation| it.condition(validation, plain, plain));
            };
            collect(Item::Variable(name.clone()), &collect_all);
        }
        for (name, local) in &module.locals {
            collect(Item::Local(name.clone()), &|it| it.expression(&local.value, plain));
        }
        for (name, output) in &module.outputs {
            collect(Item::Output(name.clone()), &|it| {
                it.expression(&output.value, plain);
                it.dependencies(&output.depends_on);
                let place = Place { is_evaluated_anyway: true, ..plain.clone() };
                output.preconditions.iter().for_each(|condition| it.condition(condition, &place, &place));
            });
        }
        for (address, resource) in &module.resources {
            collect(Item::Resource(address.clone()), &|it| it.resource(resource));
        }
        for (name, block) in &module.providers {
            let source = module.provider_source(&name.name);
            let item = Item::Provider { source, alias: name.alias.clone() };
            let keys = if block.for_each.is_some() { Keys::ForEach } else { Keys::None };
            let keyed = Place { keys, ..Place::default() };
            collect(item, &|it| {
                if let Some(for_each) = &block.for_each {
                    it.expression(for_each, plain);
                }
                it.add(rinfra_lang::body_references(&block.body), &keyed);
            });
        }
        for import in &module.imports {
            // What an import refers to, its target waits for.
            let target = &import.to.resource;
            let node = Item::Resource(target.resource.clone()).in_module(&target.module);
            let mut collector = Collector { node, scope: scope.clone(), uses: &mut *uses };
            let keys = if import.for_each.is_some() { Keys::ForEach } else { Keys::None };
            import.for_each.iter().for_each(|it| collector.expression(it, plain));
            collector.expression(&import.id, &Place { keys, ..Place::default() });
        }
        let mut collect = |item: Item, collect: &dyn Fn(&mut Collector<'_>)| {
            collect(&mut Collector { node: item.in_module(scope), scope: scope.clone(), uses });
        };
        for (name, check) in &module.checks {
            let place = Place { check: Some(name.clone()), ..Place::default() };
            collect(Item::Check(name.clone()), &|it| it.assertions(&check.assertions, &place));
        }
    }

    fn argument_uses(&self, module: &Module, call: &ModuleCall, caller: &ModulePath, uses: &mut Vec<Use>) {
        let keys = Keys::from(&call.repetition);
        let place = Place { keys, is_argument: true, ..Place::default() };
        for argument in &call.arguments.attributes {
            if module.variables.contains_key(&argument.name) {
                let node = Item::Variable(argument.name.clone()).in_module(&module.path);
                Collector { node, scope: caller.clone(), uses }.expression(&argument.expression, &place);
            }
        }
    }
}
