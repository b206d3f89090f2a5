//! Whole files: what bodies, blocks and labels become, and where they stand.

use std::fmt::Write as _;

use rinfra_lang::syntax::parse_native;
use rinfra_lang::{Body, Scope, evaluate, functions::Functions};

/// Writes a body down with the place of everything in it.
fn shown(body: &Body, indent: usize, text: &mut String) {
    let functions = Functions::default();
    let place = |span: &rinfra_diag::Span| span.to_string().replacen("f:", "", 1);
    for attribute in &body.attributes {
        let value = evaluate(&attribute.expression, &Scope::new(&functions));
        let value = value.map_or_else(|wrong| format!("{wrong}"), |value| format!("{value:?}"));
        let (name, whole) = (place(&attribute.name_span), place(&attribute.span));
        let _ = writeln!(text, "{:indent$}{} = {value} @ {name} @ {whole}", "", attribute.name);
    }
    for block in &body.blocks {
        let labels: String =
            block.labels.iter().map(|label| format!(" {:?} @ {}", label.text, place(&label.span))).collect();
        let (header, whole, end) = (place(&block.header), place(&block.body.span), place(&block.body.end));
        let _ = writeln!(text, "{:indent$}{}{labels} @ {header} {{ @ {whole} end {end}", "", block.kind);
        shown(&block.body, indent + 2, text);
    }
}

fn check(text: &str, expected: &str) {
    let (body, wrong) = parse_native(&"f".into(), text);
    let mut found = String::new();
    shown(&body, 0, &mut found);
    for problem in &wrong {
        let place = problem.subject.as_ref().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(found, "! {} @ {place}", problem.summary);
    }
    assert_eq!(found.trim_end(), expected.trim(), "\n{text}");
}

#[test]
fn everything_has_its_place() {
    check(
        "a = 1 # one\nb \"l\\\"1\" l2 {\n  c = \"é\" /* two */\n\n  d {}\n}\ne { f = 2 }\n",
        r#"
a = 1 @ 1,1-2 @ 1,1-6
b "l\"1" @ 2,3-9 "l2" @ 2,10-12 @ 2,1-12 { @ 2,13-6,2 end 6,1-2
  c = "é" @ 3,3-4 @ 3,3-10
  d @ 5,3-4 { @ 5,5-7 end 5,6-7
e @ 7,1-2 { @ 7,5-12 end 7,11-12
  f = 2 @ 7,5-6 @ 7,5-10
"#,
    );
}

#[test]
fn line_endings_and_marks_do_not_matter() {
    check(
        "\u{feff}a = 1\r\nb {\r\n  c = 2\r\n}\r\n",
        "a = 1 @ 1,1-2 @ 1,1-6\nb @ 2,1-2 { @ 2,3-4,2 end 4,1-2\n  c = 2 @ 3,3-4 @ 3,3-8",
    );
    check("", "");
    check("# only a comment", "");
    check("a = 1", "a = 1 @ 1,1-2 @ 1,1-6");
}

#[test]
fn strings_and_heredocs_say_what_terraform_reads() {
    let is = |text: &str, expected: &str| {
        let (body, wrong) = parse_native(&"f".into(), text);
        assert!(wrong.is_empty(), "{text}\n{wrong}");
        let functions = Functions::default();
        let value = evaluate(&body.attributes[0].expression, &Scope::new(&functions));
        assert_eq!(
            value.ok().and_then(|it| it.as_str().map(str::to_owned)).as_deref(),
            Some(expected),
            "{text}"
        );
    };
    is("a = <<EOT\n  x\n EOT\n", "  x\n");
    is("a = <<-EOT\n    x\n  ${1}\n\n      y\n  EOT\n", "  x\n1\n\n    y\n");
    is("a = <<-EOT\n  x ${~ 1 ~}\n  y\n  EOT\n", "x1  y\n");
    is("a = <<EOT\nEOT\n", "");
    is("a = <<EOT\n$${x} %%{y} \\n \"q\"\nEOT\n", "${x} %{y} \\n \"q\"\n");
    is("a = <<E-1\nEOT\nE\n  E-1  \n", "EOT\nE\n");
    is("a = \"%{ if true }a\\nb%{ else }c%{ endif }\"\n", "a\nb");
    is("a = \"%{ for x in [1, 2] ~}  ${x},  %{~ endfor }\"\n", "1,2,");
    is("a = \"$${a} $b %% %{if false}x%{endif}\"\n", "${a} $b %% ");
    is("a = \"${\"n${\"e${\"s\"}\"}t\"}ed\"\n", "nested");
}

#[test]
fn all_errors_of_a_file_are_told_and_the_rest_is_read() {
    check(
        "a = 1\na = 2\nb = [1 2]\nc {\n  d = )\n}\n",
        r#"
a = 1 @ 1,1-2 @ 1,1-6
b = [1] @ 3,1-2 @ 3,1-10
c @ 4,1-2 { @ 4,3-6,2 end 6,1-2
  d = unknown(dynamic) @ 5,3-4 @ 5,3-8
! Attribute redefined @ f:2,1-2
! Missing item separator @ f:3,8-9
"#,
    );
    check("a b\n", "a \"b\" @ 1,3-4 @ 1,1-4 { @ 1,1-2 end 1,1-2\n! Invalid block definition @ f:1,4-2,1");
    check("a {\n", "a @ 1,1-2 { @ 1,3-2,1 end 1,4-2,1\n! Unclosed configuration block @ f:1,3-4");
    check(
        "a { b = 1, c = 2 }\n",
        "a @ 1,1-2 { @ 1,5-19 end 1,18-19\n  b = 1 @ 1,5-6 @ 1,5-10\n! Invalid single-argument block definition @ f:1,10-11",
    );
    check("\"a\" = 1\n", "! Invalid argument name @ f:1,1-2");
    check(
        "a \"${b}\" {}\n",
        "a \"${ ... }\" @ 1,3-9 @ 1,1-9 { @ 1,10-12 end 1,11-12\n! Invalid string literal @ f:1,4-6",
    );
}

#[test]
fn object_constructors_may_repeat_keys() {
    check(
        "a = {x = 1, x = 2, \"\" = 3, \"y\" = 4, \"y\" = 5}\n",
        "a = {\"\": 3, \"x\": 2, \"y\": 5} @ 1,1-2 @ 1,1-45",
    );
}
