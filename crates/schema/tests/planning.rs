//! Proposals, differences, ignored changes and reads, as tables of configurations and objects.

mod support;

use rinfra_schema::planning::{
    Ignore, difference, ignore_changes, mark_sensitive, merge_read, propose, sensitive_paths,
    with_write_only, without_unknowns,
};
use rinfra_value::{Marks, Path, Value};
use serde_json::{Value as Json, json};
use support::{UNKNOWN, everything, object};

fn texts(paths: &[Path]) -> Vec<String> {
    paths.iter().map(ToString::to_string).collect()
}

/// Checks that `config` over `prior` (null: create) becomes `expected`.
fn check(prior: &Json, config: &Json, expected: &Json) {
    let block = everything();
    let prior = (!prior.is_null()).then(|| object(&block, prior));
    let planned = propose(&block, prior.as_ref(), &object(&block, config));
    let expected = object(&block, expected);
    for name in block.attributes.keys().chain(block.blocks.keys()) {
        assert_eq!(planned.attribute(name), expected.attribute(name), "{name} for {config}");
    }
    assert_eq!(planned.ty(), &block.implied_type());
}

#[test]
fn creating_leaves_to_the_cloud_what_is_computed() {
    let computed = json!({
        "id": UNKNOWN, "policy": UNKNOWN, "subnets": UNKNOWN, "interfaces": UNKNOWN, "addresses": UNKNOWN,
        "ingress": UNKNOWN, "root": UNKNOWN, "kind": "Gateway", "force": false, "name": "a",
    });
    let with = |more: Json| {
        let mut all = computed.clone();
        all.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        all
    };
    check(&json!(null), &json!({"name": "a"}), &computed);
    check(&json!(null), &json!({"name": "a", "note": ""}), &with(json!({"note": ""})));
    check(&json!(null), &json!({"name": UNKNOWN, "kind": "X"}), &with(json!({"name": UNKNOWN, "kind": "X"})));
    check(&json!(null), &json!({"name": "a", "password_wo": "p"}), &computed);
    check(
        &json!(null),
        &json!({"name": "a", "disk": [{"size": 1}], "rule": [{"port": 1}], "root": [{"size": 2}]}),
        &with(json!({
            "disk": [{"size": 1, "kind": UNKNOWN, "volume_id": UNKNOWN}],
            "rule": [{"port": 1, "action": "allow", "rule_id": UNKNOWN}],
            "root": [{"size": 2, "kind": UNKNOWN, "volume_id": UNKNOWN}],
        })),
    );
    check(&json!(null), &json!({"name": "a", "disk": UNKNOWN}), &with(json!({"disk": UNKNOWN})));
    check(
        &json!(null),
        &json!({"name": "a", "ingress": [{"port": 1}]}),
        &with(json!({"ingress": [{"port": 1, "action": "allow", "rule_id": UNKNOWN}]})),
    );
}

/// A stored object with everything the cloud fills in.
fn stored(more: &Json) -> Json {
    let mut all = json!({
        "id": "i-1", "name": "a", "kind": "Gateway", "policy": "x  y", "subnets": ["s1"], "interfaces": ["e1"],
        "addresses": "10", "force": false,
        "root": [{"size": 8, "kind": "gp3", "volume_id": "v0"}],
    });
    all.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    all
}

#[test]
fn what_was_just_made_is_what_is_wanted() {
    let block = everything();
    for config in [
        json!({"name": "a"}),
        json!({"name": "a", "note": "", "flag": false, "count": 0, "tags": {}, "names": []}),
        json!({"name": "a", "policy": "x  y", "subnets": ["s"], "password_wo": "p", "force": true}),
        json!({"name": "a", "rule": [{"port": 1}, {"port": 1, "note": "n"}, {"port": 1, "text": ""}]}),
        json!({"name": "a", "disk": [{}, {"size": 0}], "fixed": [{"kind": "k"}], "root": [{"size": 1}]}),
        json!({"name": "a", "ingress": [{"port": 1}, {"port": 2, "text": "a  b"}], "timeouts": {"create": "1m"}}),
    ] {
        let config = object(&block, &config);
        let made = without_unknowns(&block, &propose(&block, None, &config));
        let again = propose(&block, Some(&made), &config);
        assert_eq!(texts(&difference(&block, &made, &again).changed), [""; 0]);
        assert_eq!(merge_read(&block, Some(&made), &made), made);
    }
}

