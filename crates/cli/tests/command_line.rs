//! The built binary on command lines as people write them, without any cloud.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const CONFIGURATION: &str = r#"
variable "size" {
  default = 1
}

resource "terraform_data" "house" {
  input = var.size
}

output "size" {
  value = terraform_data.house.output
}

output "rooms" {
  value = ["hall", "attic"]
}
"#;

/// What a command did.
#[derive(Debug)]
struct Done {
    code: i32,
    out: String,
    err: String,
}

/// A directory with a configuration.
struct Place {
    directory: TempDir,
}

impl Place {
    fn new(configuration: &str) -> Self {
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("main.tf"), configuration).unwrap();
        Self { directory }
    }

    fn empty() -> Self {
        Self { directory: TempDir::new().unwrap() }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn start(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_rinfra"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = self.start(arguments);
        // A command that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Done {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn run(&self, arguments: &[&str]) -> Done {
        self.run_with(arguments, "")
    }

    /// Runs a command that is to end well, and returns what it printed.
    fn good(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.out
    }

    /// Runs a command that is to be refused with these words and exit code 1.
    fn refused(&self, arguments: &[&str], words: &str) {
        let done = self.run(arguments);
        assert_eq!(done.code, 1, "{arguments:?}: {done:?}");
        assert!(done.err.contains(words), "{arguments:?}: {done:?}");
    }
}

#[test]
fn the_version_is_told_in_every_spelling() {
    let place = Place::empty();
    for spelling in ["version", "-version", "--version", "-v"] {
        let out = place.good(&[spelling]);
        assert!(out.starts_with(&format!("rinfra v{}\n", env!("CARGO_PKG_VERSION"))), "{out}");
    }
    let json: Value = serde_json::from_str(&place.good(&["version", "-json"])).unwrap();
    assert_eq!(json["terraform_version"], "1.11.4");
}

#[test]
fn help_is_given_and_nothing_is_an_error() {
    let place = Place::empty();
    for spelling in ["-help", "--help", "-h"] {
        assert!(place.good(&[spelling]).contains("Usage: rinfra"));
        assert!(place.good(&["plan", spelling]).contains("--detailed-exitcode"));
    }
    let done = place.run(&[]);
    assert_eq!(done.code, 127, "{done:?}");
    assert!(done.out.contains("Usage: rinfra"), "{done:?}");
    let done = place.run(&["state"]);
    assert_eq!(done.code, 1, "{done:?}");
}

#[test]
fn what_cannot_be_understood_is_refused() {
    let place = Place::new(CONFIGURATION);
    let check = |arguments: &[&str], words: &str| place.refused(arguments, words);
    check(&["plan", "-nosuch"], "flag provided but not defined: -nosuch");
    check(&["plan", "-nosuch"], "  rinfra plan -help\n");
    check(&["state", "list", "-nosuch"], "  rinfra state list -help\n");
    check(&["plan", "-detailed-exit-code"], "Did you mean -detailed-exitcode?");
    check(&["modules"], "rinfra has no command named \"modules\" yet.");
    check(&["plna"], "rinfra has no command named \"plna\". Did you mean \"plan\"?");
    check(&["init", "-plugin-dir=x"], "rinfra does not have Terraform's option -plugin-dir here yet.");
    check(&["plan", "-refresh-only", "-destroy"], "Incompatible plan mode options");
    check(&["plan", "-target=a"], "Invalid target \"a\"");
    check(&["plan", "-replace=module.m"], "Invalid force-replace address \"module.m\"");
    check(&["plan", "extra"], "Too many command line arguments");
    check(&["plan", "-var"], "flag needs an argument: -var");
    for command in [&["plan"][..], &["apply"], &["refresh"], &["import", "a.b", "c"]] {
        let arguments = [command, &["-parallelism=-1"]].concat();
        check(&arguments, "Invalid parallelism value");
    }
    check(&["plan", "-parallelism=x"], "invalid value \"x\" for flag -parallelism");
    check(&["plan", "-lock-timeout=3x"], "invalid value \"3x\" for flag -lock-timeout");
    check(&["plan", "-lock=maybe"], "invalid value \"maybe\" for flag -lock");
    check(&["-chdir=missing", "plan"], "Error handling -chdir option");
    check(&["-chdir", "plan"], "flag needs an argument: -chdir");
    check(&["output", "-raw"], "Output name required");
    check(&["show", "missing"], "Failed to read the given file as a state or plan file");
    check(&["state", "list"], "No state file was found!");
    check(&["state", "show", "terraform_data.house"], "No state file was found!");
    check(&["plan", "-var", "nosuch=1"], "Value for undeclared variable");
    assert!(!place.path().join("terraform.tfstate").exists());
}

