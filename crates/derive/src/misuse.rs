//! What the macro says about structs it refuses.

use syn::DeriveInput;

use crate::container::Container;

fn check(text: &str, expected: &[&str]) {
    let input: DeriveInput = syn::parse_str(text).unwrap();
    let found = match Container::parse(&input) {
        Ok(_) => Vec::new(),
        Err(error) => error.into_iter().map(|it| it.to_string()).collect(),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn structs() {
    check("struct A { a: String }", &[]);
    check("enum A {}", &["only a struct can be a schema"]);
    check("struct A(String);", &["a schema needs named fields"]);
    check("struct A<T> { a: T }", &["a schema cannot be generic"]);
    check("#[resource(name = \"a\")] struct A { id: Computed<Id> }", &[]);
    check("#[resource(name = \"a\", id = \"arn\")] struct A { arn: Computed<String> }", &[]);
    check("#[data(name = \"a\")] struct A {}", &[]);
    check("#[resource(version = 1)] struct A { id: Id }", &["a resource type needs a name"]);
    check("#[resource(name = \"a\", id = \"arn\")] struct A { id: Id }", &["there is no field arn"]);
    check(
        "#[resource(name = \"a\")] struct A {}",
        &["a resource type without a field `id` needs `id = \"…\"`: the argument that identifies it"],
    );
    check(
        "#[resource(name = \"a\")] #[data(name = \"a\")] struct A { id: Id }",
        &["a struct is one resource type or data source"],
    );
    check(
        "#[resource(nam = \"a\")] struct A { id: Id }",
        &["the options are name, version, id, deprecated and timeouts"],
    );
    check(
        "#[data(name = \"a\", timeouts(make = \"1m\"))] struct A {}",
        &["the operations are create, read, update and delete"],
    );
    for wrong in ["", "10", "m", "1d", "0s"] {
        check(
            &format!("#[data(name = \"a\", timeouts(read = \"{wrong}\"))] struct A {{}}"),
            &["a duration is written like \"1h30m\" or \"45s\""],
        );
    }
}

#[test]
fn fields() {
    let check =
        |field: &str, expected: &[&str]| check(&format!("struct A {{ b: String, {field} }}"), expected);
    check("#[attr(force_new, default = -1, min = 0.5, recomputed_by(b))] a: i64", &[]);
    check("#[block(set, min = 1, max = 2, force_new, conflicts_with(b))] a: Vec<N>", &[]);
    check("#[attr(conflicts_with(c, d))] a: String", &["there is no field c", "there is no field d"]);
    check("#[attr(recomputed_by())] a: String", &["name at least one sibling"]);
    check("#[attr(max_items = 1)] a: String", &["`max_items` is not an option of an attribute"]);
    check("#[block(sensitive)] a: Vec<N>", &["`sensitive` is not an option of a block"]);
    check("#[block(list, set)] a: Vec<N>", &["blocks are nested in one way"]);
    check("#[attr] #[block] a: Vec<N>", &["a field has one `#[attr]` or one `#[block]`"]);
    check("#[attr(default = b())] a: String", &["a literal is required: a text, a number, true or false"]);
}
