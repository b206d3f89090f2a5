//! What the commands do with a state in a bucket, with and without versions of its objects.

use std::fs;

use rinfra_testkit::{Bucket, Outcome, Rinfra, moto};
use serde_json::Value;
use tempfile::TempDir;

const KEY: &str = "nets/main.tfstate";
const LOCK: &str = "nets/main.tfstate.tflock";

const REST: &str = r#"
variable "v" {
  default = "one"
}

resource "terraform_data" "a" {
  input = "${terraform.workspace} ${var.v}"
}

output "o" {
  value = terraform_data.a.output
}
"#;

/// A configuration whose state is in a bucket of an account that has nothing else.
struct Place {
    bucket: Bucket,
    base: TempDir,
}

impl Place {
    fn new(keeps_versions: bool) -> Self {
        let bucket = Bucket::make(moto().account()).expect("a bucket");
        if keeps_versions {
            bucket.keep_versions().expect("versions");
        }
        let base = tempfile::tempdir().expect("a directory");
        fs::write(base.path().join("main.tf"), bucket.backend(KEY) + REST).expect("a file");
        let place = Self { bucket, base };
        place.good(&["init"]);
        place
    }

    fn run(&self, arguments: &[&str], code: i32) -> Outcome {
        Rinfra::in_dir(self.base.path()).account(self.bucket.account()).args(arguments).expect(code)
    }

    #[track_caller]
    fn good(&self, arguments: &[&str]) -> String {
        self.run(arguments, 0).stdout
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str], words: &str) {
        let outcome = self.run(arguments, 1);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }

    fn apply(&self, value: &str) {
        self.good(&["apply", "-auto-approve", &format!("-var=v={value}")]);
    }

    fn serials(&self) -> Vec<u64> {
        let listed: Vec<Value> =
            serde_json::from_str(&self.good(&["state", "history", "-json"])).expect("JSON");
        listed.iter().filter_map(|it| it["serial"].as_u64()).collect()
    }

    fn pulled(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.good(&[&["state", "pull"], arguments].concat())).expect("JSON")
    }

    #[track_caller]
    fn keys(&self, expected: &[&str]) {
        assert_eq!(self.bucket.keys().expect("keys"), expected);
    }
}

#[test]
fn earlier_states_are_versions_of_the_object() {
    let place = Place::new(true);
    for value in ["one", "two", "three"] {
        place.apply(value);
    }
    place.keys(&[KEY]);
    assert_eq!(place.serials(), [3, 2, 1]);
    assert!(place.good(&["state", "history"]).contains("current"));
    assert_eq!(place.good(&["state", "list", "-at=1"]), "terraform_data.a\n");
    assert!(place.good(&["state", "show", "-at=2", "terraform_data.a"]).contains("default two"));
    assert!(place.good(&["state", "show", "terraform_data.a"]).contains("default three"));
    let earlier = place.pulled(&["-at=1"]);
    assert_eq!(
        (earlier["serial"].as_u64(), earlier["outputs"]["o"]["value"].as_str()),
        (Some(1), Some("default one"))
    );
    for (arguments, words) in [
        (&["state", "diff", "1"][..], "\"default one\" -> \"default three\""),
        (&["state", "diff", "1", "2"], "\"default one\" -> \"default two\""),
        (&["state", "diff", "2", "1"], "\"default two\" -> \"default one\""),
    ] {
        let said = place.good(arguments);
        assert!(said.contains(words) && said.contains("1 changed"), "{said}");
    }
    place.refused(&["state", "show", "-at=7", "terraform_data.a"], "7");

    let said = place.good(&["state", "restore", "1"]);
    assert!(said.contains("Serial 4 says what serial 1 said."), "{said}");
    assert_eq!(place.good(&["output", "-raw", "o"]), "default one");
    assert_eq!(place.serials(), [4, 3, 2, 1]);
    place.good(&["state", "restore", "3"]);
    place.run(&["plan", "-detailed-exitcode", "-var=v=three"], 0);
    place.keys(&[KEY]);
}

