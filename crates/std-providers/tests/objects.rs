//! Every resource type of this crate through its connection: what is planned, made, kept, replaced and imported.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use rinfra_provider::{Connection, Operation, PlanRequest, Provider, Turn, Wanted};
use rinfra_schema::planning;
use rinfra_value::{Type, Value, json};

/// A type of one of the providers, with a connection.
struct Subject {
    provider: Arc<dyn Provider>,
    connection: Arc<dyn Connection>,
    kind: &'static str,
}

impl Subject {
    async fn of(kind: &'static str) -> Self {
        let providers = rinfra_std_providers::providers();
        let provider = providers.into_iter().find(|it| it.resource_type(kind).is_some()).unwrap();
        let connection = provider.configure(&Value::empty_object()).await.unwrap();
        Self { provider, connection, kind }
    }

    fn config(&self, arguments: &serde_json::Value) -> Value {
        let block = &self.provider.resource_type(self.kind).unwrap().schema().block;
        let mut entries = block.empty_value().entries().unwrap().to_map();
        for (name, value) in arguments.as_object().unwrap() {
            let ty = block.implied_type().attribute_type(name).unwrap().clone();
            entries.insert(name.as_str().into(), json::decode(value, &ty).unwrap());
        }
        Value::object(entries)
    }

    fn plan(&self, prior: Option<&Value>, config: &Value) -> Result<(Value, bool), String> {
        let block = &self.provider.resource_type(self.kind).unwrap().schema().block;
        let proposed = planning::propose(block, prior, config);
        let request = PlanRequest { kind: self.kind, prior, config, proposed };
        let planned = self.connection.plan(request).map_err(|it| it.to_string())?;
        let replace = !planned.replace.is_empty()
            || prior.is_some_and(|it| !planning::difference(block, it, &planned.value).replace.is_empty());
        Ok((planned.value, replace))
    }

    async fn make(&self, arguments: serde_json::Value) -> Value {
        let (planned, _) = self.plan(None, &self.config(&arguments)).unwrap();
        let operation = Operation {
            kind: self.kind.into(),
            region: None,
            address: format!("{}.x", self.kind),
            token: "token".to_owned(),
            turn: Turn::default(),
        };
        let identity = self.connection.create(&operation, &planned).await.unwrap();
        let made = self.connection.settle(&operation, &identity, &planned).await.unwrap();
        assert!(made.is_wholly_known(), "{made:?}");
        let schema = self.provider.resource_type(self.kind).unwrap().schema();
        assert_eq!(made.ty(), &schema.block.implied_type(), "an object is of its schema's type");
        made
    }

    async fn import(&self, id: &str) -> Result<Value, String> {
        let wanted = vec![Wanted { identity: id.to_owned(), prior: None }];
        let read = self.connection.read(self.kind, None, wanted).await.map_err(|it| it.to_string())?;
        Ok(read.into_iter().flatten().next().unwrap())
    }
}

fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object.attribute(name).and_then(Value::as_str).unwrap_or_else(|| panic!("{name} of {object:?}"))
}

/// Makes an object with these arguments, and asserts that the same arguments plan nothing, the changed ones a
/// replacement, and that a second object differs.
async fn check_drawn(
    kind: &'static str,
    arguments: serde_json::Value,
    changed: serde_json::Value,
    drawn: &str,
) {
    let subject = Subject::of(kind).await;
    let made = subject.make(arguments.clone()).await;
    let (planned, replace) = subject.plan(Some(&made), &subject.config(&arguments)).unwrap();
    assert_eq!((planned, replace), (made.clone(), false), "{kind}: what is drawn stays");
    let (_, replace) = subject.plan(Some(&made), &subject.config(&changed)).unwrap();
    assert!(replace, "{kind}: other arguments draw anew");
    let again = subject.make(arguments).await;
    assert_ne!(made.attribute(drawn), again.attribute(drawn), "{kind}: a second draw is another");
}