#[test]
fn options_have_one_dash_or_two() {
    let place = Place::new(CONFIGURATION);
    let inside = place.path().file_name().unwrap().to_str().unwrap();
    for dash in ["-", "--"] {
        let option = |text: &str| format!("{dash}{text}");
        let arguments = [
            option(&format!("chdir=../{inside}")),
            "plan".to_owned(),
            option("var"),
            "size=-3".to_owned(),
            option("out=plan"),
            option("input=false"),
            option("lock=true"),
            option("lock-timeout=5s"),
            option("refresh=true"),
            option("parallelism=3"),
            option("compact-warnings"),
            option("detailed-exitcode=true"),
            option("no-color"),
        ];
        let done = place.run(&arguments.each_ref().map(String::as_str));
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.out.contains("+ input  = \"-3\"\n"), "{done:?}");
        assert!(!done.out.contains('\u{1b}'), "{done:?}");
    }
}

#[test]
fn exit_codes_tell_whether_something_would_change() {
    let place = Place::new(CONFIGURATION);
    let code = |arguments: &[&str]| place.run(arguments).code;
    assert_eq!(code(&["plan"]), 0);
    assert_eq!(code(&["plan", "-detailed-exitcode"]), 2);
    place.good(&["apply", "-auto-approve"]);
    assert_eq!(code(&["plan", "-detailed-exitcode"]), 0);
    assert_eq!(code(&["plan", "-detailed-exitcode", "-var", "size=2"]), 2);
    assert_eq!(code(&["plan", "-detailed-exitcode", "-destroy"]), 2);
    std::fs::write(place.path().join("bad.tf"), "resource {").unwrap();
    assert_eq!(code(&["plan", "-detailed-exitcode"]), 1);
    assert_eq!(code(&["validate"]), 1);
}

#[test]
fn a_plan_can_be_brief() {
    let place = Place::new(CONFIGURATION);
    let brief = place.good(&["plan", "-concise", "-no-color", "-out=brief.plan"]);
    assert!(brief.contains("\n  + terraform_data.house\n\nPlan: 1 to add"), "{brief}");
    assert!(brief.contains("Changes to Outputs:\n  + rooms\n  + size\n"), "{brief}");
    let shown = place.good(&["show", "-concise", "-no-color", "brief.plan"]);
    assert!(brief.contains(&shown) && !shown.contains("input"), "{shown}");
    assert!(place.good(&["show", "brief.plan"]).contains("input"));
    let applied = place.good(&["apply", "-concise", "-no-color", "-auto-approve"]);
    assert!(!applied.contains("terraform_data.house: "), "{applied}");
    assert!(applied.contains("Apply complete! Resources: 1 added"), "{applied}");
    let updated = place.good(&["plan", "-concise", "-no-color", "-var=size=2"]);
    assert!(updated.contains("\n  ~ terraform_data.house: input, output\n"), "{updated}");
    assert!(!updated.contains("Refreshing"), "{updated}");
    let destroyed = place.good(&["destroy", "-concise", "-no-color", "-auto-approve"]);
    assert!(destroyed.contains("\n  - terraform_data.house\n"), "{destroyed}");
    assert!(!destroyed.contains("house: Destr"), "{destroyed}");
}

