use rinfra_provider::Wanted;
use rinfra_testkit::world::{World, text};
use serde_json::json;

use crate::objects::send;
use crate::provider;

const KIND: &str = "aws_s3_bucket";

#[tokio::test]
async fn a_bucket_lives() {
    let world = World::new(provider()).await;
    let config = json!({ "bucket": "a-bucket-lives", "tags": { "Name": "a", "x": "y" } });
    let bucket = world.create(KIND, &config).await;
    let expected = [
        ("arn", "arn:aws:s3:::a-bucket-lives"),
        ("bucket_domain_name", "a-bucket-lives.s3.amazonaws.com"),
        ("bucket_namespace", "global"),
        ("bucket_prefix", ""),
        ("bucket_region", "eu-central-1"),
        ("bucket_regional_domain_name", "a-bucket-lives.s3.eu-central-1.amazonaws.com"),
        ("hosted_zone_id", "Z21DNDUVLTQW6Q"),
        ("id", "a-bucket-lives"),
        ("region", "eu-central-1"),
    ];
    for (name, expected) in expected {
        assert_eq!(text(&bucket, name), expected, "{name}");
    }
    assert_eq!(bucket.attribute("object_lock_enabled").and_then(|it| it.as_bool()), Some(false));

    let config = json!({ "bucket": "a-bucket-lives", "tags": { "Name": "b" }, "force_destroy": true });
    let bucket = world.update(KIND, &bucket, &config).await;
    assert_eq!(bucket.attribute("tags_all").and_then(|it| it.len()), Some(1));
    let config = json!({ "bucket": "a-bucket-lives" });
    let bucket = world.update(KIND, &bucket, &config).await;
    assert_eq!(bucket.attribute("tags_all").and_then(|it| it.len()), Some(0));

    world.assert_replaces(KIND, &bucket, &json!({ "bucket": "another-bucket" }), "bucket");
    world.assert_replaces(KIND, &bucket, &json!({ "bucket_prefix": "another-" }), "bucket_prefix");
    let locked = json!({ "bucket": "a-bucket-lives", "object_lock_enabled": true });
    world.assert_replaces(KIND, &bucket, &locked, "object_lock_enabled");
    let elsewhere = json!({ "bucket": "a-bucket-lives", "region": "us-west-2" });
    world.assert_replaces(KIND, &bucket, &elsewhere, "region");
    world.end(KIND, &bucket, &config).await;
}

#[tokio::test]
async fn a_name_is_made_of_a_prefix_once() {
    let world = World::new(provider()).await;
    for (config, prefix) in [(json!({ "bucket_prefix": "x-" }), "x-"), (json!({}), "terraform-")] {
        let planned = world.plan(KIND, None, &config).value;
        let operation = world.operation(KIND, &planned);
        let name = world.connection().create(&operation, &planned).await.expect("a bucket");
        let again = world.connection().create(&operation, &planned).await.expect("the same bucket");
        assert_eq!(name, again, "a step that is repeated finds what it made");
        let bucket = world.connection().settle(&operation, &name, &planned).await.expect("a bucket");
        assert_eq!(text(&bucket, "bucket_prefix"), prefix);
        assert_eq!(text(&bucket, "bucket").len(), prefix.len() + 26);
        world.assert_unchanged(KIND, &bucket, &config);
        world.end(KIND, &bucket, &config).await;
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_an_error() {
    let world = World::new(provider()).await;
    let stranger = World::new(provider()).await;
    for (name, region) in [("taken-in-frankfurt", "eu-central-1"), ("taken-in-virginia", "us-east-1")] {
        let bucket = world.create(KIND, &json!({ "bucket": name, "region": region })).await;
        assert_eq!(text(&bucket, "bucket_region"), region);
        let again = world.connection().create(&world.operation(KIND, &bucket), &bucket).await;
        let error = again.expect_err("the name is taken");
        assert!(error.message.contains("already"), "{error}");
        let planned = stranger.plan(KIND, None, &json!({ "bucket": name, "region": region })).value;
        let theirs = stranger.connection().create(&stranger.operation(KIND, &planned), &planned).await;
        let error = theirs.expect_err("the name is taken in the whole world");
        assert!(error.hint.is_some(), "{error}");
        world.delete(KIND, &bucket).await;
    }
}

#[tokio::test]
async fn a_bucket_with_locks_shows_them() {
    let world = World::new(provider()).await;
    let config = json!({ "bucket": "a-bucket-with-locks", "object_lock_enabled": true });
    let bucket = world.create(KIND, &config).await;
    let lock = bucket.attribute("object_lock_configuration").and_then(|it| it.elements()).expect("a block");
    assert_eq!(text(&lock[0], "object_lock_enabled"), "Enabled");
    world.end(KIND, &bucket, &config).await;
}

#[tokio::test]
async fn one_call_tells_of_a_bucket_and_one_of_the_tags_of_all() {
    let world = World::new(provider()).await;
    let mut wanted = vec![Wanted { identity: "few-calls-absent".to_owned(), prior: None }];
    for number in 0..4 {
        // One has no tags.
        let tags = if number == 0 { json!({}) } else { json!({ "number": number.to_string() }) };
        let config = json!({ "bucket": format!("few-calls-{number}"), "tags": tags });
        let bucket = world.create(KIND, &config).await;
        wanted.push(Wanted { identity: text(&bucket, "id"), prior: Some(bucket) });
    }
    let known: Vec<_> = wanted.iter().map(|it| it.prior.clone()).collect();
    let before = (world.calls("s3"), world.calls("tagging"));
    let read = world.connection().read(KIND, None, wanted.clone()).await;
    assert_eq!(read.expect("four and one that is not there"), known);
    let (calls, tagging) = (world.calls("s3") - before.0, world.calls("tagging") - before.1);
    assert_eq!((calls, tagging), (4 + 2, 1), "of the absent one nothing is known");

    world.delete(KIND, known[2].as_ref().expect("a bucket")).await;
    let read = world.connection().read(KIND, None, wanted).await.expect("three and two that are not there");
    assert_eq!(read.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false, true, true]);
}

#[tokio::test]
async fn tags_nobody_manages_stay() {
    let world = World::with(provider(), &json!({ "ignore_tags": [{ "keys": ["theirs"] }] })).await;
    let config = json!({ "bucket": "tags-nobody-manages" });
    let bucket = world.create(KIND, &config).await;
    let theirs = "<Tagging><TagSet><Tag><Key>theirs</Key><Value>1</Value></Tag></TagSet></Tagging>";
    assert!(send(&world, "PUT", "/tags-nobody-manages?tagging", theirs).starts_with("HTTP/1.1 204"));
    let config = json!({ "bucket": "tags-nobody-manages", "tags": { "mine": "2" } });
    let bucket = world.update(KIND, &bucket, &config).await;
    assert_eq!(bucket.attribute("tags_all").and_then(|it| it.len()), Some(1));
    let tags = send(&world, "GET", "/tags-nobody-manages?tagging", "");
    assert!(tags.contains("theirs") && tags.contains("mine"), "{tags}");
    world.end(KIND, &bucket, &config).await;
}

#[tokio::test]
async fn names_are_checked_in_the_plan() {
    let world = World::new(provider()).await;
    let cases = [
        json!({ "bucket": "Upper" }),
        json!({ "bucket": "ab" }),
        json!({ "bucket_prefix": "x".repeat(38) }),
        json!({ "bucket_prefix": "Upper" }),
    ];
    for config in cases {
        assert!(world.try_plan(KIND, None, &config).is_err(), "{config}");
    }
}
