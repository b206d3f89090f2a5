//! The built binary with several states of one configuration.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod place;

use place::Place;

const CONFIGURATION: &str = r#"
resource "terraform_data" "a" {
  input = terraform.workspace
}
output "where" {
  value = terraform.workspace
}
"#;

const NEW: &str = "\n\nYou're now on a new, empty workspace. Workspaces isolate their state,\nso if you run \"rinfra plan\" rinfra will not see any existing state\nfor this configuration.\n";

#[test]
fn each_workspace_has_a_state_of_its_own() {
    let place = Place::applied(CONFIGURATION);
    assert_eq!(place.good(&["workspace", "list"]), "* default\n\n");
    let said = place.good(&["workspace", "new", "dev"]);
    assert_eq!(said, format!("Created and switched to workspace \"dev\"!{NEW}"));
    assert_eq!(place.read(".terraform/environment"), "dev");
    assert_eq!(place.good(&["workspace", "show"]), "dev\n");
    assert_eq!(place.good(&["workspace", "list"]), "  default\n* dev\n\n");
    assert_eq!(place.good(&["output"]), "", "nothing was applied there");
    place.good(&["apply", "-auto-approve"]);
    assert_eq!(place.good(&["output", "-raw", "where"]), "dev");
    assert_eq!(place.names("terraform.tfstate.d/dev"), ["terraform.tfstate"]);
    assert_eq!(place.good(&["workspace", "select", "default"]), "Switched to workspace \"default\".\n");
    assert_eq!(place.good(&["workspace", "select", "default"]), "");
    assert_eq!(place.good(&["output", "-raw", "where"]), "default");
    let said = place.good(&["workspace", "select", "-or-create", "qa"]);
    assert_eq!(said, format!("Created and switched to workspace \"qa\"!{NEW}"));
    assert_eq!(place.good(&["workspace", "select", "-or-create", "dev"]), "Switched to workspace \"dev\".\n");
}

#[test]
fn workspaces_are_deleted_when_nothing_is_lost() {
    let place = Place::applied(CONFIGURATION);
    place.good(&["workspace", "new", "full"]);
    place.good(&["apply", "-auto-approve"]);
    place.good(&["workspace", "new", "empty"]);
    place.refused(&["workspace", "delete", "empty"], "Workspace \"empty\" is your active workspace");
    place.refused(&["workspace", "delete", "nope"], "Workspace \"nope\" doesn't exist");
    place.refused(&["workspace", "delete", "default"], "Cannot delete the default workspace");
    place.refused(&["workspace", "delete", "full"], "Workspace is not empty");
    place.refused(&["workspace", "delete", "full"], "- terraform_data.a\n");
    place.good(&["workspace", "select", "full"]);
    assert_eq!(place.good(&["workspace", "delete", "empty"]), "Deleted workspace \"empty\"!\n");
    place.good(&["workspace", "select", "default"]);
    let said = place.good(&["workspace", "delete", "-force", "full"]);
    assert!(said.starts_with("Deleted workspace \"full\"!\nWARNING: \"full\" was non-empty.\n"), "{said}");
    assert_eq!(place.names("terraform.tfstate.d"), [""; 0]);
}

#[test]
fn the_environment_may_name_the_workspace() {
    let place = Place::new(CONFIGURATION);
    let run = |arguments: &[&str], name: &str| place.run(arguments, Some(("TF_WORKSPACE", name)), "");
    assert_eq!(run(&["workspace", "show"], "qa").out, "qa\n");
    assert_eq!(run(&["workspace", "show"], "").out, "default\n");
    assert_eq!(run(&["apply", "-auto-approve"], "qa").code, 0);
    assert_eq!(place.names("terraform.tfstate.d/qa"), ["terraform.tfstate"]);
    let listed = run(&["workspace", "list"], "qa").out;
    assert!(
        listed.starts_with("  default\n* qa\n\n\n\nThe active workspace is being overridden"),
        "{listed}"
    );
    for arguments in [&["workspace", "select", "default"], &["workspace", "new", "x"]] {
        let done = run(arguments, "qa");
        assert!(done.code == 1 && done.err.contains("overridden using the TF_WORKSPACE"), "{done:?}");
    }
    for arguments in [&["plan"][..], &["workspace", "show"], &["workspace", "list"]] {
        let done = run(arguments, "a/b");
        assert!(
            done.code == 1 && done.err.contains("Invalid workspace name set using TF_WORKSPACE"),
            "{done:?}"
        );
    }
}

#[test]
fn names_that_cannot_be_are_refused() {
    let place = Place::new(CONFIGURATION);
    place.refused(&["workspace", "new", "a b"], "The workspace name \"a b\" is not allowed");
    place.refused(&["workspace", "select", "a/b"], "The workspace name \"a/b\" is not allowed");
    place.refused(&["workspace", "new", "default"], "Workspace \"default\" already exists");
    place.refused(&["workspace", "select", "nope"], "Workspace \"nope\" doesn't exist");
    place.refused(&["workspace", "new"], "Failed to parse command-line flags");
    assert_eq!(place.names("."), ["main.tf"]);
}

#[test]
fn a_workspace_may_begin_with_a_copy() {
    let place = Place::applied(CONFIGURATION);
    place.refused(&["workspace", "new", "-state=nope", "copy"], "Failed to read the state \"nope\"");
    place.good(&["workspace", "new", "-state=terraform.tfstate", "copy"]);
    assert_eq!(place.good(&["state", "list"]), "terraform_data.a\n");
    let line =
        |file: &str, field: &str| place.read(file).lines().find(|it| it.contains(field)).unwrap().to_owned();
    let copy = "terraform.tfstate.d/copy/terraform.tfstate";
    assert_ne!(line(copy, "lineage"), line("terraform.tfstate", "lineage"), "it is another state");
    assert_eq!(line(copy, "serial"), "  \"serial\": 1,");
}

#[test]
fn a_saved_plan_belongs_to_its_workspace() {
    let place = Place::new(CONFIGURATION);
    place.good(&["plan", "-out=saved"]);
    place.good(&["workspace", "new", "other"]);
    place.refused(&["apply", "saved"], "Saved plan does not match the given state");
    place.good(&["workspace", "select", "default"]);
    place.good(&["apply", "saved"]);
    assert_eq!(place.good(&["output", "-raw", "where"]), "default");
}

#[test]
fn workspaces_lie_where_the_backend_says() {
    let backend =
        "terraform {\n  backend \"local\" {\n    path = \"s/one\"\n    workspace_dir = \"w\"\n  }\n}\n";
    let place = Place::new(&format!("{CONFIGURATION}{backend}"));
    place.good(&["apply", "-auto-approve"]);
    assert_eq!(place.names("s"), ["one"]);
    place.good(&["workspace", "new", "dev"]);
    place.good(&["apply", "-auto-approve"]);
    assert_eq!(place.names("w/dev"), ["terraform.tfstate"]);
}
