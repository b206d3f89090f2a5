//! Conversion, unification and defaults, as observed in Terraform.

use rinfra_value::constraint::{Defaults, Inside, TypeConstraint};
use rinfra_value::convert::{can_convert_safely, convert, convert_unified, unify};
use rinfra_value::{Marks, Type, Value, json};
use serde_json::{Value as Json, json};

fn ty(notation: &Json) -> Type {
    Type::from_json(notation).unwrap_or_else(|error| panic!("{error}"))
}

/// Converts what JSON implies; the expectation is the type and JSON of the result.
fn check(value: &Json, to: &Json, expected: (&Json, &Json)) {
    let converted =
        convert(&json::decode_implied(value), &ty(to)).unwrap_or_else(|error| panic!("{value}: {error}"));
    assert_eq!(
        (&converted.ty().to_json(), &json::encode(&converted).expect("is known")),
        expected,
        "{value} to {to}"
    );
}

fn check_failure(value: &Json, to: &Json, path: &str, message: &str) {
    let error = convert(&json::decode_implied(value), &ty(to)).expect_err("must not convert");
    assert_eq!((error.path.to_string().as_str(), error.message.as_str()), (path, message), "{value} to {to}");
}

#[test]
fn primitives() {
    check(&json!(1.5), &json!("string"), (&json!("string"), &json!("1.5")));
    check(&json!(true), &json!("string"), (&json!("string"), &json!("true")));
    check(&json!("12"), &json!("number"), (&json!("number"), &json!(12)));
    check(&json!("1"), &json!("bool"), (&json!("bool"), &json!(true)));
    check(&json!(null), &json!("bool"), (&json!("bool"), &json!(null)));
    check(&json!([1]), &json!("dynamic"), (&json!(["tuple", ["number"]]), &json!([1])));
    check_failure(&json!("x"), &json!("number"), "", "a number is required");
    check_failure(&json!("yes"), &json!("bool"), "", "a bool is required");
    check_failure(
        &json!("True"),
        &json!("bool"),
        "",
        "a bool is required; to convert from string, use lowercase \"true\"",
    );
    check_failure(&json!(true), &json!("number"), "", "number required");
    check_failure(&json!([]), &json!("string"), "", "string required");
}

#[test]
fn collections() {
    let any_list = &json!(["list", "dynamic"]);
    check(&json!([1, "a", true]), any_list, (&json!(["list", "string"]), &json!(["1", "a", "true"])));
    check(&json!([null, 2]), any_list, (&json!(["list", "number"]), &json!([null, 2])));
    check(&json!([]), any_list, (any_list, &json!([])));
    check(
        &json!([{"a": 1}, {"a": "x"}]),
        any_list,
        (&json!(["list", ["object", {"a": "string"}]]), &json!([{"a": "1"}, {"a": "x"}])),
    );
    check(
        &json!([{"a": 1}, {"b": "x"}]),
        any_list,
        (&json!(["list", ["map", "string"]]), &json!([{"a": "1"}, {"b": "x"}])),
    );
    check(&json!(["10", 9, 9]), &json!(["set", "number"]), (&json!(["set", "number"]), &json!([9, 10])));
    check(
        &json!({"a": 1, "b": "x"}),
        &json!(["map", "dynamic"]),
        (&json!(["map", "string"]), &json!({"a": "1", "b": "x"})),
    );
    check_failure(&json!([1, []]), any_list, "", "all list elements must have the same type");
    check_failure(&json!([true]), &json!(["list", "number"]), "", "element 0: number required");
    check_failure(&json!(["1", "x"]), &json!(["list", "number"]), "[1]", "a number is required");
    check_failure(&json!({"a": []}), &json!(["map", "string"]), "", "element \"a\": string required");
    check_failure(&json!({}), any_list, "", "list of any single type required");
}

#[test]
fn structures() {
    let wanted = &json!(["object", {"a": "string", "b": "number"}, ["b"]]);
    let result = &json!(["object", {"a": "string", "b": "number"}]);
    check(&json!({"a": 1, "c": true}), wanted, (result, &json!({"a": "1", "b": null})));
    check(
        &json!([1, "2"]),
        &json!(["tuple", ["string", "number"]]),
        (&json!(["tuple", ["string", "number"]]), &json!(["1", 2])),
    );
    check_failure(&json!({"b": 1}), wanted, "", "attribute \"a\" is required");
    check_failure(&json!({"a": "x", "b": "y"}), wanted, ".b", "a number is required");
    check_failure(&json!({"a": []}), wanted, "", "attribute \"a\": string required");
    check_failure(&json!({}), &json!(["object", {"a": "bool", "b": "bool", "c": "bool"}]), "", {
        "attributes \"a\", \"b\", and \"c\" are required"
    });
    check_failure(&json!([1]), &json!(["tuple", []]), "", "tuple required");

    let map = Value::map(Type::String, [("a".into(), Value::from("1"))]);
    assert_eq!(
        convert(&map, &ty(wanted)).map(|object| json::encode(&object).unwrap()),
        Ok(json!({"a": "1", "b": null})),
    );
    let missing = convert(&map, &ty(&json!(["object", {"z": "string"}]))).expect_err("z is missing");
    assert_eq!(missing.message, "map has no element for required attribute \"z\"");
}

