//! `required_providers`: where providers come from, and what a module calls them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use rinfra_addr::{ProviderSource, ProviderSourceError};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Attribute, Block, Expression, ObjectKey, TraversalStep, static_value};
use rinfra_value::convert::convert;
use rinfra_value::{Type, Value};

use super::meta::{LocalProvider, ProviderReference};
use crate::content::just_attributes;
use crate::form;
use crate::version::VersionConstraint;

/// A provider that a module uses.
#[derive(Clone, Debug, PartialEq)]
pub struct RequiredProvider {
    /// What the module calls it.
    pub name: Arc<str>,
    /// Where it comes from.
    pub source: ProviderSource,
    /// Which versions will do.
    pub version: Option<VersionConstraint>,
    /// Configurations with an alias that the caller must pass.
    pub configuration_aliases: Vec<ProviderReference>,
    /// Where it is written: the name and what it is set to.
    pub span: Span,
}

/// What the name of a provider may be.
pub(super) const BAD_PROVIDER_NAME: &str = "A provider is named in lower-case letters, digits and dashes, with no dash \
                                            at either end and no two dashes in a row.";

/// Tells whether this may be the name of a provider.
pub(super) fn is_provider_name(name: &str) -> bool {
    let is_letter = |it: char| it == '-' || (it.is_alphanumeric() && it.to_lowercase().eq([it]));
    let is_split = name.starts_with('-') || name.ends_with('-') || name.contains("--");
    !name.is_empty() && name.chars().all(is_letter) && !is_split
}

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> BTreeMap<Arc<str>, RequiredProvider> {
    let attributes = just_attributes(&block.body, found);
    attributes.iter().filter_map(|it| Some((it.name.clone(), decode_one(it, found)?))).collect()
}

fn decode_one(attribute: &Attribute, found: &mut Diagnostics) -> Option<RequiredProvider> {
    let name = &attribute.name;
    let expression = &attribute.expression;
    let mut refuse = |summary: &str, detail: &str| {
        found.push(Diagnostic::error(summary, detail).at(expression.span.clone()));
    };
    if !is_provider_name(name) {
        refuse("Invalid provider local name", BAD_PROVIDER_NAME);
        return None;
    }
    let mut required = RequiredProvider {
        name: name.clone(),
        source: ProviderSource::default_for(name),
        version: None,
        configuration_aliases: Vec::new(),
        span: expression.span.clone(),
    };
    if let Some(items) = static_value::as_map(expression) {
        for (key, value) in items {
            if decode_item(&mut required, key, value, found).is_break() {
                break;
            }
        }
        return Some(required);
    }
    // The form of old configurations: only the version.
    let value = static_value::constant(expression).ok().and_then(|it| convert(&it, &Type::String).ok());
    let Some(text) = value.as_ref().and_then(Value::as_str) else {
        let detail = "What a provider must be is said by an object, or by a version constraint alone.";
        refuse("Invalid required_providers object", detail);
        return None;
    };
    required.version = constraint(text, expression, found);
    Some(required)
}

/// Reads one item; after one that is not known Terraform looks at no others.
fn decode_item(
    required: &mut RequiredProvider,
    key_place: &ObjectKey,
    value: &Expression,
    found: &mut Diagnostics,
) -> ControlFlow<()> {
    let key = match key_place {
        ObjectKey::Name { name, .. } => name.clone(),
        ObjectKey::Expression(key) => match found.absorb(static_value::constant(key)) {
            Some(key) => key.as_str().unwrap_or_default().into(),
            None => return ControlFlow::Continue(()),
        },
    };
    match &*key {
        "version" => {
            let text = text(value, "Invalid version constraint", found);
            required.version = text.and_then(|it| constraint(&it, value, found));
        }
        "source" => {
            let source = text(value, "Invalid source", found);
            if let Some(source) = source.and_then(|it| parse_source(&it, value, found)) {
                required.source = source;
            }
        }
        "configuration_aliases" => {
            let elements = form::list(value, found).into_iter();
            let name = required.name.clone();
            required.configuration_aliases =
                elements.filter_map(|it| decode_alias(it, &name, value, found)).collect();
        }
        _ => {
            let detail = "required_providers objects can only contain \"version\", \"source\" and \
                          \"configuration_aliases\" attributes. To configure a provider, use a \
                          \"provider\" block.";
            let diagnostic = Diagnostic::error("Invalid required_providers object", detail);
            found.push(diagnostic.at(key_place.span().clone()));
            return ControlFlow::Break(());
        }
    }
    ControlFlow::Continue(())
}

/// Reads one alias of the list `all`, which is where Terraform reports what is no alias.
fn decode_alias(
    expression: &Expression,
    name: &str,
    all: &Expression,
    found: &mut Diagnostics,
) -> Option<ProviderReference> {
    let traversal = match static_value::as_traversal(expression) {
        Some(traversal) => traversal,
        None => form::reference(expression, found)?,
    };
    let mut refuse = |detail: &str| {
        let diagnostic = Diagnostic::error("Invalid configuration_aliases value", detail);
        found.push(diagnostic.at(all.span.clone()).within(expression.span.clone()));
    };
    let alias = match traversal.steps.first() {
        Some(step @ TraversalStep::Attribute { .. }) => form::step_name(Some(step)).cloned(),
        None => None,
        Some(_) => {
            refuse("Configuration aliases have the form provider.alias.");
            return None;
        }
    };
    if *traversal.root == *name {
        let provider = LocalProvider { name: traversal.root, alias };
        return Some(ProviderReference {
            provider,
            key: None,
            span: expression.span.clone(),
            name_span: traversal.root_span,
        });
    }
    refuse(&format!(
        "Configuration aliases must be prefixed with the provider name. Expected \"{name}\", but found \"{}\".",
        traversal.root
    ));
    None
}

/// Returns the version constraint a text holds.
pub(crate) fn constraint(
    text: &str,
    expression: &Expression,
    found: &mut Diagnostics,
) -> Option<VersionConstraint> {
    let parsed = text.parse().ok();
    if parsed.is_none() {
        let detail = "This string does not use correct version constraint syntax.";
        found.push(Diagnostic::error("Invalid version constraint", detail).at(expression.span.clone()));
    }
    parsed
}

fn text(expression: &Expression, summary: &str, found: &mut Diagnostics) -> Option<Arc<str>> {
    let value = static_value::constant(expression).ok();
    let text = value.as_ref().and_then(Value::as_str).map(Into::into);
    if text.is_none() {
        let diagnostic = Diagnostic::error(summary, "This must be written out as a string.");
        found.push(diagnostic.at(expression.span.clone()));
    }
    text
}

fn parse_source(text: &str, expression: &Expression, found: &mut Diagnostics) -> Option<ProviderSource> {
    let refuse = |error: ProviderSourceError| {
        let summary = match &error {
            ProviderSourceError::Form(_) => "Invalid provider source string",
            ProviderSourceError::Host(_) => "Invalid provider source hostname",
            ProviderSourceError::Namespace(_) => "Invalid provider namespace",
            ProviderSourceError::Kind(_) => "Invalid provider type",
        };
        let reason = error.reason();
        let detail =
            format!("The \"source\" of a provider has the form [HOSTNAME/][NAMESPACE/]NAME: {reason}.");
        found.push(Diagnostic::error(summary, detail).at(expression.span.clone()));
    };
    ProviderSource::parse(text).map_err(refuse).ok()
}
