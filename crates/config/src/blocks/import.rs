//! `import`: something that exists already becomes part of the configuration.

use std::sync::Arc;

use rinfra_addr::{ConfigResource, InstanceKey, Mode, ResourceInstance};
use rinfra_diag::{Diagnostic, Diagnostics, Result, Span};
use rinfra_lang::{Block, Expression, ExpressionKind, Traversal, TraversalStep, static_value};
use rinfra_value::Value;

use super::meta::{LocalProvider, ProviderReference};
use crate::content::{Grammar, read};
use crate::{ObjectAddress, object_address};

/// Something that exists becomes part of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The resource instance it becomes.
    pub to: ImportTarget,
    /// What the provider calls the object.
    pub id: Expression,
    /// One import for each element of this collection.
    pub for_each: Option<Expression>,
    /// The provider configuration to look it up with, where there is no resource block that says so, and where that
    /// stands.
    pub provider: Option<(ProviderReference, Span)>,
    /// The header of the block.
    pub header: Span,
}

impl Import {
    /// Returns what the root module calls the provider configuration that the target has, where it has no resource
    /// block.
    pub fn local_provider(&self) -> LocalProvider {
        match &self.provider {
            Some((reference, _)) => reference.provider.clone(),
            None => LocalProvider::implied_by(&self.to.resource.resource.kind),
        }
    }
}

/// The address of a resource instance, with keys that may have to be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportTarget {
    /// The resource, which the text alone tells.
    pub resource: ConfigResource,
    /// The address, when nothing in it has to be evaluated.
    pub constant: Option<ResourceInstance>,
    /// Where the address stands.
    pub span: Span,
    root: Arc<str>,
    root_span: Span,
    steps: Vec<Step>,
}

/// A step of the address of a target.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Constant(TraversalStep),
    /// A key in brackets that has to be evaluated.
    Key(Arc<Expression>),
}

impl ImportTarget {
    /// Returns the address with the values of its keys.
    ///
    /// # Errors
    /// What `evaluate` fails with, and keys that are neither whole numbers nor strings.
    pub fn resolve(
        &self,
        mut evaluate: impl FnMut(&Expression) -> Result<Value>,
    ) -> Result<ResourceInstance> {
        let mut steps = Vec::new();
        for step in &self.steps {
            steps.push(match step {
                Step::Constant(step) => step.clone(),
                Step::Key(key) => TraversalStep::Index { key: evaluate(key)?.into(), span: key.span.clone() },
            });
        }
        instance(&self.traversal(steps))
    }

    fn traversal(&self, steps: Vec<TraversalStep>) -> Traversal {
        Traversal {
            root: self.root.clone(),
            root_span: self.root_span.clone(),
            steps,
            span: self.span.clone(),
        }
    }

    /// Takes an address apart. Nothing is said of keys that have to be evaluated.
    fn parse(expression: &Expression) -> Result<Self> {
        let written = static_value::written_in_json(expression);
        let expression = written.as_ref().unwrap_or(expression);
        let Some((traversal, steps)) = steps(expression) else {
            let detail = "An import goes to the address of one resource instance: names, and instance keys in \
                          square brackets, which may use \"each\" if the block has \"for_each\".";
            return Err(Diagnostic::error("Invalid expression", detail).at(expression.span.clone()).into());
        };
        let named = steps.iter().filter_map(|it| match it {
            Step::Constant(step @ TraversalStep::Attribute { .. }) => Some(step.clone()),
            Step::Constant(_) | Step::Key(_) => None,
        });
        let named: Vec<_> = named.collect();
        let last = named.last().map_or(&traversal.root_span, TraversalStep::span);
        let named = Traversal { span: traversal.root_span.to(last), steps: named, ..traversal };
        let target = Self {
            resource: instance(&named)?.config(),
            constant: None,
            span: expression.span.clone(),
            root: named.root,
            root_span: named.root_span,
            steps,
        };
        let is_constant = target.steps.iter().all(|it| matches!(it, Step::Constant(_)));
        let resolved = target.resolve(|_| Ok(Value::dynamic()));
        let constant = if is_constant { Some(resolved?) } else { None };
        Ok(Self { constant, ..target })
    }
}

/// Returns where an address begins, and its steps.
fn steps(expression: &Expression) -> Option<(Traversal, Vec<Step>)> {
    match &expression.kind {
        ExpressionKind::Index { collection, key, .. } => {
            let (traversal, mut before) = steps(collection)?;
            before.push(Step::Key(key.clone()));
            Some((traversal, before))
        }
        ExpressionKind::RelativeTraversal { source, steps: after } => {
            let (traversal, mut before) = steps(source)?;
            before.extend(after.iter().cloned().map(Step::Constant));
            Some((traversal, before))
        }
        _ => {
            let traversal = static_value::as_traversal(expression)?;
            let constant = traversal.steps.iter().cloned().map(Step::Constant).collect();
            Some((traversal, constant))
        }
    }
}

fn instance(traversal: &Traversal) -> Result<ResourceInstance> {
    match object_address::parse(traversal)? {
        ObjectAddress::Resource(resource) => Ok(resource.instance(InstanceKey::None)),
        ObjectAddress::Instance(instance) => Ok(instance),
        ObjectAddress::Module(_) => {
            let detail =
                "A resource instance address is required here: a resource has to follow the module path.";
            Err(Diagnostic::error("Invalid address", detail).at(traversal.span.clone()).into())
        }
    }
}

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> Option<Import> {
    const GRAMMAR: Grammar =
        Grammar { required: &["to", "id"], optional: &["for_each", "provider"], blocks: &[] };
    let content = read(&block.body, &GRAMMAR, found);
    let for_each = content.argument("for_each").map(|it| it.expression.clone());
    let provider = content.argument("provider").and_then(|it| {
        let reference = ProviderReference::decode(&it.expression, "provider", found)?;
        Some((reference, it.span.clone()))
    });
    let argument = content.argument("to")?;
    let target = found.absorb(ImportTarget::parse(&argument.expression));
    let is_managed = target.as_ref().is_some_and(|it| it.resource.resource.mode == Mode::Managed);
    if !is_managed {
        let detail = "Only managed resources can be imported.";
        found.push(Diagnostic::error("Invalid import address", detail).at(argument.span.clone()));
    }
    let to = target.filter(|_| is_managed)?;
    if for_each.is_none() && to.constant.is_none() {
        let detail =
            "An instance key has to be written out here: only with \"for_each\" can it use \"each\".";
        found.push(Diagnostic::error("Invalid expression", detail).at(to.span));
        return None;
    }
    let id = content.argument("id")?.expression.clone();
    Some(Import { to, id, for_each, provider, header: block.header.clone() })
}