#[test]
fn without_versions_there_is_only_the_state_itself() {
    let place = Place::new(false);
    place.apply("one");
    place.apply("two");
    assert_eq!(place.serials(), [2]);
    assert!(place.good(&["state", "show", "-at=2", "terraform_data.a"]).contains("default two"));
    place.refused(&["state", "show", "-at=1", "terraform_data.a"], "1");
    place.refused(&["state", "restore", "1"], "1");
    place.refused(&["state", "diff", "1"], "1");
    place.keys(&[KEY]);
}

#[test]
fn states_are_pulled_and_pushed() {
    for keeps_versions in [true, false] {
        let place = Place::new(keeps_versions);
        place.apply("one");
        let first = place.pulled(&[]).to_string();
        place.apply("two");
        let file = place.base.path().join("pushed.json");
        fs::write(&file, &first).unwrap();
        place.refused(
            &["state", "push", "pushed.json"],
            "cannot import state with serial 1 over newer state with serial 2",
        );
        assert_eq!(place.good(&["output", "-raw", "o"]), "default two");
        place.good(&["state", "push", "-force", "pushed.json"]);
        assert_eq!(place.good(&["output", "-raw", "o"]), "default one");
        let newer = first.replace("default one", "default nine").replace("\"serial\":1", "\"serial\":9");
        fs::write(&file, newer).unwrap();
        place.good(&["state", "push", "pushed.json"]);
        assert_eq!(place.good(&["output", "-raw", "o"]), "default nine");
        place.keys(&[KEY]);
    }
}

#[test]
fn a_lock_is_told_and_can_be_taken_away() {
    for keeps_versions in [true, false] {
        let place = Place::new(keeps_versions);
        place.apply("one");
        let lock = r#"{"ID":"11-22","Operation":"OperationTypeApply","Who":"me@there","Version":"1.11.4","Created":"2026-01-02T03:04:05Z"}"#;
        place.bucket.write(LOCK, lock).unwrap();
        place.refused(
            &["apply", "-auto-approve", "-var=v=two"],
            "is locked by me@there since 2026-01-02T03:04:05Z (OperationTypeApply, version 1.11.4, lock 11-22)",
        );
        place.refused(&["state", "rm", "terraform_data.a"], "me@there");
        // Who only looks waits for nobody.
        assert_eq!(place.good(&["output", "-raw", "o"]), "default one");
        place.refused(&["force-unlock", "-force", "33"], "11-22");
        place.good(&["force-unlock", "-force", "11-22"]);
        place.apply("two");
        place.keys(&[KEY]);
    }
}

#[test]
fn workspaces_are_objects_beside_the_state() {
    let place = Place::new(true);
    place.apply("one");
    place.good(&["workspace", "new", "side"]);
    place.apply("two");
    place.keys(&["env:/side/nets/main.tfstate", KEY]);
    assert_eq!(place.good(&["output", "-raw", "o"]), "side two");
    // A workspace begins with an empty state, as in Terraform.
    assert_eq!(place.serials(), [1, 0]);
    assert_eq!(place.good(&["workspace", "show"]), "side\n");
    place.good(&["workspace", "select", "default"]);
    assert_eq!(place.good(&["output", "-raw", "o"]), "default one");
    place.refused(&["workspace", "delete", "side"], "Workspace is not empty");
    place.good(&["workspace", "delete", "-force", "side"]);
    assert_eq!(place.good(&["workspace", "list"]), "* default\n\n");
    place.keys(&[KEY]);
}

#[test]
fn how_long_a_lease_lasts_is_a_number_of_seconds() {
    let place = Place::new(false);
    for (seconds, code) in [("1", 1), ("two minutes", 1), ("", 0), ("30", 0)] {
        let command = Rinfra::in_dir(place.base.path()).account(place.bucket.account());
        let outcome = command.env("RINFRA_LEASE", seconds).args(["plan"]).expect(code);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        let is_told = said.to_lowercase().contains("it is a number of seconds, from 5 to 3600");
        assert_eq!(is_told, code == 1, "{said}");
    }
}