#[test]
fn what_is_there_already_stays() {
    let unchanged = |prior: Json, config: Json| check(&stored(&prior), &config, &stored(&prior));
    unchanged(json!({}), json!({"name": "a"}));
    // A zero in the object and nothing in the configuration are the same, and the object's text stays.
    unchanged(json!({"note": "", "flag": false, "count": 0, "names": [], "tags": {}}), json!({"name": "a"}));
    unchanged(json!({}), json!({"name": "a", "note": "", "names": [], "tags": {}}));
    unchanged(json!({}), json!({"name": "a", "kind": "Gateway", "policy": "x y", "subnets": ["s1"]}));
    unchanged(json!({"policies": ["a  b", "c"]}), json!({"name": "a", "policies": ["c", "a b"]}));
    unchanged(
        json!({"disk": [{"size": 1, "kind": "gp3", "volume_id": "v1"}]}),
        json!({"name": "a", "disk": [{"size": 1}]}),
    );
    // In a set the partner is the element that would not change, whatever the order and the computed parts.
    unchanged(
        json!({"rule": [
            {"port": 2, "note": "", "action": "allow", "text": "a  b", "rule_id": "r2"},
            {"port": 1, "note": "", "action": "deny", "rule_id": "r1"},
        ]}),
        json!({"name": "a", "rule": [{"port": 1, "action": "deny"}, {"port": 2, "text": "a b"}]}),
    );
    unchanged(
        json!({"ingress": [{"port": 1, "note": "", "action": "allow", "rule_id": "r"}]}),
        json!({"name": "a", "ingress": [{"port": 1}]}),
    );
    unchanged(json!({"password_wo": null}), json!({"name": "a", "password_wo": "p"}));
}

#[test]
fn what_the_configuration_asks_for_comes() {
    let check =
        |prior: Json, config: Json, expected: Json| check(&stored(&prior), &config, &stored(&expected));
    check(json!({"note": "old"}), json!({"name": "a"}), json!({}));
    check(json!({"note": "old"}), json!({"name": "a", "note": UNKNOWN}), json!({"note": UNKNOWN}));
    check(json!({"kind": "X"}), json!({"name": "a"}), json!({}));
    check(json!({"flag": true}), json!({"name": "a", "flag": false}), json!({"flag": false}));
    check(json!({}), json!({"name": "a", "flag": false, "count": 0}), json!({"flag": false, "count": 0}));
    check(json!({"tags": {"a": "b"}}), json!({"name": "a"}), json!({}));
    check(json!({"tags": {"a": "b"}}), json!({"name": "a", "tags": {}}), json!({"tags": {}}));
    check(json!({}), json!({"name": "a", "policy": "z"}), json!({"policy": "z"}));
    check(
        json!({"policies": ["a  b", "c"]}),
        json!({"name": "a", "policies": ["d", "a b"]}),
        json!({"policies": ["d", "a  b"]}),
    );
    check(
        json!({"rule": [{"port": 1, "action": "allow", "rule_id": "r1"}, {"port": 2, "action": "allow", "rule_id": "r2"}]}),
        json!({"name": "a", "rule": [{"port": 2}, {"port": 3}]}),
        json!({"rule": [{"port": 2, "action": "allow", "rule_id": "r2"}, {"port": 3, "action": "allow", "rule_id": UNKNOWN}]}),
    );
    check(
        json!({}),
        json!({"name": "a", "root": [{"size": 9}]}),
        json!({"root": [{"size": 9, "kind": "gp3", "volume_id": "v0"}]}),
    );
}

#[test]
fn what_follows_from_a_change_is_unknown() {
    let check = |config: Json, expected: Json| check(&stored(&json!({})), &config, &stored(&expected));
    // The second follows from the first.
    let changed = |subnets: Json| json!({"subnets": subnets, "interfaces": UNKNOWN, "addresses": UNKNOWN});
    check(json!({"name": "a", "subnets": ["s2"]}), changed(json!(["s2"])));
    check(json!({"name": "a", "subnets": UNKNOWN}), changed(json!(UNKNOWN)));
    check(
        json!({"name": "a", "disk": [{"size": 1, "kind": "k"}]}),
        json!({"disk": [{"size": 1, "kind": "k", "volume_id": UNKNOWN}], "interfaces": UNKNOWN, "addresses": UNKNOWN}),
    );
}

