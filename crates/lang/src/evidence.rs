//! What is told of the values an expression used when it failed: as much as Terraform tells, and no secrets.

use rinfra_diag::{Diagnostics, Evidence, Observation, Signature, Span};
use rinfra_value::{Marks, Refinement, Type, Value};

use crate::ast::{Expression, ExpressionKind, ObjectKey, Traversal, TraversalStep};
use crate::evaluate::apply_steps;
use crate::functions::Functions;
use crate::print;
use crate::references::references;
use crate::scope::Scope;

/// Lengths above are too long to be worth telling.
const LONGEST: usize = 1024;

/// What a finding is about, as far as it decides which values help to understand it.
///
/// An unknown or a secret value is left out unless it is the cause: it would be taken for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cause {
    /// That something is unknown.
    Unknown,
    /// That something is sensitive.
    Sensitive,
    /// That something is ephemeral.
    Ephemeral,
    /// Anything else.
    #[default]
    Other,
}

/// Returns what is known of the names an expression uses.
pub fn evidence(expression: &Expression, scope: &Scope<'_>, cause: Cause) -> Evidence {
    let found = references(expression);
    let mut values: Vec<_> = found.iter().filter_map(|it| observation(it, scope, cause)).collect();
    values.sort();
    values.dedup();
    Evidence { values, call: None }
}

/// Adds the evidence to the findings from `first` on that the evaluation of `expression` itself has made.
pub(crate) fn complete(
    diagnostics: &mut Diagnostics,
    first: usize,
    expression: &Expression,
    scope: &Scope<'_>,
) {
    for diagnostic in diagnostics.iter_mut().skip(first).filter(|it| it.evidence.is_none()) {
        let own = match (&*diagnostic.summary, &diagnostic.subject) {
            ("Ambiguous attribute key", _) => Evidence::default(),
            // As in Terraform, what came out of an expanded argument has no names any more.
            ("Invalid function argument", Some(subject)) if is_expanded(expression, subject) => {
                Evidence::default()
            }
            ("Too many function arguments", _) | (_, None) => evidence(expression, scope, Cause::Other),
            (_, Some(subject)) => guilty(expression, subject, scope),
        };
        let call = called(expression, scope.functions());
        diagnostic.evidence = Some(Box::new(Evidence { call, ..own }));
    }
}

/// Returns the evidence for a finding at `subject`: of the part of the expression that it is about.
fn guilty(expression: &Expression, subject: &Span, scope: &Scope<'_>) -> Evidence {
    let about = |part: &Expression| evidence(part, scope, Cause::Other);
    let within =
        |parts: &[&Expression]| parts.iter().find(|it| it.span.contains(subject)).map(|it| about(it));
    let part = match &expression.kind {
        ExpressionKind::Binary { first, rest } => {
            let operands: Vec<_> = [&**first].into_iter().chain(rest.iter().map(|it| &it.operand)).collect();
            within(&operands).or_else(|| {
                // The operands of one operator of the chain are everything up to it, and what follows.
                let mut values: Vec<_> = operands
                    .iter()
                    .filter(|it| subject.contains(&it.span))
                    .flat_map(|it| about(it).values)
                    .collect();
                values.sort();
                values.dedup();
                Some(Evidence { values, call: None })
            })
        }
        ExpressionKind::Call(call) => within(&call.arguments.iter().collect::<Vec<_>>()),
        ExpressionKind::Conditional(it) => within(&[&it.condition, &it.yes, &it.no]),
        ExpressionKind::For(it) => within(&[&it.collection]),
        ExpressionKind::Object(items) => {
            let key = |item: &crate::ast::ObjectItem| match &item.key {
                ObjectKey::Expression(key)
                    if key.span.contains(subject) || item.value.span.contains(subject) =>
                {
                    Some(about(key))
                }
                _ => None,
            };
            items.iter().find_map(key)
        }
        ExpressionKind::Splat { source, .. } => within(&[source]),
        ExpressionKind::Template(parts) => within(&parts.iter().collect::<Vec<_>>()),
        ExpressionKind::Unary { operand, .. } => within(&[operand]),
        _ => None,
    };
    part.unwrap_or_else(|| about(expression))
}

/// Tells whether a finding is about an element of an argument that `...` expands.
fn is_expanded(expression: &Expression, subject: &Span) -> bool {
    match &expression.kind {
        ExpressionKind::Call(call) if call.expand_final => {
            call.arguments.last().is_some_and(|it| it.span.contains(subject))
        }
        _ => false,
    }
}

