//! What every command ends with says how often the cloud was asked, and that is what the cloud was asked.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rinfra_testkit::proxy::{Calls, Fault, Logged, Proxy, Rule, Script, When};
use rinfra_testkit::{Outcome, Rinfra, moto};
use serde_json::Value;

use crate::world::World;

const CONFIGURATION: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

data "aws_availability_zones" "available" {}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  count             = 4
  vpc_id            = aws_vpc.this.id
  cidr_block        = "10.0.${count.index}.0/24"
  availability_zone = data.aws_availability_zones.available.names[0]
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table_association" "this" {
  count          = 4
  subnet_id      = aws_subnet.this[count.index].id
  route_table_id = aws_route_table.this.id
}

resource "aws_cloudwatch_log_group" "this" {
  count = 12
  name  = "group-${count.index}"
}

resource "aws_s3_bucket" "this" {
  bucket_prefix = "price-tag-"
}
"#;

/// How often each operation of each service was asked, and how often it refused that.
type Counts = BTreeMap<(String, String), (u64, u64)>;

fn counted(log: &[Logged]) -> Counts {
    let mut counts = Counts::new();
    for it in log {
        let (calls, throttled) = counts.entry((it.service.clone(), it.operation.clone())).or_default();
        *calls += 1;
        *throttled += u64::from(it.fault == Some("throttled"));
    }
    counts
}

/// Returns what a command says that it took.
#[track_caller]
fn told(outcome: &Outcome) -> Value {
    let messages = outcome.stdout.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok());
    let mut tags = messages.filter(|it| it["type"] == "api_calls");
    let tag = tags.next().unwrap_or_else(|| panic!("{outcome}"));
    assert!(tags.next().is_none(), "it is said once: {outcome}");
    tag["api_calls"].clone()
}

fn by_operation(tag: &Value) -> Counts {
    let mut counts = Counts::new();
    for line in tag["operations"].as_array().expect("a list") {
        let text = |name: &str| line[name].as_str().expect("a text").to_owned();
        let number = |name: &str| line[name].as_u64().expect("a number");
        let (calls, throttled) = counts.entry((text("service"), text("operation"))).or_default();
        *calls += number("calls");
        *throttled += number("throttled");
    }
    counts
}

fn check(script: &Script) {
    let world = World::of(CONFIGURATION);
    let proxy = Proxy::start(moto().endpoint(), script.clone()).expect("a proxy");
    let run = |arguments: &[&str]| {
        proxy.take_log();
        proxy.play(script.clone());
        let outcome = world.rinfra(arguments).env("AWS_ENDPOINT_URL", proxy.endpoint()).expect(0);
        let (tag, log) = (told(&outcome), proxy.take_log());
        let counts = counted(&log);
        assert_eq!(by_operation(&tag), counts, "{arguments:?}");
        assert_eq!(tag["calls"], log.len(), "{arguments:?}");
        assert_eq!(tag["throttled"], counts.values().map(|it| it.1).sum::<u64>(), "{arguments:?}");
        let faults = log.iter().filter(|it| it.fault.is_some()).count();
        assert_eq!(tag["retried"], faults, "{arguments:?}: what failed was sent again");
        if script.buckets {
            let (floor, known) =
                (tag["floor_seconds"].as_f64().expect("a number"), proxy.floor().as_secs_f64());
            assert!((floor - known).abs() < 0.001, "{arguments:?}: {floor} rather than {known}");
        }
        tag
    };
    for (arguments, resources) in [
        (&["apply", "-auto-approve", "-json"][..], 23),
        (&["plan", "-json"], 23),
        (&["refresh", "-json"], 23),
        (&["destroy", "-auto-approve", "-json"], 23),
    ] {
        let tag = run(arguments);
        assert_eq!(tag["resources"], resources, "{arguments:?}: {tag}");
        let whom = |line: &Value| line["on_behalf_of"].as_array().expect("a list").len();
        let operations = tag["operations"].as_array().expect("a list");
        let strangers: Vec<_> = operations.iter().filter(|it| whom(it) == 0).collect();
        assert!(strangers.iter().all(|it| it["service"] == "sts"), "{arguments:?}: {strangers:?}");
    }
}

#[test]
fn the_price_tag_says_how_often_the_cloud_was_asked() {
    check(&Script { buckets: true, ..Script::default() });
}

#[test]
fn the_price_tag_counts_what_was_throttled_and_sent_again() {
    let rule = |share, fault| Rule { calls: Calls::ALL, when: When::PerMille(share), fault };
    let rules = vec![rule(150, Fault::Throttle), rule(50, Fault::ResetBefore)];
    check(&Script { rules, seed: 7, ..Script::default() });
}

#[test]
fn what_several_types_ask_together_is_asked_for_all_of_them() {
    let world = World::of(CONFIGURATION);
    world.succeed(&["apply", "-auto-approve"]);
    let tag = told(&world.succeed(&["plan", "-json"]));
    let tables: Vec<_> = tag["operations"].as_array().expect("a list").iter().collect();
    let tables: Vec<_> = tables.into_iter().filter(|it| it["operation"] == "DescribeRouteTables").collect();
    let whom = |line: &Value| line["on_behalf_of"].as_array().expect("a list").len();
    assert!(tables.iter().any(|it| whom(it) > 1), "{tables:?}");
}

#[test]
fn a_command_that_fails_and_one_for_people_end_with_the_price_tag_too() {
    let check = |world: &World, arguments: &[&str], code: i32, calls: &str| {
        let outcome = world.rinfra(arguments).run().expect_code(code);
        let last = outcome.stdout.lines().last().unwrap_or_default().to_owned();
        assert!(last.contains(calls) && last.contains("none throttled"), "{outcome}");
        outcome
    };
    let world = World::of(CONFIGURATION);
    let outcome = check(&world, &["apply", "-auto-approve", "-explain-calls"], 0, "23 resources");
    for part in ["aws_subnet\n", "  ec2 CreateSubnet in eu-west-1", "data.aws_availability_zones\n"] {
        assert!(outcome.stdout.contains(part), "{part}: {outcome}");
    }
    let broken = World::of(&format!(
        "{CONFIGURATION}resource \"aws_subnet\" \"wrong\" {{\n  vpc_id     = aws_vpc.this.id\n  cidr_block = \"172.16.0.0/24\"\n}}\n"
    ));
    check(&broken, &["apply", "-auto-approve"], 1, "24 resources");
    // Nobody was asked.
    let quiet = World::of("output \"a\" {\n  value = 1\n}\n");
    assert!(!quiet.succeed(&["apply", "-auto-approve", "-explain-calls"]).stdout.contains("API call"));
}

#[test]
fn a_command_that_is_interrupted_ends_with_the_price_tag_too() {
    let world = World::of(CONFIGURATION);
    let script = Script { latency: Duration::from_millis(200), ..Script::default() };
    let proxy = Proxy::start(moto().endpoint(), script).unwrap();
    let mut command = Command::new(Rinfra::path());
    command.args(["apply", "-auto-approve"]).current_dir(&world.directory).envs(world.account.env());
    command.env("AWS_ENDPOINT_URL", proxy.endpoint());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while proxy.passed() == 0 {
        assert!(Instant::now() < until, "nothing was ever changed");
        sleep(Duration::from_millis(10));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let calls = proxy.take_log().len();
    let last = said.lines().last().unwrap_or_default();
    assert!(last.contains(&format!(" {calls} API calls (")), "{calls} calls: {said}");
}
