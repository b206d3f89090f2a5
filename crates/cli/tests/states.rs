//! The built binary where it marks, updates, exchanges and locks states, without any cloud.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod place;

use place::Place;
use serde_json::Value;

const CONFIGURATION: &str = r#"
resource "terraform_data" "a" {
  input = "a"
}
resource "terraform_data" "many" {
  count = 2
}
output "o" {
  value = terraform_data.a.output
}
"#;

fn serial(place: &Place) -> u64 {
    let state: Value = serde_json::from_str(&place.read("terraform.tfstate")).unwrap();
    state["serial"].as_u64().unwrap()
}

#[test]
fn a_tainted_instance_is_replaced() {
    let place = Place::applied(CONFIGURATION);
    let said = place.good(&["taint", "terraform_data.a"]);
    assert_eq!(said, "Resource instance terraform_data.a has been marked as tainted.\n");
    assert!(place.read("terraform.tfstate").contains("\"status\": \"tainted\""));
    assert!(!place.read("terraform.tfstate.backup").contains("tainted"));
    assert!(place.good(&["plan"]).contains("# terraform_data.a is tainted, so must be replaced"));
    let said = place.good(&["untaint", "terraform_data.a"]);
    assert_eq!(said, "Resource instance terraform_data.a has been successfully untainted.\n");
    assert!(place.good(&["plan"]).contains("No changes."));
    place.refused(&["untaint", "-allow-missing", "terraform_data.a"], "Resource instance is not tainted");
    for command in ["taint", "untaint"] {
        for address in ["terraform_data.zz", "terraform_data.many"] {
            place.refused(&[command, address], "No such resource instance");
            let done = place.run(&[command, "-allow-missing", address], None, "");
            assert!(done.code == 0 && done.err.contains("Warning: No such resource instance"), "{done:?}");
        }
        place.refused(&[command, "zz"], "Invalid address");
        place.refused(&[command, "module.m"], "Invalid address");
    }
    place.refused(&["taint", "data.a.b"], "Resource instance data.a.b cannot be tainted");
    place.good(&["taint", "terraform_data.many[1]"]);
    assert!(place.good(&["plan"]).contains("# terraform_data.many[1] is tainted, so must be replaced"));
}

#[test]
fn refreshing_records_what_exists_and_new_outputs() {
    let place = Place::new("output \"o\" {\n  value = 1\n}\n");
    let done = place.run(&["refresh"], None, "");
    assert!(done.code == 0 && done.err.contains("Warning: Empty or non-existent state"), "{done:?}");
    assert_eq!(done.out, "\nOutputs:\n\no = 1\n");
    assert_eq!(place.good(&["output", "-raw", "o"]), "1");
    let lines = place.good(&["refresh", "-json"]);
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["type"], "outputs");
    assert_eq!(last["outputs"]["o"]["value"], 1);
    place.refused(&["refresh", "extra"], "Too many command line arguments");
}

#[test]
fn a_state_is_pulled_and_pushed_where_it_came_from() {
    let place = Place::applied(CONFIGURATION);
    let stored = place.read("terraform.tfstate");
    assert_eq!(place.good(&["state", "pull"]), stored);
    assert_eq!(Place::new("").good(&["state", "pull"]), "", "there is none");
    let push = |from: &str, to: &str, options: &[&str], serial_after: Result<u64, &str>| {
        let before = place.read("terraform.tfstate");
        assert!(stored.contains(from), "{from}");
        place.write("pushed", &stored.replacen(from, to, 1));
        let arguments = [&["state", "push"], options, &["pushed"]].concat();
        match serial_after {
            Ok(expected) => {
                assert_eq!(place.good(&arguments), "");
                assert_eq!(serial(&place), expected, "{to}");
            }
            Err(words) => {
                place.refused(&arguments, "Failed to write state");
                place.refused(&arguments, words);
                assert_eq!(place.read("terraform.tfstate"), before, "{to}");
            }
        }
        place.write("terraform.tfstate", &stored);
    };
    let now = "\"serial\": 1,";
    push(now, now, &[], Ok(1));
    push(now, "\"serial\": 9,", &[], Ok(9));
    push("\"value\": \"a\"", "\"value\": \"b\"", &[], Err("that has the same serial"));
    push("\"value\": \"a\"", "\"value\": \"b\"", &["-force"], Ok(2));
    push(now, "\"serial\": 0,", &[], Err("cannot import state with serial 0 over newer state with serial 1"));
    push(now, "\"serial\": 0,", &["-force"], Ok(0));
    push("\"lineage\": \"", "\"lineage\": \"z", &[], Err("over unrelated state"));
    push("\"lineage\": \"", "\"lineage\": \"z", &["-force"], Ok(1));
    assert_eq!(place.run(&["state", "push", "-"], None, &stored).code, 0);
    place.refused(&["state", "push", "nope"], "Failed to read \"nope\"");
    place.refused(&["state", "push", "main.tf"], "Error reading source state \"main.tf\"");
    let other = Place::new("");
    other.write("pushed", &stored);
    other.good(&["state", "push", "pushed"]);
    assert_eq!(other.read("terraform.tfstate"), stored);
}

