//! What `cargo xtask bench` stands on: its configuration has no findings, and everything it tells is counted.

use std::time::Duration;

use rinfra_testkit::bench::{Mix, Operation, Program, Setting, Stand};
use rinfra_testkit::{Rinfra, moto};
use serde_json::Value;

const RESOURCES: usize = 40;

#[test]
fn the_configuration_of_the_bench_is_applied_planned_and_destroyed() {
    let program = Program::Rinfra(Rinfra::path());
    let setting = Setting { latency: Duration::from_millis(5), buckets: true };
    let stand = Stand::new(&program, Mix::of(RESOURCES), setting, moto()).unwrap();
    let findings = Rinfra::in_dir(stand.directory()).args(["validate", "-json"]).expect(0);
    let findings: Value = serde_json::from_str(&findings.stdout).unwrap();
    assert_eq!(findings["diagnostics"].as_array().map(Vec::len), Some(0), "{findings}");

    // That as many resource instances are there as are wanted is part of what is measured.
    let outcomes = stand.measure(&Operation::ALL).unwrap();
    let counted = |operation, call: &str| {
        let measured = outcomes[&operation].as_ref().unwrap_or_else(|error| panic!("{error}"));
        assert!(measured.wall >= setting.latency, "{measured:?}");
        assert!(measured.memory > 1_000_000 && measured.processor > Duration::ZERO, "{measured:?}");
        measured.calls.get(&("ec2".to_owned(), call.to_owned())).copied().unwrap_or_default()
    };
    assert_eq!(counted(Operation::Apply, "CreateVpc"), 1);
    assert_eq!(counted(Operation::Plan, "CreateVpc"), 0);
    assert_eq!(counted(Operation::Plan, "DescribeAvailabilityZones"), 1);
    assert_eq!(counted(Operation::Destroy, "DeleteVpc"), 1);
}
