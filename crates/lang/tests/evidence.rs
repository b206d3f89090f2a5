//! What errors tell of the values that led to them.

use std::sync::Arc;

use rinfra_diag::Position;
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_lang::syntax::parse_expression;
use rinfra_lang::{Cause, Scope, evaluate, evidence};
use rinfra_value::{Marks, Type, Value};

fn functions() -> Functions {
    Functions::standard(FunctionContext::new(Arc::new(MemoryFiles::default()), "."))
}

fn scope(functions: &Functions) -> Scope<'_> {
    let number = |it: i64| Value::number(it);
    let known = [
        ("text", Value::string("a\n\"b\"\u{7}")),
        ("big", number(12_345_678_901)),
        ("yes", Value::bool(true)),
        ("null", Value::null(Type::Dynamic)),
        ("tuple", Value::tuple(vec![number(1), Value::string("x"), Value::bool(true)])),
        ("object", Value::object([("x", number(1)), ("y", Value::object([("z", number(2))]))])),
        ("map", Value::map(Type::String, [("k".into(), Value::string("v"))])),
        ("none", Value::list(Type::String, Vec::new())),
        ("unknown", Value::unknown(Type::list(Type::String))),
        ("untyped", Value::dynamic()),
        ("secret", Value::string("hunter2").with_marks(Marks::SENSITIVE)),
        ("fleeting", Value::string("hunter2").with_marks(Marks::EPHEMERAL)),
        ("half", Value::object([("secret", Value::string("hunter2").with_marks(Marks::SENSITIVE))])),
    ];
    let mut scope = Scope::new(functions);
    scope.set("v", Value::object(known));
    scope.set("lone", number(1));
    scope
}

#[test]
fn errors_come_with_the_values_terraform_shows() {
    let functions = functions();
    let scope = scope(&functions);
    let check = |text: &str, expected: &[&str]| {
        let expression = parse_expression(&"t".into(), text, Position::START).expect("an expression");
        let wrong = evaluate(&expression, &scope).expect_err(text);
        let told: Vec<String> =
            wrong.iter().flat_map(|it| it.evidence.iter().flat_map(|it| it.sentences())).collect();
        assert_eq!(told, expected, "{text}: {wrong}");
    };
    // Values in few words,
    check("v.text.x", &["v.text is \"a\\n\\\"b\\\"\\a\""]);
    check("v.big.x", &["v.big is 1.23456789e+10"]);
    check("v.yes.x", &["v.yes is true"]);
    check("v.null.x", &["v.null is null"]);
    check("v.tuple.x", &["v.tuple is tuple with 3 elements"]);
    check("v.object.w", &["v.object is object with 2 attributes"]);
    check("v.object.y.w", &["v.object.y is object with 1 attribute \"z\""]);
    check("v.map.x", &["v.map is map of string with 1 element"]);
    check("v.none[0]", &["v.none is empty list of string"]);
    check("v.unknown.x", &["v.unknown is a list of string"]);
    check("v.untyped + v.yes", &["v.yes is true"]);
    // secrets in none,
    check("v.secret.x", &[]);
    check("v.fleeting.x", &[]);
    check("v.half.x", &["v.half is object with 1 attribute \"secret\""]);
    check("v.half.secret + v.yes", &["v.yes is true"]);
    // and names alone are not told of.
    check("lone.x", &[]);
    // Only the part that is wrong is told of.
    check("v.yes ? v.tuple.x : v.big", &["v.tuple is tuple with 3 elements"]);
    check("v.text ? 1 : v.big", &["v.text is \"a\\n\\\"b\\\"\\a\""]);
    check("v.big + v.tuple + v.yes", &["v.yes is true", "v.tuple is tuple with 3 elements"]);
    check("v.null + v.big", &["v.big is 1.23456789e+10", "v.null is null"]);
    check("-v.tuple", &["v.tuple is tuple with 3 elements"]);
    check("\"${v.big}${v.tuple}\"", &["v.tuple is tuple with 3 elements"]);
    check("{ (v.null) = v.big }", &["v.null is null"]);
    check("v.tuple[v.big]", &["v.big is 1.23456789e+10", "v.tuple is tuple with 3 elements"]);
    check("[for x in v.yes : v.big]", &["v.yes is true"]);
    check("[for x in v.tuple : x if v.tuple]", &["v.tuple is tuple with 3 elements"]);
    check("{for k, x in { a = { b = [] } } : x.b => 1}", &["x.b is empty tuple"]);
    // Calls tell how they are meant.
    check(
        "substr(v.tuple, 1, 2)",
        &["while calling substr(str, offset, length)", "v.tuple is tuple with 3 elements"],
    );
    check("max(v.big, v.map)", &["while calling max(numbers...)", "v.map is map of string with 1 element"]);
    check("upper(v.yes, v.big)", &["while calling upper(str)", "v.big is 1.23456789e+10", "v.yes is true"]);
    check("nosuch(v.big)", &["v.big is 1.23456789e+10"]);
    check("max([v.map]...)", &["while calling max(numbers...)"]);
    check("can(v.big, 1)", &["while calling can(expression)", "v.big is 1.23456789e+10"]);
}

#[test]
fn causes_are_told_of() {
    let functions = functions();
    let mut scope = scope(&functions);
    let lengths = rinfra_value::Refinement::length(1, Some(4));
    scope
        .set("w", Value::object([("some", Value::unknown(Type::list(Type::Bool)).with_refinement(lengths))]));
    let check = |text: &str, cause: Cause, expected: &[&str]| {
        let expression = parse_expression(&"t".into(), text, Position::START).expect("an expression");
        let told: Vec<String> = evidence(&expression, &scope, cause).sentences().collect();
        assert_eq!(told, expected, "{text}: {cause:?}");
    };
    let all = "[v.unknown, v.untyped, v.secret, v.fleeting, w.some, v.yes, v.yes]";
    check(all, Cause::Other, &["v.unknown is a list of string", "v.yes is true", "w.some is a list of bool"]);
    check(
        all,
        Cause::Unknown,
        &[
            "v.unknown is a list of string, known only after apply",
            "v.untyped will be known only after apply",
            "v.yes is true",
            "w.some is a list of bool with between 1 and 4 elements, known only after apply",
        ],
    );
    let told = |what: &'static str| {
        ["v.unknown is a list of string", "v.yes is true", "w.some is a list of bool", what]
    };
    let mut sensitive = told("v.secret has a sensitive value");
    sensitive.sort_unstable();
    check(all, Cause::Sensitive, &sensitive);
    let mut ephemeral = told("v.fleeting has an ephemeral value");
    ephemeral.sort_unstable();
    check(all, Cause::Ephemeral, &ephemeral);
}
