//! Equality, sets, marks, refinements and JSON.

use rinfra_value::equality::equals;
use rinfra_value::{Bound, Marks, Number, Path, Refinement, Type, Value, codec, json};
use serde_json::{Value as Json, json as literal};

fn numbers(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::number(Number::parse(text).expect("is a number"))).collect()
}

#[test]
fn equality_follows_types_nulls_and_unknowns() {
    let check = |left: &Value, right: &Value, expected: Option<bool>| {
        assert_eq!(equals(left, right).as_bool(), expected, "{left:?} == {right:?}");
        assert_eq!(equals(right, left).as_bool(), expected, "{right:?} == {left:?}");
    };
    let text = Value::from("1");
    let unknown = Value::unknown(Type::String);
    check(&text, &Value::from("1"), Some(true));
    check(&text, &Value::number(1), Some(false));
    check(&Value::null(Type::String), &Value::null(Type::Bool), Some(true));
    check(&Value::null(Type::String), &text, Some(false));
    check(&unknown, &text, None);
    check(&unknown, &Value::null(Type::String), None);
    check(&unknown.clone().not_null(), &Value::null(Type::String), Some(false));
    check(&unknown, &Value::number(1), Some(false));
    check(&Value::dynamic(), &Value::number(1), None);
    let prefixed =
        unknown.clone().with_refinement(Refinement { prefix: Some("ab".into()), ..Refinement::default() });
    check(&prefixed, &Value::from("abc"), None);
    check(&prefixed, &Value::from("xyz"), Some(false));
    let list = |elements: Vec<Value>| Value::list(Type::String, elements);
    check(
        &list(vec![text.clone(), unknown.clone()]),
        &list(vec![Value::from("2"), text.clone()]),
        Some(false),
    );
    check(&list(vec![text.clone(), unknown.clone()]), &list(vec![text.clone(), text.clone()]), None);
    check(&list(vec![unknown.clone()]), &list(vec![]), Some(false));
    check(&Value::tuple(vec![Value::dynamic()]), &Value::tuple(vec![text.clone()]), None);
    check(&Value::set(Type::String, [unknown]), &Value::set(Type::String, [text.clone()]), None);
    check(
        &Value::set(Type::Number, numbers(&["1", "2"])),
        &Value::set(Type::Number, numbers(&["2", "1.0", "1"])),
        Some(true),
    );
    let marked =
        equals(&Value::tuple(vec![text.clone().with_marks(Marks::SENSITIVE)]), &Value::tuple(vec![text]));
    assert_eq!((marked.as_bool(), marked.marks()), (Some(true), Marks::SENSITIVE));
}

