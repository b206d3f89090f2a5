//! Saved plans whose secrets are encrypted, and saved plans that no longer fit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const KEY: &str = "correct horse battery staple";

const SECRETS: [&str; 4] = ["hush-default", "hush-given", "hush-literal", "hush-before"];

const CONFIGURATION: &str = r#"
variable "given" {
  sensitive = true
}

variable "kept" {
  default   = "hush-default"
  sensitive = true
}

variable "plain" {
  default = "for everybody"
}

resource "terraform_data" "it" {
  input = {
    list  = [var.plain, var.given]
    other = sensitive("hush-literal")
  }
}

output "kept" {
  value     = var.kept
  sensitive = true
}
"#;

struct Place {
    directory: TempDir,
}

impl Place {
    fn with(configuration: &str) -> Self {
        let place = Self { directory: TempDir::new().unwrap() };
        place.write("main.tf", configuration);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Returns the exit code of a command, and what it prints.
    fn run(&self, environment: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
        command.args(arguments).current_dir(self.directory.path()).env_clear();
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    }

    fn good(&self, environment: &[(&str, &str)], arguments: &[&str]) -> String {
        let (code, said) = self.run(environment, arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        said
    }

    fn refused(&self, environment: &[(&str, &str)], arguments: &[&str], expected: &[&str]) {
        let (code, said) = self.run(environment, arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        let said = said.replace("\n   ", "");
        expected.iter().for_each(|it| assert!(said.contains(it), "{it:?} in {said}"));
    }
}

/// Returns a place with a state whose secrets the next plan replaces.
fn with_secrets() -> Place {
    let place = Place::with(CONFIGURATION);
    place.good(&[], &["apply", "-auto-approve", "-var", "given=hush-before"]);
    place
}

const PLAN: [&str; 4] = ["plan", "-out=p", "-var", "given=hush-given"];

#[test]
fn secrets_are_plain_where_there_is_no_key_and_that_is_said() {
    let place = with_secrets();
    let said = place.good(&[], &PLAN);
    assert!(
        said.contains("It holds sensitive values as plain text. RINFRA_PLAN_KEY encrypts them."),
        "{said}"
    );
    SECRETS.iter().for_each(|it| assert!(place.read("p").contains(it), "{it}"));
    place.refused(&[("RINFRA_PLAN_KEY", KEY)], &["apply", "p"], &["Saved plan is not encrypted"]);
    place.good(&[("RINFRA_PLAN_KEY", KEY)], &["show", "p"]);
    let said = Place::with("resource \"terraform_data\" \"it\" {}\n").good(&[], &["plan", "-out=p"]);
    assert!(!said.contains("sensitive"), "{said}");
}

#[test]
fn secrets_are_encrypted_and_the_rest_is_not() {
    let (place, key) = (with_secrets(), [("RINFRA_PLAN_KEY", KEY)]);
    let said = place.good(&key, &PLAN);
    assert!(!said.contains("sensitive values"), "{said}");
    let text = place.read("p");
    SECRETS.iter().for_each(|it| assert!(!text.contains(it), "{it} in {text}"));
    assert!(text.contains("for everybody") && text.contains("terraform_data.it"), "{text}");
    let json = place.good(&key, &["show", "-json", "p"]);
    SECRETS.iter().filter(|it| **it != "hush-literal").for_each(|it| assert!(json.contains(it), "{it}"));
    place.good(&key, &["apply", "p"]);
    assert!(place.read("terraform.tfstate").contains("hush-given"));
}

#[test]
fn without_its_key_nobody_opens_a_plan() {
    let place = with_secrets();
    place.good(&[("RINFRA_PLAN_KEY", KEY)], &PLAN);
    let other = [("RINFRA_PLAN_KEY", "another passphrase of someone")];
    for command in [&["show", "p"][..], &["show", "-json", "p"], &["apply", "p"], &["graph", "-plan=p"]] {
        place.refused(&[], command, &["the plan is encrypted, and there is no key", "RINFRA_PLAN_KEY"]);
    }
    place.refused(&other, &["apply", "p"], &["the key is not the one the plan was encrypted with"]);
    place.refused(&[("RINFRA_PLAN_KEY", "too short")], &PLAN, &["Invalid RINFRA_PLAN_KEY"]);
    let both = [("RINFRA_PLAN_KMS_KEY", "alias/x"), ("RINFRA_PLAN_KEY", KEY)];
    place.refused(&both, &PLAN, &["Unsupported key for saved plans"]);
}

#[test]
fn a_stale_plan_is_refused_with_the_reason() {
    let meanwhile = |change: &dyn Fn(&Place), expected: &[&str]| {
        let place = with_secrets();
        place.good(&[], &PLAN);
        change(&place);
        place.refused(&[], &["apply", "p"], expected);
    };
    meanwhile(
        &|it| {
            it.write("main.tf", CONFIGURATION.replace("everybody", "nobody"));
            it.write("new.tf", "locals {}\n");
        },
        &["Saved plan is stale", "main.tf is not the same, new.tf is new."],
    );
    meanwhile(
        &|it| {
            std::fs::rename(it.path("main.tf"), it.path("other.tf")).unwrap();
        },
        &["Saved plan is stale", "main.tf is gone, other.tf is new."],
    );
    meanwhile(
        &|it| drop(it.good(&[], &["apply", "-auto-approve", "-var", "given=x"])),
        &["Saved plan is stale", "its serial was 1, and is 2 now"],
    );
    meanwhile(
        &|it| it.write("terraform.tfstate", it.read("terraform.tfstate").replace("hush-before", "hush-now")),
        &["Saved plan is stale", "although its serial is still 1"],
    );
    meanwhile(
        &|it| {
            let state: Value = serde_json::from_str(&it.read("terraform.tfstate")).unwrap();
            let lineage = state["lineage"].as_str().unwrap();
            it.write("terraform.tfstate", it.read("terraform.tfstate").replace(lineage, "another"));
        },
        &["Saved plan is stale", "its lineage is", "and that of the state here is another."],
    );
    meanwhile(
        &|it| it.write("p", it.read("p").replace("hush-default", "hush-changed")),
        &["in the plan were changed since it was saved"],
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_not_taken_for_gone() {
    let place = with_secrets();
    place.good(&[], &PLAN);
    std::fs::remove_file(place.path("main.tf")).unwrap();
    std::os::unix::fs::symlink(Path::new("nowhere"), place.path("main.tf")).unwrap();
    place.refused(&[], &["apply", "p"], &["Failed to read configuration", "main.tf cannot be read"]);
    // Where there is no configuration at all, none is needed.
    std::fs::remove_file(place.path("main.tf")).unwrap();
    place.good(&[], &["apply", "p"]);
}

#[test]
fn configuration_that_is_no_text_is_kept_as_it_is() {
    let place = Place::with("");
    place.write(
        "main.tf.json",
        b"{\"//\": \"\xff\xfe\", \"locals\": {\"a\": 1}, \"output\": {\"a\": {\"value\": 1}}}",
    );
    let (code, said) = place.run(&[], &["plan", "-out=p"]);
    if code == Some(0) {
        place.good(&[], &["apply", "p"]);
    } else {
        assert!(said.contains("main.tf.json"), "{said}");
    }
}
