//! `replace_triggered_by`: which changes elsewhere force a replacement.

use std::sync::Arc;

use rinfra_addr::{AbsResource, InstanceKey, ModuleInstance};
use rinfra_config::{Reference, Resource, Subject};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Expression, ExpressionKind, Traversal, TraversalStep};
use rinfra_value::{Path, PathStep, Value};

use crate::answer::Origin;
use crate::evaluation::{Evaluation, Site};
use crate::expansion::{Repetition, UnknownRepetition};
use crate::reference::Part;

/// One element of `replace_triggered_by`, for one instance: what must change to force a replacement.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// The resource referred to.
    pub resource: AbsResource,
    /// The instance that is chosen; without one, any instance of the resource.
    pub key: InstanceKey,
    /// The part of the instance that must change; the root means any change of it.
    pub path: Path,
    /// Where the reference is written.
    pub span: Span,
}

impl Trigger {
    /// Returns a value at the trigger's path, as far as the value goes there.
    ///
    /// As in Terraform, names lead into objects and texts in brackets into maps, and neither into the other.
    pub fn part(&self, object: &Value) -> Option<Value> {
        let mut value = object.clone();
        for step in self.path.steps() {
            value = match step {
                PathStep::Attribute(name) => match value.ty().attribute_type(name) {
                    Some(_) if value.is_null() => return None,
                    Some(ty) if !value.is_known() => Value::unknown(ty.clone()),
                    Some(_) => value.attribute(name)?.clone(),
                    None => return None,
                },
                PathStep::Index(_) if value.ty().attribute_types().is_some() => return None,
                PathStep::Index(_) if !value.is_known() => Value::unknown(value.ty().element_type()?.clone()),
                PathStep::Index(_) => value.at_path(&Path::new([step.clone()]))?,
            };
        }
        Some(value)
    }
}

impl Evaluation<'_> {
    /// Returns what forces a replacement of an instance, and waits until all of it was decided about.
    ///
    /// *Errors*: references that cannot be told without evaluating more than an instance key.
    pub(crate) async fn triggers(
        &self,
        site: &Site,
        resource: &Resource,
    ) -> Result<(Vec<Trigger>, Origin), Diagnostics> {
        let mut origin = Origin::default();
        let mut triggers = Vec::new();
        let mut found = Diagnostics::new();
        // Terraform looks triggers up when it plans, not when it validates.
        let planning = self.inputs.unknown_repetition == UnknownRepetition::Refused;
        for expression in &resource.lifecycle.replace_triggered_by {
            let traversal = match traversal(expression, &site.repetition) {
                Ok(traversal) => traversal,
                Err(diagnostic) => {
                    if planning {
                        found.push(diagnostic);
                    }
                    continue;
                }
            };
            let Some(trigger) = trigger(&traversal, &site.module, expression) else { continue };
            let target = &trigger.resource.resource;
            if !self.module_of(&site.module).resources.contains_key(target) {
                if planning {
                    found.push(undeclared(&trigger));
                }
                continue;
            }
            // Waiting for oneself would never end.
            if *target != resource.address {
                // All instances are there sooner than one could be singled out for each of many.
                origin.absorb(&self.resource(&site.module, target, &Part::All).await);
            }
            triggers.push(trigger);
        }
        if found.is_empty() { Ok((triggers, origin)) } else { Err(found) }
    }
}

fn undeclared(trigger: &Trigger) -> Diagnostic {
    let module = match trigger.resource.module.is_root() {
        true => "the root module".to_owned(),
        false => trigger.resource.module.to_string(),
    };
    let detail = format!("A resource {} has not been declared in {module}.", trigger.resource.resource);
    Diagnostic::error("Reference to undeclared resource", detail).at(trigger.span.clone())
}

fn trigger(traversal: &Traversal, module: &ModuleInstance, written: &Expression) -> Option<Trigger> {
    // The static checks reported references to anything else.
    let reference = Reference::parse(traversal).ok()?;
    let Subject::Resource(resource, key) = reference.subject else { return None };
    let step = |it: &TraversalStep| match it {
        TraversalStep::Attribute { name, .. } => Some(PathStep::Attribute(Arc::clone(name))),
        TraversalStep::Index { key, .. } => Some(PathStep::Index((**key).clone())),
        TraversalStep::Splat { .. } => None,
    };
    let path = reference.rest.iter().map_while(step).collect();
    Some(Trigger { resource: resource.in_instance(module.clone()), key, path, span: written.span.clone() })
}

/// Returns the reference an expression is for one instance: instance keys may be `count.index` and `each.key`.
fn traversal(expression: &Expression, repetition: &Repetition) -> Result<Traversal, Diagnostic> {
    match &expression.kind {
        ExpressionKind::Traversal(traversal) => Ok((**traversal).clone()),
        ExpressionKind::RelativeTraversal { source, steps } => {
            let mut traversal = traversal(source, repetition)?;
            traversal.steps.extend(steps.iter().cloned());
            traversal.span = expression.span.clone();
            Ok(traversal)
        }
        ExpressionKind::Index { collection, key, brackets } => {
            let mut traversal = traversal(collection, repetition)?;
            traversal.steps.push(TraversalStep::Index {
                key: own_key(key, repetition)?.into(),
                span: (**brackets).clone(),
            });
            traversal.span = expression.span.clone();
            Ok(traversal)
        }
        _ => Err(Diagnostic::error(
            "Invalid replace_triggered_by expression",
            "Unexpected expression found in replace_triggered_by.",
        )
        .at(expression.span.clone())
        .hint("Name one resource, one of its instances, or one attribute of an instance")),
    }
}

fn own_key(key: &Expression, repetition: &Repetition) -> Result<Value, Diagnostic> {
    let name = match &key.kind {
        ExpressionKind::Traversal(it) => Reference::parse(it).ok().map(|it| it.subject),
        _ => None,
    };
    match (name, repetition) {
        (Some(Subject::Count(name)), Repetition::Count(index)) if &*name == "index" => Ok(index.clone()),
        (Some(Subject::Each(name)), Repetition::Each { key, .. }) if &*name == "key" => Ok(key.clone()),
        (Some(Subject::Count(_) | Subject::Each(_)), Repetition::Unknown) => Ok(Value::dynamic()),
        (Some(Subject::Count(name)), _) if &*name == "index" => {
            let detail = "The \"count\" object can only be used in \"resource\" blocks when the \"count\" argument is set.";
            let summary = "Reference to \"count\" in non-counted context";
            Err(Diagnostic::error(summary, detail).at(key.span.clone()))
        }
        (Some(Subject::Each(name)), _) if &*name == "key" => {
            let detail = "The \"each\" object can be used only in \"resource\" blocks when the \"for_each\" argument is set.";
            let summary = "Reference to \"each\" in context without for_each";
            Err(Diagnostic::error(summary, detail).at(key.span.clone()))
        }
        _ => {
            let detail = "A single static variable reference is required: only attribute access and indexing \
                          with constant keys, count.index or each.key.";
            Err(Diagnostic::error("Invalid expression", detail).at(key.span.clone()))
        }
    }
}
