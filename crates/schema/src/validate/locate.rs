//! Where in a body the value at a path was written.

use rinfra_diag::Span;
use rinfra_lang::{Body, Expression, ExpressionKind, ObjectItem, ObjectKey};
use rinfra_value::{Path, PathStep};

/// Returns where the value at `path` was written: its expression, or the innermost block around it.
///
/// What a dynamic block made is reported at the body around that block.
pub fn locate(body: &Body, path: &Path) -> Span {
    in_body(body, path.steps())
}

fn in_body(body: &Body, steps: &[PathStep]) -> Span {
    let here = || crate::decode::missing_item(body);
    let Some((PathStep::Attribute(name), rest)) = steps.split_first() else { return here() };
    if let Some(argument) = body.attribute(name) {
        return in_expression(&argument.expression, rest);
    }
    let (position, rest) = match rest.split_first() {
        Some((PathStep::Index(key), rest)) => (key.as_number().and_then(|it| it.to_usize()), rest),
        _ => (Some(0), rest),
    };
    match position.and_then(|position| body.blocks_of(name).nth(position)) {
        Some(block) => in_body(&block.body, rest),
        None => here(),
    }
}

fn in_expression(expression: &Expression, steps: &[PathStep]) -> Span {
    let inner = steps.split_first().and_then(|(step, rest)| {
        let inner = match (&expression.kind, step) {
            (ExpressionKind::Tuple(elements), PathStep::Index(key)) => {
                elements.get(key.as_number()?.to_usize()?)
            }
            (ExpressionKind::Object(items), PathStep::Attribute(name)) => item(items, name),
            (ExpressionKind::Object(items), PathStep::Index(key)) => item(items, key.as_str()?),
            _ => None,
        };
        Some((inner?, rest))
    });
    match inner {
        Some((inner, rest)) => in_expression(inner, rest),
        None => expression.span.clone(),
    }
}

fn item<'a>(items: &'a [ObjectItem], wanted: &str) -> Option<&'a Expression> {
    let found = items.iter().find(|item| match &item.key {
        ObjectKey::Name { name, .. } => &**name == wanted,
        ObjectKey::Expression(_) => false,
    });
    found.map(|item| &item.value)
}