#[test]
fn resources_get_another_provider() {
    let place = Place::applied(CONFIGURATION);
    let (from, to) = ("terraform.io/builtin/terraform", "acme/terraform");
    let command = ["state", "replace-provider", from, to];
    let announced = "rinfra will perform the following actions:\n\n  ~ Updating provider:\n    - terraform.io/builtin/terraform\n    + registry.terraform.io/acme/terraform\n\nChanging 2 resources:\n\n  terraform_data.a\n  terraform_data.many\n\n";
    let question =
        "Do you want to make these changes?\nOnly 'yes' will be accepted to continue.\n\nEnter a value: ";
    let done = place.run(&command, None, "no\n");
    assert_eq!((done.code, done.out), (0, format!("{announced}{question}Cancelled replacing providers.\n")));
    place.refused(&command, "Error asking for approval");
    assert_eq!(serial(&place), 1);
    let done = place.run(&command, None, "yes\n");
    let success = "Successfully replaced provider for 2 resources.\n";
    assert_eq!((done.code, done.out), (0, format!("{announced}{question}\n{success}")));
    assert!(!place.read("terraform.tfstate").contains(from));
    let backups = place.names(".").into_iter().filter(|it| it.ends_with(".backup")).collect::<Vec<_>>();
    assert_eq!(backups.len(), 1, "{backups:?}");
    assert!(place.read(&backups[0]).contains(from));
    assert_eq!(place.good(&command), "No matching resources found.\n");
    place.good(&["state", "replace-provider", "-auto-approve", "-backup=old", to, from]);
    assert!(place.read("old").contains("acme/terraform"));
    place.refused(&["state", "replace-provider", "a!", "b"], "Invalid \"from\" provider \"a!\"");
    place.refused(&["state", "replace-provider", "a", "b/c/d/e"], "Invalid \"to\" provider \"b/c/d/e\"");
}

#[test]
fn the_state_may_be_another_file() {
    let place = Place::applied(CONFIGURATION);
    std::fs::rename(place.path("terraform.tfstate"), place.path("other")).unwrap();
    place.refused(&["state", "list"], "No state file was found!");
    let all = "terraform_data.a\nterraform_data.many[0]\nterraform_data.many[1]\n";
    assert_eq!(place.good(&["state", "list", "-state=other"]), all);
    let shown = place.good(&["state", "show", "-state=other", "terraform_data.a"]);
    let id = shown.split('"').find(|it| it.len() == 36).unwrap().to_owned();
    let listed = |arguments: &[&str]| place.good(&[&["state", "list", "-state=other"], arguments].concat());
    assert_eq!(listed(&["-id", &id]), "terraform_data.a\n");
    assert_eq!(listed(&["-id", &id, "terraform_data.many"]), "");
    assert_eq!(
        listed(&["terraform_data.many[1]", "terraform_data.many"]),
        "terraform_data.many[1]\nterraform_data.many[0]\nterraform_data.many[1]\n"
    );
    place.good(&["state", "rm", "-state=other", "-backup=kept", "terraform_data.many"]);
    place.good(&["state", "mv", "-state=other", "terraform_data.a", "terraform_data.b"]);
    place.good(&["taint", "-state=other", "-backup=-", "terraform_data.b"]);
    assert_eq!(listed(&[]), "terraform_data.b\n");
    assert!(place.read("kept").contains("many"));
    assert!(!place.path("terraform.tfstate").exists());
}

