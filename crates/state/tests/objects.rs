//! Values and their stored form.

use rinfra_state::{DecodeError, Object, State};
use rinfra_value::{Marks, Path, Type, Value};
use serde_json::json;

fn decoded(attributes: serde_json::Value, ty: &Type) -> Result<Value, String> {
    Object::new(0, attributes).decode(ty).map_err(|error| error.to_string())
}

#[test]
fn decoding_follows_the_schema_at_any_depth() {
    let rule = Type::object([("port", Type::Number), ("note", Type::String)]);
    let ty = Type::object([
        ("id", Type::String),
        ("rules", Type::set(rule.clone())),
        ("nested", Type::list(Type::map(rule.clone()))),
        ("missing", Type::list(Type::String)),
    ]);
    let stored = json!({
        "id": "a",
        "gone": {"x": 1},
        "rules": [{"port": 1, "gone": true}],
        "nested": [{"k": {"note": "n"}}],
    });
    let one = Value::object([("port", Value::number(1)), ("note", Value::null(Type::String))]);
    let other = Value::object([("port", Value::null(Type::Number)), ("note", Value::string("n"))]);
    let expected = Value::object([
        ("id", Value::string("a")),
        ("rules", Value::set(rule.clone(), [one])),
        ("nested", Value::list(Type::map(rule.clone()), vec![Value::map(rule, [("k".into(), other)])])),
        ("missing", Value::null(Type::list(Type::String))),
    ]);
    assert_eq!(decoded(stored, &ty), Ok(expected));
}

#[test]
fn decoding_says_which_attribute_does_not_fit() {
    let ty = Type::object([("a", Type::list(Type::object([("n", Type::Number)])))]);
    let check = |stored: serde_json::Value, expected: &str| {
        assert_eq!(decoded(stored, &ty).unwrap_err(), expected);
    };
    check(json!({"a": [{"n": 1}, {"n": [2]}]}), "the stored attribute \"a[1].n\" does not fit the schema");
    check(json!({"a": {"n": 1}}), "the stored attribute \"a\" does not fit the schema");
}

#[test]
fn objects_without_attributes_are_null_unless_they_are_flat() {
    let ty = Type::object([("a", Type::String)]);
    assert_eq!(decoded(serde_json::Value::Null, &ty), Ok(Value::null(ty.clone())));
    let mut flat = Object::new(0, serde_json::Value::Null);
    flat.unknown_fields.insert("attributes_flat".to_owned(), json!({"a.#": "1"}));
    assert_eq!(flat.decode(&ty), Err(DecodeError::Flat));
}

#[test]
fn sensitive_parts_keep_their_marks() {
    let ty = Type::object([("z", Type::String), ("a", Type::list(Type::String)), ("open", Type::Dynamic)]);
    let secret = |text: &str| Value::string(text).with_marks(Marks::SENSITIVE);
    let value = Value::object([
        ("z", secret("1")),
        ("a", Value::list(Type::String, vec![Value::string("x"), secret("2")])),
        ("open", Value::object([("k", secret("3"))])),
    ]);
    let object = Object::from_value(&value, &ty, 2, Vec::new()).unwrap();
    let paths: Vec<String> = object.sensitive_paths.iter().map(ToString::to_string).collect();
    assert_eq!(paths, [".a[1]", ".open.k", ".z"]);
    let open = json!({"value": {"k": "3"}, "type": ["object", {"k": "string"}]});
    assert_eq!(object.attributes.to_json(), json!({"z": "1", "a": ["x", "2"], "open": open}));
    assert_eq!(object.decode(&ty), Ok(value));
}

#[test]
fn a_path_to_what_the_schema_lost_is_no_problem() {
    let mut object = Object::new(0, json!({"a": [], "b": "x"}));
    object.sensitive_paths = vec![
        Path::root().attribute("gone").attribute("x"),
        Path::root().attribute("a").position(7),
        Path::root().attribute("b"),
    ];
    let ty = Type::object([("a", Type::list(Type::String)), ("b", Type::String)]);
    let value = object.decode(&ty).unwrap();
    assert_eq!(value.attribute("b").unwrap().marks(), Marks::SENSITIVE);
    assert_eq!(value.attribute("a").unwrap().marks_deep(), Marks::NONE);
}

#[test]
fn only_what_may_be_stored_is_stored() {
    let ty = Type::object([("a", Type::list(Type::String))]);
    let with = |element: Value| Value::object([("a", Value::list(Type::String, vec![element]))]);
    let check = |value: &Value, expected: &str| {
        let error = Object::from_value(value, &ty, 0, Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(&with(Value::unknown(Type::String)), "\"a[0]\" is not known");
    check(
        &with(Value::string("x").with_marks(Marks::EPHEMERAL)),
        "\"a[0]\" is ephemeral and must not be stored",
    );
    let partial =
        Object::from_partial_value(&with(Value::unknown(Type::String)), &ty, 0, Vec::new()).unwrap();
    assert_eq!(partial.attributes.to_json(), json!({"a": [null]}));
}

#[test]
fn dependencies_are_sorted_as_texts_and_distinct() {
    let dependencies = ["module.b.a_b.c", "a_b.c", "data.a_b.c", "a_b.c"].map(|it| it.parse().unwrap());
    let object =
        Object::from_value(&Value::empty_object(), &Type::object::<&str>([]), 0, dependencies.into());
    let texts: Vec<String> = object.unwrap().dependencies.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["a_b.c", "data.a_b.c", "module.b.a_b.c"]);
}

#[test]
fn an_output_without_json_is_an_error() {
    let mut state = State::new("x");
    let value = Value::unknown(Type::String);
    state.set_output("o", rinfra_state::Output { value, sensitive: false });
    let error = state.to_json_bytes().unwrap_err();
    assert_eq!(error.to_string(), "the state cannot be written as JSON: value is not known");
}
