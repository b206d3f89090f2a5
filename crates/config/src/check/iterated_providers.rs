//! Provider configurations with `for_each`: what decides how many there are, and who outlives whom.

use std::collections::BTreeSet;

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Expression, ExpressionKind, Traversal, TraversalStep, references};

use crate::blocks::meta::{LocalProvider, ProviderReference, Repetition};
use crate::config::Config;
use crate::module::Module;
use crate::node::{Item, Node};
use crate::reference::{Reference, Subject};

impl Config {
    /// Checks that the instances of provider configurations follow from what is known before anything is planned, and
    /// that they outlive what they manage.
    pub(super) fn check_iterated_providers(&self, found: &mut Diagnostics) {
        for module in self.modules() {
            for (name, block) in &module.providers {
                if let Some(for_each) = &block.for_each {
                    let mut walk = Walk { config: self, name, seen: BTreeSet::new(), found };
                    walk.expression(module, for_each, &[]);
                }
            }
            for resource in module.resources.values().filter(|it| it.address.mode == Mode::Managed) {
                found.extend(module.twin(&resource.repetition, resource.provider.as_deref(), "resource"));
            }
            for call in module.calls.values() {
                let passed = call.providers.values();
                found.extend(
                    passed.filter_map(|it| module.twin(&call.repetition, Some(&it.parent), "module")),
                );
            }
        }
    }
}

/// Follows the references of a `for_each` through locals, variables and the arguments of calls.
struct Walk<'w> {
    config: &'w Config,
    name: &'w LocalProvider,
    seen: BTreeSet<Node>,
    found: &'w mut Diagnostics,
}

impl Walk<'_> {
    fn expression(&mut self, module: &Module, expression: &Expression, through: &[String]) {
        for traversal in references(expression) {
            // What cannot be read, or leads nowhere, is reported as a reference.
            if let Ok(reference) = Reference::parse(&traversal) {
                self.reference(module, &traversal, reference, through);
            }
        }
    }

    fn reference(
        &mut self,
        module: &Module,
        traversal: &Traversal,
        reference: Reference,
        through: &[String],
    ) {
        let deeper = |name: String| [through, &[name]].concat();
        match reference.subject {
            Subject::Path(_) | Subject::Terraform(_) => {}
            Subject::Local(name) => {
                let Some(local) = module.locals.get(&name) else { return };
                if self.seen.insert(Item::Local(name.clone()).in_module(&module.path)) {
                    self.expression(module, &local.value, &deeper(format!("local.{name}")));
                }
            }
            Subject::Variable(name) => {
                let caller = module.path.parent().and_then(|it| self.config.module(&it));
                let argument =
                    self.config.call(&module.path).and_then(|it| it.arguments.attribute(&name)).cloned();
                let (Some(caller), Some(argument)) = (caller, argument) else { return };
                if self.seen.insert(Item::Variable(name.clone()).in_module(&module.path)) {
                    self.expression(caller, &argument.expression, &deeper(format!("var.{name}")));
                }
            }
            Subject::ModuleOutput(..) => {
                self.refuse(
                    "Module output not supported in static context",
                    traversal,
                    &reference.span,
                    through,
                );
            }
            Subject::Resource(..)
            | Subject::Module(..)
            | Subject::Count(_)
            | Subject::Each(_)
            | Subject::Itself => {
                self.refuse("Dynamic value in static context", traversal, &reference.span, through);
            }
        }
    }

    fn refuse(&mut self, summary: &str, traversal: &Traversal, place: &Span, through: &[String]) {
        let through = match through {
            [] => String::new(),
            names => format!(", which it comes to by way of {}", names.join(" and ")),
        };
        let detail = format!(
            "The \"for_each\" of provider {} cannot use {}{through}: it has to be known before anything is planned.",
            self.name,
            shown(traversal)
        );
        let diagnostic = Diagnostic::error(summary, detail).at(place.clone());
        self.found.push(diagnostic.hint("Use variables, locals and functions only"));
    }
}

/// Returns a reference as it is written, as far as names go.
fn shown(traversal: &Traversal) -> String {
    let steps = traversal.steps.iter().map_while(|it| match it {
        TraversalStep::Attribute { name, .. } => Some(format!(".{name}")),
        _ => None,
    });
    format!("{}{}", traversal.root, steps.collect::<String>())
}

impl Module {
    /// Warns of instances that lose their provider configuration at the moment they are to be deleted.
    fn twin(
        &self,
        repetition: &Repetition,
        reference: Option<&ProviderReference>,
        kind: &str,
    ) -> Option<Diagnostic> {
        let reference = reference.filter(|it| it.key.is_some())?;
        let of_provider = self.providers.get(&reference.provider)?.for_each.as_ref()?;
        let Repetition::ForEach(own) = repetition else { return None };
        let is_constant = references(own).is_empty();
        if is_constant || !is_same(own, of_provider) {
            return None;
        }
        let detail = format!(
            "Provider {} and this {kind} have the same \"for_each\": an element that is removed takes the provider \
             configuration away with which its objects would be deleted, and the plan fails.",
            reference.provider
        );
        let summary = format!("Provider configuration for_each matches {kind}");
        let diagnostic = Diagnostic::warning(summary, detail).at(own.span.clone());
        Some(diagnostic.hint(
            "Let the provider have all elements and the rest a part of them, so that elements can go in two steps",
        ))
    }
}

/// Tells whether two expressions are written alike, as far as simple ones go.
fn is_same(left: &Expression, right: &Expression) -> bool {
    let all = |left: &[Expression], right: &[Expression]| {
        left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
    };
    match (&left.kind, &right.kind) {
        (ExpressionKind::Parentheses(left), _) => is_same(left, right),
        (_, ExpressionKind::Parentheses(right)) => is_same(left, right),
        (ExpressionKind::Literal(left), ExpressionKind::Literal(right)) => left == right,
        (ExpressionKind::Template(left), ExpressionKind::Template(right))
        | (ExpressionKind::Tuple(left), ExpressionKind::Tuple(right)) => all(left, right),
        (ExpressionKind::Traversal(left), ExpressionKind::Traversal(right)) => {
            left.root == right.root && are_same(&left.steps, &right.steps)
        }
        (ExpressionKind::Call(left), ExpressionKind::Call(right)) => {
            left.name == right.name
                && left.expand_final == right.expand_final
                && all(&left.arguments, &right.arguments)
        }
        _ => false,
    }
}

fn are_same(left: &[TraversalStep], right: &[TraversalStep]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|pair| match pair {
            (TraversalStep::Attribute { name: left, .. }, TraversalStep::Attribute { name: right, .. }) => {
                left == right
            }
            (TraversalStep::Index { key: left, .. }, TraversalStep::Index { key: right, .. }) => {
                left == right
            }
            _ => false,
        })
}
