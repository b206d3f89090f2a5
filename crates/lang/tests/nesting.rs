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
        let shallow = outcome(&nested(open, inner, close, 240));
        assert!(shallow.is_ok(), "{open}: {shallow:?}");
        for depth in [249, 250, 251, 498, 499, 500, 501, 502, 1_000, 100_000] {
            match outcome(&nested(open, inner, close, depth)) {
                Ok(_) => assert!(depth <= 500, "{open} {depth}"),
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
    assert!(directives(490).is_ok());
    let mixed =
        |depth| outcome(&nested("\"%{ if true }%{ for x in [1] }${", "1", "}%{ endfor }%{ endif }\"", depth));
    assert_eq!(mixed(100), Ok(Value::string("1")));
    assert_eq!(mixed(200), Err("Nesting too deep".to_owned()));
    assert_eq!(directives(10_000).unwrap_err(), "Nesting too deep");
}

#[test]
fn blocks_nest_boundedly() {
    let blocks = |depth| parse_native(&"t".into(), &nested("a {\n", "", "}\n", depth)).1;
    assert!(blocks(490).is_empty(), "{}", blocks(490));
    for depth in [498, 499, 500, 501, 10_000] {
        let wrong = blocks(depth);
        assert!(wrong.is_empty() || summary(&wrong) == "Nesting too deep", "{depth} {wrong}");
    }
}

/// Steps nest although nothing stands between brackets of brackets.
#[test]
fn steps_nest_boundedly() {
    let check = |start: &str, step: &str| {
        let steps = |depth: usize| outcome(&format!("{start}{}", step.repeat(depth)));
        assert!(!matches!(steps(200), Err(summary) if summary == "Nesting too deep"), "{step}");
        assert_eq!(steps(100_000), Err("Nesting too deep".to_owned()), "{step}");
    };
    check("null", "[*]");
    check("null", ".*[0 + 0]");
    check("[]", "[1 + 1]");
}

#[test]
fn flat_text_may_be_long() {
    assert_eq!(outcome(&format!("1{}", " + 1".repeat(100_000))), Ok(Value::number(100_001)));
    let mixed = outcome(&format!("1{}", " + 2 * 3 - 6 / 1".repeat(20_000)));
    assert_eq!(mixed, Ok(Value::number(1)));
    let list = format!("[{}][9999]", "7, ".repeat(10_000));
    assert_eq!(outcome(&list), Ok(Value::number(7)));
    let steps = format!("{}{}", nested("{a = ", "1", "}", 490), ".a".repeat(490));
    assert_eq!(outcome(&steps), Ok(Value::number(1)));
    let object: String = (0..50_000).map(|key| format!("k{key} = {key}\n")).collect();
    assert_eq!(outcome(&format!("{{{object}}}.k49999")), Ok(Value::number(49_999)));
}

/// Whatever walks a tree, or a value made of one, as deep as trees get.
#[test]
fn the_deepest_trees_can_be_handled() {
    for (open, inner, close) in [("[", "1", "]"), ("{a = ", "1", "}"), ("(", "1", ")"), ("!", "true", "")] {
        let text = nested(open, inner, close, 499);
        let expression = parse_expression(&"t".into(), &text, Position::START).unwrap();
        let copy = expression.clone();
        assert_eq!(copy, expression);
        assert!(format!("{expression:?}").len() > text.len());
        let value = evaluate(&expression, &Scope::new(&Functions::default())).unwrap();
        assert_eq!(value.clone(), value);
        assert!(!format!("{value:?}").is_empty() && !format!("{}", value.ty()).is_empty());
        assert!(!rinfra_lang::print::value(&value).is_empty());
    }
}
