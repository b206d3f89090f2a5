use std::collections::BTreeSet;

use futures::future::join_all;
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

#[tokio::test]
async fn nothing_goes_out_of_a_new_group_by_ipv6_either() {
    let (world, _) = net().await;
    let config = json!({ "cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true });
    let vpc = text(&world.create("aws_vpc", &config).await, "id");
    let kind = "aws_security_group";
    let group = world.create(kind, &json!({ "name": "closed", "vpc_id": vpc })).await;
    assert_eq!(rules(&group, "egress"), Some(0));
    let all = json!({
        "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"]
    });
    let everything = json!({ "name": "open", "vpc_id": vpc, "egress": [all] });
    let group = world.create(kind, &everything).await;
    assert_eq!(rules(&group, "egress"), Some(1), "what is wanted stays");
}

#[tokio::test]
async fn everything_may_go_out_by_ipv6_where_the_vpc_has_none() {
    let (world, vpc) = net().await;
    let all = json!({ "protocol": "-1", "from_port": 0, "to_port": 0, "ipv6_cidr_blocks": ["::/0"] });
    let config = json!({ "name": "open", "vpc_id": vpc, "egress": [all] });
    let group = world.create("aws_security_group", &config).await;
    assert_eq!(rules(&group, "egress"), Some(1), "EC2 does not permit it by itself");
}

#[tokio::test]
async fn rules_of_a_group_are_changed_together() {
    let (world, vpc) = net().await;
    let group = text(&world.create("aws_security_group", &json!({ "name": "a", "vpc_id": vpc })).await, "id");
    let kind = "aws_vpc_security_group_ingress_rule";
    let config = |port: u16, tags: &str| {
        json!({
            "security_group_id": group, "cidr_ipv4": "10.0.0.0/8", "ip_protocol": "tcp", "from_port": port,
            "to_port": port, "tags": { "of": tags }
        })
    };
    let configs: Vec<_> = (0..40).map(|it| config(it, if it < 30 { "one" } else { "other" })).collect();
    let before = world.calls("ec2");
    let made = join_all(configs.iter().map(|it| world.try_create(kind, it))).await;
    let ids: BTreeSet<String> = made.into_iter().map(|it| it.expect("a rule")).collect();
    assert_eq!(ids.len(), 40, "each is one of its own");
    assert_eq!(world.calls("ec2") - before, 2, "one call for those with the same tags");

    let again = [config(0, "one"), config(50, "one"), config(51, "one")];
    let before = world.calls("ec2");
    let made = join_all(again.iter().map(|it| world.try_create(kind, it))).await;
    assert_eq!(made[0].as_ref().map_err(|it| it.code.as_deref()), Err(Some("InvalidPermission.Duplicate")));
    assert!(made[1].is_ok() && made[2].is_ok(), "one that is refused is no harm to the others");
    assert_eq!(world.calls("ec2") - before, 1 + 3);

    let mut rules = Vec::new();
    for id in &ids {
        rules.push(world.read(kind, id, None).await.expect("the rule"));
    }
    let of = |port: i64| {
        let rule = rules.iter().find(|it| it.attribute("from_port") == Some(&Value::number(port)));
        text(rule.expect("a rule"), "id")
    };
    assert_ne!(of(3), of(4));
    world.delete(kind, &rules[0]).await;
    let before = world.calls("ec2");
    join_all(rules.iter().map(|it| world.delete(kind, it))).await;
    // One that is gone already refuses the call for all; then each goes by itself. In the end somebody looks, for many
    // at once.
    let calls = world.calls("ec2") - before;
    assert!((1 + 40 + 1..1 + 40 + 20).contains(&calls), "{calls}");
    for rule in &rules {
        assert!(world.read(kind, &text(rule, "id"), Some(rule)).await.is_none());
    }
}
