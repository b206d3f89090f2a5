//! Every reference that is written, with who makes it and what it may name there.

use std::sync::Arc;

use rinfra_addr::ModulePath;
use rinfra_lang::{Block, Expression, Traversal};

use crate::blocks::condition::Condition;
use crate::blocks::meta::{ProviderReference, Repetition};
use crate::blocks::resource::Resource;
use crate::node::Node;

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
pub(crate) struct Collector<'a> {
    pub(crate) node: Node,
    pub(crate) scope: ModulePath,
    pub(crate) visit: &'a mut dyn FnMut(&Unit<'_>),
}

impl Collector<'_> {
    fn unit(&mut self, uses: &[Use]) {
        if !uses.is_empty() {
            (self.visit)(&Unit { node: &self.node, scope: &self.scope, uses });
        }
    }

    pub(crate) fn add(&mut self, traversals: &[Arc<Traversal>], place: &Place) {
        self.unit(&uses(traversals, place));
    }

    pub(crate) fn expression(&mut self, expression: &Expression, place: &Place) {
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
    pub(crate) fn condition(&mut self, condition: &Condition, place: &Place, place_of_message: &Place) {
        let mut unit = uses(&rinfra_lang::references(&condition.condition), place);
        unit.extend(uses(&rinfra_lang::references(&condition.error_message), place_of_message));
        self.unit(&unit);
    }

    /// Shows what assertions refer to: of what names something that is not there, only the message is evaluated.
    pub(crate) fn assertions(&mut self, assertions: &[Condition], place: &Place) {
        let message = Place { is_evaluated_anyway: true, ..place.clone() };
        assertions.iter().for_each(|it| self.condition(it, place, &message));
    }

    pub(crate) fn dependencies(&mut self, depends_on: &[Traversal]) {
        let place = Place { is_dependency: true, ..Place::default() };
        depends_on.iter().for_each(|it| self.add(&[Arc::new(it.clone())], &place));
    }

    fn block(&mut self, block: &Block, place: &Place) {
        self.add(&rinfra_lang::body_references(&block.body), place);
    }

    pub(crate) fn provider_key(&mut self, reference: &ProviderReference, place: &Place) {
        reference.key.iter().for_each(|it| self.expression(it, place));
    }

    pub(crate) fn resource(&mut self, resource: &Resource) {
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
