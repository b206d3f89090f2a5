use rinfra_provider::Wanted;
use rinfra_testkit::world::{World, text};
use rinfra_value::Value;
use serde_json::json;

use crate::provider;

struct Net {
    world: World,
    vpc: String,
    gateway: String,
}

async fn net() -> Net {
    let world = World::new(provider()).await;
    let vpc = text(&world.create("aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await, "id");
    let gateway = text(&world.create("aws_internet_gateway", &json!({ "vpc_id": vpc })).await, "id");
    Net { world, vpc, gateway }
}

#[tokio::test]
async fn a_route_table_lives() {
    let Net { world, vpc, gateway } = net().await;
    let config = json!({
        "vpc_id": vpc,
        "route": [{ "cidr_block": "0.0.0.0/0", "gateway_id": gateway }],
        "tags": { "Name": "a" },
    });
    let table = world.create("aws_route_table", &config).await;
    let routes = |table: &Value| table.attribute("route").and_then(Value::len);
    assert_eq!(routes(&table), Some(1));
    let config = json!({
        "vpc_id": vpc,
        "route": [
            { "cidr_block": "192.168.0.0/16", "gateway_id": gateway },
            { "ipv6_cidr_block": "::/0", "gateway_id": gateway },
        ],
    });
    let table = world.update("aws_route_table", &table, &config).await;
    assert_eq!(routes(&table), Some(2));
    let without = json!({ "vpc_id": vpc });
    world.assert_unchanged("aws_route_table", &table, &without);
    let table = world.update("aws_route_table", &table, &json!({ "vpc_id": vpc, "route": [] })).await;
    assert_eq!(routes(&table), Some(0));
    world.end("aws_route_table", &table, &without).await;
}

#[tokio::test]
async fn a_route_lives() {
    let Net { world, vpc, gateway } = net().await;
    let table = text(&world.create("aws_route_table", &json!({ "vpc_id": vpc })).await, "id");
    let config =
        json!({ "route_table_id": table, "destination_cidr_block": "0.0.0.0/0", "gateway_id": gateway });
    let route = world.create("aws_route", &config).await;
    assert_eq!(text(&route, "id"), format!("r-{table}1080289494"));
    assert_eq!(text(&route, "state"), "active");
    assert_eq!(text(&route, "origin"), "CreateRoute");

    let subnet = json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24" });
    let subnet = text(&world.create("aws_subnet", &subnet).await, "id");
    let nat = json!({ "subnet_id": subnet, "connectivity_type": "private" });
    let nat = text(&world.create("aws_nat_gateway", &nat).await, "id");
    let config =
        json!({ "route_table_id": table, "destination_cidr_block": "0.0.0.0/0", "nat_gateway_id": nat });
    let route = world.update("aws_route", &route, &config).await;
    assert_eq!(text(&route, "nat_gateway_id"), nat);

    let other =
        json!({ "route_table_id": table, "destination_cidr_block": "10.9.0.0/16", "nat_gateway_id": nat });
    world.assert_replaces("aws_route", &route, &other, "destination_cidr_block");
    world.end("aws_route", &route, &config).await;
    let six =
        json!({ "route_table_id": table, "destination_ipv6_cidr_block": "::/0", "gateway_id": gateway });
    let route = world.create("aws_route", &six).await;
    assert_eq!(text(&route, "id"), format!("r-{table}2750132062"));
    world.end("aws_route", &route, &six).await;
}

#[tokio::test]
async fn an_association_lives() {
    let Net { world, vpc, .. } = net().await;
    let one = text(&world.create("aws_route_table", &json!({ "vpc_id": vpc })).await, "id");
    let other = text(&world.create("aws_route_table", &json!({ "vpc_id": vpc })).await, "id");
    let subnet = json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24" });
    let subnet = text(&world.create("aws_subnet", &subnet).await, "id");
    let kind = "aws_route_table_association";
    let association = world.create(kind, &json!({ "route_table_id": one, "subnet_id": subnet })).await;
    assert!(text(&association, "id").starts_with("rtbassoc-"));
    let config = json!({ "route_table_id": other, "subnet_id": subnet });
    let moved = world.update(kind, &association, &config).await;
    assert_ne!(text(&moved, "id"), text(&association, "id"), "EC2 gives a replaced association a new id");
    let imported = world.read(kind, &format!("{subnet}/{other}"), None).await.expect("the association");
    assert_eq!(imported.attribute("id"), moved.attribute("id"));
    world.end(kind, &moved, &config).await;
}

#[tokio::test]
async fn associations_of_several_tables_are_read_in_one_call() {
    let Net { world, vpc, .. } = net().await;
    let kind = "aws_route_table_association";
    let mut wanted = Vec::new();
    // Each table has one subnet that is asked for, and one that is not.
    for table in 0..3 {
        let rtb = text(&world.create("aws_route_table", &json!({ "vpc_id": vpc })).await, "id");
        for number in 0..2 {
            let subnet = json!({ "vpc_id": vpc, "cidr_block": format!("10.0.{}.0/24", 2 * table + number) });
            let subnet = text(&world.create("aws_subnet", &subnet).await, "id");
            let made = world.create(kind, &json!({ "route_table_id": rtb, "subnet_id": subnet })).await;
            if number == 0 {
                wanted.push(Wanted { identity: world.identity(kind, &made), prior: Some(made) });
            }
        }
    }
    let before = world.calls("ec2");
    let read = world.connection().read(kind, None, wanted.clone()).await.expect("associations");
    assert_eq!(world.calls("ec2") - before, 1);
    assert_eq!(read, wanted.into_iter().map(|it| it.prior).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_network_is_read_from_one_answer() {
    let Net { world, vpc, gateway } = net().await;
    let table = world.create("aws_route_table", &json!({ "vpc_id": vpc })).await;
    let rtb = text(&table, "id");
    let route =
        json!({ "route_table_id": rtb, "destination_cidr_block": "0.0.0.0/0", "gateway_id": gateway });
    let route = world.create("aws_route", &route).await;
    let subnet = json!({ "vpc_id": vpc, "cidr_block": "10.0.1.0/24" });
    let subnet = text(&world.create("aws_subnet", &subnet).await, "id");
    let association = json!({ "route_table_id": rtb, "subnet_id": subnet });
    let association = world.create("aws_route_table_association", &association).await;

    let route_id = world.identity("aws_route", &route);
    let before = world.calls("ec2");
    let (read_table, read_route, read_association) = futures::join!(
        world.read("aws_route_table", &rtb, Some(&table)),
        world.read("aws_route", &route_id, Some(&route)),
        world.read("aws_route_table_association", &subnet, Some(&association)),
    );
    assert_eq!(world.calls("ec2") - before, 1);
    assert_eq!(read_route, Some(route));
    assert_eq!(read_association, Some(association));
    assert_eq!(read_table.map(|it| text(&it, "id")), Some(rtb));
}
