//! Each reference: whether what it names is there, and may be named at that place.

use std::collections::{BTreeMap, BTreeSet};

use rinfra_addr::InstanceKey;
use rinfra_diag::{Diagnostic, Diagnostics, Span, did_you_mean};
use rinfra_lang::{Expression, Traversal, TraversalStep};

use super::undeclared::suggest;
use super::{Findings, Types};
use crate::blocks::meta::Repetition;
use crate::config::Config;
use crate::form::step_name;
use crate::module::Module;
use crate::node::{Item, Node};
use crate::reference::{Reference, Subject};
use crate::uses::{Place, Unit, Use};

/// The parts of the body of the resource that was asked for last which its type does not know.
#[derive(Default)]
struct Unread {
    node: Option<Node>,
    parts: Vec<Span>,
}

impl Unread {
    /// Returns these parts of a node. What one node refers to stands together, so that they are looked for once.
    fn of(&mut self, node: &Node, types: &dyn Types) -> &[Span] {
        if self.node.as_ref() != Some(node) {
            self.parts = match &node.item {
                Item::Resource(resource) => types.unread(&node.module, resource),
                _ => Vec::new(),
            };
            self.node = Some(node.clone());
        }
        &self.parts
    }
}

/// What was found of some of the references.
#[derive(Default)]
struct Part {
    unread: Unread,
    findings: Findings,
}

impl Config {
    pub(super) fn check_references(&self, types: &dyn Types, findings: &mut Findings) {
        let used: BTreeSet<Node> = self.used_providers().into_iter().map(Node::from).collect();
        let parts = self.gather_uses(|part: &mut Part, unit| {
            // As in Terraform, a provider configuration that nothing uses may say what it likes.
            if matches!(unit.node.item, Item::Provider { .. }) && !used.contains(unit.node) {
                return;
            }
            let Part { unread, findings } = part;
            let unread = unread.of(unit.node, types);
            let is_read = |it: &&Use| !unread.iter().any(|part| part.contains(&it.traversal.span));
            let together: Vec<_> = unit.uses.iter().filter(is_read).collect();
            let is_trigger = together.iter().any(|it| it.place.is_trigger);
            let nodes = if is_trigger { &mut findings.planning } else { &mut findings.references };
            let is_spoilt = nodes.get(unit.node).is_some_and(Diagnostics::has_errors);
            add(nodes, unit.node, self.check_together(unit, &together, is_spoilt, types));
            let deferred = together.iter().filter_map(|it| check_deferred(it)).collect();
            add(&mut findings.instance_keys, unit.node, deferred);
        });
        for Part { findings: Findings { references, instance_keys, planning, .. }, .. } in parts {
            merge(&mut findings.references, references);
            merge(&mut findings.instance_keys, instance_keys);
            merge(&mut findings.planning, planning);
        }
    }

    /// Returns what is wrong with the references of an expression that is not written in the configuration, but
    /// evaluated in its root module.
    pub fn check_expression(&self, expression: &Expression, types: &dyn Types) -> Diagnostics {
        let made = |traversal| Use { traversal, place: Place::default() };
        let uses: Vec<_> = rinfra_lang::references(expression).into_iter().map(made).collect();
        let together: Vec<_> = uses.iter().collect();
        let scope = &self.root().path;
        let node = &Item::Completion.in_module(scope);
        self.check_together(&Unit { node, scope, uses: &uses }, &together, false, types)
    }

