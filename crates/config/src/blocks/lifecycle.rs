//! `lifecycle`: how a resource is changed and replaced, and what must hold for it.

use std::sync::Arc;

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Attribute, Block, Expression, Traversal, TraversalStep, static_value};
use rinfra_value::{Path, PathStep};

use super::condition::{self, Condition};
use super::meta::Repetition;
use crate::content::{Grammar, read};
use crate::reference::{Reference, Subject};
use crate::{constant, form};

/// How a resource is changed and replaced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifecycle {
    /// Whether a replacement is created before the old object is destroyed, if it says so at all.
    pub create_before_destroy: Option<bool>,
    /// Whether a plan that would destroy it is refused.
    pub prevent_destroy: bool,
    /// Which changes of its configuration are ignored once it exists.
    pub ignore_changes: IgnoreChanges,
    /// Each refers to one resource, whose changes force a replacement.
    pub replace_triggered_by: Vec<Expression>,
    /// What must hold before it is planned.
    pub preconditions: Vec<Condition>,
    /// What must hold once it is done.
    pub postconditions: Vec<Condition>,
}

/// Which changes of a resource's configuration are ignored once it exists.
#[derive(Clone, Debug, PartialEq)]
pub enum IgnoreChanges {
    /// All of them.
    All,
    /// Those of these attributes, and of what is inside them.
    Paths(Vec<IgnoredPath>),
}

impl Default for IgnoreChanges {
    fn default() -> Self {
        Self::Paths(Vec::new())
    }
}

/// An attribute whose changes are ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct IgnoredPath {
    /// Where the attribute is in the resource.
    pub path: Path,
    /// Where it is written.
    pub span: Span,
    /// The steps of the path, with the place of each.
    pub steps: Vec<TraversalStep>,
}

pub(crate) const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &[
        "create_before_destroy",
        "prevent_destroy",
        "ignore_changes",
        "replace_triggered_by",
        "enabled",
    ],
    blocks: &[("precondition", &[]), ("postcondition", &[])],
};

pub(crate) fn decode(
    block: &Block,
    mode: Mode,
    repetition: &mut Repetition,
    found: &mut Diagnostics,
) -> Lifecycle {
    let content = read(&block.body, &GRAMMAR, found);
    let mut lifecycle = Lifecycle::default();
    for argument in GRAMMAR.optional.iter().filter_map(|it| content.argument(it)) {
        if &*argument.name == "enabled" {
            repetition.enable(argument, found);
            continue;
        }
        if mode != Mode::Managed {
            found.push(managed_only(argument, mode));
            continue;
        }
        match &*argument.name {
            "create_before_destroy" => lifecycle.create_before_destroy = constant::boolean(argument, found),
            "prevent_destroy" => lifecycle.prevent_destroy = constant::boolean(argument, found) == Some(true),
            "ignore_changes" => lifecycle.ignore_changes = ignore_changes(argument, found),
            _ => lifecycle.replace_triggered_by = replace_triggered_by(argument, found),
        }
    }
    for block in content.blocks() {
        let conditions = match &*block.kind {
            "precondition" => &mut lifecycle.preconditions,
            _ => &mut lifecycle.postconditions,
        };
        conditions.extend(condition::decode(block, found));
    }
    lifecycle
}

fn managed_only(argument: &Attribute, mode: Mode) -> Diagnostic {
    let (what, blocks) = match mode {
        Mode::Ephemeral => ("ephemeral", "ephemeral resources"),
        _ => ("data", "data resources"),
    };
    let detail = format!(
        "The lifecycle argument \"{}\" is defined only for managed resources (\"resource\" blocks), and is \
         not valid for {blocks}.",
        argument.name
    );
    let summary = format!("Invalid {what} resource lifecycle argument");
    Diagnostic::error(summary, detail).at(argument.name_span.clone())
}

