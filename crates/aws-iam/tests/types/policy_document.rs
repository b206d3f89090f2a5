use rinfra_testkit::world::{World, text};
use serde_json::{Value as Json, json};

use crate::provider;

const KIND: &str = "aws_iam_policy_document";

/// Configurations, and what Terraform's AWS provider 5.100 makes of them.
const DOCUMENTS: &str = include_str!("policy_documents.json");

#[tokio::test]
async fn documents_are_written_as_terraform_writes_them() {
    let world = World::new(provider()).await;
    let cases: Vec<Json> = serde_json::from_str(DOCUMENTS).expect("the cases");
    assert!(cases.len() > 20);
    for case in cases {
        let document = world.data(KIND, &case["config"]).await;
        let lines: Vec<_> = case["json"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        assert_eq!(text(&document, "json"), lines.join("\n"), "{}", case["name"]);
        for name in ["id", "minified_json"] {
            assert_eq!(text(&document, name), case[name].as_str().unwrap(), "{} of {}", name, case["name"]);
        }
    }
    assert_eq!(world.calls("iam"), 0, "nobody is asked");
}

#[tokio::test]
async fn what_is_no_document_is_an_error() {
    let world = World::new(provider()).await;
    let statement = |sid: &str| json!({ "sid": sid, "actions": ["a:b"] });
    let source = r#"{"Statement":[{"Sid":"a"}]}"#;
    let cases = [
        (json!({ "statement": [statement("a"), statement("a")] }), "duplicate Sid \"a\" in statement"),
        (
            json!({ "source_policy_documents": [source, source] }),
            "duplicate Sid \"a\" in source_policy_documents",
        ),
        (json!({ "source_policy_documents": ["", "["] }), "source_policy_documents[1]: invalid JSON"),
        (json!({ "override_policy_documents": ["[]"] }), "a policy document must be an object"),
        (json!({ "source_policy_documents": [r#"{"Statement":{}}"#] }), "Statement must be a list"),
        (json!({ "source_policy_documents": [r#"{"Id":1}"#] }), "Id must be a text"),
        (json!({ "source_json": source }), "use source_policy_documents"),
        (json!({ "override_json": source }), "use override_policy_documents"),
        (
            json!({ "version": "2008-10-17", "statement": [{ "resources": ["&{aws:username}"] }] }),
            "documents of version 2008-10-17 know no variables",
        ),
    ];
    for (config, expected) in cases {
        let error = world.try_data(KIND, &config).await.expect_err(expected);
        let said = format!("{} ({})", error.message, error.hint.unwrap_or_default());
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn no_condition_of_a_source_gets_lost() {
    let world = World::new(provider()).await;
    let source = r#"{"Statement":[{"Condition":{"NumericLessThan":{"a":5},"Bool":{"b":[true,"x"]}}}]}"#;
    let document = world.data(KIND, &json!({ "source_policy_documents": [source] })).await;
    let expected = r#"{"Version":"2012-10-17","Statement":[{"Condition":{"Bool":{"b":["true","x"]},"NumericLessThan":{"a":"5"}}}]}"#;
    assert_eq!(text(&document, "minified_json"), expected);
}
