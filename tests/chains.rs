//! What a command waits for: how many round trips in a row it takes, and what is asked once for all.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use rinfra_testkit::bench::Mix;
use rinfra_testkit::moto;
use rinfra_testkit::proxy::{Calls, Fault, Logged, Proxy, Rule, Script, When, longest_chain};

use crate::world::World;

/// Long beside everything that a command does by itself.
const LATENCY: Duration = Duration::from_millis(500);

/// A configuration of a hundred mixed resource instances in a directory, and what stands before the cloud.
struct Stand {
    world: World,
    proxy: Proxy,
}

impl Stand {
    fn new() -> Self {
        let world = World::of("");
        for (name, text) in Mix::of(100).files(&format!("-{}", world.account.id())) {
            let path = world.directory.join(name);
            fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
            fs::write(path, text).expect("a file");
        }
        world.succeed(&["init"]);
        let proxy = Proxy::start(moto().endpoint(), Script::default()).expect("a proxy");
        Self { world, proxy }
    }

    /// Runs a command while every request takes so long, and returns what was asked.
    fn run(&self, arguments: &[&str], code: i32, script: Script) -> Vec<Logged> {
        self.proxy.play(script);
        self.proxy.take_log();
        let command = self.world.rinfra(arguments).env("AWS_ENDPOINT_URL", self.proxy.endpoint());
        command.expect(code);
        let mut log = self.proxy.take_log();
        log.sort_by_key(|it| it.began);
        log
    }
}

fn late() -> Script {
    Script { latency: LATENCY, ..Script::default() }
}

fn operations(log: &[Logged]) -> BTreeMap<&str, usize> {
    let mut operations = BTreeMap::new();
    log.iter().for_each(|it| *operations.entry(it.operation.as_str()).or_default() += 1);
    operations
}

#[test]
fn a_plan_takes_few_round_trips_and_nothing_is_asked_twice_in_a_run() {
    let stand = Stand::new();
    let check_once = |log: &[Logged], command: &str| {
        let asked = operations(log);
        assert_eq!(asked["GetCallerIdentity"], 1, "{command}: {asked:?}");
        assert!(asked.get("DescribeAvailabilityZones").is_none_or(|it| *it == 1), "{command}: {asked:?}");
    };
    let applied = stand.run(&["apply", "-auto-approve"], 0, Script::default());
    check_once(&applied, "apply");
    let connections = applied.iter().map(|it| it.connection).max().unwrap();
    assert!(connections * 2 < applied.len(), "{connections} connections for {} calls", applied.len());

    let planned = stand.run(&["plan", "-detailed-exitcode"], 0, late());
    check_once(&planned, "plan");
    let chain: Vec<_> = longest_chain(&planned).into_iter().map(|it| &it.operation).collect();
    assert!(chain.len() <= 2, "{chain:?}");

    // Whatever the state knows of is asked for before anything was answered, the account included.
    let first = planned.iter().map(|it| it.began + it.took).min().unwrap();
    let at_once: Vec<_> = planned.iter().filter(|it| it.began < first).map(|it| &*it.operation).collect();
    for operation in [
        "GetCallerIdentity",
        "DescribeVpcs",
        "DescribeSubnets",
        "DescribeRouteTables",
        "DescribeInternetGateways",
        "DescribeSecurityGroups",
        "DescribeSecurityGroupRules",
        "DescribeLogGroups",
    ] {
        assert!(at_once.contains(&operation), "{operation} is not among {at_once:?}");
    }

    // Nothing has changed, so the apply asks what the plan asks.
    let unchanged = stand.run(&["apply", "-auto-approve"], 0, Script::default());
    assert_eq!(operations(&unchanged), operations(&planned));
    check_once(&stand.run(&["destroy", "-auto-approve"], 0, Script::default()), "destroy");
}

#[test]
fn credentials_that_are_no_good_are_one_error() {
    let world = World::of(
        "provider \"aws\" {\n  region = \"eu-west-1\"\n}\nresource \"aws_vpc\" \"this\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n",
    );
    world.succeed(&["apply", "-auto-approve"]);
    let calls = Calls { service: Some("sts"), ..Calls::ALL };
    let rules = vec![Rule { calls, when: When::Always, fault: Fault::Deny }];
    // Whether what exists is read before the refusal comes or after it.
    for latency in [Duration::ZERO, Duration::from_millis(300)] {
        let script = Script { rules: rules.clone(), latency, ..Script::default() };
        let proxy = Proxy::start(moto().endpoint(), script).unwrap();
        let outcome = world.rinfra(&["plan"]).env("AWS_ENDPOINT_URL", proxy.endpoint()).expect(1);
        assert_eq!(outcome.stderr.matches("Error: ").count(), 1, "{outcome}");
        assert!(outcome.stderr.contains("GetCallerIdentity"), "{outcome}");
    }
}

#[test]
fn an_account_that_is_not_allowed_is_not_looked_at() {
    let configuration = |provider: &str| {
        format!(
            "provider \"aws\" {{\n  region = \"eu-west-1\"\n{provider}}}\nresource \"aws_vpc\" \"this\" {{\n  cidr_block = \"10.0.0.0/16\"\n}}\n"
        )
    };
    let world = World::of(&configuration(""));
    world.succeed(&["apply", "-auto-approve"]);
    let allowed = configuration("  allowed_account_ids = [\"999999999999\"]\n");
    fs::write(world.directory.join("main.tf"), allowed).unwrap();
    let proxy = Proxy::start(moto().endpoint(), Script::default()).unwrap();
    let outcome = world.rinfra(&["plan"]).env("AWS_ENDPOINT_URL", proxy.endpoint()).expect(1);
    assert!(outcome.stderr.contains("not in allowed_account_ids"), "{outcome}");
    assert_eq!(operations(&proxy.take_log()), BTreeMap::from([("GetCallerIdentity", 1)]));
}
