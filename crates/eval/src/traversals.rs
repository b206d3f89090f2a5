//! Paths into resources, checked against the schemas of their types before there are any values.

use std::collections::BTreeMap;

use rinfra_config::{Config, Node, Subject};
use rinfra_diag::{Diagnostic, Diagnostics, did_you_mean};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Expression, ExpressionKind, Scope, TraversalStep, evaluate};
use rinfra_provider::Catalogue;
use rinfra_schema::{Block, NestedBlock, Nesting};
use rinfra_value::Value;

use crate::types;

/// Checks what every reference names inside of resources, and adds what is wrong to `references`.
///
/// Returns what is wrong with the types of resources: those that are not built in.
pub(crate) fn check(
    config: &Config,
    catalogue: &Catalogue,
    references: &mut BTreeMap<Node, Diagnostics>,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (module, resource) in config.resources() {
        let provider = config.provider_of(&module.path, resource);
        found.extend(provider.and_then(|it| types::block(catalogue, &it.source, resource).err()));
    }
    for (node, scope, reference) in config.resource_references() {
        let Subject::Resource(address, _) = &reference.subject else { continue };
        let Some(resource) = config.module(&scope).and_then(|it| it.resources.get(address)) else { continue };
        let Some(provider) = config.provider_of(&scope, resource) else { continue };
        let Ok(block) = types::block(catalogue, &provider.source, resource) else { continue };
        let is_step = |it: &&TraversalStep| !matches!(it, TraversalStep::Splat { .. });
        let steps: Vec<_> = reference.rest.iter().take_while(is_step).cloned().collect();
        let wrong = in_block(block, &steps);
        if !wrong.is_empty() {
            references.entry(node).or_default().extend(wrong);
        }
    }
    found
}

/// Returns what is wrong with a path into the object a block decodes to.
pub(crate) fn in_block(block: &Block, steps: &[TraversalStep]) -> Diagnostics {
    let Some((first, rest)) = steps.split_first() else { return Diagnostics::new() };
    let TraversalStep::Attribute { name, span } = first else {
        let detail = "Only attribute access is allowed here, using the dot operator.";
        return Diagnostic::error("Invalid index operation", detail).at(first.span().clone()).into();
    };
    if let Some(attribute) = block.attributes.get(name) {
        return in_value(Value::unknown(attribute.ty.without_optional_attributes()), rest, first);
    }
    if let Some(nested) = block.blocks.get(name) {
        return in_nested(name, nested, rest);
    }
    let detail =
        format!("This object has no argument, nested block, or exported attribute named \"{name}\".");
    let names = block.attributes.keys().chain(block.blocks.keys()).map(AsRef::as_ref);
    let diagnostic = Diagnostic::error("Unsupported attribute", detail).at(span.clone());
    match did_you_mean(name, names) {
        Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")).into(),
        None => diagnostic.into(),
    }
}

fn in_nested(name: &str, nested: &NestedBlock, steps: &[TraversalStep]) -> Diagnostics {
    let Some((first, rest)) = steps.split_first() else { return Diagnostics::new() };
    let refuse =
        |summary: &str, detail: String| Diagnostic::error(summary, detail).at(first.span().clone()).into();
    match (nested.nesting, first) {
        (Nesting::Single | Nesting::Group, _) => in_block(&nested.block, steps),
        (Nesting::Set, _) => refuse(
            "Cannot index a set value",
            format!(
                "The blocks {name} are a set of objects, and the elements of a set have no keys. Use a \"for\" \
                 expression with an \"if\" clause to find those that are meant."
            ),
        ),
        (Nesting::List, TraversalStep::Attribute { .. }) => refuse(
            "Invalid operation",
            format!("The blocks {name} are a list of objects: choose one of them first, as with {name}[0]."),
        ),
        _ => in_block(&nested.block, rest),
    }
}

fn in_value(value: Value, steps: &[TraversalStep], before: &TraversalStep) -> Diagnostics {
    if steps.is_empty() {
        return Diagnostics::new();
    }
    let span = before.span().clone();
    let source = Expression::literal(value, span.clone()).into();
    let inside = Expression::new(ExpressionKind::RelativeTraversal { source, steps: steps.into() }, span);
    evaluate(&inside, &Scope::new(&Functions::default())).err().unwrap_or_default()
}
