//! What is meant to do harm ends soon, with an error that says why.

use std::sync::Arc;

use rinfra_diag::Position;
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_lang::syntax::{parse_expression, parse_native};
use rinfra_lang::{Scope, evaluate};

/// Returns the first error of parsing or evaluating, as its summary and detail.
fn error(text: &str) -> String {
    let files = MemoryFiles::from_iter([
        ("self.tpl", "${templatefile(\"self.tpl\", {})}".to_owned()),
        ("deep.tpl", format!("{}x{}", "%{ if true }".repeat(2000), "%{ endif }".repeat(2000))),
    ]);
    let functions = Functions::standard(FunctionContext::new(Arc::new(files), "."));
    let found = parse_expression(&"t".into(), text, Position::START)
        .and_then(|expression| evaluate(&expression, &Scope::new(&functions)));
    match found {
        Ok(value) => panic!("{text}: {}", value.ty()),
        Err(wrong) => {
            wrong.iter().next().map(|it| format!("{}: {}", it.summary, it.detail)).unwrap_or_default()
        }
    }
}

fn check(text: &str, expected: &str) {
    let found = error(text);
    assert!(found.contains(expected), "{text}: {found}");
}

#[test]
fn huge_numbers() {
    check("1e1000000", "Invalid number literal");
    check("-1e-1000000", "Invalid number literal");
    check("1e99999999999999999999", "Invalid number literal");
    check("tonumber(\"1e1000000\")", "cannot convert");
    check("jsondecode(\"1e1000000\")", "");
}

#[test]
fn computed_numbers_become_infinite() {
    let text = format!("1e140000{}", " * 1e140000".repeat(20));
    let expression = parse_expression(&"t".into(), &text, Position::START).unwrap();
    let value = evaluate(&expression, &Scope::new(&Functions::default())).unwrap();
    assert!(value.as_number().is_some_and(|number| !number.is_finite()));
}

#[test]
fn huge_collections() {
    check("range(1e9)", "more than 1024 values");
    check("range(0, 1e18, 1)", "more than 1024 values");
    check("setproduct(range(1000), range(1000), range(1000))", "combinations");
}

#[test]
fn huge_texts() {
    check("format(\"%999999999d\", 1)", "greater than 1000000");
    check("format(\"%.999999999f\", 1)", "greater than 1000000");
    check("indent(1e12, \"a\\nb\")", "too long");
    let template = "$0".repeat(200);
    let grown = |inner: &str| format!("replace({inner}, \"/./\", \"{template}\")");
    check(&(0..4).fold("\"aaaaaaaaaaaaaaaa\"".to_owned(), |text, _| grown(&text)), "too long");
    let long = "x".repeat(100_000);
    check(&format!("replace(\"{long}\", \"x\", \"{long}\")"), "too long");
    check(&format!("join(\"{long}\", [for a in range(1024) : \"{}\"])", "y".repeat(200_000)), "too long");
}

#[test]
fn greedy_patterns() {
    let subject = "a".repeat(5000);
    check(&format!("regex(\"(a+)+$\", \"{subject}b\")"), "did not match");
    check("regex(\"((((a{1,100}){1,100}){1,100}){1,100}){1,100}\", \"a\")", "expression too large");
}

#[test]
fn recursive_templates() {
    check("templatefile(\"self.tpl\", {})", "cannot recursively call templatefile");
    check("templatefile(\"deep.tpl\", {})", "nested");
}

#[test]
fn deep_and_self_similar_documents() {
    let nested = |name: &str| format!("{name}(\"{}{}\")", "[".repeat(20_000), "]".repeat(20_000));
    check(&nested("jsondecode"), "exceeded max depth");
    check(&nested("yamldecode"), "exceeded max depth");
    let bomb: String = (1..12)
        .map(|level| format!("k{level}: &k{level} [{}]\\n", vec![format!("*k{}", level - 1); 9].join(",")))
        .collect();
    check(&format!("yamldecode(\"k0: &k0 [x]\\n{bomb}\")"), "values");
}

#[test]
fn gigantic_heredocs_and_noise() {
    let line = "  some text ${1 + 1} and more\n";
    let (body, wrong) = parse_native(&"t".into(), &format!("a = <<-EOT\n{}EOT\n", line.repeat(50_000)));
    assert!(wrong.is_empty() && body.attributes.len() == 1);
    // Characters of no use: what is said about them is bounded.
    assert!(parse_native(&"t".into(), &"\u{1}".repeat(1_000_000)).1.len() <= 1001);
    assert!(parse_native(&"t".into(), &"a = [\n".repeat(100_000)).1.has_errors());
}
