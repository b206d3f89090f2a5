use rinfra_testkit::world::{World, text};
use rinfra_value::Value;
use serde_json::json;

use crate::provider;

#[tokio::test]
async fn data_sources_answer() {
    let world = World::new(provider()).await;
    let config = json!({ "cidr_block": "10.0.0.0/16", "tags": { "Name": "a" } });
    let vpc = text(&world.create("aws_vpc", &config).await, "id");
    let subnet = json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24" });
    let subnet = text(&world.create("aws_subnet", &subnet).await, "id");

    let zones = world.data("aws_availability_zones", &json!({ "exclude_names": ["eu-central-1b"] })).await;
    let names = zones.attribute("names").and_then(Value::elements).expect("names");
    let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    assert_eq!(names, ["eu-central-1a", "eu-central-1c"]);

    let found = world.data("aws_vpc", &json!({ "tags": { "Name": "a" } })).await;
    assert_eq!((text(&found, "id"), text(&found, "cidr_block")), (vpc.clone(), "10.0.0.0/16".to_owned()));
    let resource = world.read("aws_vpc", &vpc, None).await.expect("the VPC");
    assert_eq!(text(&found, "main_route_table_id"), text(&resource, "main_route_table_id"));

    let filter = json!({ "filter": [{ "name": "vpc-id", "values": [vpc] }] });
    let subnets = world.data("aws_subnets", &filter).await;
    let ids = subnets.attribute("ids").and_then(Value::elements).expect("ids");
    assert_eq!(ids.iter().filter_map(Value::as_str).collect::<Vec<_>>(), [subnet]);
}