fn ignore_changes(argument: &Attribute, found: &mut Diagnostics) -> IgnoreChanges {
    let expression = &argument.expression;
    if static_value::as_keyword(expression) == Some("all") {
        return IgnoreChanges::All;
    }
    let elements = form::list(expression, found);
    let mut paths = Vec::new();
    let mut wildcard = None;
    for element in elements {
        if static_value::literal_string(element).is_some_and(|it| &**it == "*") {
            let detail = "The [\"*\"] form of ignore_changes wildcard is no longer supported. Use \
                          \"ignore_changes = all\" to ignore changes to all attributes.";
            let diagnostic = Diagnostic::error("Invalid ignore_changes wildcard", detail);
            found.push(diagnostic.at(expression.span.clone()));
            wildcard = Some(element.span.clone());
            continue;
        }
        let Some(traversal) = form::quotable_reference(element, found) else { continue };
        let path = as_path(&traversal);
        let Traversal { root: name, root_span: span, steps, .. } = traversal;
        let steps = [TraversalStep::Attribute { name, span }].into_iter().chain(steps).collect();
        paths.push(IgnoredPath { path, span: element.span.clone(), steps });
    }
    let Some(wildcard) = wildcard else { return IgnoreChanges::Paths(paths) };
    if !paths.is_empty() {
        let detail = "The wildcard \"*\" stands for all attributes: none can be named beside it.";
        found.push(Diagnostic::error("Invalid ignore_changes ruleset", detail).at(wildcard));
    }
    IgnoreChanges::All
}

fn as_path(traversal: &Traversal) -> Path {
    let step = |step: &TraversalStep| match step {
        TraversalStep::Attribute { name, .. } => Some(PathStep::Attribute(Arc::clone(name))),
        TraversalStep::Index { key, .. } => Some(PathStep::Index((**key).clone())),
        TraversalStep::Splat { .. } => None,
    };
    let first = PathStep::Attribute(traversal.root.clone());
    [first].into_iter().chain(traversal.steps.iter().map_while(step)).collect()
}

fn replace_triggered_by(argument: &Attribute, found: &mut Diagnostics) -> Vec<Expression> {
    let mut triggers = Vec::new();
    for element in form::list(&argument.expression, found) {
        let mut wrong = Diagnostics::new();
        let trigger = form::expression_in_json(element, &mut wrong);
        if let Some(trigger) = &trigger {
            check_trigger(trigger, &mut wrong);
        }
        // As in Terraform, those behind a wrong one are not looked at.
        let is_wrong = wrong.has_errors();
        found.extend(wrong);
        triggers.extend(trigger.filter(|_| !is_wrong));
        if is_wrong {
            break;
        }
    }
    triggers
}

fn check_trigger(expression: &Expression, found: &mut Diagnostics) {
    let mut subjects = Vec::new();
    for traversal in rinfra_lang::references(expression) {
        match Reference::parse(&traversal) {
            Ok(reference) => subjects.push(reference.subject),
            Err(wrong) => {
                let whole = |it: Diagnostic| it.at(expression.span.clone());
                found.extend(wrong.into_iter().map(whole));
                return;
            }
        }
    }
    let mut refuse = |summary: &str, detail: &str| {
        found.push(Diagnostic::error(summary, detail).at(expression.span.clone()));
    };
    let mut resources = 0;
    for subject in subjects {
        match subject {
            Subject::Resource(..) => resources += 1,
            Subject::Each(name) if &*name != "key" => refuse(
                "Invalid each reference in replace_triggered_by expression",
                "Only each.key may be used in replace_triggered_by.",
            ),
            Subject::Count(name) if &*name != "index" => refuse(
                "Invalid count reference in replace_triggered_by expression",
                "Only count.index may be used in replace_triggered_by.",
            ),
            Subject::Each(_) | Subject::Count(_) => {}
            _ => refuse(
                "Invalid reference in replace_triggered_by expression",
                "Only resources, count.index, and each.key may be used in replace_triggered_by.",
            ),
        }
    }
    let summary = "Invalid replace_triggered_by expression";
    match resources {
        0 => refuse(summary, "Missing resource reference in replace_triggered_by expression."),
        1 => {}
        _ => refuse(summary, "Multiple resource references in replace_triggered_by expression."),
    }
}
