//! `--region`: what is asked of one Region leaves all others alone.

use crate::world::World;

/// A change to two security group rules in each Region.
const CHANGE: [&str; 2] = ["-var", "application_port=9090"];

#[test]
fn a_change_reaches_only_the_region_it_is_limited_to() {
    let world = World::example();
    world.succeed(&["init"]);
    world.succeed(&["apply", "-auto-approve"]);
    let here = world.inventory("us-east-1");
    let elsewhere = (world.inventory("eu-west-1"), world.global_inventory());

    world.succeed(&[&["apply", "-auto-approve", "--region", "us-east-1"], &CHANGE[..]].concat());

    assert_eq!(
        (world.inventory("eu-west-1"), world.global_inventory()),
        elsewhere,
        "other Regions are as they were"
    );
    let changed = world.inventory("us-east-1");
    let rules: Vec<_> =
        changed.iter().filter(|(name, rule)| here.get(*name) != Some(rule)).map(|(name, _)| name).collect();
    assert!(rules.iter().filter(|name| name.starts_with("security group rule ")).count() == 2, "{rules:?}");

    world.rinfra(&[&["plan", "-detailed-exitcode", "--region", "us-east-1"], &CHANGE[..]].concat()).expect(0);
    let waiting = world.planned(&CHANGE);
    assert_eq!(waiting.len(), 2, "{waiting:#?}");
    assert!(waiting.keys().all(|address| address.starts_with("module.ireland.")), "{waiting:#?}");
}

#[test]
fn a_first_apply_can_be_limited_to_a_region() {
    let world = World::example();
    let here = world.inventory("us-east-1");
    let elsewhere = (world.inventory("eu-west-1"), world.global_inventory());
    world.succeed(&["init"]);

    world.succeed(&["apply", "-auto-approve", "--region", "us-east-1"]);

    assert!(world.inventory("us-east-1").len() > here.len(), "something was made in us-east-1");
    assert_eq!(world.inventory("eu-west-1"), elsewhere.0, "nothing was made in eu-west-1");
    let roles = |inventory: std::collections::BTreeMap<String, String>| {
        inventory.into_keys().filter(|name| name.starts_with("role ")).collect::<Vec<_>>()
    };
    assert_eq!(roles(world.global_inventory()), roles(elsewhere.1), "IAM belongs to no Region");

    world.succeed(&["apply", "-auto-approve"]);
    world.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
}