#[test]
fn nothing_known_stays_unknown() {
    let check = |value: Value, to: Type, expected: &str| {
        assert_eq!(format!("{:?}", convert(&value, &to).unwrap()), expected);
    };
    let text = || Value::unknown(Type::String);
    check(text(), Type::Number, "unknown(number)");
    check(Value::dynamic(), Type::Number, "unknown(number)");
    check(Value::tuple(vec![text()]), Type::list(Type::Number), "list(number)[unknown(number)]");
    check(Value::set(Type::String, [text(), text()]), Type::list(Type::String), "unknown(list(string))");
    check(Value::set(Type::String, [text()]), Type::list(Type::String), "list(string)[unknown(string)]");
    check(Value::unknown(Type::tuple([])).not_null(), Type::list(Type::Bool), "list(bool)[]");
    check(
        Value::unknown(Type::tuple([Type::Number])).not_null(),
        Type::list(Type::String),
        "list(string)[unknown(string)]",
    );
    check(
        Value::null(Type::tuple([Type::Number, Type::String])),
        Type::list(Type::Dynamic),
        "null(list(string))",
    );
    check(text().with_marks(Marks::SENSITIVE), Type::Bool, "unknown(bool){\"sensitive\"}");
}

#[test]
fn marks_stay_where_they_were() {
    let secret = || Value::from("1").with_marks(Marks::SENSITIVE);
    let list = convert(&Value::tuple(vec![secret(), Value::from("2")]), &Type::list(Type::Number)).unwrap();
    let marks = |value: &Value| value.elements().unwrap().iter().map(Value::marks).collect::<Vec<_>>();
    assert_eq!((list.marks(), marks(&list)), (Marks::NONE, vec![Marks::SENSITIVE, Marks::NONE]));
    let set = convert(&list, &Type::set(Type::Number)).unwrap();
    assert_eq!((set.marks(), marks(&set)), (Marks::SENSITIVE, vec![Marks::NONE; 2]));
}

#[test]
fn unifies() {
    let check = |types: &[Json], expected: Option<Json>| {
        let types: Vec<Type> = types.iter().map(ty).collect();
        assert_eq!(unify(&types).map(|unified| unified.to_json()), expected, "{types:?}");
    };
    check(&[], None);
    check(&[json!("number"), json!("string"), json!("bool")], Some(json!("string")));
    check(&[json!("number"), json!("bool")], None);
    check(&[json!("number"), json!("dynamic")], Some(json!("number")));
    check(&[json!(["list", "number"]), json!(["list", "string"])], Some(json!(["list", "string"])));
    check(&[json!(["list", "number"]), json!(["set", "number"])], Some(json!(["list", "number"])));
    check(&[json!(["list", "number"]), json!(["tuple", ["string"]])], Some(json!(["list", "string"])));
    check(&[json!(["tuple", ["number"]]), json!(["tuple", ["string"]])], Some(json!(["tuple", ["string"]])));
    check(&[json!(["tuple", ["number"]]), json!(["tuple", []])], Some(json!(["list", "number"])));
    check(
        &[json!(["object", {"a": "number"}]), json!(["object", {"a": "string"}])],
        Some(json!(["object", {"a": "string"}])),
    );
    check(&[json!(["object", {"a": "number"}]), json!(["object", {}])], Some(json!(["map", "number"])));
    check(&[json!(["object", {"a": "number"}]), json!(["map", "string"])], Some(json!(["map", "string"])));
    check(&[json!(["object", {}]), json!(["tuple", []])], None);
    check(&[json!(["object", {}]), json!("dynamic")], Some(json!("dynamic")));

    let open = convert_unified(&Value::empty_object().with_marks(Marks::SENSITIVE), &Type::Dynamic);
    assert_eq!(open, Ok(Value::dynamic().with_marks(Marks::SENSITIVE)));
    assert!(
        can_convert_safely(&Type::Number, &Type::String) && !can_convert_safely(&Type::String, &Type::Number)
    );
}

#[test]
fn defaults_replace_what_is_absent_or_null() {
    let inner = Defaults { values: [("p".into(), Value::from("d"))].into(), ..Defaults::default() };
    let constraint = TypeConstraint {
        ty: ty(
            &json!(["object", {"n": "number", "l": ["list", ["object", {"p": "string"}, ["p"]]]}, ["n", "l"]]),
        ),
        defaults: Some(Defaults {
            values: [("n".into(), Value::number(7))].into(),
            inside: Inside::Attributes(
                [("l".into(), Defaults { inside: Inside::Elements(Box::new(inner)), ..Defaults::default() })]
                    .into(),
            ),
        }),
    };
    let check = |value: Json, expected: Json| {
        let applied = constraint.apply(&json::decode_implied(&value)).unwrap();
        assert_eq!(json::encode(&applied).unwrap(), expected, "{value}");
    };
    check(json!({}), json!({"n": 7, "l": null}));
    check(json!({"n": null}), json!({"n": 7, "l": null}));
    check(
        json!({"n": 1, "l": [{}, {"p": null}, {"p": "x"}]}),
        json!({
            "n": 1, "l": [{"p": "d"}, {"p": "d"}, {"p": "x"}]
        }),
    );
    check(json!(null), json!(null));
    assert!(constraint.apply(&Value::unknown(constraint.ty.clone())).is_ok_and(|value| !value.is_known()));
}
