//! The main job: the two-Region example from nothing to nothing.

use serde_json::Value;

use crate::world::World;

/// The managed resource instances of the example with its default settings.
pub(crate) const INSTANCES: usize = 102;

#[test]
fn the_example_applies_settles_and_leaves_nothing_behind() {
    let world = World::example();
    let look = || (world.inventory("us-east-1"), world.inventory("eu-west-1"), world.global_inventory());
    let before = look();

    world.succeed(&["init"]);
    world.succeed(&["validate"]);
    world.succeed(&["plan", "-out=network.plan"]);
    assert_eq!(look(), before, "planning changes nothing");
    world.succeed(&["apply", "network.plan"]);

    assert_eq!(world.managed().len(), INSTANCES);
    let vpc_ids: Value =
        serde_json::from_str(&world.succeed(&["output", "-json", "vpc_ids"]).stdout).unwrap();
    for region in ["us-east-1", "eu-west-1"] {
        let made = world.inventory(region);
        let vpc = format!("vpc {}", vpc_ids[region].as_str().unwrap_or_default());
        assert!(made.contains_key(&vpc), "{vpc} is in {region}: {:?}", made.keys());
        for (kind, expected) in [("subnet ", 9), ("NAT gateway ", 3), ("address ", 3), ("log group ", 1)] {
            let of_kind = |inventory: &std::collections::BTreeMap<String, String>| {
                inventory.keys().filter(|it| it.starts_with(kind)).count()
            };
            let was = if region == "us-east-1" { of_kind(&before.0) } else { of_kind(&before.1) };
            assert_eq!(of_kind(&made) - was, expected, "{kind}in {region}");
        }
    }

    world.rinfra(&["plan", "-detailed-exitcode"]).expect(0);

    world.succeed(&["destroy", "-auto-approve"]);
    assert_eq!(look(), before, "everything that was made is gone");
    assert_eq!(world.managed(), Vec::<String>::new());
}

#[test]
fn changes_wait_for_a_plan_with_exit_code_two() {
    let world = World::example();
    world.succeed(&["init"]);
    world.rinfra(&["plan", "-detailed-exitcode"]).expect(2);
}