#[test]
fn sets_are_read_in_terraforms_order() {
    let check = |element: Type, values: Vec<Value>, expected: &str| {
        assert_eq!(format!("{:?}", Value::set(element, values).elements().unwrap()), expected);
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| Value::from(*text)).collect::<Vec<_>>();
    check(Type::String, texts(&["b", "é", "Z", "a", "b"]), r#"["Z", "a", "b", "é"]"#);
    check(Type::Number, numbers(&["10", "9", "-1", "9"]), "[-1, 9, 10]");
    check(Type::Number, numbers(&["0", "-0"]), "[-0, 0]");
    check(
        Type::Bool,
        vec![Value::null(Type::Bool), Value::bool(true), Value::unknown(Type::Bool), Value::bool(false)],
        "[false, true, unknown(bool), null(bool)]",
    );
    let unknown = || Value::unknown(Type::String);
    check(
        Type::String,
        vec![unknown(), unknown(), Value::from("a")],
        "[\"a\", unknown(string), unknown(string)]",
    );
    let object = |text: Value| Value::object([("a", text)]);
    let of = |ty: Type| Type::object([("a", ty)]);
    check(
        of(Type::String),
        texts(&["é", "e", "\n", "\\", "Z"]).into_iter().map(object).collect(),
        r#"[{"a": "Z"}, {"a": "\\"}, {"a": "\n"}, {"a": "e"}, {"a": "é"}]"#,
    );
    check(
        of(Type::Number),
        numbers(&["9", "10", "1e20", "12345678901", "0.00001", "-3"]).into_iter().map(object).collect(),
        r#"[{"a": -3}, {"a": 12345678901}, {"a": 10}, {"a": 100000000000000000000}, {"a": 0.00001}, {"a": 9}]"#,
    );
    // The same ten digits do not make two numbers one.
    check(
        of(Type::Number),
        numbers(&["12345678901", "12345678902", "12345678901"]).into_iter().map(object).collect(),
        r#"[{"a": 12345678901}, {"a": 12345678902}]"#,
    );
}

#[test]
fn strings_are_normalised() {
    assert_eq!(Value::from("e\u{301}"), Value::from("\u{e9}"));
    let map = Value::map(Type::Bool, [("e\u{301}".into(), Value::bool(true))]);
    assert!(map.attribute("\u{e9}").is_some());
}

#[test]
fn marks_of_elements_move_to_the_set() {
    let nested = Value::object([("a", Value::from("x").with_marks(Marks::EPHEMERAL))]);
    let set = Value::set(nested.ty().clone(), [nested]);
    assert_eq!(set.marks(), Marks::EPHEMERAL);
    assert_eq!(set.elements().map(|elements| elements[0].marks_deep()), Some(Marks::NONE));
}

#[test]
fn marks_are_put_and_found_at_paths() {
    let value = Value::object([("l", Value::tuple(vec![Value::from("a"), Value::from("b")]))]);
    let path = Path::root().attribute("l").position(1);
    assert_eq!(path.to_string(), ".l[1]");
    let nowhere = Path::root().attribute("x").index("k");
    let marked = value.clone().mark_paths(&[(path.clone(), Marks::SENSITIVE), (nowhere, Marks::SENSITIVE)]);
    assert_eq!((marked.marks(), marked.marks_deep()), (Marks::NONE, Marks::SENSITIVE));
    assert_eq!(marked.unmark_deep_with_paths(), (value, vec![(path.clone(), Marks::SENSITIVE)]));
    assert!(format!("{marked:?}").contains("sensitive(string)"), "a debug message shows a secret");
    assert_eq!(
        marked.at_path(&path).map(|part| part.without_marks()),
        Some((Value::from("b"), Marks::SENSITIVE))
    );
    let whole = marked.with_marks(Marks::EPHEMERAL).without_marks();
    assert_eq!((whole.1, whole.0.marks_deep()), (Marks::EPHEMERAL, Marks::SENSITIVE));
}

#[test]
fn refinements_narrow_to_known_values() {
    let check = |ty: Type, refinement: Refinement, expected: &str| {
        assert_eq!(format!("{:?}", Value::unknown(ty).with_refinement(refinement)), expected);
    };
    let not_null = |refinement: Refinement| Refinement { not_null: true, ..refinement };
    check(Type::list(Type::Bool), not_null(Refinement::length(0, Some(0))), "list(bool)[]");
    check(Type::list(Type::Bool), not_null(Refinement::length(1, Some(1))), "list(bool)[unknown(bool)]");
    check(Type::set(Type::Bool), not_null(Refinement::length(1, Some(1))), "set(bool)[unknown(bool)]");
    check(Type::map(Type::Bool), not_null(Refinement::length(0, Some(0))), "map(bool){}");
    let bound = || Some(Bound { value: Number::from(3), inclusive: true });
    check(
        Type::Number,
        not_null(Refinement { minimum: bound(), maximum: bound(), ..Refinement::default() }),
        "3",
    );
    check(Type::Dynamic, Refinement::not_null(), "unknown(dynamic)");
    assert!(Value::unknown(Type::Bool).not_null().is_definitely_not_null());
    assert!(Value::from("x").not_null().refinement().is_none());
}

#[test]
fn lengths_of_open_sets_are_open() {
    let unknown = || Value::unknown(Type::String);
    let length = |value: Value| value.length().map(|length| format!("{:?}", length.as_number()));
    assert_eq!(length(Value::set(Type::String, [unknown()])).as_deref(), Some("Some(1)"));
    assert_eq!(length(Value::set(Type::String, [unknown(), Value::from("a")])).as_deref(), Some("None"));
    assert_eq!(length(Value::unknown(Type::tuple([Type::Bool]))).as_deref(), Some("Some(1)"));
    assert_eq!(length(Value::null(Type::list(Type::Bool))), None);
    assert_eq!(length(Value::from("text")), None);
}

#[test]
fn json_is_read_by_type() {
    let check = |json: Json, ty: Json, expected: Result<Json, &str>| {
        let read = json::decode(&json, &Type::from_json(&ty).unwrap());
        let result = read.map(|value| json::encode(&value).unwrap()).map_err(|error| error.to_string());
        assert_eq!(
            result.as_ref().map_err(String::as_str),
            expected.as_ref().map_err(|message| *message),
            "{json}"
        );
    };
    check(literal!("5"), literal!("number"), Ok(literal!(5)));
    check(literal!(5), literal!("string"), Ok(literal!("5")));
    check(literal!(true), literal!("string"), Ok(literal!("true")));
    check(literal!([2, 1, 2]), literal!(["set", "number"]), Ok(literal!([1, 2])));
    check(literal!({}), literal!(["object", {"a": "string"}]), Ok(literal!({"a": null})));
    check(literal!({"b": 1}), literal!(["object", {"a": "string"}]), Err("unsupported attribute \"b\""));
    check(literal!([1]), literal!(["tuple", []]), Err("too many tuple elements (need 0)"));
    check(literal!({}), literal!("bool"), Err("bool is required"));
    check(literal!({"type": "string", "value": 5}), literal!("dynamic"), Ok(literal!("5")));
    check(literal!({"value": 5}), literal!("dynamic"), Err("missing type in dynamically-typed value"));
    let long = format!("1.{}1", "0".repeat(100));
    let number: Json = serde_json::from_str(&long).unwrap();
    check(number.clone(), literal!("number"), Ok(number));
}

#[test]
fn json_is_written_by_type() {
    let value = Value::object([("a", Value::number(1)), ("b", Value::null(Type::Bool))]);
    assert_eq!(json::encode(&value), Ok(literal!({"a": 1, "b": null})));
    let ty = Type::object([("a", Type::Dynamic), ("b", Type::Dynamic)]);
    let accompanied = literal!({"a": {"value": 1, "type": "number"}, "b": {"value": null, "type": "bool"}});
    assert_eq!(json::encode_as(&value, &ty), Ok(accompanied.clone()));
    assert_eq!(json::decode(&accompanied, &ty), Ok(value));
    let unknown = Value::object([("a", Value::tuple(vec![Value::dynamic()]))]);
    let error = json::encode(&unknown).expect_err("unknown values have no JSON");
    assert_eq!((error.path.to_string().as_str(), error.message.as_str()), (".a[0]", "value is not known"));
}

#[test]
fn sets_of_what_is_not_known_yet_may_be_large() {
    let many = (0..30_000).map(|_| Value::unknown(Type::String));
    assert_eq!(Value::set(Type::String, many).len(), Some(30_000));
}

#[test]
fn the_codec_is_a_format_on_disk() {
    let check = |value: Value, expected: Json| {
        assert_eq!(codec::encode(&value), expected);
        assert_eq!(codec::decode(&expected), Ok(value));
    };
    check(Value::from("x"), literal!({"type": "string", "value": "x"}));
    check(
        Value::unknown(Type::Bool).not_null().with_marks(Marks::SENSITIVE | Marks::EPHEMERAL),
        literal!({"type": "bool", "value": {
            "$": "marked", "marks": ["sensitive", "ephemeral"], "value": {"$": "unknown", "but": {"not_null": true}}
        }}),
    );
    check(
        Value::map(Type::Number, [("$".into(), Value::number(1))]),
        literal!({"type": ["map", "number"], "value": {"$$": 1}}),
    );
    check(
        Value::number(Number::from_f64(0.1).unwrap()),
        literal!({"type": "number", "value": {"$": "number", "digits": "0.1", "precision": 53}}),
    );
    check(
        Value::number(Number::NEGATIVE_INFINITY),
        literal!({"type": "number", "value": {"$": "number", "digits": "-Inf", "precision": 512}}),
    );
    // The shortest decimal at 53 bits, -18446744073709550000, is nearer to the next number.
    check(
        Value::number(Number::from_f64(-18_446_744_073_709_551_616.0).unwrap()),
        literal!({"type": "number", "value": {"$": "number", "digits": "-1p64", "precision": 53}}),
    );
    for refused in [
        literal!(1),
        literal!({"type": "number", "value": {"$": "number", "digits": "0.1", "precision": 0}}),
        literal!({"type": "number", "value": {"$": "number", "digits": "0.1", "precision": 4_000_000_000_u32}}),
        literal!({"type": "string"}),
        literal!({"type": "string", "value": 1}),
        literal!({"type": "strange", "value": 1}),
        literal!({"type": "string", "value": {"$": "strange"}}),
        literal!({"type": ["tuple", ["bool"]], "value": []}),
        literal!({"type": ["object", {"a": "bool"}], "value": {"b": true}}),
    ] {
        assert!(codec::decode(&refused).is_err(), "{refused}");
    }
}

#[test]
fn types_are_named_and_written() {
    let check = |notation: Json, display: &str, name: &str| {
        let ty = Type::from_json(&notation).unwrap();
        assert_eq!((ty.to_string().as_str(), ty.friendly_name_for_constraint().as_str()), (display, name));
        assert_eq!(ty.to_json(), notation);
    };
    check(literal!("dynamic"), "dynamic", "any type");
    check(literal!(["list", "dynamic"]), "list(dynamic)", "list of any single type");
    check(literal!(["map", ["set", "bool"]]), "map(set(bool))", "map of set of bool");
    check(literal!(["tuple", ["bool", "string"]]), "tuple([bool, string])", "tuple");
    check(
        literal!(["object", {"a": "bool", "b": "number"}, ["b"]]),
        "object({a=bool, b=optional(number)})",
        "object",
    );
    for refused in
        [literal!("text"), literal!(["list"]), literal!(["object", []]), literal!(null), literal!([1])]
    {
        assert!(Type::from_json(&refused).is_err(), "{refused}");
    }
}

#[test]
fn values_are_small() {
    assert!(size_of::<Value>() <= 56, "{} bytes", size_of::<Value>());
    assert!(size_of::<Number>() <= 16, "{} bytes", size_of::<Number>());
}
