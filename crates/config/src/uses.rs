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

/// References that are evaluated together.
pub(crate) struct Unit<'u> {
    /// Who makes them.
    pub(crate) node: &'u Node,
    /// The module whose names they use: for a module's arguments, the caller.
    pub(crate) scope: &'u ModulePath,
    /// The references; never none.
    pub(crate) uses: &'u [Use],
}

/// One reference that is written in the configuration.
pub(crate) struct Use {
    /// What is written.
    pub(crate) traversal: Arc<Traversal>,
    /// What else may be named there.
    pub(crate) place: Place,
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

/// Shows the references of one node to a visitor.
struct Collector<'a> {
    node: Node,
    scope: ModulePath,
    visit: &'a mut dyn FnMut(&Unit<'_>),
}

impl Collector<'_> {
    fn unit(&mut self, uses: &[Use]) {
        if !uses.is_empty() {
            (self.visit)(&Unit { node: &self.node, scope: &self.scope, uses });
        }
    }

    fn add(&mut self, traversals: &[Arc<Traversal>], place: &Place) {
        self.unit(&uses(traversals, place));
    }

    fn expression(&mut self, expression: &Expression, place: &Place) {
        self.add(&rinfra_lang::references(expression), place);
    }

    /// Shows what the conditions of resources refer to: the parts of each are evaluated one by one.
    fn conditions(&mut self, conditions: &[Condition], place: &Place) {
        let place = Place { is_evaluated_anyway: true, ..place.clone() };
        for condition in conditions {
            self.expression(&condition.condition, &place);
            self.expression(&condition.error_message, &place);
        }
    }

    /// Shows what both parts of a condition refer to, which is looked up at once.
    fn condition(&mut self, condition: &Condition, place: &Place, place_of_message: &Place) {
        let mut unit = uses(&rinfra_lang::references(&condition.condition), place);
        unit.extend(uses(&rinfra_lang::references(&condition.error_message), place_of_message));
        self.unit(&unit);
    }

    /// Shows what assertions refer to: of what names something that is not there, only the message is evaluated.
    fn assertions(&mut self, assertions: &[Condition], place: &Place) {
        let message = Place { is_evaluated_anyway: true, ..place.clone() };
        assertions.iter().for_each(|it| self.condition(it, place, &message));
    }

    fn dependencies(&mut self, depends_on: &[Traversal]) {
        let place = Place { is_dependency: true, ..Place::default() };
        depends_on.iter().for_each(|it| self.add(&[Arc::new(it.clone())], &place));
    }

    fn block(&mut self, block: &Block, place: &Place) {
        self.add(&rinfra_lang::body_references(&block.body), place);
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
        self.add(resource.references(), &keyed);
        let lifecycle = &resource.lifecycle;
        self.conditions(&lifecycle.preconditions, &keyed);
        self.conditions(&lifecycle.postconditions, &with_self);
        let trigger = Place { is_trigger: true, ..keyed.clone() };
        lifecycle.replace_triggered_by.iter().for_each(|it| self.expression(it, &trigger));
        // Without provisioners nobody connects.
        let connections = resource.connection.iter().filter(|_| !resource.provisioners.is_empty());
        connections.for_each(|it| self.block(it, &with_self));
        for provisioner in &resource.provisioners {
            self.add(&rinfra_lang::body_references(&provisioner.body), &with_self);
            provisioner.connection.iter().for_each(|it| self.block(it, &with_self));
        }
    }
}

fn uses(traversals: &[Arc<Traversal>], place: &Place) -> Vec<Use> {
    traversals.iter().map(|it| Use { traversal: Arc::clone(it), place: place.clone() }).collect()
}

impl Config {
    /// Shows every reference that is written to a visitor, module by module.
    ///
    /// They are not collected: a large configuration has more references than anything else.
    pub(crate) fn visit_uses(&self, visit: &mut dyn FnMut(&Unit<'_>)) {
        self.modules().for_each(|module| self.visit_uses_in(module, visit));
    }

    fn visit_uses_in(&self, module: &Module, visit: &mut dyn FnMut(&Unit<'_>)) {
        let scope = &module.path;
        let plain = &Place::default();
        let mut collect = |item: Item, scope: &ModulePath, collect: &dyn Fn(&mut Collector<'_>)| {
            collect(&mut Collector { node: item.in_module(&module.path), scope: scope.clone(), visit });
        };
        if let (Some(call), Some(caller)) = (self.call(scope), scope.parent()) {
            collect(Item::Expansion, &caller, &|it| {
                call.repetition.expression().into_iter().for_each(|count| it.expression(count, plain));
                let keyed = Place { keys: Keys::from(&call.repetition), ..Place::default() };
                call.providers.values().for_each(|passed| it.provider_key(&passed.parent, &keyed));
                it.dependencies(&call.depends_on);
            });
            self.visit_arguments(module, call, &caller, visit);
        }
        let mut collect = |item: Item, collect: &dyn Fn(&mut Collector<'_>)| {
            collect(&mut Collector { node: item.in_module(scope), scope: scope.clone(), visit });
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
                it.add(&rinfra_lang::body_references(&block.body), &keyed);
            });
        }
        for import in &module.imports {
            // What an import refers to, its target waits for.
            let target = &import.to.resource;
            let node = Item::Resource(target.resource.clone()).in_module(&target.module);
            let mut collector = Collector { node, scope: scope.clone(), visit: &mut *visit };
            let keys = if import.for_each.is_some() { Keys::ForEach } else { Keys::None };
            import.for_each.iter().for_each(|it| collector.expression(it, plain));
            collector.expression(&import.id, &Place { keys, ..Place::default() });
        }
        let mut collect = |item: Item, collect: &dyn Fn(&mut Collector<'_>)| {
            collect(&mut Collector { node: item.in_module(scope), scope: scope.clone(), visit });
        };
        for (name, check) in &module.checks {
            let place = Place { check: Some(name.clone()), ..Place::default() };
            collect(Item::Check(name.clone()), &|it| it.assertions(&check.assertions, &place));
        }
    }

    fn visit_arguments(
        &self,
        module: &Module,
        call: &ModuleCall,
        caller: &ModulePath,
        visit: &mut dyn FnMut(&Unit<'_>),
    ) {
        let keys = Keys::from(&call.repetition);
        let place = Place { keys, is_argument: true, ..Place::default() };
        for argument in &call.arguments.attributes {
            if module.variables.contains_key(&argument.name) {
                let node = Item::Variable(argument.name.clone()).in_module(&module.path);
                let mut collector = Collector { node, scope: caller.clone(), visit };
                collector.expression(&argument.expression, &place);
            }
        }
    }
}
