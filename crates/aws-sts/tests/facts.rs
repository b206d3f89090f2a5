//! What the data sources say, through the same connection the engine uses.

use rinfra_aws_kit::{AwsProvider, Registry};
use rinfra_testkit::world::World;
use rinfra_value::json;
use serde_json::{Value as Json, json};

/// Asks a data source in a Region and returns the answer, and how many calls that took.
async fn ask(region: &str, kind: &str, config: &Json) -> (rinfra_provider::Result<Json>, u64) {
    let mut registry = Registry::new();
    rinfra_aws_sts::register(&mut registry);
    let arguments = json!({
        "region": region,
        "skip_credentials_validation": true,
        "skip_requesting_account_id": true,
    });
    let world = World::with(AwsProvider::new(registry), &arguments).await;
    let calls = || world.connection().calls().values().sum::<u64>();
    let before = calls();
    let answer = world.try_data(kind, config).await;
    let calls = calls() - before;
    (answer.map(|it| json::encode(&it).expect("a known value")), calls)
}

#[tokio::test]
async fn the_caller_is_who_sts_says() {
    let (answer, calls) = ask("eu-central-1", "aws_caller_identity", &json!({})).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer["id"], answer["account_id"]);
    assert_eq!(answer["account_id"].as_str().map(str::len), Some(12));
    assert!(answer["arn"].as_str().is_some_and(|it| it.starts_with("arn:aws:sts::")));
    assert!(answer["user_id"].is_string());
    assert_eq!(answer.get("region"), None);
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn a_partition_follows_from_the_region() {
    let cases = [
        ("eu-central-1", "aws", "amazonaws.com", "com.amazonaws"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com", "com.amazonaws"),
    ];
    for (region, partition, suffix, reversed) in cases {
        let (answer, calls) = ask(region, "aws_partition", &json!({})).await;
        let expected = json!({
            "id": partition, "partition": partition, "dns_suffix": suffix, "reverse_dns_prefix": reversed,
        });
        assert_eq!(answer.expect(region), expected);
        assert_eq!(calls, 0, "nobody is asked");
    }
}

#[tokio::test]
async fn a_region_is_the_providers_or_the_one_asked_for() {
    let cases = [
        (json!({}), "eu-central-1", "Europe (Frankfurt)"),
        (json!({ "name": "us-west-2" }), "us-west-2", "US West (Oregon)"),
        (json!({ "region": "us-west-2", "name": "us-west-2" }), "us-west-2", "US West (Oregon)"),
        (json!({ "endpoint": "ec2.us-east-2.amazonaws.com" }), "us-east-2", "US East (Ohio)"),
    ];
    for (config, region, description) in cases {
        let (answer, calls) = ask("eu-central-1", "aws_region", &config).await;
        let expected = json!({
            "id": region, "name": region, "region": region, "description": description,
            "endpoint": format!("ec2.{region}.amazonaws.com"),
        });
        assert_eq!(answer.expect("an answer"), expected, "{config}");
        assert_eq!(calls, 0, "nobody is asked");
    }
    for config in [
        json!({ "name": "moon-west-1" }),
        json!({ "name": "us-west-2", "region": "us-east-1" }),
        json!({ "endpoint": "ec2.cn-north-1.amazonaws.com" }),
    ] {
        assert!(ask("eu-central-1", "aws_region", &config).await.0.is_err(), "{config}");
    }
}