#[test]
fn an_object_of_an_older_version_lacks_what_it_lacks() {
    let block = everything();
    let prior = Value::object([("name", Value::string("a")), ("id", Value::string("i"))]);
    let planned = propose(&block, Some(&prior), &object(&block, &json!({"name": "a", "note": "n"})));
    assert_eq!(planned.attribute("id"), Some(&Value::string("i")));
    assert_eq!(planned.ty(), &block.implied_type());
    assert_eq!(texts(&difference(&block, &prior, &planned).changed), [".force", ".kind", ".note"]);
}

#[test]
fn the_marks_of_the_configuration_travel() {
    let block = everything();
    let secret = |text: &str| Value::string(text).with_marks(Marks::SENSITIVE);
    let mark = |config: Value| {
        config.transform(&mut |path, value| match path.to_string().as_str() {
            ".note" => secret("n"),
            ".password_wo" => Value::string("p").with_marks(Marks::EPHEMERAL),
            _ => value,
        })
    };
    let config = mark(object(&block, &json!({"name": "a"})));
    let prior = object(&block, &stored(&json!({"note": "n"})));
    for prior in [None, Some(&prior)] {
        let planned = propose(&block, prior, &config);
        assert_eq!(planned.attribute("note"), Some(&secret("n")));
        assert_eq!(planned.marks_deep(), Marks::SENSITIVE);
    }
}

#[test]
fn a_difference_names_what_changes_and_what_needs_a_new_object() {
    let check = |prior: Json, planned: Json, changed: &[&str], replace: &[&str]| {
        let block = everything();
        let found = difference(&block, &object(&block, &prior), &object(&block, &planned));
        assert_eq!(texts(&found.changed), changed, "{planned}");
        assert_eq!(texts(&found.replace), replace, "{planned}");
        assert_eq!(found.is_empty(), changed.is_empty());
    };
    check(json!({"name": "a"}), json!({"name": "a"}), &[], &[]);
    check(json!({"name": "a"}), json!({"name": "b", "note": "n"}), &[".name", ".note"], &[".name"]);
    check(json!({"name": "a"}), json!({"name": UNKNOWN}), &[".name"], &[".name"]);
    check(json!({"tags": {"a": "b"}}), json!({"tags": {"a": "c"}}), &[".tags"], &[]);
    check(json!({"disk": null}), json!({"disk": []}), &[], &[]);
    check(
        json!({"disk": [{"size": 1, "kind": "a"}]}),
        json!({"disk": [{"size": 2, "kind": "b"}]}),
        &[".disk[0].kind", ".disk[0].size"],
        &[".disk[0].kind"],
    );
    check(json!({"disk": [{"size": 1}]}), json!({}), &[".disk[0]"], &[]);
    check(json!({}), json!({"disk": [{"kind": "k"}]}), &[".disk[0]"], &[".disk[0].kind"]);
    check(json!({}), json!({"disk": UNKNOWN}), &[".disk"], &[]);
    check(json!({}), json!({"fixed": UNKNOWN}), &[".fixed"], &[".fixed"]);
    check(json!({"fixed": [{"size": 1}]}), json!({"fixed": [{"size": 2}]}), &[".fixed[0].size"], &[".fixed"]);
    check(json!({"rule": [{"port": 1}]}), json!({"rule": [{"port": 2}]}), &[".rule"], &[]);
    check(json!({}), json!({"timeouts": {"create": "1m"}}), &[".timeouts"], &[]);
}

#[test]
fn ignored_changes_are_taken_from_the_object() {
    let check = |path: Path, prior: Json, config: Json, expected: Json| {
        let block = everything();
        let [prior, config, expected] = [prior, config, expected].map(|it| object(&block, &it));
        assert_eq!(
            ignore_changes(&block, &prior, &config, Ignore::Paths(std::slice::from_ref(&path))),
            expected,
            "{path}"
        );
    };
    let root = Path::root;
    check(root().attribute("note"), json!({"note": "old"}), json!({"note": "new"}), json!({"note": "old"}));
    check(root().attribute("note"), json!({"note": "old"}), json!({}), json!({"note": "old"}));
    let key = || root().attribute("tags").index("x");
    check(
        key(),
        json!({"tags": {"x": "1", "y": "1"}}),
        json!({"tags": {"x": "2", "y": "2"}}),
        json!({"tags": {"x": "1", "y": "2"}}),
    );
    check(key(), json!({"tags": {"y": "1"}}), json!({"tags": {"x": "2"}}), json!({"tags": {}}));
    check(key(), json!({"tags": {"x": "1"}}), json!({}), json!({"tags": {"x": "1"}}));
    check(
        key(),
        json!({"tags": {"x": "1"}}),
        json!({"tags": {"y": "2"}}),
        json!({"tags": {"x": "1", "y": "2"}}),
    );
    check(key(), json!({}), json!({}), json!({}));
    check(key(), json!({"tags": {"x": "1"}}), json!({"tags": UNKNOWN}), json!({"tags": UNKNOWN}));
    let size = root().attribute("disk").position(0).attribute("size");
    check(
        size.clone(),
        json!({"disk": [{"size": 1}]}),
        json!({"disk": [{"size": 2, "kind": "k"}]}),
        json!({"disk": [{"size": 1, "kind": "k"}]}),
    );
    check(size, json!({}), json!({"disk": [{"size": 2}]}), json!({"disk": [{"size": 2}]}));
    check(
        root().attribute("names").position(1),
        json!({"names": ["a", "b"]}),
        json!({"names": ["c", "d"]}),
        json!({"names": ["c", "b"]}),
    );
}

