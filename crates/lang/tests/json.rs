//! JSON: what is read, what is wrong, and how properties become blocks. The expectations are Terraform's.

use std::collections::BTreeSet;

use rinfra_diag::Diagnostics;
use rinfra_lang::functions::Functions;
use rinfra_lang::syntax::parse_json;
use rinfra_lang::{Body, Scope, evaluate, json_body, references, static_value, type_expression};
use rinfra_value::{Number, Type, Value};

/// Writes errors down as `summary @ line,column-line,column`; a place where nothing stands is one column wide.
fn told(wrong: &Diagnostics) -> String {
    let mut all: Vec<_> = wrong.iter().collect();
    all.sort_by_key(|it| it.subject.as_ref().map(|span| span.start.byte));
    let mut seen = BTreeSet::new();
    let one = |it: &&rinfra_diag::Diagnostic| {
        let (mut start, mut end) = ((1, 1), (1, 2));
        if let Some(span) = &it.subject {
            (start, end) = ((span.start.line, span.start.column), (span.end.line, span.end.column));
        }
        if start == end {
            end.1 += 1;
        }
        format!("{} @ {},{}-{},{}", it.summary, start.0, start.1, end.0, end.1)
    };
    let texts = all.iter().map(one).filter(|it| seen.insert(it.clone()));
    texts.collect::<Vec<_>>().join("; ")
}

fn parse(text: &str) -> Body {
    let (body, wrong) = parse_json(&"main.tf.json".into(), text);
    assert!(wrong.is_empty(), "{text}: {wrong}");
    body
}

/// Reads a file of which only `locals` blocks are known.
fn wrong_locals(text: &str) -> Diagnostics {
    let (body, mut wrong) = parse_json(&"main.tf.json".into(), text);
    let (body, found) = json_body::content(&body, &[("locals", &[])]);
    wrong.extend(found);
    for locals in body.blocks_of("locals") {
        wrong.extend(json_body::just_attributes(&locals.body).1);
    }
    wrong
}

