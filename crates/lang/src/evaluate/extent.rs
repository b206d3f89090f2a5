//! How deep and how large a value may be.
//!
//! Named values can build on each other without end: each may nest the one before, or hold it twice. What walks a value
//! must not run out of stack, and what writes one out must not fill the memory.

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_value::Value;

/// How deep values may nest: as deep as expressions.
const DEEPEST: u32 = 500;

/// How many parts a value may have.
const LARGEST: u32 = 10_000_000;

/// Returns the value of an expression, or something unknown in its place if it is too deep or too large.
pub(super) fn checked(value: Value, at: &Span, diagnostics: &mut Diagnostics) -> Value {
    let (summary, detail, hint) = if value.depth() > DEEPEST {
        (
            "Value nested too deeply",
            format!("Values may be nested {DEEPEST} levels deep at most."),
            "Look for a value that wraps another one which does the same",
        )
    } else if value.size() > LARGEST {
        (
            "Value too large",
            format!("Values may have {LARGEST} parts at most, and long texts count as several."),
            "Look for a value that holds another one several times",
        )
    } else {
        return value;
    };
    diagnostics.push(Diagnostic::error(summary, detail).at(at.clone()).hint(hint));
    Value::dynamic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bounded() {
        let check = |levels: u32, build: fn(Value) -> Value, expected: &[&str]| {
            let mut found = Diagnostics::new();
            let value = (0..levels).fold(Value::number(1), |inner, _| build(inner));
            checked(value, &Span::start_of("t"), &mut found);
            let summaries: Vec<_> = found.iter().map(|it| it.summary.as_str()).collect();
            assert_eq!(summaries, expected, "{levels} levels");
        };
        let wrapped: fn(Value) -> Value = |it| Value::tuple(vec![it]);
        check(DEEPEST, wrapped, &[]);
        check(DEEPEST + 1, wrapped, &["Value nested too deeply"]);
        let unknown: fn(Value) -> Value = |it| Value::unknown(Value::tuple(vec![it]).ty().clone());
        check(DEEPEST + 1, unknown, &["Value nested too deeply"]);
        let empty: fn(Value) -> Value = |it| Value::list(it.ty().clone(), Vec::new());
        check(DEEPEST + 1, empty, &["Value nested too deeply"]);
        let doubled: fn(Value) -> Value = |it| Value::object([("a", it.clone()), ("b", it)]);
        check(22, doubled, &[]);
        check(23, doubled, &["Value too large"]);
        check(200, doubled, &["Value too large"]);
    }
}
