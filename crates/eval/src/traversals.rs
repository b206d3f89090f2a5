//! Paths into resources, checked against the schemas of their types before there are any values.

use std::sync::Arc;

use rinfra_addr::{ModulePath, Resource as ResourceAddress};
use rinfra_config::{Config, ProviderKey, Reference, Resource, Types};
use rinfra_diag::{Diagnostic, Diagnostics, Span, did_you_mean};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Body, Expression, ExpressionKind, Scope, Traversal, TraversalStep, evaluate};
use rinfra_provider::Catalogue;
use rinfra_schema::{Attribute, Block, NestedBlock, Nesting};
use rinfra_value::Value;

use crate::types;

/// The types of the resources of a configuration, as far as they are built in.
pub struct KnownTypes<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The providers that are built in.
    pub catalogue: &'a Catalogue,
}

impl<'a> KnownTypes<'a> {
    fn declared(&self, module: &ModulePath, resource: &ResourceAddress) -> Option<(&'a Resource, &'a Block)> {
        let declared = self.config.module(module)?.resources.get(resource)?;
        let provider = self.config.provider_of(module, declared)?;
        Some((declared, types::block(self.catalogue, &provider.source, declared).ok()?))
    }
}

impl Types for KnownTypes<'_> {
    fn check_path(
        &self,
        module: &ModulePath,
        resource: &ResourceAddress,
        reference: &Reference<'_>,
    ) -> Diagnostics {
        let Some((_, block)) = self.declared(module, resource) else { return Diagnostics::new() };
        let is_step = |it: &&TraversalStep| !matches!(it, TraversalStep::Splat { .. });
        let steps: Vec<_> = reference.rest.iter().take_while(is_step).cloned().collect();
        match steps.first() {
            Some(TraversalStep::Attribute { name, .. })
                if &**name == "count" && !block.attributes.contains_key(name) =>
            {
                let detail = format!(
                    "Resources have no attribute \"count\". Use length({resource}) to count instances."
                );
                let diagnostic = Diagnostic::error("Invalid resource count attribute", detail);
                diagnostic.at(reference.span.clone()).into()
            }
            _ => in_block(block, &steps),
        }
    }

    fn unread(&self, module: &ModulePath, resource: &ResourceAddress) -> Vec<Span> {
        let mut parts = Vec::new();
        if let Some((declared, block)) = self.declared(module, resource) {
            unread_in(&declared.body, block, &mut parts);
        }
        parts
    }
}

/// Returns the references in what the type of a resource reads of its body.
pub(crate) fn read_references(resource: &Resource, block: &Block) -> Arc<[Arc<Traversal>]> {
    let mut parts = Vec::new();
    unread_in(&resource.body, block, &mut parts);
    let all = resource.references();
    if parts.is_empty() {
        return Arc::clone(all);
    }
    let is_read = |it: &&Arc<Traversal>| !parts.iter().any(|part| part.contains(&it.span));
    all.iter().filter(is_read).cloned().collect()
}

fn unread_in(body: &Body, block: &Block, parts: &mut Vec<Span>) {
    let is_known = |name: &str| block.attributes.contains_key(name) || block.blocks.contains_key(name);
    let is_block = |name: &str| {
        block.blocks.contains_key(name) || block.attributes.get(name).is_some_and(Attribute::accepts_blocks)
    };
    // In JSON an attribute may be a block as well.
    let unknown = body.attributes.iter().filter(|it| !is_known(&it.name));
    parts.extend(unknown.map(|it| it.expression.span.clone()));
    for nested in &body.blocks {
        let is_dynamic = &*nested.kind == "dynamic";
        let kind = if is_dynamic { nested.labels.first().map(|it| &it.text) } else { Some(&nested.kind) };
        let Some(kind) = kind.filter(|it| is_block(it)) else {
            // How often an unknown block is to be there is looked at all the same.
            let contents = nested.body.blocks_of("content").filter(|_| is_dynamic).map(|it| &it.body.span);
            let whole = Some(&nested.body.span).filter(|_| !is_dynamic);
            parts.extend(contents.chain(whole).cloned());
            continue;
        };
        let Some(known) = block.blocks.get(kind) else { continue };
        if is_dynamic {
            nested.body.blocks_of("content").for_each(|it| unread_in(&it.body, &known.block, parts));
        } else {
            unread_in(&nested.body, &known.block, parts);
        }
    }
}

/// Returns what is wrong with the types of resources: those that are not built in.
pub(crate) fn check_types(config: &Config, catalogue: &Catalogue) -> Diagnostics {
    let alike = config.modules().flat_map(|module| module.alike().into_iter().map(move |it| (module, it)));
    let mut wrong = Diagnostics::new();
    for (module, resources) in alike {
        let provider = resources.first().and_then(|it| config.provider_of(&module.path, it));
        let Some(ProviderKey { source, .. }) = provider else { continue };
        // What is right with one is right with all.
        wrong.extend(resources.into_iter().map_while(|it| types::block(catalogue, &source, it).err()));
    }
    wrong
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
