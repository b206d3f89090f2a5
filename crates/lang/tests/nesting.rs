//! Deeply nested text is refused with an error, whatever it is made of, and never overflows the stack.
//!
//! The tests run on threads with the 2 MiB stack that asynchronous workers have too.

use rinfra_diag::{Diagnostics, Position};
use rinfra_lang::functions::Functions;
use rinfra_lang::syntax::{parse_expression, parse_native, parse_template};
use rinfra_lang::{Scope, evaluate, references};
use rinfra_value::Value;

/// Parses and evaluates; returns the first error's summary.
fn outcome(text: &str) -> Result<Value, String> {
    let expression = parse_expression(&"t".into(), text, Position::START).map_err(|it| summary(&it))?;
    let _ = references(&expression);
    evaluate(&expression, &Scope::new(&Functions::default())).map_err(|it| summary(&it))
}

fn summary(wrong: &Diagnostics) -> String {
    wrong.iter().next().map_or_else(String::new, |it| it.summary.clone())
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn depth_is_bounded() {
    let check = |open: &str, inner: &str, close: &str| {
        let shallow = outcome(&nested(open, inner, close, 25));
        assert!(shallow.is_ok(), "{open}: {shallow:?}");
        for depth in [58, 59, 60, 61, 62, 63, 64, 65, 100, 10_000] {
            match outcome(&nested(open, inner, close, depth)) {
                Ok(_) => assert!(depth < 65, "{open} {depth}"),
                Err(summary) => assert_eq!(summary, "Nesting too deep", "{open} {depth}"),
            }
        }
    };
    check("(", "1", ")");
    check("[", "1", "]");
    check("{a = ", "1", "}");
    check("[for x in [1] : ", "1", "]");
    check("{for x in [1] : \"k\" => ", "1", "}");
    check("\"${", "1", "}\"");
    check("!", "true", "");
    check("- ", "1", "");
    check("true ? 1 : ", "1", "");
    check("true ? ", "1", " : 1");
    check("[0][", "0", "]");
}

#[test]
fn directives_nest_boundedly() {
    let directives = |depth| {
        let text = nested("%{ if true }", "x", "%{ endif }", depth);
        parse_template(&"t".into(), &text, Position::START).map_err(|it| summary(&it))
    };
    assert!(directives(25).is_ok());
    let mixed =
        |depth| outcome(&nested("\"%{ if true }%{ for x in [1] }${", "1", "}%{ endfor }%{ endif }\"", depth));
    assert_eq!(mixed(10), Ok(Value::string("1")));
    assert_eq!(mixed(16), Err("Nesting too deep".to_owned()));
    assert_eq!(directives(10_000).unwrap_err(), "Nesting too deep");
}

#[test]
fn blocks_nest_boundedly() {
    let blocks = |depth| parse_native(&"t".into(), &nested("a {\n", "", "}\n", depth)).1;
    assert!(blocks(25).is_empty(), "{}", blocks(25));
    for depth in [58, 59, 60, 61, 62, 63, 64, 65, 10_000] {
        let wrong = blocks(depth);
        assert!(wrong.is_empty() || summary(&wrong) == "Nesting too deep", "{depth} {wrong}");
    }
}

#[test]
fn flat_text_may_be_long() {
    assert_eq!(outcome(&format!("1{}", " + 1".repeat(100))), Ok(Value::number(101)));
    assert_eq!(outcome(&format!("1{}", " + 1".repeat(1000))), Err("Expression too complex".to_owned()));
    let list = format!("[{}][9999]", "7, ".repeat(10_000));
    assert_eq!(outcome(&list), Ok(Value::number(7)));
    let steps = format!("{}{}", nested("{a = ", "1", "}", 30), ".a".repeat(30));
    assert_eq!(outcome(&steps), Ok(Value::number(1)));
}
