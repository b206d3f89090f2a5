//! Programs that read plans in JSON.

use std::collections::BTreeSet;
use std::io::Write as _;

use rinfra_testkit::{Checkov, skipped};
use serde_json::Value;

use crate::example::INSTANCES;
use crate::world::World;

#[test]
fn checkov_reads_the_plan_of_the_example() {
    // Straight to the terminal: whoever waits for the installation wants to know.
    let announce = &mut |line: &str| drop(writeln!(std::io::stderr(), "{line}"));
    let checkov = match Checkov::prepare(announce) {
        Ok(checkov) => checkov,
        Err(error) => return skipped(&error.to_string()),
    };
    let world = World::example();
    world.succeed(&["init"]);
    world.succeed(&["plan", "-out=network.plan"]);
    let plan = world.directory.join("plan.json");
    let shown = world.succeed(&["show", "-json", "network.plan"]);
    std::fs::write(&plan, shown.stdout).expect("a temporary directory can be written");

    let report = checkov.report(&plan).unwrap_or_else(|error| panic!("{error}"));
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {report}"));
    assert_eq!(report["summary"]["parsing_errors"], 0, "{}", report["summary"]);
    assert_eq!(report["summary"]["resource_count"], INSTANCES, "{}", report["summary"]);
    let checks = ["passed_checks", "failed_checks"].map(|it| report["results"][it].as_array());
    let resources: BTreeSet<_> =
        checks.into_iter().flatten().flatten().filter_map(|it| it["resource"].as_str()).collect();
    for network in ["module.virginia.", "module.ireland."] {
        assert!(resources.iter().any(|it| it.starts_with(network)), "{network}: {resources:?}");
    }
}