#[test]
fn what_is_in_one_state_moves_into_another() {
    let place = Place::applied(CONFIGURATION);
    let mv = ["state", "mv", "-state-out=other"];
    let run = |options: &[&str]| place.good(&[&mv, options].concat());
    assert!(run(&["-dry-run", "terraform_data.a", "terraform_data.b"]).starts_with("Would move "));
    assert_eq!(place.names("."), ["main.tf", "terraform.tfstate"]);
    let said = run(&["terraform_data.a", "terraform_data.b"]);
    assert_eq!(said, "Move \"terraform_data.a\" to \"terraform_data.b\"\nSuccessfully moved 1 object(s).\n");
    run(&["terraform_data.many", "module.m.terraform_data.many"]);
    assert_eq!(place.good(&["state", "list"]), "");
    let moved = "terraform_data.b\nmodule.m.terraform_data.many[0]\nmodule.m.terraform_data.many[1]\n";
    assert_eq!(place.good(&["state", "list", "-state=other"]), moved);
    let taken = [&mv[..], &["-state=other", "terraform_data.b", "module.m.terraform_data.many[0]"]].concat();
    place.refused(&taken, "Invalid target address");
    place.good(&[
        "state",
        "mv",
        "-state=other",
        "-state-out=terraform.tfstate",
        "terraform_data.b",
        "terraform_data.a",
    ]);
    assert_eq!(place.good(&["state", "list"]), "terraform_data.a\n");
    place.refused(&[&mv[..], &["terraform_data.z", "terraform_data.b"]].concat(), "Invalid source address");
}

#[test]
fn plans_may_be_about_another_file() {
    let place = Place::new(CONFIGURATION);
    place.good(&["apply", "-auto-approve", "-state=other"]);
    assert_eq!(place.good(&["output", "-raw", "-state=other", "o"]), "a");
    assert_eq!(place.run(&["console", "-state=other"], None, "terraform_data.a.input").out, "\"a\"\n");
    assert!(place.good(&["plan", "-state=other"]).contains("No changes."));
    place.good(&["destroy", "-auto-approve", "-state=other", "-backup=kept"]);
    assert!(place.read("kept").contains("many"));
    place.good(&["apply", "-auto-approve", "-state=other", "-backup=-"]);
    assert_eq!(place.names("."), [".other.history", "kept", "main.tf", "other"]);
}

/// Holds the lock of a state in another process until it is dropped.
struct Holder(std::process::Child);

impl Holder {
    /// Begins an apply that goes on until it is told to end.
    fn new(place: &Place) -> Self {
        let slow = "resource \"terraform_data\" \"slow\" {\n  provisioner \"local-exec\" {\n    command = \"touch begun; while [ ! -e end ]; do sleep 0.05; done\"\n  }\n}\n";
        place.write("slow.tf", slow);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rinfra"));
        command.args(["apply", "-auto-approve"]).current_dir(place.path("."));
        let child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        while !place.path("begun").exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Self(child)
    }

    fn end(mut self, place: &Place) -> bool {
        place.write("end", "");
        self.0.wait().unwrap().success()
    }
}

#[test]
fn a_lock_is_respected_unless_somebody_does_without() {
    let place = Place::applied(CONFIGURATION);
    let holder = Holder::new(&place);
    let commands: [&[&str]; 6] = [
        &["plan"],
        &["refresh"],
        &["taint", "terraform_data.a"],
        &["state", "rm", "terraform_data.a"],
        &["state", "push", "terraform.tfstate"],
        &["state", "mv", "terraform_data.a", "terraform_data.b"],
    ];
    for arguments in commands {
        place.refused(arguments, "Error acquiring the state lock");
    }
    let done = place.run(&["plan", "-lock-timeout=100ms"], None, "");
    assert!(done.code == 1 && done.err.contains("Acquiring state lock."), "{done:?}");
    place.refused(&["force-unlock", "x"], "Local state cannot be unlocked by another process");
    let before = (place.read("terraform.tfstate"), place.names("."));
    let done = place.run(&["plan", "-lock=false"], None, "");
    assert!(done.code == 0 && done.err.is_empty(), "{done:?}");
    assert_eq!((place.read("terraform.tfstate"), place.names(".")), before, "it only looks");
    assert!(place.good(&["state", "list"]).contains("terraform_data.many[0]"));
    assert!(holder.end(&place));
    place.refused(&["force-unlock", "-force", "x"], "nobody holds the lock");
}

#[test]
fn whoever_does_without_the_lock_wins_and_the_other_run_keeps_its_journal() {
    let place = Place::applied(CONFIGURATION);
    let holder = Holder::new(&place);
    let done = place.run(&["taint", "-lock=false", "terraform_data.a"], None, "");
    assert!(done.code == 0 && done.err.contains("Warning: The state is not locked"), "{done:?}");
    let state = place.read("terraform.tfstate");
    assert!(!holder.end(&place), "it cannot write its state");
    assert_eq!(place.read("terraform.tfstate"), state);
    assert!(place.read(".terraform.tfstate.journal").contains("terraform_data.slow"));
}
