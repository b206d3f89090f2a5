use rinfra_testkit::world::{World, text};
use serde_json::json;

use crate::provider;

#[tokio::test]
async fn a_subnet_lives() {
    let world = World::new(provider()).await;
    let vpc = text(&world.create("aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await, "id");
    let config = json!({
        "vpc_id": vpc,
        "cidr_block": "10.0.1.0/24",
        "availability_zone": "eu-central-1a",
        "map_public_ip_on_launch": true,
        "tags": { "Name": "a" },
    });
    let subnet = world.create("aws_subnet", &config).await;
    assert!(text(&subnet, "arn").contains(":subnet/subnet-"));
    assert!(text(&subnet, "availability_zone_id").starts_with("euc1-az"));

    let config = json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24", "tags": { "Name": "b" } });
    let subnet = world.update("aws_subnet", &subnet, &config).await;
    assert_eq!(subnet.attribute("map_public_ip_on_launch").and_then(|it| it.as_bool()), Some(false));

    let other = json!({ "vpc_id": vpc, "cidr_block": "10.0.2.0/24" });
    world.assert_replaces("aws_subnet", &subnet, &other, "cidr_block");
    world.end("aws_subnet", &subnet, &config).await;
}
