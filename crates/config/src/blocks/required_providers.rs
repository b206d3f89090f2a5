//! `required_providers`: where providers come from, and what a module calls them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::ProviderSource;
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Attribute, Block, Expression, ObjectKey, static_value};
use rinfra_value::Value;

use super::meta::ProviderReference;
use crate::content::just_attributes;
use crate::version::VersionConstraint;
use crate::{constant, form, name};

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

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> BTreeMap<Arc<str>, RequiredProvider> {
    let attributes = just_attributes(&block.body, found);
    attributes.iter().filter_map(|it| Some((it.name.clone(), decode_one(it, found)?))).collect()
}

fn decode_one(attribute: &Attribute, found: &mut Diagnostics) -> Option<RequiredProvider> {
    let name = &attribute.name;
    name::check(name, "Invalid provider local name", attribute.name_span.clone(), found);
    let mut required = RequiredProvider {
        name: name.clone(),
        source: ProviderSource::default_for(name),
        version: None,
        configuration_aliases: Vec::new(),
        span: attribute.span.clone(),
    };
    let Some(items) = static_value::as_map(&attribute.expression) else {
        // The form of old configurations: only the version.
        let text = constant::string(attribute, found)?;
        required.version = constraint(&text, &attribute.expression, found);
        return Some(required);
    };
    for (key_place, value) in items {
        let key = match key_place {
            ObjectKey::Name { name, .. } => Some(&**name),
            ObjectKey::Expression(key) => static_value::literal_string(key).map(AsRef::as_ref),
        };
        match key {
            Some("version") => {
                let text = text(value, "Version", found);
                required.version = text.and_then(|it| constraint(&it, value, found));
            }
            Some("source") => {
                let source = text(value, "Source", found)?;
                required.source = parse_source(&source, value, found)?;
            }
            Some("configuration_aliases") => {
                let elements = form::list(value, found).into_iter();
                required.configuration_aliases =
                    elements.filter_map(|it| decode_alias(it, name, found)).collect();
            }
            _ => {
                let detail = "required_providers objects can only contain \"version\", \"source\" and \
                              \"configuration_aliases\" attributes. To configure a provider, use a \
                              \"provider\" block.";
                let diagnostic = Diagnostic::error("Invalid required_providers object", detail);
                found.push(diagnostic.at(key_place.span().clone()));
            }
        }
    }
    Some(required)
}

fn decode_alias(expression: &Expression, name: &str, found: &mut Diagnostics) -> Option<ProviderReference> {
    let alias = ProviderReference::decode(expression, "configuration_aliases", found)?.without_key(found);
    if &*alias.provider.name == name {
        return Some(alias);
    }
    let detail = format!(
        "Configuration aliases must be prefixed with the provider name. Expected \"{name}\", but found \
         \"{}\".",
        alias.provider.name
    );
    found.push(Diagnostic::error("Invalid configuration_aliases value", detail).at(expression.span.clone()));
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

fn text(expression: &Expression, what: &str, found: &mut Diagnostics) -> Option<Arc<str>> {
    let value = constant::value(expression, found)?;
    let text = Value::as_str(&value).map(Into::into);
    if text.is_none() {
        let summary = if what == "Source" { "Invalid source" } else { "Invalid version constraint" };
        let detail = format!("{what} must be specified as a string.");
        found.push(Diagnostic::error(summary, detail).at(expression.span.clone()));
    }
    text
}

fn parse_source(text: &str, expression: &Expression, found: &mut Diagnostics) -> Option<ProviderSource> {
    match text.parse() {
        Ok(source) => Some(source),
        Err(error) => {
            let detail =
                format!("The \"source\" of a provider has the form [HOSTNAME/][NAMESPACE/]NAME: {error}.");
            let diagnostic = Diagnostic::error("Invalid provider source string", detail);
            found.push(diagnostic.at(expression.span.clone()));
            None
        }
    }
}
