//! States that other versions of a provider wrote.

use std::fs;

use serde_json::{Value, json};

use crate::world::World;

const CONFIGURATION: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "main" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "main" {
  name   = "main"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group_rule" "web" {
  type              = "ingress"
  security_group_id = aws_security_group.main.id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.0.0.0/8"]
}
"#;

/// What the schemas of earlier versions did not have.
const LATER: [&str; 4] = [
    "region",
    "assign_generated_ipv6_cidr_block",
    "assign_ipv6_address_on_creation",
    "revoke_rules_on_delete",
];

/// The versions of their schemas: of the group, its rule, the subnet and the VPC.
const CURRENT: [Option<u64>; 4] = [Some(1), Some(2), Some(1), Some(1)];

fn applied() -> World {
    let world = World::of(CONFIGURATION);
    world.succeed(&["init"]);
    world.succeed(&["apply", "-auto-approve"]);
    world
}

fn state(world: &World) -> Value {
    let bytes = fs::read(world.state()).expect("an apply leaves a state");
    serde_json::from_slice(&bytes).expect("a state is JSON")
}

fn write(world: &World, state: &Value) {
    fs::write(world.state(), state.to_string()).expect("the state can be written");
}

/// Changes each object in the state file, by the type of its resource.
fn rewrite(world: &World, change: impl Fn(&str, &mut Value)) {
    let mut state = state(world);
    for resource in state["resources"].as_array_mut().expect("a state has resources") {
        let kind = resource["type"].as_str().expect("a resource has a type").to_owned();
        change(&kind, &mut resource["instances"][0]);
    }
    write(world, &state);
}

fn versions(world: &World) -> Vec<Option<u64>> {
    let state = state(world);
    let resources = state["resources"].as_array().expect("a state has resources");
    resources.iter().map(|it| it["instances"][0]["schema_version"].as_u64()).collect()
}

#[test]
fn objects_of_earlier_schemas_are_brought_up_to_date() {
    let world = applied();
    assert_eq!(versions(&world), CURRENT);
    rewrite(&world, |_, object| {
        object["schema_version"] = json!(0);
        let attributes = object["attributes"].as_object_mut();
        let attributes = attributes.expect("an object has attributes");
        LATER.iter().for_each(|it| drop(attributes.remove(*it)));
    });
    world.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
    world.succeed(&["apply", "-auto-approve"]);
    assert_eq!(versions(&world), CURRENT);
    world.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
    world.succeed(&["destroy", "-auto-approve"]);
}

#[test]
fn objects_of_later_schemas_and_files_of_later_formats_are_left_alone() {
    let world = applied();
    let untouched = |words: &str| {
        let read = || fs::read(world.state()).expect("the state is there");
        let before = read();
        for command in [&["plan"][..], &["apply", "-auto-approve"], &["destroy", "-auto-approve"]] {
            let refused = world.rinfra(command).expect(1);
            assert!(refused.to_string().contains(words), "{refused}");
            assert_eq!(read(), before, "{command:?}");
        }
    };
    rewrite(&world, |kind, object| {
        if kind == "aws_subnet" {
            object["schema_version"] = json!(9);
        }
    });
    untouched("aws_subnet.main was written with version 9 of its schema");
    rewrite(&world, |_, object| object["schema_version"] = json!(1));
    let mut later = state(&world);
    later["version"] = json!(5);
    write(&world, &later);
    untouched("version 5");
}
