use rinfra_testkit::world::{World, text};
use serde_json::json;

use crate::provider;

#[tokio::test]
async fn an_internet_gateway_lives() {
    let world = World::new(provider()).await;
    let one = text(&world.create("aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await, "id");
    let other = text(&world.create("aws_vpc", &json!({ "cidr_block": "10.1.0.0/16" })).await, "id");
    let gateway = world.create("aws_internet_gateway", &json!({ "vpc_id": one })).await;
    assert!(text(&gateway, "arn").contains(":internet-gateway/igw-"));
    let config = json!({ "vpc_id": other, "tags": { "Name": "a" } });
    let gateway = world.update("aws_internet_gateway", &gateway, &config).await;
    assert_eq!(text(&gateway, "vpc_id"), other);
    world.end("aws_internet_gateway", &gateway, &config).await;
    let lone = world.create("aws_internet_gateway", &json!({})).await;
    assert_eq!(text(&lone, "vpc_id"), "");
    world.end("aws_internet_gateway", &lone, &json!({})).await;
}

#[tokio::test]
async fn an_address_and_a_nat_gateway_live() {
    let world = World::new(provider()).await;
    let vpc = text(&world.create("aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await, "id");
    let subnet = json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24" });
    let subnet = text(&world.create("aws_subnet", &subnet).await, "id");
    let eip_config = json!({ "domain": "vpc", "tags": { "Name": "nat" } });
    let eip = world.create("aws_eip", &eip_config).await;
    let host = text(&eip, "public_ip").replace('.', "-");
    assert_eq!(text(&eip, "public_dns"), format!("ec2-{host}.eu-central-1.compute.amazonaws.com"));

    let config = json!({ "allocation_id": text(&eip, "id"), "subnet_id": subnet });
    let nat = world.create("aws_nat_gateway", &config).await;
    assert_eq!(text(&nat, "public_ip"), text(&eip, "public_ip"));
    let private = json!({ "subnet_id": subnet, "connectivity_type": "private" });
    world.assert_replaces("aws_nat_gateway", &nat, &private, "connectivity_type");
    world.end("aws_nat_gateway", &nat, &config).await;
    let eip = world.read("aws_eip", &text(&eip, "id"), Some(&eip)).await.expect("the address");
    world.end("aws_eip", &eip, &eip_config).await;
}