#[tokio::test]
async fn what_is_drawn_stays_until_its_arguments_change() {
    use serde_json::json;
    check_drawn("random_id", json!({"byte_length": 8}), json!({"byte_length": 9}), "id").await;
    check_drawn(
        "random_id",
        json!({"byte_length": 8}),
        json!({"byte_length": 8, "keepers": {"a": "b"}}),
        "hex",
    )
    .await;
    check_drawn("random_string", json!({"length": 20}), json!({"length": 20, "upper": false}), "result")
        .await;
    check_drawn("random_password", json!({"length": 20}), json!({"length": 20, "numeric": false}), "result")
        .await;
    check_drawn("random_pet", json!({"length": 4}), json!({"length": 4, "separator": "_"}), "id").await;
    check_drawn("random_uuid", json!({}), json!({"keepers": {"a": "b"}}), "result").await;
    let wide = json!({"min": -9_000_000_000_i64, "max": 9_000_000_000_i64});
    check_drawn("random_integer", wide, json!({"min": 0, "max": 1}), "result").await;
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    check_drawn("random_shuffle", json!({"input": letters}), json!({"input": ["a"]}), "result").await;
    check_drawn("random_bytes", json!({"length": 16}), json!({"length": 17}), "base64").await;
    check_drawn("null_resource", json!({"triggers": {"a": "b"}}), json!({"triggers": {"a": "c"}}), "id")
        .await;
    check_drawn(
        "terraform_data",
        json!({}),
        json!({"triggers_replace": {"value": "x", "type": "string"}}),
        "id",
    )
    .await;
}

#[tokio::test]
async fn keepers_that_are_null_keep_nothing() {
    let subject = Subject::of("random_uuid").await;
    let made = subject.make(serde_json::json!({})).await;
    let config = subject.config(&serde_json::json!({"keepers": {"a": null}}));
    assert!(!subject.plan(Some(&made), &config).unwrap().1);
}

#[tokio::test]
async fn a_seed_draws_the_same_again() {
    let arguments =
        serde_json::json!({"input": ["a", "b", "c", "d", "e", "f"], "result_count": 9, "seed": "s"});
    let subject = Subject::of("random_shuffle").await;
    let first = subject.make(arguments.clone()).await;
    assert_eq!(first, subject.make(arguments).await);
    let drawn = first.attribute("result").unwrap().elements().unwrap();
    assert_eq!(drawn.len(), 9, "a result longer than the input goes round");
    let mut round: Vec<_> = drawn[..6].iter().filter_map(Value::as_str).collect();
    round.sort_unstable();
    assert_eq!(round, ["a", "b", "c", "d", "e", "f"], "a round has every element");
}

#[tokio::test]
async fn names_are_spelled_as_asked() {
    let subject = Subject::of("random_pet").await;
    let made = subject.make(serde_json::json!({"length": 3, "prefix": "web", "separator": "."})).await;
    let words: Vec<_> = text(&made, "id").split('.').collect();
    assert_eq!((words.len(), words[0]), (4, "web"), "{words:?}");
    assert!(words.iter().all(|it| !it.is_empty()), "{words:?}");
}

#[tokio::test]
async fn a_password_matches_its_hash_and_hides() {
    let subject = Subject::of("random_password").await;
    let made = subject.make(serde_json::json!({"length": 16})).await;
    assert!(bcrypt::verify(text(&made, "result"), text(&made, "bcrypt_hash")).unwrap());
    let resource_type = subject.provider.resource_type("random_password").unwrap();
    assert_eq!(resource_type.identity(&made).as_deref(), Some("none"), "what names it is no secret");
    for secret in ["result", "bcrypt_hash"] {
        assert!(resource_type.schema().block.attributes[secret].sensitive, "{secret}");
    }
}

