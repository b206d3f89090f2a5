use futures::future::join_all;
use rinfra_provider::Wanted;
use rinfra_testkit::world::{World, text};
use rinfra_value::Value;
use serde_json::json;

use crate::provider;

#[tokio::test]
async fn a_vpc_lives() {
    let world = World::new(provider()).await;
    let config =
        json!({ "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": true, "tags": { "Name": "a" } });
    let vpc = world.create("aws_vpc", &config).await;
    let id = text(&vpc, "id");
    assert!(text(&vpc, "arn").ends_with(&format!("vpc/{id}")));
    assert!(text(&vpc, "default_security_group_id").starts_with("sg-"));
    assert!(text(&vpc, "default_network_acl_id").starts_with("acl-"));
    assert!(text(&vpc, "main_route_table_id").starts_with("rtb-"));
    assert_eq!(text(&vpc, "region"), "eu-central-1");

    let config =
        json!({ "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": false, "enable_dns_support": false });
    let vpc = world.update("aws_vpc", &vpc, &config).await;
    assert_eq!(vpc.attribute("enable_dns_support").and_then(|it| it.as_bool()), Some(false));
    assert_eq!(vpc.attribute("tags_all").and_then(|it| it.len()), Some(0));

    let config = json!({ "cidr_block": "10.0.0.0/16", "enable_dns_support": false, "assign_generated_ipv6_cidr_block": true });
    let vpc = world.update("aws_vpc", &vpc, &config).await;
    assert!(text(&vpc, "ipv6_cidr_block").ends_with("/56"));

    world.assert_replaces("aws_vpc", &vpc, &json!({ "cidr_block": "10.1.0.0/16" }), "cidr_block");
    let dedicated = json!({ "cidr_block": "10.0.0.0/16", "instance_tenancy": "dedicated" });
    world.assert_replaces("aws_vpc", &vpc, &dedicated, "instance_tenancy");
    let elsewhere = json!({ "cidr_block": "10.0.0.0/16", "region": "us-west-2" });
    world.assert_replaces("aws_vpc", &vpc, &elsewhere, "region");
    assert!(world.try_plan("aws_vpc", None, &json!({ "cidr_block": "10.0.0.1/16" })).is_err());
    world.end("aws_vpc", &vpc, &config).await;
}

#[tokio::test]
async fn tags_of_the_provider_are_in_tags_all() {
    let world = World::with(
        provider(),
        &json!({
            "default_tags": [{ "tags": { "team": "net", "Name": "default" } }],
            "ignore_tags": [{ "keys": ["hands-off"] }],
        }),
    )
    .await;
    let config = json!({ "cidr_block": "10.0.0.0/16", "tags": { "Name": "own", "team": "net" } });
    let vpc = world.create("aws_vpc", &config).await;
    assert_eq!(vpc.attribute("tags").and_then(|it| it.len()), Some(2));
    let vpc = world.update("aws_vpc", &vpc, &json!({ "cidr_block": "10.0.0.0/16" })).await;
    assert_eq!(vpc.attribute("tags_all").and_then(|it| it.len()), Some(2));
    assert!(vpc.attribute("tags").is_some_and(|it| it.is_null() || it.len() == Some(0)));
    world.end("aws_vpc", &vpc, &json!({ "cidr_block": "10.0.0.0/16" })).await;
}

#[tokio::test]
async fn many_vpcs_are_read_together() {
    let world = World::new(provider()).await;
    let mut wanted = Vec::new();
    for block in ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"] {
        let vpc = world.create("aws_vpc", &json!({ "cidr_block": block })).await;
        wanted.push(Wanted { identity: text(&vpc, "id"), prior: Some(vpc) });
    }
    let read = async |wanted: Vec<Wanted>| {
        let before = world.calls("ec2");
        let read = world.connection().read("aws_vpc", None, wanted).await.expect("VPCs");
        (read, world.calls("ec2") - before)
    };
    let (again, calls) = read(wanted.clone()).await;
    assert_eq!(again, wanted.iter().map(|it| it.prior.clone()).collect::<Vec<_>>());
    // The VPCs, their route tables, and three attributes of each.
    assert_eq!(calls, 2 + 9);
    let mut imported: Vec<Wanted> = wanted.into_iter().map(|it| Wanted { prior: None, ..it }).collect();
    imported.push(Wanted { identity: "vpc-0".to_owned(), prior: None });
    let (read, calls) = read(imported).await;
    assert_eq!(read.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, true, false]);
    // What belongs to a VPC for life is asked for as well, where nothing is known: its network ACL and its group.
    assert_eq!(calls, 4 + 12);
}

#[tokio::test]
async fn the_same_change_of_tags_is_made_of_many_at_once() {
    let world = World::new(provider()).await;
    let old = json!({ "tags": { "team": "a", "old": "x" } });
    let new = json!({ "tags": { "team": "b" } });
    let kind = "aws_internet_gateway";
    let made = join_all((0..10).map(|_| world.create(kind, &old))).await;
    let before = world.calls("ec2");
    let changes = made.iter().map(|it| {
        let planned = world.plan(kind, Some(it), &new).value;
        let operation = world.operation(kind, it);
        let world = &world;
        async move { world.connection().update(&operation, it, &planned).await }
    });
    assert!(join_all(changes).await.iter().all(Result::is_ok));
    assert_eq!(world.calls("ec2") - before, 2, "one takes tags away, one gives some");
    for it in &made {
        let read = world.read(kind, &text(it, "id"), Some(it)).await.expect("the gateway");
        let tags = read.attribute("tags").and_then(Value::entries).expect("tags");
        assert_eq!(
            tags.iter().map(|(key, it)| (key.as_ref(), it.as_str())).collect::<Vec<_>>(),
            [("team", Some("b"))]
        );
    }
}
