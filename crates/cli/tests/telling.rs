//! The built binary where it tells of providers and of the language.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod place;

use place::Place;
use serde_json::Value;

const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    other = {
      source  = "acme/other"
      version = "< 3, >= 1.2"
    }
  }
}
resource "terraform_data" "a" {}
data "null_data_source" "b" {}
module "m" {
  source = "./m"
}
module "n" {
  source = "./m"
}
"#;

const TREE: &str = "
Providers required by configuration:
.
├── provider[registry.terraform.io/acme/other] >= 1.2.0, < 3.0.0
├── provider[registry.terraform.io/hashicorp/null]
├── provider[terraform.io/builtin/terraform]
├── module.m
│   └── provider[terraform.io/builtin/terraform]
└── module.n
    └── provider[terraform.io/builtin/terraform]

";

fn place() -> Place {
    let place = Place::new(CONFIGURATION);
    std::fs::create_dir(place.path("m")).unwrap();
    place.write("m/main.tf", "resource \"terraform_data\" \"b\" {}\n");
    place
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_needed_providers_are_shown_as_a_tree() {
    let place = place();
    place.refused(&["providers"], "Module not installed");
    place.good(&["get"]);
    assert_eq!(place.good(&["providers"]).replace('\u{a0}', " "), TREE);
    place.write("terraform.tfstate", r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[{"mode":"managed","type":"x","name":"y","provider":"provider[\"registry.terraform.io/acme/x\"]","instances":[{"schema_version":0,"attributes":{}}]}]}"#);
    let of_state = "Providers required by state:\n\n    provider[registry.terraform.io/acme/x]\n\n";
    assert_eq!(place.good(&["providers"]).replace('\u{a0}', " "), format!("{TREE}{of_state}"));
    place.refused(&["providers", "extra"], "rinfra has no command named \"providers extra\".");
    std::fs::remove_file(place.path("main.tf")).unwrap();
    place.refused(&["providers"], "No configuration files");
}

#[test]
fn the_schemas_of_needed_providers_are_printed() {
    let place = place();
    place.good(&["get"]);
    let names =
        |json: &Value| json["provider_schemas"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let schemas = json(&place.good(&["providers", "schema", "-json"]));
    assert_eq!(names(&schemas), ["registry.terraform.io/hashicorp/null", "terraform.io/builtin/terraform"]);
    let null = &schemas["provider_schemas"]["registry.terraform.io/hashicorp/null"];
    let id = &null["resource_schemas"]["null_resource"]["block"]["attributes"]["id"];
    assert_eq!((&id["type"], &id["computed"]), (&"string".into(), &true.into()));
    let all = json(&Place::empty().good(&["providers", "schema", "-json"]));
    assert!(names(&all).len() >= 3, "{:?}", names(&all));
    place.refused(&["providers", "schema"], "requires the `-json` flag");
}

#[test]
fn the_functions_are_printed() {
    let place = Place::empty();
    let functions = json(&place.good(&["metadata", "functions", "-json"]));
    let abs = &functions["function_signatures"]["abs"];
    assert_eq!(
        abs,
        &json(
            r#"{"description":"Returns a number without its sign.","parameters":[{"name":"num","type":"number"}],"return_type":"number"}"#
        )
    );
    place.refused(&["metadata", "functions"], "requires the `-json` flag");
    place.refused(&["metadata", "nope"], "rinfra has no command named \"metadata nope\".");
}

#[test]
fn what_is_not_there_is_refused_with_a_reason() {
    let place = Place::empty();
    for (arguments, words) in [
        (&["providers", "lock", "-platform=linux_amd64"][..], "The command providers lock is not supported"),
        (&["providers", "mirror", "directory"], "The command providers mirror is not supported"),
        (&["login", "example.com"], "The command login is not supported"),
        (&["logout"], "The command logout is not supported"),
        (&["test"], "Tests are not supported yet"),
    ] {
        place.refused(arguments, words);
    }
}