#[test]
fn mistakes_are_found_where_terraform_finds_them() {
    let check = |text: &str, expected: &str| {
        // Errors at one place come in the order they were found.
        let set = |text: &str| text.split("; ").map(str::to_owned).collect::<BTreeSet<_>>();
        assert_eq!(set(&told(&wrong_locals(text))), set(expected), "{text}");
    };
    check(
        r#"{"locals": {"a": 1,}}"#,
        "Trailing comma in object @ 1,19-1,20; Incorrect JSON value type @ 1,12-1,13",
    );
    check(r#"{"locals" 1}"#, "Missing property value colon @ 1,11-1,12; Root value must be object @ 1,1-1,2");
    check(r#"{"locals": }"#, "Missing JSON value @ 1,12-1,13; Incorrect JSON value type @ 1,12-1,13");
    check(
        r#"{"locals": [1,]}"#,
        "Trailing comma in array @ 1,14-1,15; Mismatched braces @ 1,16-1,17; Root value must be object @ 1,1-1,2",
    );
    check(
        r#"{"locals": [1 2]}"#,
        "Missing attribute seperator comma @ 1,17-1,18; Incorrect JSON value type @ 1,12-1,13",
    );
    check(
        r#"{"locals": {"a":1 "b":2}}"#,
        "Missing attribute seperator comma @ 1,25-1,26; Incorrect JSON value type @ 1,12-1,13",
    );
    check(
        r#"{"locals": {"a" = 1}}"#,
        "Missing property value colon @ 1,17-1,18; Incorrect JSON value type @ 1,12-1,13",
    );
    check(r#"{"locals": {"a"}}"#, "Missing object value @ 1,16-1,17; Incorrect JSON value type @ 1,12-1,13");
    check(r#"{"locals": {"a": True}}"#, "Invalid JSON keyword @ 1,18-1,22");
    check(r#"{"locals": {"a": undefined}}"#, "Invalid JSON keyword @ 1,18-1,27");
    check(r#"{"locals": {"a": 01}}"#, "Invalid JSON number @ 1,18-1,20");
    check(r#"{"locals": {"a": "x\q"}}"#, "Invalid JSON string @ 1,22-1,23");
    check(
        "{\"locals\": {\"a\": \"x\ny\"}}",
        "Invalid JSON string @ 1,20-1,21; Missing attribute seperator comma @ 2,5-2,6; Unclosed object @ 1,1-1,2; Root value must be object @ 1,1-1,2",
    );
    check(r#"{"locals": {"a": 1]}"#, "Mismatched braces @ 1,20-1,21; Incorrect JSON value type @ 1,12-1,13");
    check(
        r#"{"locals": [1}"#,
        "Mismatched brackets @ 1,15-1,16; Unclosed object @ 1,1-1,2; Root value must be object @ 1,1-1,2",
    );
    check(
        r#"{"locals": [1"#,
        "Unclosed object @ 1,12-1,13; Unclosed object @ 1,1-1,2; Root value must be object @ 1,1-1,2",
    );
    check(
        r#"{"locals": {"a": 1"#,
        "Unclosed object @ 1,12-1,13; Unclosed object @ 1,1-1,2; Root value must be object @ 1,1-1,2",
    );
    check(
        "{",
        "Missing value @ 1,2-1,3; Invalid object property name @ 1,2-1,3; Root value must be object @ 1,1-1,2",
    );
    check("", "Missing value @ 1,1-1,2; Root value must be object @ 1,1-1,2");
    check("[", "Missing value @ 1,2-1,3; Unclosed object @ 1,1-1,2; Root value must be object @ 1,1-1,2");
    check("null", "Root value must be object @ 1,1-1,5");
    check(r#""x""#, "Root value must be object @ 1,1-1,4");
    check("{} {}", "Extraneous data after value @ 1,4-1,5");
    check("{1: 2}", "Invalid object property name @ 1,2-1,3; Root value must be object @ 1,1-1,2");
    check(r#"{"locals": [1: 2]}"#, "Invalid array value @ 1,18-1,19; Incorrect JSON value type @ 1,12-1,13");
    check(
        r#"{"locals": {"a": 'x'}}"#,
        "Invalid start of value @ 1,18-1,19; Missing attribute seperator comma @ 1,19-1,20; Unclosed object @ 1,1-1,2; Root value must be object @ 1,1-1,2",
    );
    check(
        r#"{"locals": {"a": 1}, }"#,
        "Trailing comma in object @ 1,20-1,21; Root value must be object @ 1,1-1,2",
    );
    check(
        "\t{\"locals\": {\"é\": 1 2}}",
        "Missing attribute seperator comma @ 1,24-1,25; Incorrect JSON value type @ 1,14-1,15",
    );
    check(
        "{]",
        "Missing array element value @ 1,2-1,3; Invalid object property name @ 1,2-1,3; Root value must be object @ 1,1-1,2",
    );
    check(r#"{"locals": {"a": [1,{"b":},3]}}"#, "Missing JSON value @ 1,26-1,27");
    check("// c\n{}", "Invalid start of value @ 1,1-1,2; Root value must be object @ 1,1-1,2");
    check(
        r#"{"a": é}"#,
        "Invalid start of value @ 1,7-1,8; Missing attribute seperator comma @ 1,8-1,9; Root value must be object @ 1,1-1,2",
    );
}

/// Writes the blocks of a body down, each with its place and what its body holds.
fn shown(body: &Body) -> String {
    let kinds: [(&str, &[&str]); 3] =
        [("locals", &[]), ("output", &["name"]), ("resource", &["type", "name"])];
    let (body, _) = json_body::content(body, &kinds);
    let columns = |span: &rinfra_diag::Span| format!("{}-{}", span.start.column, span.end.column);
    let arguments = body.attributes.iter().map(|it| format!("{} @ {}", it.name, columns(&it.span)));
    let blocks = body.blocks.iter().map(|it| {
        let labels: String =
            it.labels.iter().map(|label| format!(" {} @ {}", label.text, columns(&label.span))).collect();
        let (kind, header, end) = (columns(&it.kind_span), columns(&it.header), columns(&it.body.end));
        format!("{} @ {kind}{labels} @ {header} {{ {} }} @ {end}", it.kind, shown(&it.body))
    });
    arguments.chain(blocks).collect::<Vec<_>>().join(", ")
}

#[test]
fn properties_become_blocks() {
    let check = |text: &str, expected: &str| assert_eq!(shown(&parse(text)), expected, "{text}");
    check(
        r#"{"x": 1, "//": 2, "locals": {"a": 1}}"#,
        "x @ 2-8, locals @ 19-27 @ 29-30 { a @ 30-36 } @ 36-37",
    );
    check(
        r#"{"locals": [{"a": 1}, {}]}"#,
        "locals @ 2-10 @ 12-13 { a @ 14-20 } @ 20-21, locals @ 2-10 @ 12-13 {  } @ 24-25",
    );
    check(r#"{"locals": null}"#, "");
    check(
        r#"{"output": {"//": {}, "b": {}}}"#,
        "output @ 2-10 // @ 13-17 @ 19-20 {  } @ 20-21, output @ 2-10 b @ 23-26 @ 28-29 {  } @ 29-30",
    );
    check(r#"[{"locals": {}}, {"x": 1}]"#, "x @ 19-25, locals @ 3-11 @ 13-14 {  } @ 14-15");
    check(
        r#"{"resource": [{"t": [{"a": [{}, null]}]}]}"#,
        "resource @ 2-12 t @ 16-19 a @ 23-26 @ 28-29 {  } @ 30-31, resource @ 2-12 t @ 16-19 a @ 23-26 @ 28-29 {  } @ 33-37",
    );
}

#[test]
fn what_is_no_block_is_told() {
    let check = |text: &str, expected: &str| {
        let kinds: [(&str, &[&str]); 2] = [("locals", &[]), ("resource", &["type", "name"])];
        let (body, mut wrong) = json_body::content(&parse(text), &kinds);
        for block in &body.blocks {
            wrong.extend(json_body::content(&block.body, &[("x", &[])]).1);
        }
        assert_eq!(told(&wrong), expected, "{text}");
    };
    let (kind, label) = ("Incorrect JSON value type", "Missing block label");
    check(r#"{"resource": {"t": "x"}}"#, &format!("{kind} @ 1,20-1,23; {label} @ 1,20-1,23"));
    check(r#"{"resource": "x"}"#, &format!("{kind} @ 1,14-1,17; {label} @ 1,14-1,17"));
    check(r#"{"resource": ["x", {"t": {}}]}"#, &format!("{kind} @ 1,15-1,18; {label} @ 1,26-1,27"));
    check(r#"{"resource": {"t": {"a": "x"}}}"#, &format!("{kind} @ 1,26-1,29"));
    check(r#"{"resource": {"t": {"a": ["x", null, {}]}}}"#, &format!("{kind} @ 1,27-1,30"));
    check(r#"{"resource": null}"#, &format!("{label} @ 1,14-1,18"));
    check(r#"{"resource": {"t": {"a": null}}}"#, "");
    check(r#"[{"locals": {}}, 3]"#, &format!("{kind} @ 1,18-1,19"));
}

#[test]
fn properties_nobody_knows_are_told() {
    let body = parse(r#"{"value": 1, "value": 2, "vlaue": 3}"#);
    let [first, again, unknown] = &body.attributes[..] else { panic!("{body:?}") };
    let found = json_body::duplicate_argument(first, again);
    assert_eq!(told(&found.into()), "Duplicate argument @ 1,14-1,21");
    let found = json_body::extraneous_property(unknown, ["value"].into_iter());
    assert_eq!(found.hint.as_deref(), Some("Did you mean \"value\"?"));
    assert_eq!(told(&found.into()), "Extraneous JSON object property @ 1,26-1,33");
}

/// Evaluates the property `x`, with `a` set to 2.
fn evaluated(text: &str) -> Result<Value, String> {
    let body = parse(&format!("{{\"x\": {text}}}"));
    let functions = Functions::default();
    let mut scope = Scope::new(&functions);
    scope.set("a", Value::number(2));
    evaluate(&body.attributes[0].expression, &scope).map_err(|wrong| told(&wrong))
}

#[test]
fn strings_are_templates_where_they_are_evaluated() {
    let check = |text: &str, expected: Value| assert_eq!(evaluated(text), Ok(expected), "{text}");
    check("null", Value::dynamic_null());
    check("1.50", Value::number(Number::parse("1.5").unwrap()));
    check(r#""1 + 2""#, Value::string("1 + 2"));
    check(r#""${1 + a}""#, Value::number(3));
    check(r#""x${a}""#, Value::string("x2"));
    check(r#""%{ if a == 2 }yes%{ else }no%{ endif }""#, Value::string("yes"));
    check(r#""$${a} \"q\" \u00e9 \n""#, Value::string("${a} \"q\" é \n"));
    check(r#"["${a}", "a"]"#, Value::tuple(vec![Value::number(2), Value::string("a")]));
    check(
        r#"{"k${a}": true, "//": 1}"#,
        Value::object([("k2", Value::bool(true)), ("//", Value::number(1))]),
    );
}

#[test]
fn mistakes_in_strings_are_told_when_they_are_evaluated() {
    let check = |text: &str, expected: &str| assert_eq!(evaluated(text), Err(expected.to_owned()), "{text}");
    check(r#""${1 +}""#, "Invalid expression @ 1,13-1,14");
    check(r#""a\n${b}""#, "Unknown variable @ 2,3-2,4");
    check(r#"{"a": 1, "a": 2}"#, "Duplicate object attribute @ 1,16-1,19");
    check(
        r#"{"${null}": 1, "${[]}": 2}"#,
        "Invalid object key expression @ 1,8-1,17; Invalid object key expression @ 1,22-1,29",
    );
}

#[test]
fn strings_are_text_where_nothing_is_evaluated() {
    let body = parse(r#"{"x": ["${a}", {"${b": "%{"}]}"#);
    let value = static_value::constant(&body.attributes[0].expression).unwrap();
    let inner = Value::object([("${b", Value::string("%{"))]);
    assert_eq!(value, Value::tuple(vec![Value::string("${a}"), inner]));
    assert!(references(&body.attributes[0].expression)[0].root.as_ref() == "a");
}

#[test]
fn strings_are_expressions_where_the_language_wants_no_value() {
    let body = parse(
        r#"{"a": "all", "b": "a.b[0]", "c": "f(x)", "d": "list(object({k = optional(string, \"v\")}))", "e": "list(strin)"}"#,
    );
    let of = |index: usize| &body.attributes[index].expression;
    assert_eq!(static_value::as_keyword(of(0)), Some("all"));
    assert_eq!(static_value::as_keyword(of(1)), None);
    assert_eq!(static_value::as_traversal(of(1)).map(|it| it.steps.len()), Some(2));
    assert_eq!(static_value::as_traversal(of(2)), None);
    assert!(matches!(type_expression::parse(of(3)).unwrap().ty, Type::List(_)));
    let wrong = type_expression::parse(of(4)).unwrap_err();
    assert_eq!(wrong.iter().next().unwrap().summary, "Invalid type specification");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{{\"x\": {}1{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse_json(&"t".into(), &nested(400)).1.is_empty());
    assert!(
        evaluate(&parse(&nested(400)).attributes[0].expression, &Scope::new(&Functions::default())).is_ok()
    );
    for depth in [600, 1_000_000] {
        let (_, wrong) = parse_json(&"t".into(), &nested(depth));
        assert_eq!(wrong.len(), 1, "{wrong}");
        assert_eq!(wrong.iter().next().unwrap().summary, "Nesting too deep");
    }
}
