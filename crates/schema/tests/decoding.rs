//! Bodies, the values they decode to, and what is said about wrong ones.

mod support;

use std::sync::Arc;

use rinfra_diag::Diagnostics;
use rinfra_lang::functions::Functions;
use rinfra_lang::{Body, Scope, syntax};
use rinfra_schema::decode::{decode, static_check};
use rinfra_schema::validate::{forbid_ephemeral, validate};
use rinfra_schema::{Attribute, Block, Bounds, NestedBlock, Nesting};
use rinfra_value::{Marks, Number, Type, Value};
use serde_json::{Value as Json, json};
use support::{UNKNOWN, everything, object};

fn parse(text: &str) -> Body {
    let (body, diagnostics) = syntax::parse_native(&Arc::from("main.tf"), text);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    body
}

fn run(block: &Block, text: &str) -> (Value, Diagnostics) {
    let functions = Functions::default();
    let mut scope = Scope::new(&functions);
    scope.set("unknown", Value::dynamic());
    scope.set("secret", Value::list(Type::Number, vec![Value::number(7)]).with_marks(Marks::SENSITIVE));
    scope.set("token", Value::string("t").with_marks(Marks::EPHEMERAL));
    scope.set("numbers", Value::list(Type::Number, vec![Value::number(1), Value::number(2)]));
    decode(&parse(text), block, &scope)
}

/// Returns each finding as `line,column-column summary`, with the hint where there is one.
fn lines(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics
        .iter()
        .map(|it| {
            let place = it.subject.as_ref().expect("a place").to_string();
            let hint = it.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{} {}{hint}", place.trim_start_matches("main.tf:"), it.summary)
        })
        .collect()
}

fn check(text: &str, expected: &Json) {
    let block = everything();
    let (value, diagnostics) = run(&block, text);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    assert_eq!(value, object(&block, expected), "{text}");
    assert_eq!(value.ty(), &block.implied_type());
}

fn check_errors(text: &str, expected: &[&str]) {
    let block = everything();
    let (value, diagnostics) = run(&block, text);
    assert_eq!(lines(&diagnostics), expected, "{diagnostics}");
    assert_eq!(value.ty(), &block.implied_type());
}

#[test]
fn bodies_become_values() {
    check("name = \"a\"", &json!({"name": "a"}));
    check("name = 5\nflag = \"true\"\ncount = \"3\"", &json!({"name": "5", "flag": true, "count": 3}));
    check("name = unknown", &json!({"name": UNKNOWN}));
    check("name = \"a\"\ntags = { a = 1 }", &json!({"name": "a", "tags": {"a": "1"}}));
    check(
        "name = \"a\"\ndisk {\n  size = 1\n}\nrule {\n  port = 1\n}\ndisk {}\n",
        &json!({"name": "a", "disk": [{"size": 1}, {}], "rule": [{"port": 1}]}),
    );
    check(
        "name = \"a\"\ntimeouts {\n  create = \"1m\"\n}",
        &json!({"name": "a", "timeouts": {"create": "1m"}}),
    );
}

#[test]
fn dynamic_blocks_are_expanded() {
    let dynamic = |each: &str, content: &str| {
        format!("name = \"a\"\ndynamic \"disk\" {{\n  for_each = {each}\n  {content}\n}}\n")
    };
    let disks = |disks: Json| json!({"name": "a", "disk": disks});
    let size = "content {\n    size = disk.value\n  }";
    check(&dynamic("[1, 2]", size), &disks(json!([{"size": 1}, {"size": 2}])));
    check(&dynamic("numbers", size), &disks(json!([{"size": 1}, {"size": 2}])));
    check(
        &dynamic("{ b = 1, a = 2 }", "content {\n    kind = disk.key\n  }"),
        &disks(json!([{"kind": "a"}, {"kind": "b"}])),
    );
    check(
        &dynamic("[5]", "iterator = it\n  content {\n    size = it.key\n  }"),
        &disks(json!([{"size": 0}])),
    );
    check(&dynamic("[]", size), &disks(json!([])));
    check(&dynamic("unknown", size), &disks(json!(UNKNOWN)));
    check(
        "name = \"a\"\ndynamic \"rule\" {\n  for_each = unknown\n  content {\n    port = rule.value.x\n  }\n}\nrule {\n  port = 1\n}\n",
        &json!({"name": "a", "rule": UNKNOWN}),
    );
}

