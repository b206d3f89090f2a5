//! Keys that KMS makes and gives again.

use std::collections::BTreeMap;

use aws_sdk_kms::Client;
use rinfra_aws_kit::Access;
use rinfra_aws_kms::DataKeys;
use rinfra_seal::{KeySource as _, Recipe, SealError};
use rinfra_testkit::Account;
use rinfra_value::Value;

const REGION: &str = "eu-central-1";

fn arguments(account: &Account) -> Value {
    Value::object([
        ("region", Value::string(REGION)),
        ("access_key", Value::string(account.id())),
        ("secret_key", Value::string("test")),
        ("skip_credentials_validation", Value::from(true)),
        ("endpoints", Value::tuple(vec![Value::object([("kms", Value::string(account.endpoint()))])])),
    ])
}

/// Makes a key with the alias `alias/rinfra`, and returns its ARN.
async fn key(account: &Account) -> String {
    let access = Access::open(&arguments(account)).await.expect("a good configuration");
    let client = Client::new(&access.config(&["kms"]));
    let made = client.create_key().send().await.expect("a key").key_metadata.expect("a key");
    let alias = client.create_alias().alias_name("alias/rinfra").target_key_id(&made.key_id);
    alias.send().await.expect("an alias");
    made.arn.expect("an ARN")
}

fn context(text: &str) -> BTreeMap<String, String> {
    [("purpose".to_owned(), text.to_owned())].into()
}

#[tokio::test]
async fn keys_are_made_and_given_again() {
    let account = rinfra_testkit::moto().account();
    let arn = key(&account).await;
    for id in [arn.as_str(), "alias/rinfra"] {
        for (spec, length) in [("AES_256", 32), ("AES_128", 16)] {
            let keys = DataKeys::new(id, spec, context("state"), &arguments(&account));
            let (made, recipe) = keys.make().await.expect("a key");
            assert_eq!(made.bytes().len(), length);
            assert_eq!(keys.again(&recipe).await.expect("the key"), made);
            let (other, _) = keys.make().await.expect("a key");
            assert_ne!(other, made);
            let Recipe::AwsKms { ciphertext_blob, encryption_context } = recipe else { panic!("of KMS") };
            assert_eq!(encryption_context, context("state"));
            // What is bound to something else is not given.
            let elsewhere = Recipe::AwsKms { ciphertext_blob, encryption_context: context("plan") };
            let refused = keys.again(&elsewhere).await.expect_err("another context").to_string();
            assert!(refused.starts_with("AWS KMS does not give the key again with the key"), "{refused}");
        }
    }
}

#[tokio::test]
async fn what_fails_says_which_key() {
    let account = rinfra_testkit::moto().account();
    let keys = DataKeys::new("alias/none", "AES_256", BTreeMap::new(), &arguments(&account));
    let refused = keys.make().await.expect_err("no such key").to_string();
    assert!(refused.starts_with("AWS KMS makes no key with the key \"alias/none\": "), "{refused}");
    let pbkdf2 = Recipe::Pbkdf2 {
        salt: String::new(),
        iterations: 1,
        hash_function: "sha512".to_owned(),
        key_length: 32,
    };
    assert!(matches!(keys.again(&pbkdf2).await, Err(SealError::Recipe(_))));
    assert_eq!(format!("{keys:?}"), "DataKeys { key_id: \"alias/none\", .. }");
}

#[tokio::test]
async fn an_arn_says_the_region() {
    let account = rinfra_testkit::moto().account();
    let arn = key(&account).await;
    let without = arguments(&account).entries().expect("an object").to_map();
    let without = Value::object(without.into_iter().filter(|(name, _)| &**name != "region"));
    assert!(DataKeys::new(arn, "AES_256", BTreeMap::new(), &without).make().await.is_ok());
}
