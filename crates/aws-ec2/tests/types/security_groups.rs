use rinfra_testkit::world::{World, text};
use rinfra_value::Value;
use serde_json::json;

use crate::provider;

async fn net() -> (World, String) {
    let world = World::new(provider()).await;
    let vpc = text(&world.create("aws_vpc", &json!({ "cidr_block": "10.0.0.0/16" })).await, "id");
    (world, vpc)
}

fn rules(group: &Value, name: &str) -> Option<usize> {
    group.attribute(name).and_then(Value::len)
}

#[tokio::test]
async fn a_security_group_lives() {
    let (world, vpc) = net().await;
    let kind = "aws_security_group";
    let plain = json!({ "name": "plain", "vpc_id": vpc });
    let plain_group = world.create(kind, &plain).await;
    assert_eq!(rules(&plain_group, "egress"), Some(0), "nothing goes out that is not named");
    assert_eq!(text(&plain_group, "description"), "Managed by Terraform");

    let config = json!({
        "name_prefix": "web-",
        "vpc_id": vpc,
        "description": "with rules",
        "ingress": [
            { "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["192.168.0.0/16", "10.0.0.0/8"] },
            { "protocol": "6", "from_port": 443, "to_port": 443, "self": true, "security_groups": [text(&plain_group, "id")] },
        ],
        "egress": [{ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] }],
        "tags": { "Name": "web" },
    });
    let group = world.create(kind, &config).await;
    assert_eq!((rules(&group, "ingress"), rules(&group, "egress")), (Some(2), Some(1)));
    assert!(text(&group, "name").starts_with("web-"));

    let config = json!({
        "name_prefix": "web-",
        "vpc_id": vpc,
        "description": "with rules",
        "ingress": [{ "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["10.0.0.0/8"] }],
        "egress": [],
    });
    let group = world.update(kind, &group, &config).await;
    assert_eq!((rules(&group, "ingress"), rules(&group, "egress")), (Some(1), Some(0)));
    let other = json!({ "name_prefix": "web-", "vpc_id": vpc, "description": "other" });
    world.assert_replaces(kind, &group, &other, "description");
    world.end(kind, &group, &config).await;
    world.end(kind, &plain_group, &plain).await;
}

#[tokio::test]
async fn a_security_group_rule_lives() {
    let (world, vpc) = net().await;
    let group = text(&world.create("aws_security_group", &json!({ "name": "a", "vpc_id": vpc })).await, "id");
    let kind = "aws_security_group_rule";
    let config = |description: &str| {
        json!({
            "security_group_id": group,
            "type": "ingress",
            "protocol": "tcp",
            "from_port": 80,
            "to_port": 90,
            "cidr_blocks": ["10.2.0.0/16", "10.1.0.0/16"],
            "description": description,
        })
    };
    let rule = world.create(kind, &config("one")).await;
    assert!(text(&rule, "id").starts_with("sgrule-"));
    let rule = world.update(kind, &rule, &config("two")).await;
    let mut other = config("two");
    other["to_port"] = json!(91);
    world.assert_replaces(kind, &rule, &other, "to_port");
    world.delete(kind, &rule).await;
    for config in [
        json!({ "security_group_id": group, "type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 90, "cidr_blocks": ["10.1.0.0/16", "10.2.0.0/16"], "ipv6_cidr_blocks": ["2001:db8::/32"] }),
        json!({ "security_group_id": group, "type": "egress", "protocol": "all", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] }),
        json!({ "security_group_id": group, "type": "ingress", "protocol": "17", "from_port": 53, "to_port": 53, "self": true }),
    ] {
        let rule = world.create(kind, &config).await;
        world.end(kind, &rule, &config).await;
    }
}

#[tokio::test]
async fn single_rules_live() {
    let (world, vpc) = net().await;
    let group = text(&world.create("aws_security_group", &json!({ "name": "a", "vpc_id": vpc })).await, "id");
    for kind in ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"] {
        let config = json!({
            "security_group_id": group,
            "ip_protocol": "tcp",
            "from_port": 80,
            "to_port": 90,
            "cidr_ipv4": "10.0.0.0/8",
            "tags": { "Name": "a" },
        });
        let rule = world.create(kind, &config).await;
        assert_eq!(text(&rule, "id"), text(&rule, "security_group_rule_id"));
        assert!(text(&rule, "arn").contains(":security-group-rule/sgr-"));
        let config = json!({
            "security_group_id": group,
            "ip_protocol": "tcp",
            "from_port": 80,
            "to_port": 91,
            "cidr_ipv4": "10.0.0.0/8",
            "description": "more",
        });
        let rule = world.update(kind, &rule, &config).await;
        world.end(kind, &rule, &config).await;
        let all = json!({ "security_group_id": group, "ip_protocol": "-1", "cidr_ipv4": "10.0.0.0/8" });
        let rule = world.create(kind, &all).await;
        world.end(kind, &rule, &all).await;
    }
}
