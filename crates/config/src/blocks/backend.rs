//! `backend` and `cloud`: where the state is kept.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Result, Span};
use rinfra_lang::{Attribute, Block, Body, Expression, ExpressionKind, ObjectItem};
use rinfra_value::Value;

use crate::constant;
use crate::early::without_secrets;
use crate::module::Module;

/// Where the state is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// The type of the backend, or `cloud` for a `cloud` block.
    pub kind: Arc<str>,
    /// Where the type is written.
    pub kind_span: Span,
    /// Its settings. Whatever they depend on is evaluated.
    pub body: Body,
    /// The header of the block.
    pub header: Span,
    /// Why some of its settings have no value.
    pub problems: Diagnostics,
}

impl Backend {
    /// Returns the backend with values for all its settings.
    pub(crate) fn settled(self, evaluate: impl FnMut(&Expression) -> Result<Value>) -> Self {
        let mut settling = Settling { evaluate, problems: Diagnostics::new() };
        let body = settling.body(&self.body);
        let mut problems = settling.problems;
        problems.dedup();
        Self { body, problems, ..self }
    }
}

struct Settling<E> {
    evaluate: E,
    problems: Diagnostics,
}

impl<E: FnMut(&Expression) -> Result<Value>> Settling<E> {
    fn body(&mut self, body: &Body) -> Body {
        let is_json = body.json.is_some();
        let attribute =
            |it: &Attribute| Attribute { expression: self.expression(&it.expression, is_json), ..it.clone() };
        let attributes = body.attributes.iter().map(attribute).collect();
        let blocks = body.blocks.iter().map(|it| Block { body: self.body(&it.body), ..it.clone() }).collect();
        Body { attributes, blocks, ..body.clone() }
    }

    fn expression(&mut self, expression: &Expression, is_json: bool) -> Expression {
        let kind = match &expression.kind {
            // In JSON these may be nested blocks.
            ExpressionKind::Object(items) if is_json => {
                let item =
                    |it: &ObjectItem| ObjectItem { value: self.expression(&it.value, is_json), ..it.clone() };
                ExpressionKind::Object(items.iter().map(item).collect())
            }
            ExpressionKind::Tuple(items) if is_json => {
                ExpressionKind::Tuple(items.iter().map(|it| self.expression(it, is_json)).collect())
            }
            _ => {
                let value = (self.evaluate)(expression);
                let value = value.and_then(|it| without_secrets(it, expression, "the backend"));
                match self.problems.absorb(value) {
                    Some(value) if value.is_wholly_known() => ExpressionKind::Literal(value.into()),
                    Some(_) => {
                        let detail = "This value is not known before anything is planned.";
                        let diagnostic = Diagnostic::error("Unsuitable value type", detail);
                        self.problems.push(diagnostic.at(constant::start(expression)));
                        ExpressionKind::Literal(Value::dynamic_null().into())
                    }
                    None => ExpressionKind::Literal(Value::dynamic_null().into()),
                }
            }
        };
        Expression::new(kind, expression.span.clone())
    }
}

/// Takes a `backend` or `cloud` block into the module; there may be one.
pub(crate) fn take(kind: Arc<str>, block: &Block, module: &mut Module, found: &mut Diagnostics) {
    let Some(earlier) = &module.backend else {
        let (body, header) = (block.body.clone(), block.header.clone());
        let kind_span = block.labels.first().map_or_else(|| block.kind_span.clone(), |it| it.span.clone());
        module.backend = Some(Backend { kind, kind_span, body, header, problems: Diagnostics::new() });
        return;
    };
    let is_cloud = &*kind == "cloud";
    let (summary, detail, place) = match (&*earlier.kind == "cloud", is_cloud) {
        (true, true) => (
            "Duplicate HCP Terraform configurations",
            format!(
                "A module may have only one \"cloud\" block. There is one at {} already.",
                earlier.header
            ),
            &block.header,
        ),
        (false, false) => (
            "Duplicate backend configuration",
            format!(
                "A module may have only one backend configuration. The backend was previously configured at {}.",
                earlier.header
            ),
            &block.header,
        ),
        (true, false) | (false, true) => (
            "Both a backend and cloud configuration are present",
            format!(
                "A module may declare either one \"cloud\" block or one \"backend\" block: they are at {} and {}.",
                earlier.header, block.header
            ),
            if is_cloud { &earlier.header } else { &block.header },
        ),
    };
    found.push(Diagnostic::error(summary, detail).at(place.clone()));
}