#[test]
fn a_plan_can_be_a_page() {
    let place = Place::new(CONFIGURATION);
    assert!(place.good(&["plan", "-html=plan.html"]).contains("Wrote the plan as a page to: plan.html"));
    let page = std::fs::read_to_string(place.path().join("plan.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("terraform_data.house"), "{page}");
    place.refused(&["plan", "-html=missing/plan.html"], "cannot be written");
}

#[test]
fn what_was_applied_can_be_looked_at() {
    let place = Place::new(CONFIGURATION);
    let out = place.good(&["apply", "-auto-approve"]);
    assert!(out.contains("Apply complete! Resources: 1 added, 0 changed, 0 destroyed."), "{out}");
    assert!(out.ends_with("Outputs:\n\nrooms = [\n  \"hall\",\n  \"attic\",\n]\nsize = 1\n"), "{out}");
    assert_eq!(place.good(&["state", "list"]), "terraform_data.house\n");
    assert_eq!(place.good(&["state", "list", "terraform_data.house"]), "terraform_data.house\n");
    place.refused(&["state", "list", "terraform_data.other"], "Unknown resource");
    let shown = place.good(&["state", "show", "terraform_data.house"]);
    assert!(
        shown
            .starts_with("# terraform_data.house:\nresource \"terraform_data\" \"house\" {\n    id     = \"")
    );
    assert!(place.good(&["show"]).starts_with(&shown));
    assert_eq!(place.good(&["output", "-raw", "size"]), "1");
    assert_eq!(place.good(&["output", "size"]), "1\n");
    assert_eq!(place.good(&["output", "-json", "rooms"]), "[\"hall\",\"attic\"]\n");
    let json: Value = serde_json::from_str(&place.good(&["output", "-json"])).unwrap();
    assert_eq!(json["size"], json!({"sensitive": false, "type": "number", "value": 1}));
    let json: Value = serde_json::from_str(&place.good(&["show", "-json"])).unwrap();
    assert_eq!(json["values"]["root_module"]["resources"][0]["values"]["input"], 1);
    place.refused(&["output", "nosuch"], "Output \"nosuch\" not found");
    place.refused(&["output", "-raw", "rooms"], "Unsupported value for raw output");
    place.refused(&["state", "show", "terraform_data.other"], "No instance found for the given address");

    let out = place.good(&["destroy", "-auto-approve"]);
    assert!(out.contains("Destroy complete! Resources: 1 destroyed."), "{out}");
    assert_eq!(place.good(&["state", "list"]), "");
}

#[test]
fn a_saved_plan_is_carried_out_once_and_as_it_is() {
    let place = Place::new(CONFIGURATION);
    let out = place.good(&["plan", "-out=saved", "-var=size=7"]);
    assert!(out.ends_with("run the following command to apply:\n    rinfra apply \"saved\"\n"), "{out}");
    assert!(place.good(&["show", "saved"]).contains("+ input  = \"7\""));
    let json: Value = serde_json::from_str(&place.good(&["show", "-json", "saved"])).unwrap();
    assert_eq!(json["resource_changes"][0]["change"]["actions"], json!(["create"]));
    assert!(place.good(&["graph", "-plan=saved"]).contains("create terraform_data.house"));
    assert!(
        place.good(&["graph", "-type=apply", "-plan=saved", "-format=mermaid"]).starts_with("flowchart RL\n")
    );
    place.refused(&["graph", "-type=plan", "-plan=saved"], "A saved plan has the graph of its apply only");
    place.refused(&["graph", "-plan=main.tf"], "Failed to load \"main.tf\" as a plan file");
    assert_eq!(place.good(&["show", "-html=page.html", "saved"]), "");
    let page = std::fs::read_to_string(place.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("terraform_data.house"), "{page}");
    place.refused(
        &["show", "-html=page.html", "-json", "saved"],
        "-html was given twice, or beside one it does not go with",
    );
    place.refused(&["show", "-html=page.html"], "A page shows a saved plan");
    place.refused(&["apply", "-var", "size=8", "saved"], "Can't change variable when applying a saved plan");
    place.refused(&["apply", "-region=us-east-1", "saved"], "Can't use -region when applying a saved plan");
    place.refused(&["destroy", "saved"], "Destroy can't be called with a plan file");
    let out = place.good(&["apply", "saved"]);
    assert!(out.contains("Apply complete! Resources: 1 added"), "{out}");
    assert_eq!(place.good(&["output", "-raw", "size"]), "7");
    place.refused(&["apply", "saved"], "Saved plan is stale");
    place.refused(&["apply", "main.tf"], "Failed to load \"main.tf\" as a plan file");
}

#[test]
fn a_saved_plan_needs_its_ephemeral_variables_again() {
    const CONFIGURATION: &str = r#"
variable "secret" {
  ephemeral = true
}
variable "other" {
  ephemeral = true
  default   = "x"
}
variable "size" {
  type    = list(number)
  default = [1]
}
resource "terraform_data" "a" {
  input = var.size
  provisioner "local-exec" {
    command = "test ${var.secret} = whis''per"
  }
}
"#;
    let place = Place::new(CONFIGURATION);
    std::fs::write(place.path().join("values.tfvars"), "secret = \"whisper\"\nsize = [2]\n").unwrap();
    place.good(&["plan", "-var=secret=whisper", "-out=saved"]);
    let saved = std::fs::read_to_string(place.path().join("saved")).unwrap();
    assert!(!saved.contains("whisper"), "no plan holds an ephemeral value");
    let refused = |arguments: &[&str], words: &str| {
        place.refused(&[&["apply"], arguments, &["saved"]].concat(), words);
        assert_eq!(place.run(&["state", "list"]).out, "", "{arguments:?}: nothing was applied");
    };
    refused(&[], "No value for required variable");
    refused(&["-var=secret=whisper", "-var=other=y"], "Ephemeral variable was not set during planning");
    refused(&["-var=secret=whisper", "-var=size=[2]"], "Can't change variable when applying a saved plan");
    refused(&["-var-file=values.tfvars"], "values.tfvars:2:8");
    refused(&["-var=secret=whisper", "-var=size=["], "<value for var.size>");
    refused(&["-var=secret=whisper", "-var=nothing=1"], "Value for undeclared variable");
    // What is the same is no change, however it is written.
    let out = place.good(&["apply", "-var=secret=whisper", "-var=size=[\"1\"]", "saved"]);
    assert!(out.contains("Apply complete! Resources: 1 added"), "{out}");
}

#[test]
fn a_refresh_says_which_conditions_do_not_hold() {
    let place = Place::new(CONFIGURATION);
    place.good(&["apply", "-auto-approve"]);
    let check = "check \"size\" {\n  assert {\n    condition     = terraform_data.house.output == 2\n    error_message = \"too small\"\n  }\n}\n";
    std::fs::write(place.path().join("check.tf"), check).unwrap();
    let done = place.run(&["apply", "-auto-approve", "-refresh-only"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.err.contains("too small"), "nothing but the plan looks at conditions: {done:?}");
    let done = place.run(&["apply", "-auto-approve"]);
    assert_eq!(done.err.matches("too small").count(), 1, "{done:?}");
}

#[test]
fn only_yes_is_an_approval() {
    let place = Place::new(CONFIGURATION);
    for (input, words) in
        [("no\n", "Apply cancelled."), ("\n", "Apply cancelled."), ("", "error asking for approval")]
    {
        let done = place.run_with(&["apply"], input);
        assert_eq!(done.code, 1, "{done:?}");
        assert!(done.err.contains(words), "{done:?}");
    }
    place.refused(&["apply", "-input=false"], "error asking for approval");
    assert_eq!(place.run(&["state", "list"]).out, "");
    let done = place.run_with(&["apply"], "yes\n");
    assert_eq!(done.code, 0, "{done:?}");
    let done = place.run_with(&["destroy"], "no\n");
    assert!(done.err.contains("Destroy cancelled."), "{done:?}");
    assert_eq!(place.run_with(&["destroy"], "yes\n").code, 0);
}

#[test]
fn an_interrupt_at_the_question_changes_nothing() {
    let place = Place::new(CONFIGURATION);
    let mut child = place.start(&["apply"]);
    let mut seen = String::new();
    let mut buffer = [0; 256];
    while !seen.contains("Enter a value: ") {
        let count = child.stdout.as_mut().unwrap().read(&mut buffer).unwrap();
        assert!(count > 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    // Standard input stays open: nobody answers.
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{err}");
    assert!(err.contains("Operation interrupted"), "{err}");
    // The lock is free again.
    place.good(&["plan"]);
}

#[test]
fn a_lock_is_waited_for() {
    let place = Place::new(CONFIGURATION);
    let mut holder = place.start(&["apply"]);
    let mut seen = String::new();
    let mut buffer = [0; 256];
    while !seen.contains("Enter a value: ") {
        let count = holder.stdout.as_mut().unwrap().read(&mut buffer).unwrap();
        assert!(count > 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    place.refused(&["plan"], "Error acquiring the state lock");
    place.refused(&["plan", "-lock-timeout=600ms"], "Acquiring state lock.");
    let waiting = place.start(&["plan", "-lock-timeout=60s"]);
    holder.stdin.take().unwrap().write_all(b"no\n").unwrap();
    assert_eq!(holder.wait().unwrap().code(), Some(1));
    assert!(waiting.wait_with_output().unwrap().status.success());
}

#[test]
fn the_console_answers_line_by_line() {
    let place = Place::new(CONFIGURATION);
    place.good(&["apply", "-auto-approve"]);
    let done = place.run_with(
        &["console", "-var", "size=5"],
        "1 + 1\n\nvar.size\nterraform_data.house.output\nexit\n3\n",
    );
    assert_eq!((done.code, &*done.out), (0, ""), "{done:?}");
    let check = |input: &str, expected: &str| {
        let done = place.run_with(&["console", "-var", "size=5"], input);
        assert_eq!((done.code, &*done.out), (0, expected), "{input:?}: {done:?}");
    };
    check("1\n1 + 1", "2\n");
    check("var.size\n", "\"5\"\n");
    check("terraform_data.house.output\n", "1\n");
    check("1\n\n", "\n");
    check("", "\n");
    check("type([tolist([\"a\"])])\n", "tuple([\n    list(string),\n])\n");
    let done = place.run_with(&["console"], "1\nnosuch\n2\n");
    assert_eq!((done.code, &*done.out), (1, ""), "{done:?}");
    assert!(done.err.contains("Invalid reference"), "{done:?}");
}

#[test]
fn files_are_laid_out_where_they_are() {
    let place = Place::new("a=1\n");
    let file = place.path().join("main.tf");
    std::fs::create_dir(place.path().join("below")).unwrap();
    std::fs::write(place.path().join("below/x.tfvars"), "b=2\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let check = |arguments: &[&str], input: &str, code: i32, out: &str| {
        let done = place.run_with(arguments, input);
        assert_eq!((done.code, &*done.out), (code, out), "{arguments:?}: {done:?}");
    };
    check(&["fmt", "-check"], "", 3, "main.tf\n");
    check(&["fmt", "-check", "-list=false"], "", 3, "");
    check(&["fmt", "-check", "-recursive"], "", 3, "below/x.tfvars\nmain.tf\n");
    check(&["fmt", "-write=false", "-list=false"], "", 0, "a = 1\n");
    let difference = "main.tf\n--- old/main.tf\n+++ new/main.tf\n@@ -1 +1 @@\n-a=1\n+a = 1\n";
    check(&["fmt", "-diff", "-write=false"], "", 0, difference);
    check(&["fmt", "-"], "c=3", 0, "c = 3\n");
    check(&["fmt", "-check", "-"], "c=3", 3, "");
    check(&["fmt"], "", 0, "main.tf\n");
    check(&["fmt"], "", 0, "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "a = 1\n");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&file, "a=1 b\n").unwrap();
    check(&["fmt"], "", 2, "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "a=1 b\n");
    check(&["fmt", "nosuch"], "", 2, "");
    check(&["fmt", "-"], "a=1 b", 2, "");
}

#[test]
fn a_directory_without_configuration_is_no_accident() {
    let place = Place::empty();
    place.refused(&["plan"], "No configuration files");
    place.refused(&["apply"], "No configuration files");
    assert!(place.good(&["init"]).contains("no configuration files"));
    assert!(place.good(&["validate"]).starts_with("Success!"));
    assert_eq!(place.good(&["show"]), "No state.\n");
    assert_eq!(place.good(&["output", "-json"]), "{}\n");
    let done = place.run(&["output"]);
    assert_eq!(done.code, 0);
    assert!(done.err.contains("No outputs found"), "{done:?}");
    place.refused(&["output", "-json", "o"], "Output \"o\" not found");
    assert!(place.good(&["destroy", "-auto-approve"]).contains("No objects need to be destroyed."));
}

#[test]
fn a_configuration_is_checked() {
    let place = Place::new(CONFIGURATION);
    assert_eq!(place.good(&["validate"]), "Success! The configuration is valid.\n\n");
    let json: Value = serde_json::from_str(&place.good(&["validate", "-json"])).unwrap();
    assert_eq!((&json["valid"], &json["error_count"]), (&json!(true), &json!(0)));
    place.good(&["init", "-input=false", "-backend=false", "-lockfile=readonly", "-upgrade"]);
    std::fs::write(place.path().join("bad.tf"), "output \"o\" {\n  value = var.siz\n}\n").unwrap();
    place.refused(&["validate"], "--> bad.tf:2:11");
    let done = place.run(&["validate", "-json"]);
    let json: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((done.code, &json["valid"]), (1, &json!(false)));
}

#[test]
fn configurations_are_drawn() {
    let place = Place::new(CONFIGURATION);
    let graph = place.good(&["graph"]);
    assert!(graph.contains("  \"terraform_data.house\" [label=\"terraform_data.house\"];\n"), "{graph}");
    assert_eq!(place.good(&["graph", "-module-depth=1", "-draw-cycles", "-format=dot"]), graph);
    assert!(place.good(&["graph", "-type=plan"]).contains("\"[root] root\" -> "));
    let json: Value = serde_json::from_str(&place.good(&["graph", "-format=json"])).unwrap();
    assert_eq!(json["nodes"][0]["address"], "terraform_data.house");
    assert!(place.good(&["graph", "-format=svg"]).starts_with("<svg "));
    assert!(place.good(&["graph", "-format=html"]).starts_with("<!DOCTYPE html>"));
    place.refused(&["graph", "-type=validate"], "Unsupported graph type");
    place.refused(&["graph", "-type=plan-destroy"], "is known from a plan only");
    place.refused(&["graph", "-type=plan", "-format=svg"], "Unsupported graph format");
    // What is wrong keeps nobody from looking at it, but for cycles.
    std::fs::write(place.path().join("bad.tf"), "output \"o\" {\n  value = var.siz\n}\n").unwrap();
    assert_eq!(place.good(&["graph"]), graph);
    std::fs::write(place.path().join("bad.tf"), "locals {\n  a = local.b\n  b = local.a\n}\n").unwrap();
    place.refused(&["graph"], "Cycle: local.a (expand), local.b (expand)");
    assert!(place.good(&["graph", "-type=plan", "-draw-cycles"]).contains("[color = \"red\""));
}

#[test]
fn modules_are_installed() {
    let place = Place::new("module \"m\" {\n  source = \"./m\"\n}\n");
    std::fs::create_dir(place.path().join("m")).unwrap();
    std::fs::write(place.path().join("m/main.tf"), "locals {}\n").unwrap();
    assert_eq!(place.good(&["get"]), "- m in m\n");
    assert_eq!(place.good(&["get", "-update"]), "");
    let told = place.good(&["init"]);
    assert!(told.contains("Initializing modules...\nInitializing provider plugins...\n"), "{told}");
    let messages: Vec<Value> = place
        .good(&["init", "-json", "-upgrade"])
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    let codes: Vec<_> = messages.iter().filter_map(|it| it["message_code"].as_str()).collect();
    assert_eq!(messages[0]["type"], "version");
    assert_eq!(codes[..2], ["initializing_backend_message", "upgrading_modules_message"]);
    std::fs::write(place.path().join("bad.tf"), "module \"n\" {\n  source = \"n\"\n}\n").unwrap();
    place.refused(&["init"], "Invalid module source address");
    place.refused(&["get"], "Invalid module source address");
    let bad = place.run(&["init", "-json"]);
    assert!(bad.code == 1 && bad.out.contains("\"type\":\"diagnostic\"") && bad.err.is_empty(), "{bad:?}");
    place.refused(&["init", "-from-module=./m"], "already contains files");
}

#[test]
fn variables_decide_where_modules_and_the_state_are() {
    let place = Place::new(
        "variable \"which\" {}\nterraform {\n  backend \"local\" {\n    path = \"${var.which}.tfstate\"\n  }\n}\n\
         module \"m\" {\n  source = \"./${var.which}\"\n}\noutput \"o\" {\n  value = module.m.o\n}\n",
    );
    for name in ["one", "two"] {
        std::fs::create_dir(place.path().join(name)).unwrap();
        let text = format!("output \"o\" {{\n  value = \"{name}\"\n}}\n");
        std::fs::write(place.path().join(name).join("main.tf"), text).unwrap();
    }
    let [one, two] = [["-var", "which=one"], ["-var", "which=two"]];
    let with = |command: &[&'static str], which: [&'static str; 2]| [command, &which[..]].concat();
    place.refused(&["init"], "No value for required variable");
    place.refused(&with(&["plan"], one), "Module not installed");
    assert!(place.good(&with(&["init"], one)).contains("- m in one\n"));
    place.refused(&["validate"], "the source of module.m, before anything is planned.");
    place.good(&with(&["validate"], one));
    place.refused(&with(&["plan"], two), "Module source has changed");
    place.good(&with(&["plan", "-out=saved"], one));
    // What a plan was made with decides where it is applied.
    place.good(&["apply", "saved"]);
    assert_eq!(place.good(&with(&["output"], one)), "o = \"one\"\n");
    place.good(&with(&["get"], two));
    place.good(&with(&["apply", "-auto-approve"], two));
    assert_eq!(place.good(&with(&["output", "-raw", "o"], two)), "two");
    assert!(place.path().join("one.tfstate").exists() && place.path().join("two.tfstate").exists());
    place.refused(&with(&["state", "list"], ["-var", "which=three"]), "No state file was found!");
}

#[test]
fn a_directory_that_is_not_ready_says_all_that_is_missing() {
    let place = Place::new("resource \"foo_bar\" \"a\" {}\nresource \"tls_key\" \"b\" {}\n");
    let done = place.run(&["init"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("hashicorp/foo") && done.err.contains("hashicorp/tls"), "{done:?}");
    let place = Place::new("terraform {\n  required_version = \"> 9\"\n}\n");
    place.refused(&["init"], "Unsupported Terraform Core version");
    place.refused(&["validate"], "Unsupported Terraform Core version");
}

#[test]
fn warnings_can_be_brief() {
    let place = Place::new(CONFIGURATION);
    std::fs::write(place.path().join("terraform.tfvars"), "nosuch = 1\n").unwrap();
    let done = place.run(&["plan"]);
    assert!(done.err.starts_with("Warning: "), "{done:?}");
    let done = place.run(&["plan", "-compact-warnings"]);
    assert_eq!(done.code, 0);
    assert!(done.err.starts_with("Warnings:\n\n- "), "{done:?}");
}

#[test]
fn shells_get_their_completions() {
    let place = Place::empty();
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.good(&["completions", shell]).contains("rinfra"), "{shell}");
    }
    place.refused(&["completions", "nosuch"], "invalid value \"nosuch\"");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let place = Place::new(CONFIGURATION);
    let mut child = place.start(&["apply", "-auto-approve"]);
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(place.good(&["state", "list"]), "terraform_data.house\n");
}

/// Returns the messages of a stream of a kind.
fn messages(stream: &str, kind: &str) -> Vec<Value> {
    let all = stream.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.filter(|it| it["type"] == kind).collect()
}

#[test]
fn plans_and_applies_are_told_as_messages() {
    let place = Place::new(
        "variable \"size\" {\n  default = 1\n}\nresource \"terraform_data\" \"house\" {\n  count = 2\n  input = var.size\n}\n\
         output \"size\" {\n  value = terraform_data.house[0].output\n}\noutput \"secret\" {\n  value = \"s\"\n  sensitive = true\n}\n",
    );
    let plan = place.good(&["plan", "-json"]);
    assert_eq!(messages(&plan, "version")[0]["ui"], "1.2");
    let planned = messages(&plan, "planned_change");
    assert_eq!(planned[1]["change"]["action"], "create");
    assert_eq!(
        planned[1]["change"]["resource"],
        json!({
            "addr": "terraform_data.house[1]", "module": "", "resource": "terraform_data.house[1]",
            "implied_provider": "terraform", "resource_type": "terraform_data", "resource_name": "house",
            "resource_key": 1,
        })
    );
    let changes = |add: i32, change: i32, remove: i32, operation: &str| json!({"add": add, "change": change, "import": 0, "remove": remove, "operation": operation});
    assert_eq!(messages(&plan, "change_summary")[0]["changes"], changes(2, 0, 0, "plan"));
    assert_eq!(
        messages(&plan, "outputs")[0]["outputs"]["size"],
        json!({"sensitive": false, "action": "create"})
    );

    let refused = place.run(&["apply", "-json"]);
    assert_eq!(refused.code, 1);
    assert_eq!(
        messages(&refused.out, "diagnostic")[0]["diagnostic"]["summary"],
        "Plan file or auto-approve required"
    );

    let apply = place.good(&["apply", "-json", "-auto-approve"]);
    assert_eq!(messages(&apply, "apply_start").len(), 2);
    assert_eq!(messages(&apply, "apply_complete")[0]["hook"]["action"], "create");
    assert_eq!(messages(&apply, "change_summary")[1]["changes"], changes(2, 0, 0, "apply"));
    assert_eq!(
        messages(&apply, "outputs")[1]["outputs"],
        json!({"size": {"sensitive": false, "type": "number", "value": 1}, "secret": {"sensitive": true, "type": "string"}})
    );

    let again = place.good(&["apply", "-json", "-auto-approve", "-destroy"]);
    assert_eq!(messages(&again, "change_summary")[1]["changes"], changes(0, 0, 2, "apply"));
    place.good(&["apply", "-auto-approve"]);
    let destroyed = place.good(&["destroy", "-json", "-auto-approve"]);
    assert_eq!(messages(&destroyed, "change_summary")[1]["changes"], changes(0, 0, 2, "destroy"));
    let wrong = place.run(&["plan", "-json", "-var", "nosuch=1"]);
    assert_eq!((wrong.code, wrong.err.as_str()), (1, ""));
    assert_eq!(messages(&wrong.out, "diagnostic")[0]["@level"], "error");
}
