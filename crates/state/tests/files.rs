//! State files as Terraform writes them, read and written again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

use rinfra_state::{ParseError, State, Status};
use rinfra_testkit::{root, skipped};
use rinfra_value::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> State {
    State::parse(&fs::read(fixtures().join(name)).unwrap()).unwrap()
}

fn assert_round_trips(name: &str, bytes: &[u8]) {
    let state = State::parse(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let written = String::from_utf8(state.to_json_bytes().unwrap()).unwrap();
    let original = str::from_utf8(bytes).unwrap();
    for (number, (written, original)) in written.lines().zip(original.lines()).enumerate() {
        assert_eq!(written, original, "{name}, line {}", number + 1);
    }
    assert_eq!(written, original, "{name}");
}

/// The fixtures come from Terraform 1.11.4 itself; `newer.tfstate` has what later versions add.
#[test]
fn files_of_terraform_are_written_back_byte_for_byte() {
    let mut names = Vec::new();
    for entry in fs::read_dir(fixtures()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        assert_round_trips(&name, &fs::read(entry.path()).unwrap());
        names.push(name);
    }
    names.sort();
    assert_eq!(names, ["aws.tfstate", "newer.tfstate", "replacing.tfstate", "values.tfstate"]);
}

#[test]
fn the_model_says_what_the_file_says() {
    let state = fixture("replacing.tfstate");
    let address = "terraform_data.t".parse().unwrap();
    let instance = state.instance(&address).unwrap();
    assert_eq!(instance.current.as_ref().unwrap().status, Status::Tainted);
    assert_eq!(instance.deposed.keys().collect::<Vec<_>>(), ["0c243acb"]);
    assert!(instance.deposed["0c243acb"].create_before_destroy);

    let state = fixture("values.tfstate");
    assert_eq!(state.outputs["sec"].value, Value::string("s3cr"));
    assert!(state.outputs["sec"].sensitive);
    let addresses: Vec<String> = state.instances().map(|(address, ..)| address.to_string()).collect();
    assert!(addresses.contains(&r#"terraform_data.f["a\"q"]"#.to_owned()), "{addresses:?}");
    assert!(addresses.contains(&r#"module.m["two"].terraform_data.y[1]"#.to_owned()), "{addresses:?}");

    let state = fixture("aws.tfstate");
    let far = "aws_cloudwatch_log_group.far".parse().unwrap();
    assert_eq!(
        state.provider(&far).unwrap().to_string(),
        r#"provider["registry.terraform.io/hashicorp/aws"].west"#
    );
    let zone = state.current(&r#"aws_subnet.zone["a"]"#.parse().unwrap()).unwrap();
    let dependencies: Vec<String> = zone.dependencies.iter().map(ToString::to_string).collect();
    assert_eq!(dependencies, ["aws_vpc.main", "data.aws_availability_zones.here"]);
}

#[test]
fn what_is_not_a_state_is_refused_with_the_place() {
    let check = |text: &str, expected: &str| {
        assert_eq!(State::parse(text.as_bytes()).unwrap_err().to_string(), expected, "{text}");
    };
    check("", "the file is empty");
    check("{", "invalid state at line 1, column 1: EOF while parsing an object");
    check("{\n  \"version\": 4,\n  oops\n}", "invalid state at line 3, column 3: key must be a string");
    check("{}", "there is no \"version\": this is not a Terraform state");
    check("[4, null]", "invalid state at line 1, column 1: a state is a JSON object");
    check(
        "{\"version\":4,\n\"serial\":\"x\"}",
        "invalid state at line 2, column 12: invalid type: string \"x\", expected u64",
    );
    check(
        r#"{"version":3,"terraform_version":"0.11.14","modules":[]}"#,
        "the state has format version 3, written by Terraform 0.11 or earlier; upgrade it with \"terraform apply \
         -refresh-only\" of Terraform 0.13 or later, which writes version 4",
    );
    check(
        r#"{"version":5,"terraform_version":"2.0.0","future":[]}"#,
        "the state has format version 5, written by Terraform 2.0.0; this program knows versions up to 4 and \
         leaves the file as it is",
    );
    let resource = |instances: &str| {
        format!(
            r#"{{"version":4,"resources":[{{"mode":"managed","type":"a_b","name":"c",
            "provider":"provider[\"terraform.io/builtin/terraform\"]","instances":[
{instances}]}}]}}"#
        )
    };
    check(&resource("{},{}"), "the state records a_b.c twice");
    check(&resource(r#"{"deposed":"1"},{"deposed":"1"}"#), "the state records a_b.c (deposed 1) twice");
    check(
        &resource(r#"{"index_key":-1}"#),
        "invalid state at line 3, column 16: -1 is neither a whole number nor a string",
    );
    check(
        &resource(r#"{"dependencies":["x"]}"#),
        "invalid state at line 3, column 21: invalid address \"x\": it ends where \".\" should follow",
    );
    check(
        &resource(r#"{"status":"odd"}"#),
        "invalid state at line 3, column 16: \"odd\" is not a status of an object",
    );
}

#[test]
fn a_truncated_file_is_refused() {
    let bytes = fs::read(fixtures().join("replacing.tfstate")).unwrap();
    for end in 1..bytes.len() - 2 {
        let error = State::parse(&bytes[..end]).unwrap_err();
        assert!(matches!(error, ParseError::Invalid { .. }), "cut at {end}: {error}");
    }
}

#[test]
fn what_go_writes_as_null_is_nothing() {
    let state =
        State::parse(br#"{"version":4,"outputs":null,"resources":null,"check_results":null}"#).unwrap();
    assert!(state.is_empty());
    let state = State::parse(
        br#"{"version":4,"resources":[{"mode":"data","type":"a_b","name":"c",
        "provider":"provider[\"terraform.io/builtin/terraform\"]","instances":[]}]}"#,
    );
    assert!(state.unwrap().is_empty());
}

/// The states of the scenarios have no line breaks and sorted keys, so they are compared as JSON.
#[test]
fn states_of_all_scenarios_are_written_back() {
    let scenarios = root().join("../shared/vectors/scenarios");
    let Ok(scenarios) = fs::read_dir(scenarios) else { return skipped("no ../shared") };
    let mut count = 0;
    for scenario in scenarios {
        let Ok(steps) = fs::read_dir(scenario.unwrap().path().join("expected")) else { continue };
        for path in
            steps.map(|it| it.unwrap().path()).filter(|it| it.extension().is_some_and(|it| it == "json"))
        {
            let step: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let Some(expected) = step.get("state").filter(|it| it.is_object()) else { continue };
            let mut expected = expected.clone();
            // What differs from run to run was taken out.
            for (name, value) in
                [("version", 4.into()), ("serial", 1.into()), ("terraform_version", "1.11.4".into())]
            {
                expected[name] = value;
            }
            // Terraform keeps a shell of a resource whose instances all failed; nothing is lost without it.
            let resources = expected["resources"].as_array_mut().unwrap();
            resources.retain(|it| it["instances"].as_array().is_some_and(|it| !it.is_empty()));
            let state = State::parse(expected.to_string().as_bytes());
            let state = state.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let written: serde_json::Value = serde_json::from_slice(&state.to_json_bytes().unwrap()).unwrap();
            assert_eq!(written, expected, "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 50, "{count} states");
}

/// A state with two instances of two instances of a provider configuration, as this program writes it.
const KEYED: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 1,
  "lineage": "l",
  "outputs": {},
  "resources": [
    {
      "mode": "managed",
      "type": "aws_vpc",
      "name": "it",
      "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].by_region",
      "instances": [
        {
          "index_key": "x",
          "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].by_region[\"eu-west-1\"]",
          "schema_version": 1,
          "attributes": {},
          "sensitive_attributes": []
        },
        {
          "index_key": "y",
          "status": "tainted",
          "deposed": "00000001",
          "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].by_region[\"us-east-1\"]",
          "schema_version": 1,
          "attributes": {},
          "sensitive_attributes": []
        }
      ]
    }
  ],
  "check_results": null
}
"#;

#[test]
fn each_instance_says_which_instance_of_its_provider_it_has() {
    let state = State::parse(KEYED.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(state.to_json_bytes().unwrap()).unwrap(), KEYED);
    let check = |address: &str, expected: &str| {
        let provider = state.provider(&address.parse().unwrap()).unwrap().to_string();
        assert_eq!(provider, format!("provider[\"registry.terraform.io/hashicorp/aws\"].{expected}"));
    };
    check("aws_vpc.it[\"x\"]", "by_region[\"eu-west-1\"]");
    check("aws_vpc.it[\"y\"]", "by_region[\"us-east-1\"]");
    // OpenTofu says it with the instances alone.
    let whole = r#"      "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].by_region",
"#
    .replace("\\n", "\n");
    let theirs = KEYED.replacen(&whole, "", 1);
    assert_ne!(theirs, KEYED);
    assert_eq!(State::parse(theirs.as_bytes()).unwrap(), state);
}

#[test]
fn providers_that_contradict_each_other_are_refused() {
    let check = |from: &str, to: &str, expected: &str| {
        let text = KEYED.replace(from, to);
        assert_eq!(State::parse(text.as_bytes()).unwrap_err().to_string(), expected);
    };
    let vpc = "the state records aws_vpc.it[\"y\"] ";
    let aws = "provider[\"registry.terraform.io/hashicorp/aws\"]";
    check(
        "by_region[\\\"us-east-1\\\"]",
        "west",
        &format!("{vpc}with {aws}.west, and its resource with {aws}.by_region"),
    );
    check(
        "\"provider\":",
        "\"other\":",
        "the state records aws_vpc.it[\"x\"] without its provider configuration",
    );
}