#[test]
fn ignoring_everything_changes_nothing() {
    let block = everything();
    let prior =
        object(&block, &stored(&json!({"note": "n", "disk": [{"size": 1, "kind": "k", "volume_id": "v"}]})));
    let config = object(&block, &json!({"name": "b", "kind": "Other"}));
    let ignored = ignore_changes(&block, &prior, &config, Ignore::All);
    assert!(ignored.attribute("id").unwrap().is_null());
    assert_eq!(propose(&block, Some(&prior), &ignored), prior);
}

#[test]
fn a_read_that_says_the_same_changes_nothing() {
    let check = |prior: Json, read: Json, expected: Json| {
        let block = everything();
        let prior = (!prior.is_null()).then(|| object(&block, &prior));
        assert_eq!(merge_read(&block, prior.as_ref(), &object(&block, &read)), object(&block, &expected));
    };
    let same = |prior: Json, read: Json| check(prior.clone(), read, prior);
    same(json!({"note": "n", "policy": "x  y"}), json!({"note": "n", "policy": "x y"}));
    same(json!({}), json!({"note": "", "flag": false, "count": 0, "names": [], "tags": {}}));
    same(json!({"note": "", "flag": false, "names": []}), json!({}));
    same(json!({"force": true, "timeouts": {"create": "1m"}}), json!({}));
    same(
        json!({"rule": [{"port": 1, "text": "a  b"}, {"port": 2}]}),
        json!({"rule": [{"port": 2, "note": ""}, {"port": 1, "text": "a b"}]}),
    );
    // What differs is taken as it was read, and what was not known yet is known now.
    check(json!({"note": "n", "flag": true}), json!({"note": "m"}), json!({"note": "m"}));
    check(json!({"id": null}), json!({"id": "i", "kind": "Gateway"}), json!({"id": "i", "kind": "Gateway"}));
    check(json!({}), json!({"subnets": [], "policy": ""}), json!({"subnets": [], "policy": ""}));
    check(json!({"disk": [{"size": 1}]}), json!({}), json!({}));
    check(json!({"tags": {"a": "b"}}), json!({}), json!({}));
    // An import knows the defaults of what the cloud does not tell.
    check(json!(null), json!({"note": "", "name": "a"}), json!({"note": "", "name": "a", "force": false}));
}

#[test]
fn an_object_not_read_yet_has_nulls_where_the_plan_had_unknowns() {
    let block = everything();
    let planned = propose(&block, None, &object(&block, &json!({"name": "a", "disk": [{"size": 1}]})));
    let expected = json!({"name": "a", "kind": "Gateway", "force": false, "disk": [{"size": 1}]});
    assert_eq!(without_unknowns(&block, &planned), object(&block, &expected));
}

#[test]
fn sensitive_attributes_are_found_and_marked() {
    let block = everything();
    let value = object(&block, &json!({"password": "p"}));
    assert_eq!(texts(&sensitive_paths(&block, &value)), [".password"]);
    let marked = mark_sensitive(&block, value);
    assert!(marked.attribute("password").unwrap().has_mark(Marks::SENSITIVE));
    assert_eq!(marked.marks(), Marks::NONE);
}

#[test]
fn write_only_arguments_are_there_only_when_asked_for() {
    let block = everything();
    let config = object(&block, &json!({"name": "a", "password_wo": "p", "note": "n"}));
    let planned = propose(&block, None, &config);
    assert!(planned.attribute("password_wo").unwrap().is_null());
    let sent = with_write_only(&block, &planned, &config);
    assert_eq!(sent.attribute("password_wo"), Some(&Value::string("p")));
    assert_eq!(sent.attribute("id"), planned.attribute("id"));
}