#[tokio::test]
async fn an_import_tells_what_the_id_says() {
    async fn check(kind: &'static str, id: &str, expected: &[(&str, &str)]) {
        let subject = Subject::of(kind).await;
        let object = subject.import(id).await.unwrap();
        for (name, value) in expected {
            let found = object.attribute(name).unwrap();
            let shown = rinfra_value::convert::convert(found, &Type::String).unwrap();
            assert_eq!(shown.as_str(), Some(*value), "{kind} {name}");
        }
        let ty = subject.provider.resource_type(kind).unwrap().schema().block.implied_type();
        assert_eq!(object.ty(), &ty, "{kind}");
    }
    check("random_id", "p-9hUg", &[("byte_length", "4"), ("hex", "a7ef6152")]).await;
    check("random_string", "abc", &[("id", "abc"), ("length", "3"), ("upper", "true")]).await;
    check("random_password", "abc", &[("id", "none"), ("result", "abc")]).await;
    check(
        "random_uuid",
        "AABBCCDD-eeff-4011-8233-445566778899",
        &[("id", "aabbccdd-eeff-4011-8233-445566778899")],
    )
    .await;
    check(
        "random_integer",
        "15,1,50,seed",
        &[("result", "15"), ("min", "1"), ("max", "50"), ("seed", "seed")],
    )
    .await;
    check("random_bytes", "AAEC", &[("length", "3"), ("hex", "000102")]).await;
    check("terraform_data", "some-id", &[("id", "some-id")]).await;

    async fn check_refused(kind: &'static str, id: &str, expected: &str) {
        let error = Subject::of(kind).await.import(id).await.unwrap_err();
        assert!(error.contains(expected), "{kind}: {error}");
    }
    check_refused("random_uuid", "nonsense", "is no UUID").await;
    check_refused("random_integer", "1,2", "RESULT,MIN,MAX").await;
    check_refused("random_bytes", "?", "standard base64").await;
    check_refused("random_pet", "x", "does not support import").await;
    check_refused("random_shuffle", "x", "does not support import").await;
    check_refused("null_resource", "x", "does not support import").await;
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused_by_the_plan() {
    async fn check(kind: &'static str, arguments: serde_json::Value, expected: &str) {
        let subject = Subject::of(kind).await;
        let error = subject.plan(None, &subject.config(&arguments)).unwrap_err();
        assert!(error.contains(expected), "{kind}: {error}");
    }
    use serde_json::json;
    check("random_id", json!({"byte_length": 0}), "byte_length must be at least 1").await;
    check("random_bytes", json!({"length": -1}), "length must be at least 1").await;
    check("random_integer", json!({"min": 3, "max": 2}), "min is 3").await;
    check("random_string", json!({"length": 2, "min_upper": 3}), "at least 3").await;
    check("random_password", json!({"length": 2, "number": true, "numeric": false}), "different values")
        .await;
}

#[tokio::test]
async fn an_ephemeral_password_is_another_each_time() {
    let subject = Subject::of("random_password").await;
    let block = &subject.provider.ephemeral_type("random_password").unwrap().schema().block;
    let mut config = block.empty_value().entries().unwrap().to_map();
    config.insert("length".into(), Value::number(20));
    config.insert("special".into(), Value::bool(false));
    let config = Value::object(config);
    let mut results = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let value = subject.connection.open("random_password", &config).await.unwrap().value;
        assert_eq!(value.ty(), &block.implied_type());
        let result = text(&value, "result").to_owned();
        assert!(result.len() == 20 && result.chars().all(|it| it.is_ascii_alphanumeric()), "{result}");
        assert!(bcrypt::verify(&result, text(&value, "bcrypt_hash")).unwrap());
        results.insert(result);
    }
    assert_eq!(results.len(), 3);
}

#[tokio::test]
async fn what_early_versions_stored_is_no_reason_to_draw_anew() {
    use serde_json::json;
    async fn check(kind: &'static str, stored: serde_json::Value, arguments: serde_json::Value) -> Value {
        let subject = Subject::of(kind).await;
        let object_type = subject.provider.resource_type(kind).unwrap();
        let upgraded = object_type.upgrade(subject.config(&stored), 0).unwrap();
        assert_eq!(upgraded.ty(), &object_type.schema().block.implied_type());
        let (planned, replace) = subject.plan(Some(&upgraded), &subject.config(&arguments)).unwrap();
        assert_eq!((&planned, replace), (&upgraded, false), "{kind}");
        upgraded
    }
    let none = json!({"min_lower": 0, "min_upper": 0, "min_numeric": 0, "min_special": 0});
    let mut stored = json!({"id": "none", "result": "abcd", "length": 4, "lower": true, "upper": true,
        "special": false, "number": false});
    stored.as_object_mut().unwrap().extend(none.as_object().unwrap().clone());
    let arguments = json!({"length": 4, "special": false, "numeric": false});
    let password = check("random_password", stored.clone(), arguments.clone()).await;
    assert!(bcrypt::verify("abcd", text(&password, "bcrypt_hash")).unwrap());
    stored["bcrypt_hash"] = "$2a$10$1111111111111111111111111111111111111111111111111111".into();
    let password = check("random_password", stored.clone(), arguments.clone()).await;
    assert!(bcrypt::verify("abcd", text(&password, "bcrypt_hash")).unwrap(), "a wrong hash is made anew");
    let again = check(
        "random_password",
        json!({"id": "none", "result": "abcd",
        "bcrypt_hash": text(&password, "bcrypt_hash")}),
        json!({"length": 4}),
    )
    .await;
    assert_eq!(text(&again, "bcrypt_hash"), text(&password, "bcrypt_hash"), "a right one stays");
    stored.as_object_mut().unwrap().remove("bcrypt_hash");
    stored["id"] = "abcd".into();
    check("random_string", stored, arguments).await;
    check("random_string", json!({"id": "abcd", "result": "abcd"}), json!({"length": 4})).await;
}
