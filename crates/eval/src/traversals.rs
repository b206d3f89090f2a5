//! Paths into resources, checked against the schemas of their types before there are any values.

use rinfra_addr::{ModulePath, Resource as ResourceAddress};
use rinfra_config::{Config, Reference};
use rinfra_diag::{Diagnostic, Diagnostics, did_you_mean};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Expression, ExpressionKind, Scope, TraversalStep, evaluate};
use rinfra_provider::Catalogue;
use rinfra_schema::{Block, NestedBlock, Nesting};
use rinfra_value::Value;

use crate::types;

/// Returns what is wrong with what a reference in a module names inside of a resource; nothing if its type is not built
/// in.
pub fn check_path(
    config: &Config,
    catalogue: &Catalogue,
    scope: &ModulePath,
    resource: &ResourceAddress,
    reference: &Reference,
) -> Diagnostics {
    let declared = config.module(scope).and_then(|it| it.resources.get(resource));
    let provider = declared.and_then(|it| config.provider_of(scope, it));
    let (Some(declared), Some(provider)) = (declared, provider) else { return Diagnostics::new() };
    let Ok(block) = types::block(catalogue, &provider.source, declared) else { return Diagnostics::new() };
    let is_step = |it: &&TraversalStep| !matches!(it, TraversalStep::Splat { .. });
    let steps: Vec<_> = reference.rest.iter().take_while(is_step).cloned().collect();
    match steps.first() {
        Some(TraversalStep::Attribute { name, .. })
            if &**name == "count" && !block.attributes.contains_key(name) =>
        {
            let detail =
                format!("Resources have no attribute \"count\". Use length({resource}) to count instances.");
            Diagnostic::error("Invalid resource count attribute", detail).at(reference.span.clone()).into()
        }
        _ => in_block(block, &steps),
    }
}

/// Returns what is wrong with the types of resources: those that are not built in.
pub(crate) fn check_types(config: &Config, catalogue: &Catalogue) -> Diagnostics {
    let wrong = config.resources().filter_map(|(module, resource)| {
        let provider = config.provider_of(&module.path, resource)?;
        types::block(catalogue, &provider.source, resource).err()
    });
    wrong.collect()
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