    /// Checks references that are evaluated together.
    ///
    /// As in Terraform, resources and module calls are looked up first, and the values of variables and so on
    /// only when all of these are there.
    fn check_together(
        &self,
        unit: &Unit<'_>,
        together: &[&Use],
        is_spoilt: bool,
        types: &dyn Types,
    ) -> Diagnostics {
        let Some(scope) = self.module(unit.scope) else { return Diagnostics::new() };
        let (mut forms, mut objects, mut values) =
            (Diagnostics::new(), Diagnostics::new(), Diagnostics::new());
        let mut roots = BTreeSet::new();
        for it in together {
            let Some(reference) = forms.absorb(Reference::parse(&it.traversal)) else { continue };
            roots.insert(&it.traversal.root);
            if it.place.is_dependency && !check_dependency(&reference, is_spoilt, &mut objects) {
                continue;
            }
            let is_object = matches!(
                reference.subject,
                Subject::Resource(..) | Subject::Module(..) | Subject::ModuleOutput(..) | Subject::Itself
            );
            let found = if is_object { &mut objects } else { &mut values };
            found.extend(self.check_subject(scope, unit.node, it, &reference));
            let is_read = !it.place.is_dependency && !it.place.is_trigger;
            if let Some(resource) = resource_of(unit.node, it, &reference).filter(|_| is_read) {
                objects.extend(types.check_path(&scope.path, resource, &reference));
            }
        }
        let mut all = forms;
        if objects.has_errors() {
            all.extend(objects);
            roots.clear();
        } else {
            all.extend(values);
        }
        if all.has_errors() {
            // Conditions are evaluated all the same, with no name meaning anything that was not looked up.
            let anyway = together.iter().filter(|it| it.place.is_evaluated_anyway);
            let nameless = anyway.filter(|it| !roots.contains(&it.traversal.root));
            all.extend(nameless.map(|it| unknown_variable(&it.traversal)));
        }
        all
    }

    fn check_subject(
        &self,
        scope: &Module,
        node: &Node,
        written: &Use,
        reference: &Reference<'_>,
    ) -> Option<Diagnostic> {
        let place = &written.place;
        let diagnostic = match &reference.subject {
            Subject::Variable(name) if !scope.variables.contains_key(name) => scope.undeclared_variable(name),
            Subject::Local(name) if !scope.locals.contains_key(name) => scope.undeclared_local(name),
            Subject::Local(name) if *node == Item::Local(name.clone()).in_module(&scope.path) => {
                let detail =
                    format!("Local value local.{name} cannot use its own result as part of its expression.");
                Diagnostic::error("Self-referencing local value", detail)
            }
            Subject::Resource(address, key) => {
                return check_resource(scope, written, reference, address, key);
            }
            Subject::Module(name, _) | Subject::ModuleOutput(name, ..) if !scope.calls.contains_key(name) => {
                scope.undeclared_module(name)
            }
            Subject::ModuleOutput(..) if place.is_dependency => return None,
            Subject::ModuleOutput(name, key, output) => {
                return self.check_output(scope, written, name, key, output);
            }
            Subject::Count(_) | Subject::Each(_) if place.defers(&reference.subject) => return None,
            Subject::Count(name) => place.check_count(name)?,
            Subject::Each(name) => place.check_each(name)?,
            Subject::Path(name) => super::places::check_path(name)?,
            Subject::Terraform(name) => super::places::check_terraform(name)?,
            Subject::Itself => place.check_self()?,
            Subject::Variable(_) | Subject::Local(_) | Subject::Module(..) => return None,
        };
        Some(diagnostic.at(reference.span.clone()))
    }

    fn check_output(
        &self,
        scope: &Module,
        written: &Use,
        name: &str,
        key: &InstanceKey,
        output: &str,
    ) -> Option<Diagnostic> {
        let called = self.called(&scope.path, name)?;
        let is_output = |it: &&TraversalStep| step_name(Some(it)).is_some_and(|it| &**it == output);
        let place = written.traversal.steps.iter().skip(1).find(is_output)?.span().clone();
        let repetition = &scope.calls.get(name)?.repetition;
        if let (Repetition::Count(_), InstanceKey::None) = (repetition, key) {
            let detail = format!(
                "The module call module.{name} has \"count\" set: it is a list of objects, one for each \
                 instance. Name one of them, such as module.{name}[0].{output}, or all of them, \
                 module.{name}[*].{output}."
            );
            return Some(Diagnostic::error("Unsupported attribute", detail).at(place));
        }
        let is_list = !matches!(repetition, Repetition::Single | Repetition::Enabled(_)) && key.is_none();
        if is_list || called.outputs.contains_key(output) {
            return None;
        }
        let detail = format!("The module called as module.{name} has no output named \"{output}\".");
        let diagnostic = Diagnostic::error("Unsupported attribute", detail).at(place);
        Some(suggest(diagnostic, did_you_mean(output, called.outputs.keys().map(AsRef::as_ref))))
    }
}

