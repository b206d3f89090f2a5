//! The same configuration and the same state file, under rinfra and under the real Terraform.

use rinfra_testkit::{Oracle, Outcome};

use crate::world::World;

fn terraform(oracle: &Oracle, world: &World, arguments: &[&str]) -> Outcome {
    oracle.run(&world.directory, &world.account, arguments)
}

#[test]
fn terraform_finds_nothing_to_do_after_rinfra() {
    let Some(oracle) = Oracle::find() else { return };
    let world = World::example();
    let before = (world.inventory("us-east-1"), world.inventory("eu-west-1"), world.global_inventory());
    world.succeed(&["init"]);
    world.succeed(&["apply", "-auto-approve"]);

    terraform(&oracle, &world, &["init", "-no-color"]).expect_code(0);
    terraform(&oracle, &world, &["plan", "-no-color", "-detailed-exitcode"]).expect_code(0);

    terraform(&oracle, &world, &["destroy", "-no-color", "-auto-approve"]).expect_code(0);
    let after = (world.inventory("us-east-1"), world.inventory("eu-west-1"), world.global_inventory());
    assert_eq!(after, before, "Terraform destroys what rinfra made");
}

#[test]
fn rinfra_finds_nothing_to_do_after_terraform() {
    let Some(oracle) = Oracle::find() else { return };
    let world = World::example();
    let before = (world.inventory("us-east-1"), world.inventory("eu-west-1"), world.global_inventory());
    terraform(&oracle, &world, &["init", "-no-color"]).expect_code(0);
    terraform(&oracle, &world, &["apply", "-no-color", "-auto-approve"]).expect_code(0);

    world.succeed(&["init"]);
    world.rinfra(&["plan", "-detailed-exitcode"]).expect(0);

    world.succeed(&["destroy", "-auto-approve"]);
    let after = (world.inventory("us-east-1"), world.inventory("eu-west-1"), world.global_inventory());
    assert_eq!(after, before, "rinfra destroys what Terraform made");
}
