//! Bad input: what is wrong, where, and what to do about it; exit code 1; the state untouched.

use std::fs;
use std::time::{Duration, Instant};

use rinfra_testkit::{Outcome, Rinfra};

use crate::world::World;

/// The first four lines of every configuration here.
const PROVIDER: &str = "provider \"aws\" {\n  region = \"us-east-1\"\n}\n\n";

/// A state that no command here may touch.
const STATE: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 7,
  "lineage": "3a1d4c5e-0c36-5d0c-9a3b-6f7f6a1f2f10",
  "outputs": {},
  "resources": [],
  "check_results": null
}
"#;

/// What a diagnostic about `main.tf` has to show.
struct Expected<'a> {
    summary: &'a str,
    /// Line and column, both from 1.
    at: (usize, usize),
    /// The marked text: the carets under the line are as many.
    marked: &'a str,
    /// A part of the detail or the hint.
    says: &'a str,
}

/// Applies a configuration below [`PROVIDER`] that cannot be applied, and returns what was said.
#[track_caller]
fn refused(configuration: &str) -> Outcome {
    let world = World::of(&format!("{PROVIDER}{configuration}"));
    fs::write(world.state(), STATE).expect("a temporary directory can be written");
    let before = world.inventory("us-east-1");
    let outcome = world.rinfra(&["apply", "-auto-approve", "-no-color"]).expect(1);
    assert_eq!(
        fs::read_to_string(world.state()).expect("the state is still there"),
        STATE,
        "the state was touched"
    );
    assert_eq!(world.inventory("us-east-1"), before, "something was made");
    outcome
}

#[track_caller]
fn check(configuration: &str, expected: &Expected<'_>) {
    let outcome = refused(configuration);
    contains(&outcome, expected);
}

#[track_caller]
fn contains(outcome: &Outcome, expected: &Expected<'_>) {
    let said = flowing(&outcome.stderr);
    assert!(said.contains(expected.summary), "the summary \"{}\" is missing\n{outcome}", expected.summary);
    assert!(said.contains(expected.says), "\"{}\" is missing\n{outcome}", expected.says);
    let (line, column) = expected.at;
    assert!(
        said.contains(&format!("main.tf:{line}:{column}")),
        "main.tf:{line}:{column} is missing\n{outcome}"
    );
    let marker = "^".repeat(expected.marked.chars().count());
    let mut lines = outcome.stderr.lines();
    let shown = lines.any(|it| it.contains(expected.marked)) && lines.any(|it| it.contains(&marker));
    assert!(shown, "no line with \"{}\", or no \"{marker}\" below it\n{outcome}", expected.marked);
}

/// Returns a text as one line, without the frames that diagnostics are drawn with.
fn flowing(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || "│╷╵|".contains(c))
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn syntax_error() {
    check(
        "resource \"aws_vpc\" \"main\" {\n  cidr_block \"10.0.0.0/16\"\n}\n",
        &Expected { summary: "Invalid block definition", at: (6, 27), marked: "", says: "{" },
    );
}

#[test]
fn unknown_block() {
    check(
        "resorce \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n",
        &Expected {
            summary: "Unsupported block type",
            at: (5, 1),
            marked: "resorce",
            says: "Did you mean \"resource\"?",
        },
    );
}

#[test]
fn unknown_nested_block() {
    check(
        "resource \"aws_security_group\" \"web\" {\n  ingres {\n    from_port = 80\n  }\n}\n",
        &Expected {
            summary: "Unsupported block type",
            at: (6, 3),
            marked: "ingres",
            says: "Did you mean \"ingress\"?",
        },
    );
}

#[test]
fn unknown_attribute() {
    check(
        "resource \"aws_vpc\" \"main\" {\n  cidr_blok = \"10.0.0.0/16\"\n}\n",
        &Expected {
            summary: "Unsupported argument",
            at: (6, 3),
            marked: "cidr_blok",
            says: "Did you mean \"cidr_block\"?",
        },
    );
}

#[test]
fn missing_required_attribute() {
    check(
        "resource \"aws_subnet\" \"main\" {\n  cidr_block = \"10.0.0.0/24\"\n}\n",
        &Expected { summary: "Missing required argument", at: (5, 30), marked: "{", says: "\"vpc_id\"" },
    );
}

#[test]
fn wrong_type() {
    check(
        "resource \"aws_vpc\" \"main\" {\n  cidr_block         = \"10.0.0.0/16\"\n  enable_dns_support = \"perhaps\"\n}\n",
        &Expected {
            summary: "Incorrect attribute value type",
            at: (7, 24),
            marked: "\"perhaps\"",
            says: "a bool is required",
        },
    );
}

#[test]
fn undeclared_resource() {
    check(
        "resource \"aws_subnet\" \"main\" {\n  vpc_id     = aws_vpc.main.id\n  cidr_block = \"10.0.0.0/24\"\n}\n",
        &Expected {
            summary: "Reference to undeclared resource",
            at: (6, 16),
            marked: "aws_vpc.main",
            says: "\"aws_vpc\" \"main\" has not been declared",
        },
    );
}