/// Returns the resource a reference leads into.
fn resource_of<'a>(
    node: &'a Node,
    written: &Use,
    reference: &'a Reference<'_>,
) -> Option<&'a rinfra_addr::Resource> {
    match (&reference.subject, &node.item) {
        (Subject::Resource(resource, _), _) => Some(resource),
        (Subject::Itself, Item::Resource(resource)) if written.place.has_self => Some(resource),
        _ => None,
    }
}

/// Checks an instance key that only a plan asks for.
fn check_deferred(written: &Use) -> Option<Diagnostic> {
    let reference = Reference::parse(&written.traversal).ok()?;
    let found = match &reference.subject {
        it if !written.place.defers(it) => None,
        Subject::Count(name) => written.place.check_count(name),
        Subject::Each(name) => written.place.check_each(name),
        _ => None,
    };
    Some(found?.at(reference.span))
}

/// Adds what was found to what is known of a node.
fn add(known: &mut BTreeMap<Node, Diagnostics>, node: &Node, found: Diagnostics) {
    if !found.is_empty() {
        known.entry(node.clone()).or_default().extend(found);
    }
}

fn merge(known: &mut BTreeMap<Node, Diagnostics>, found: BTreeMap<Node, Diagnostics>) {
    found.into_iter().for_each(|(node, it)| known.entry(node).or_default().extend(it));
}

fn unknown_variable(traversal: &Traversal) -> Diagnostic {
    let detail = format!("There is no variable named \"{}\".", traversal.root);
    Diagnostic::error("Unknown variable", detail).at(traversal.root_span.clone())
}

/// Checks what only `depends_on` forbids. What is named is looked up only while nothing was found, as in
/// Terraform.
fn check_dependency(reference: &Reference<'_>, is_spoilt: bool, found: &mut Diagnostics) -> bool {
    if let (Some(first), Some(last)) = (reference.rest.first(), reference.rest.last()) {
        let detail = "References in depends_on must be to a whole object (resource, etc), not to an \
                      attribute of an object.";
        let diagnostic = Diagnostic::error("Invalid depends_on reference", detail);
        found.push(diagnostic.at(first.span().to(last.span())));
    }
    !is_spoilt && !found.has_errors()
}

fn check_resource(
    scope: &Module,
    written: &Use,
    reference: &Reference<'_>,
    address: &rinfra_addr::Resource,
    key: &InstanceKey,
) -> Option<Diagnostic> {
    let Some(resource) = scope.resources.get(address) else {
        return Some(scope.undeclared_resource(address).at(reference.span.clone()));
    };
    if resource.check.is_some() && resource.check != written.place.check {
        let detail = format!(
            "The referenced data resource \"{}\" \"{}\" is not available from this context: it belongs to a \
             check block.",
            address.kind, address.name
        );
        return Some(Diagnostic::error("Reference to scoped resource", detail).at(reference.span.clone()));
    }
    let goes_inside = reference.rest.first().is_some_and(|it| !matches!(it, TraversalStep::Splat { .. }));
    let (word, example) = match &resource.repetition {
        Repetition::Single | Repetition::Enabled(_) if key.is_none() => return None,
        Repetition::Single | Repetition::Enabled(_) => {
            let detail = format!(
                "Because {address} does not have \"count\" or \"for_each\" set, references to it must not \
                 include an index key. Remove the bracketed index to refer to the single instance of this \
                 resource."
            );
            let diagnostic = Diagnostic::error("Unexpected resource instance key", detail);
            return Some(diagnostic.at(reference.span.clone()));
        }
        Repetition::Count(_) => ("count", "count.index"),
        Repetition::ForEach(_) => ("for_each", "each.key"),
    };
    if !key.is_none() || !goes_inside {
        return None;
    }
    let detail = format!(
        "Because {address} has \"{word}\" set, its attributes must be accessed on specific instances.\n\nFor \
         example, to correlate with indices of a referring resource, use:\n    {address}[{example}]"
    );
    Some(Diagnostic::error("Missing resource instance key", detail).at(reference.span.clone()))
}
