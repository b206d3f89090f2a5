//! Arguments that resources and module calls share: repetition, provider, dependencies.

use std::fmt;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Attribute, Expression, Traversal};

use crate::content::Content;
use crate::form;

/// How many instances something has.
#[derive(Clone, Debug, PartialEq)]
pub enum Repetition {
    /// One, without a key.
    Single,
    /// As many as this number says.
    Count(Expression),
    /// One for each element of this map or set.
    ForEach(Expression),
}

impl Repetition {
    /// Returns the expression that decides, if there is one.
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Single => None,
            Self::Count(expression) | Self::ForEach(expression) => Some(expression),
        }
    }

    pub(crate) fn decode(content: &Content<'_>, found: &mut Diagnostics) -> Self {
        match (content.argument("count"), content.argument("for_each")) {
            (None, None) => Self::Single,
            (Some(count), None) => Self::Count(count.expression.clone()),
            (None, Some(for_each)) => Self::ForEach(for_each.expression.clone()),
            (Some(_), Some(for_each)) => {
                let detail = "The \"count\" and \"for_each\" meta-arguments are mutually-exclusive, only one \
                              should be used to be explicit about the number of resources to be created.";
                let summary = "Invalid combination of \"count\" and \"for_each\"";
                found.push(Diagnostic::error(summary, detail).at(for_each.name_span.clone()));
                Self::ForEach(for_each.expression.clone())
            }
        }
    }
}

/// What a module calls a provider configuration: `aws` or `aws.west`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct LocalProvider {
    /// The local name of the provider.
    pub name: Arc<str>,
    /// The alias, for all but the default configuration.
    pub alias: Option<Arc<str>>,
}

impl LocalProvider {
    /// Returns the default configuration of the provider with a local name.
    pub fn default_for(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), alias: None }
    }
}

impl fmt::Display for LocalProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.alias.iter().try_for_each(|alias| write!(f, ".{alias}"))
    }
}

/// A reference to a provider configuration, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderReference {
    /// What it refers to.
    pub provider: LocalProvider,
    /// Where it stands.
    pub span: Span,
}

impl ProviderReference {
    pub(crate) fn decode(expression: &Expression, argument: &str, found: &mut Diagnostics) -> Option<Self> {
        let mut refused = Diagnostics::new();
        let traversal = form::quotable_reference(expression, &mut refused);
        let Some(provider) = traversal.as_ref().and_then(as_provider) else {
            let detail = format!(
                "The {argument} argument requires a provider type name, optionally followed by a period and \
                 then a configuration alias."
            );
            let diagnostic = Diagnostic::error("Invalid provider configuration reference", detail);
            found.push(diagnostic.at(expression.span.clone()));
            return None;
        };
        found.extend(refused);
        Some(Self { provider, span: expression.span.clone() })
    }
}

fn as_provider(traversal: &Traversal) -> Option<LocalProvider> {
    let name = traversal.root.clone();
    match &*traversal.steps {
        [] => Some(LocalProvider { name, alias: None }),
        [step] => Some(LocalProvider { name, alias: Some(form::step_name(Some(step))?.clone()) }),
        _ => None,
    }
}

/// Returns the references in `depends_on`.
pub(crate) fn depends_on(argument: Option<&Attribute>, found: &mut Diagnostics) -> Vec<Traversal> {
    argument.map(|it| form::references(&it.expression, found)).unwrap_or_default()
}