#[test]
fn attributes_that_are_objects_may_be_blocks() {
    let rule = |port: u32| json!({"port": port, "note": "n"});
    check(
        "name = \"a\"\ningress {\n  port = 1\n  note = \"n\"\n}",
        &json!({"name": "a", "ingress": [rule(1)]}),
    );
    check(
        "name = \"a\"\ndynamic \"ingress\" {\n  for_each = [1, 2]\n  content {\n    port = ingress.value\n    note = \"n\"\n  }\n}",
        &json!({"name": "a", "ingress": [rule(1), rule(2)]}),
    );
    check("name = \"a\"\ningress = []", &json!({"name": "a", "ingress": []}));
    check(
        "name = \"a\"\ndynamic \"ingress\" {\n  for_each = unknown\n  content {\n    port = 1\n  }\n}",
        &json!({"name": "a", "ingress": UNKNOWN}),
    );
}

#[test]
fn in_json_the_schema_tells_blocks_from_arguments() {
    let check = |text: &str, expected: Json, wrong: &[&str]| {
        let block = everything();
        let functions = Functions::default();
        let mut scope = Scope::new(&functions);
        scope.set("numbers", Value::list(Type::Number, vec![Value::number(1), Value::number(2)]));
        let (body, found) =
            syntax::parse_json(&"main.tf.json".into(), &format!("{{\"name\": \"a\", {text}}}"));
        assert!(found.is_empty(), "{found}");
        let (value, diagnostics) = decode(&body, &block, &scope);
        let found: Vec<_> = diagnostics.iter().map(|it| &*it.summary).collect();
        assert_eq!(found, wrong, "{text}");
        let mut all = json!({"name": "a"});
        all.as_object_mut().expect("an object").extend(expected.as_object().expect("an object").clone());
        assert_eq!(value, object(&block, &all), "{text}");
    };
    check(r#""disk": {"size": 1}"#, json!({"disk": [{"size": 1}]}), &[]);
    check(r#""disk": [{"size": 1}, {}]"#, json!({"disk": [{"size": 1}, {}]}), &[]);
    check(r#""disk": null"#, json!({}), &[]);
    check(r#""tags": {"a": "${numbers[0]}"}"#, json!({"tags": {"a": "1"}}), &[]);
    for dynamic in [
        r#"{"disk": {"for_each": "${numbers}", "content": {"size": "${disk.value}"}}}"#,
        r#"[{"disk": [{"for_each": "${numbers}", "iterator": "it", "content": [{"size": "${it.value}"}]}]}]"#,
    ] {
        check(&format!("\"dynamic\": {dynamic}"), json!({"disk": [{"size": 1}, {"size": 2}]}), &[]);
    }
    check(r#""disk": "x""#, json!({}), &["Incorrect JSON value type"]);
    check(
        r#""dsk": [], "tags": {}, "tags": {}"#,
        json!({"tags": {}}),
        &["Extraneous JSON object property", "Duplicate argument"],
    );
}

#[test]
fn marks_stay() {
    let block = everything();
    let text = "name = \"${secret[0]}\"\ndynamic \"disk\" {\n  for_each = secret\n  content {\n    size = disk.value\n  }\n}";
    let (value, diagnostics) = run(&block, text);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    let (plain, marks) = value.unmark_deep_with_paths();
    assert_eq!(plain, object(&block, &json!({"name": "7", "disk": [{"size": 7}]})));
    let paths: Vec<_> = marks.iter().map(|(path, _)| path.to_string()).collect();
    assert_eq!(paths, [".disk[0]", ".name"]);
}

#[test]
fn wrong_names_and_structure() {
    check_errors("", &["1,1-1 Missing required argument"]);
    check_errors(
        "nam = \"a\"",
        &["1,1-1 Missing required argument", "1,1-4 Unsupported argument (Did you mean \"name\"?)"],
    );
    check_errors(
        "name = \"a\"\ndisk = []",
        &["2,1-5 Unsupported argument (Did you mean to define a block of type \"disk\"?)"],
    );
    check_errors("name = \"a\"\ndiks {}", &["2,1-5 Unsupported block type (Did you mean \"disk\"?)"]);
    check_errors(
        "name = \"a\"\ntags {}",
        &[
            "2,1-5 Unsupported block type (Did you mean to define argument \"tags\"? If so, use the equals sign to \
         assign it a value.)",
        ],
    );
    check_errors(
        "name {}",
        &[
            "1,1-1 Missing required argument",
            "1,1-5 Unsupported block type (Did you mean to define argument \"name\"? If so, use the equals sign to \
         assign it a value.)",
        ],
    );
    check_errors("name = \"a\"\ndisk \"x\" {}", &["2,6-9 Extraneous label for disk"]);
    check_errors("name = \"a\"\nrule {}", &["2,6-6 Missing required argument"]);
    check_errors("name = \"a\"\nroot {}\nroot {}\n", &["3,6-6 Too many root blocks"]);
    check_errors("name = \"a\"\ntimeouts {}\ntimeouts {}\n", &["3,10-10 Duplicate timeouts block"]);
    check_errors("name = \"a\"\ndisk {\n  nope = 1\n}", &["3,3-7 Unsupported argument"]);
    check_errors(
        "name = \"a\"\ningress = []\ningress {\n}",
        &[
            "3,1-8 Unsupported block type (Did you mean to define argument \"ingress\"? If so, use the equals sign to \
         assign it a value.)",
        ],
    );
}

#[test]
fn wrong_dynamic_blocks() {
    let check =
        |dynamic: &str, expected: &[&str]| check_errors(&format!("name = \"a\"\n{dynamic}"), expected);
    check("dynamic {}", &["2,9-9 Missing type for dynamic"]);
    check("dynamic \"nope\" {}", &["2,9-15 Unsupported block type"]);
    check(
        "dynamic \"disk\" {}",
        &["2,16-16 Missing required argument", "2,16-16 Missing dynamic content block"],
    );
    check("dynamic \"disk\" {\n  for_each = 1\n  content {}\n}", &["3,14-15 Invalid dynamic for_each value"]);
    check(
        "dynamic \"disk\" {\n  for_each = null\n  content {}\n}",
        &["3,14-18 Invalid dynamic for_each value"],
    );
    check(
        "dynamic \"disk\" {\n  for_each = []\n  iterator = a.b\n  content {}\n}",
        &["4,14-17 Invalid dynamic iterator name"],
    );
    check(
        "dynamic \"disk\" {\n  for_each = []\n  content {}\n  content {}\n}",
        &["5,3-10 Extraneous dynamic content block"],
    );
    check(
        "dynamic \"disk\" {\n  for_each = []\n  labels = []\n  content {}\n}",
        &["4,3-9 Extraneous dynamic block label"],
    );
    // What stands in the content is looked at even when nothing, or nobody knows how much, comes of it.
    check(
        "dynamic \"disk\" {\n  for_each = []\n  content {\n    nope = 1\n  }\n}",
        &["5,5-9 Unsupported argument"],
    );
    check(
        "dynamic \"disk\" {\n  for_each = unknown\n  content {\n    size = []\n  }\n}",
        &["5,12-14 Incorrect attribute value type"],
    );
    check("dynamic \"root\" {\n  for_each = [1, 2]\n  content {}\n}", &["4,11-11 Too many root blocks"]);
}

#[test]
fn wrong_values() {
    check_errors("name = []", &["1,8-10 Incorrect attribute value type"]);
    check_errors("name = null", &["1,8-12 Missing required argument"]);
    check_errors("name = \"a\"\nid = \"i\"", &["2,6-9 Value for unconfigurable attribute"]);
    check_errors("name = \"a\"\ncount = nope", &["2,9-13 Unknown variable"]);
}

#[test]
fn a_static_check_evaluates_nothing() {
    let found = static_check(&parse("name = nope\nrule {\n  port = nope\n  oops = nope\n}"), &everything());
    assert_eq!(lines(&found), ["4,3-7 Unsupported argument"]);
}

/// A schema with rules.
fn strict() -> Block {
    let with = |set: fn(&mut Attribute)| {
        let mut attribute = Attribute::optional(Type::String);
        set(&mut attribute);
        attribute
    };
    let port = {
        let mut attribute = Attribute::optional(Type::Number);
        attribute.bounds = Bounds { least: Some(Number::from(1)), greatest: Some(Number::from(9)) };
        attribute
    };
    let lower = |text: &str| {
        if text.chars().any(char::is_uppercase) { Err("in lower case".to_owned()) } else { Ok(()) }
    };
    Block::new()
        .attribute("a", with(|it| it.rules.conflicts_with = vec!["b".into()]))
        .attribute("b", with(|it| it.rules.required_with = vec!["c".into(), "d".into()]))
        .attribute("c", with(|it| it.rules.exactly_one_of = vec!["d".into()]))
        .attribute("d", with(|it| it.rules.exactly_one_of = vec!["c".into()]))
        .attribute("kind", with(|it| it.choices = &["x", "y"]))
        .attribute("secret", with(|it| it.choices = &["x"]).sensitive())
        .attribute("secret_wo", Attribute::optional(Type::String).write_only())
        .attribute("old", Attribute::optional(Type::String).deprecated("use kind"))
        .block("rule", NestedBlock::new(Nesting::List, Block::new().attribute("port", port)))
        .attribute("lowers", {
            let mut attribute = Attribute::optional(Type::list(Type::String));
            attribute.accepts = Some(lower);
            attribute
        })
}

#[test]
fn values_and_combinations_are_checked() {
    let check = |text: &str, expected: &[&str]| {
        let (value, diagnostics) = run(&strict(), text);
        assert!(diagnostics.is_empty(), "{diagnostics}");
        assert_eq!(lines(&validate(&strict(), &value, &parse(text))), expected, "{text}");
    };
    check("c = \"1\"", &[]);
    check("", &["1,1-1 Invalid combination of arguments"]);
    check("c = unknown", &[]);
    check("c = \"1\"\nd = \"1\"", &["2,5-8 Invalid combination of arguments"]);
    check(
        "a = \"1\"\nb = \"1\"\nc = \"1\"",
        &["1,5-8 Conflicting configuration arguments", "2,5-8 Missing required argument"],
    );
    check("a = \"1\"\nb = unknown\nc = unknown", &[]);
    check("c = \"1\"\nkind = \"z\"", &["2,8-11 expected kind to be one of [\"x\" \"y\"], got z"]);
    check("c = \"1\"\nkind = unknown", &[]);
    check(
        "c = \"1\"\nsecret = \"z\"",
        &["2,10-13 expected secret to be one of [\"x\"], got a sensitive value"],
    );
    check("c = \"1\"\nlowers = [\"a\", \"B\"]", &["2,16-19 expected lowers.1 to be in lower case, got B"]);
    check(
        "c = \"1\"\nrule {\n  port = 0\n}\nrule {\n  port = 9\n}",
        &["3,10-11 expected rule.0.port to be in the range (1 - 9), got 0"],
    );
}

#[test]
fn ephemeral_values_go_only_where_they_are_not_stored() {
    let text = "c = \"x${token}\"\nsecret_wo = token";
    let (value, diagnostics) = run(&strict(), text);
    assert!(diagnostics.is_empty(), "{diagnostics}");
    assert_eq!(
        lines(&forbid_ephemeral(&strict(), &value, &parse(text))),
        ["1,5-16 Invalid use of ephemeral value"]
    );
}

#[test]
fn deprecated_arguments_are_pointed_out() {
    let (_, diagnostics) = run(&strict(), "old = \"x\"");
    assert_eq!(lines(&diagnostics), ["1,7-10 Argument is deprecated"]);
    assert!(!diagnostics.has_errors());
}

#[test]
fn schemas_that_contradict_themselves_are_found() {
    assert_eq!(everything().problems(), Vec::<String>::new());
    assert_eq!(strict().problems(), Vec::<String>::new());
    let check = |block: Block, expected: &str| assert_eq!(block.problems(), [expected]);
    let one = |attribute: Attribute| Block::new().attribute("a", attribute);
    check(
        one(Attribute::computed(Type::String).force_new()),
        ".a cannot be set, so it cannot force a new object",
    );
    check(
        one(Attribute::optional(Type::Number).default(Value::string("x"))),
        ".a has a default of another type",
    );
    check(
        one(Attribute::computed(Type::String).recomputed_by(["b"])),
        ".a names b in recomputed_by, which does not exist",
    );
    check(
        Block::new().block("n", NestedBlock::new(Nesting::List, Block::new()).min(2).max(1)),
        ".n has a minimum above its maximum",
    );
}
