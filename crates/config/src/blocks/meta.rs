//! Arguments that resources and module calls share: repetition, provider, dependencies.

use std::fmt;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Attribute, Expression, ExpressionKind, Traversal, TraversalStep, static_value};

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
    /// One without a key, or none: what `enabled` in the `lifecycle` block says.
    Enabled(Expression),
}

impl Repetition {
    /// Returns the expression that decides, if there is one.
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Single => None,
            Self::Count(expression) | Self::ForEach(expression) | Self::Enabled(expression) => {
                Some(expression)
            }
        }
    }

    /// Takes the `enabled` argument of a `lifecycle` block into account.
    pub(crate) fn enable(&mut self, enabled: &Attribute, found: &mut Diagnostics) {
        let other = match self {
            Self::Count(_) => "count",
            Self::ForEach(_) => "for_each",
            Self::Single | Self::Enabled(_) => {
                *self = Self::Enabled(enabled.expression.clone());
                return;
            }
        };
        let detail = format!(
            "The \"{other}\" and \"enabled\" meta-arguments are mutually-exclusive: \"{other}\" decides \
             already how many there are."
        );
        let summary = format!("Invalid combination of \"{other}\" and \"enabled\"");
        found.push(Diagnostic::error(summary, detail).at(enabled.name_span.clone()));
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

    /// Returns the default configuration of the provider that a resource type has in its name.
    pub fn implied_by(kind: &str) -> Self {
        Self::default_for(kind.split('_').next().unwrap_or_default())
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
    /// Which of the instances of a configuration with `for_each`: `each.key` in `aws.by_region[each.key]`.
    pub key: Option<Expression>,
    /// Where it stands.
    pub span: Span,
    /// Where the local name of the provider in it stands.
    pub name_span: Span,
}

impl ProviderReference {
    pub(crate) fn decode(expression: &Expression, argument: &str, found: &mut Diagnostics) -> Option<Self> {
        let mut refused = Diagnostics::new();
        let (reference, key) = split_key(expression);
        let traversal = form::quotable_reference(&reference, &mut refused);
        let Some((provider, name_span)) =
            traversal.as_ref().and_then(|it| Some((as_provider(it)?, it.root_span.clone())))
        else {
            if traversal.is_none() && form::quoted(&reference).is_some() {
                found.extend(refused);
                return None;
            }
            let detail = format!(
                "The {argument} argument requires a provider type name, optionally followed by a period and \
                 then a configuration alias."
            );
            let diagnostic = Diagnostic::error("Invalid provider configuration reference", detail);
            found.push(diagnostic.at(expression.span.clone()));
            return None;
        };
        found.extend(refused);
        Some(Self { provider, key, span: expression.span.clone(), name_span })
    }

    /// Returns the reference, and reports an instance key where none may be.
    pub(crate) fn without_key(self, found: &mut Diagnostics) -> Self {
        if let Some(key) = &self.key {
            let detail = "Only a whole provider configuration can be named here, not one of its instances.";
            let diagnostic = Diagnostic::error("Invalid provider configuration reference", detail);
            found.push(diagnostic.at(key.span.clone()).within(self.span.clone()));
        }
        Self { key: None, ..self }
    }
}

/// Returns a reference without the instance key at its end, and the key.
fn split_key(expression: &Expression) -> (Expression, Option<Expression>) {
    // What cannot be read is reported as a reference.
    let written = form::expression_in_json(expression, &mut Diagnostics::new());
    if let Some(ExpressionKind::Index { collection, key, .. }) = written.as_ref().map(|it| &it.kind) {
        return ((**collection).clone(), Some((**key).clone()));
    }
    let Some(mut traversal) = written.as_ref().and_then(static_value::as_traversal) else {
        return (expression.clone(), None);
    };
    let Some(TraversalStep::Index { key, span }) = traversal.steps.pop() else {
        return (expression.clone(), None);
    };
    let last = traversal.steps.last().map_or(&traversal.root_span, TraversalStep::span);
    traversal.span = traversal.root_span.to(last);
    let rest = traversal.span.clone();
    let rest = Expression::new(ExpressionKind::Traversal(Arc::new(traversal)), rest);
    (rest, Some(Expression::literal(*key, span)))
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
