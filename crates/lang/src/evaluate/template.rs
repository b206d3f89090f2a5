//! Templates.

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::{Marks, Refinement, Type, Value, convert};
use unicode_segmentation::UnicodeSegmentation;

use super::{report, value_of};
use crate::ast::Expression;
use crate::scope::Scope;

const INVALID: &str = "Invalid template interpolation value";

/// How much of the known beginning of an unknown string is remembered.
const PREFIX_LIMIT: usize = 128;

pub(super) fn template(
    parts: &[Expression],
    whole: &Span,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let errors = diagnostics.len();
    let mut text = String::new();
    let mut marks = Marks::NONE;
    let mut known = true;
    for part in parts {
        let value = value_of(part, scope, diagnostics);
        if value.is_null() {
            let detail = "This is null, and null cannot be part of a string.";
            report(diagnostics, INVALID, detail, &part.span, whole);
            continue;
        }
        let (value, part_marks) = value.without_marks();
        marks |= part_marks;
        if !value.is_known() {
            known = false;
            continue;
        }
        match convert::convert(&value, &Type::String) {
            Ok(string) if known => text.push_str(string.as_str().unwrap_or_default()),
            Ok(_) => {}
            Err(error) => {
                let detail = format!("This cannot be part of a string: {error}.");
                report(diagnostics, INVALID, detail, &part.span, whole);
            }
        }
    }
    let result = if known {
        Value::string(text)
    } else {
        let prefix = if diagnostics.len() == errors { safe_prefix(&text) } else { "" };
        unknown_string(prefix)
    };
    result.with_marks(marks)
}

fn unknown_string(prefix: &str) -> Value {
    let prefix = (!prefix.is_empty()).then(|| prefix.into());
    Value::unknown(Type::String).with_refinement(Refinement {
        not_null: true,
        prefix,
        ..Refinement::default()
    })
}

/// Returns what the string surely begins with: its last character may yet combine with what follows.
fn safe_prefix(text: &str) -> &str {
    let mut end = text.len().min(PREFIX_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let last = text.graphemes(true).next_back().map_or(0, str::len);
    &text[..text.len() - last]
}

/// Returns the joined results of a `%{ for }`.
pub(super) fn join(
    tuple: &Expression,
    whole: &Span,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let (tuple, mut marks) = value_of(tuple, scope, diagnostics).without_marks();
    let Some(elements) = tuple.elements() else {
        return Value::unknown(Type::String).with_marks(marks);
    };
    let mut text = String::new();
    for element in elements {
        if element.is_null() {
            let detail = "One of the results of this is null, and null cannot be part of a string.";
            report(diagnostics, INVALID, detail, whole, whole);
            continue;
        }
        match convert::convert(element, &Type::String) {
            Ok(string) => {
                if !string.is_known() {
                    return Value::unknown(Type::String).with_marks(marks);
                }
                let (string, element_marks) = string.without_marks();
                marks |= element_marks;
                text.push_str(string.as_str().unwrap_or_default());
            }
            Err(error) => {
                let detail = format!("One of the results of this cannot be part of a string: {error}.");
                report(diagnostics, INVALID, detail, whole, whole);
            }
        }
    }
    Value::string(text).with_marks(marks)
}