#[test]
fn undeclared_variable() {
    check(
        "variable \"network\" {\n  default = \"10.0.0.0/16\"\n}\n\nresource \"aws_vpc\" \"main\" {\n  cidr_block = var.netwrok\n}\n",
        &Expected {
            summary: "Reference to undeclared input variable",
            at: (10, 16),
            marked: "var.netwrok",
            says: "Did you mean \"network\"?",
        },
    );
}

#[test]
fn unknown_resource_type() {
    check(
        "resource \"aws_vcp\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n",
        &Expected {
            summary: "Invalid resource type",
            at: (5, 10),
            marked: "\"aws_vcp\"",
            says: "Did you mean \"aws_vpc\"?",
        },
    );
}

#[test]
fn unknown_function() {
    check(
        "locals {\n  ports = lenght([80, 443])\n}\n",
        &Expected {
            summary: "Call to unknown function",
            at: (6, 11),
            marked: "lenght",
            says: "Did you mean \"length\"?",
        },
    );
}

#[test]
fn the_whole_cycle_is_shown() {
    let ring = [("a", "b"), ("b", "c"), ("c", "a")];
    let configuration: String = ring
        .iter()
        .map(|(name, next)| {
            format!(
                "resource \"terraform_data\" \"{name}\" {{\n  input = terraform_data.{next}.output\n}}\n\n"
            )
        })
        .collect();
    let outcome = refused(&configuration);
    let said = flowing(&outcome.stderr);
    for part in ["Cycle", "terraform_data.a", "terraform_data.b", "terraform_data.c", "main.tf:"] {
        assert!(said.contains(part), "\"{part}\" is missing\n{outcome}");
    }
}

#[test]
fn all_errors_of_a_file_come_at_once() {
    let outcome = refused(
        "resource \"aws_vpc\" \"main\" {\n  cidr_blok = \"10.0.0.0/16\"\n}\n\n\
         resource \"aws_subnet\" \"main\" {\n  vpc_id     = aws_vpc.other.id\n  cidr_block = \"10.0.0.0/24\"\n}\n\n\
         output \"network\" {\n  value = var.network\n}\n",
    );
    for expected in [
        Expected { summary: "Unsupported argument", at: (6, 3), marked: "cidr_blok", says: "cidr_block" },
        Expected {
            summary: "Reference to undeclared resource",
            at: (10, 16),
            marked: "aws_vpc.other",
            says: "has not been declared",
        },
        Expected {
            summary: "Reference to undeclared input variable",
            at: (15, 11),
            marked: "var.network",
            says: "has not been declared",
        },
    ] {
        contains(&outcome, &expected);
    }
}

#[test]
fn missing_credentials() {
    let world = World::of(&format!(
        "{PROVIDER}resource \"aws_vpc\" \"main\" {{\n  cidr_block = \"10.0.0.0/16\"\n}}\n"
    ));
    fs::write(world.state(), STATE).unwrap();
    let outcome = Rinfra::in_dir(&world.directory)
        .env("AWS_ENDPOINT_URL", world.account.endpoint())
        .args(["apply", "-auto-approve", "-no-color"])
        .expect(1);
    let said = flowing(&outcome.stderr);
    for part in ["No valid credential sources found", "main.tf:1:", "AWS_PROFILE"] {
        assert!(said.contains(part), "\"{part}\" is missing\n{outcome}");
    }
    assert_eq!(fs::read_to_string(world.state()).unwrap(), STATE);
}

#[test]
fn unreachable_endpoint() {
    let world = World::of(&format!("{PROVIDER}data \"aws_caller_identity\" \"current\" {{}}\n"));
    fs::write(world.state(), STATE).unwrap();
    let started = Instant::now();
    // The discard port: nothing listens there.
    let outcome =
        world.rinfra(&["plan", "-no-color"]).env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").expect(1);
    assert!(started.elapsed() < Duration::from_secs(60), "it took {:?} to find out", started.elapsed());
    let said = flowing(&outcome.stderr);
    for part in ["127.0.0.1:9", "main.tf:"] {
        assert!(said.contains(part), "\"{part}\" is missing\n{outcome}");
    }
    assert_eq!(fs::read_to_string(world.state()).unwrap(), STATE);
}

#[test]
fn an_error_of_aws_names_the_call_and_the_resource() {
    let world = World::of(&format!(
        "{PROVIDER}resource \"aws_vpc\" \"main\" {{\n  cidr_block = \"10.0.0.0/16\"\n}}\n\n\
         resource \"aws_subnet\" \"outside\" {{\n  vpc_id     = aws_vpc.main.id\n  cidr_block = \"10.99.0.0/24\"\n}}\n"
    ));
    let outcome = world.rinfra(&["apply", "-auto-approve", "-no-color"]).expect(1);
    let said = flowing(&outcome.stderr);
    // Service, operation, code, message, address, place.
    for part in
        ["ec2", "CreateSubnet", "InvalidSubnet.Range", "10.99.0.0/24", "aws_subnet.outside", "main.tf:9:"]
    {
        assert!(said.contains(part), "\"{part}\" is missing\n{outcome}");
    }
    assert!(
        said.to_lowercase().replace(' ', "").contains("requestid"),
        "the request id is missing\n{outcome}"
    );
    assert_eq!(world.managed(), ["aws_vpc.main"], "what succeeded before is in the state");
    world.succeed(&["destroy", "-auto-approve"]);
}