/// Returns the signature of the function an expression calls, if there is such a function.
fn called(expression: &Expression, functions: &Functions) -> Option<Signature> {
    match &expression.kind {
        ExpressionKind::Call(call) => functions.signature(&call.name),
        _ => None,
    }
}

/// Returns what is known of the longest part of a traversal that leads somewhere.
fn observation(traversal: &Traversal, scope: &Scope<'_>, cause: Cause) -> Option<Observation> {
    let root = scope.get(&traversal.root)?;
    let is_step = |it: &&TraversalStep| !matches!(it, TraversalStep::Splat { .. });
    let steps = traversal.steps.iter().take_while(is_step).count();
    (1..=steps).rev().find_map(|length| {
        let mut wrong = Diagnostics::new();
        let steps = &traversal.steps[..length];
        let value = apply_steps(root.clone(), steps, &mut wrong);
        // A value that is not to be told of is no reason to tell of what it is a part of.
        wrong.is_empty().then(|| {
            let statement = statement(&value, cause)?;
            Some(Observation { traversal: written(&traversal.root, steps), statement })
        })
    })?
}

fn written(root: &str, steps: &[TraversalStep]) -> String {
    let step = |step: &TraversalStep| match step {
        TraversalStep::Attribute { name, .. } => format!(".{name}"),
        TraversalStep::Index { key, .. } if key.ty().is_primitive() => format!("[{}]", compact(key)),
        TraversalStep::Index { .. } | TraversalStep::Splat { .. } => "[...]".to_owned(),
    };
    std::iter::once(root.to_owned()).chain(steps.iter().map(step)).collect()
}

/// Returns what to say of a value, if anything.
fn statement(value: &Value, cause: Cause) -> Option<String> {
    let marks = value.marks();
    match (marks.contains(Marks::SENSITIVE), marks.contains(Marks::EPHEMERAL)) {
        (true, true) => return None,
        (true, false) => return (cause == Cause::Sensitive).then(|| "has a sensitive value".to_owned()),
        (false, true) => return (cause == Cause::Ephemeral).then(|| "has an ephemeral value".to_owned()),
        (false, false) => {}
    }
    if value.is_known() {
        return Some(format!("is {}", compact(value)));
    }
    match (value.ty(), cause == Cause::Unknown) {
        (Type::Dynamic, true) => Some("will be known only after apply".to_owned()),
        (Type::Dynamic, false) => None,
        (ty, false) => Some(format!("is a {}", ty.friendly_name())),
        (ty, true) => {
            let length = if ty.is_collection() { length(value.refinement()) } else { String::new() };
            Some(format!("is a {}{length}, known only after apply", ty.friendly_name()))
        }
    }
}

/// Returns what is known of the length of an unknown collection.
fn length(refinement: Option<&Refinement>) -> String {
    let Some(known) = refinement else { return String::new() };
    let least = known.least_length;
    match known.greatest_length {
        Some(greatest) if greatest == least => format!(" of length {least}"),
        Some(greatest) if greatest <= LONGEST && least == 0 => format!(" with up to {greatest} elements"),
        Some(greatest) if greatest <= LONGEST => format!(" with between {least} and {greatest} elements"),
        _ if least > 0 => format!(" with at least {least} elements"),
        _ => String::new(),
    }
}

/// Returns a known value in a few words.
///
/// Its elements and attributes may be secret though the whole is not: only primitive values are shown.
fn compact(value: &Value) -> String {
    let ty = value.ty();
    if value.is_null() {
        return "null".to_owned();
    }
    if let Some(text) = value.as_str() {
        return print::quoted(text);
    }
    if let Some(number) = value.as_number() {
        return crate::functions::rounded(number);
    }
    if let Some(truth) = value.as_bool() {
        return truth.to_string();
    }
    match (ty, value.len().unwrap_or_default()) {
        (Type::Object(object), _) => match object.attributes.len() {
            0 => "object with no attributes".to_owned(),
            1 => {
                let name = object.attributes.keys().next().map(|it| print::quoted(it));
                format!("object with 1 attribute {}", name.unwrap_or_default())
            }
            count => format!("object with {count} attributes"),
        },
        (_, 0) => format!("empty {}", ty.friendly_name()),
        (_, 1) => format!("{} with 1 element", ty.friendly_name()),
        (_, count) => format!("{} with {count} elements", ty.friendly_name()),
    }
}
