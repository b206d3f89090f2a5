//! Resource blocks that are written for imports, as the command line has them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const IMPORT: &str = "import {\n  to = terraform_data.it\n  id = \"the \\\"id\\\"\"\n}\n";

const GENERATED: &str = "# __generated__ by Terraform
# Please review these resources and move them into your main configuration files.

# __generated__ by Terraform from \"the \\\"id\\\"\"
resource \"terraform_data\" \"it\" {
  input            = null
  triggers_replace = null
}
";

fn place(configuration: &str) -> TempDir {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("main.tf"), configuration).unwrap();
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
    command.args(arguments).current_dir(directory).env_clear().output().unwrap()
}

/// Returns what a command prints, which ends with this code.
fn ends(directory: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(directory, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_block_is_written_and_the_plan_can_be_applied() {
    let directory = place(IMPORT);
    let directory = directory.path();
    let arguments = ["plan", "-generate-config-out=new.tf", "-out=p", "-detailed-exitcode"];
    let said = ends(directory, &arguments, 2);
    for part in [
        "# terraform_data.it will be imported\n  # (config will be generated)\n",
        "Config generation is experimental",
        "Wrote the generated configuration to: new.tf\n",
        "Saved the plan to: p\n",
    ] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
    assert_eq!(std::fs::read_to_string(directory.join("new.tf")).unwrap(), GENERATED);
    ends(directory, &["fmt", "-check", "new.tf"], 0);
    let shown = ends(directory, &["show", "-json", "p"], 0);
    assert!(
        shown.contains(r#""generated_config":"resource \"terraform_data\" \"it\" {\n  input "#),
        "{shown}"
    );
    // What somebody makes of the file is not what was planned.
    std::fs::write(directory.join("new.tf"), GENERATED.replace("null", "1")).unwrap();
    assert!(ends(directory, &["apply", "p"], 1).contains("new.tf is new"));
    std::fs::write(directory.join("new.tf"), GENERATED).unwrap();
    ends(directory, &["apply", "p"], 0);
    ends(directory, &["plan", "-detailed-exitcode"], 0);
}

#[test]
fn a_saved_plan_needs_no_file() {
    let directory = place(IMPORT);
    let directory = directory.path();
    ends(directory, &["plan", "-generate-config-out=new.tf", "-out=p"], 0);
    std::fs::remove_file(directory.join("new.tf")).unwrap();
    ends(directory, &["apply", "p"], 0);
}

#[test]
fn the_file_must_be_a_new_one_and_the_plan_a_normal_one() {
    let directory = place(IMPORT);
    let directory = directory.path();
    std::fs::write(directory.join("old.tf"), "# mine\n").unwrap();
    for (arguments, expected) in [
        (["plan", "-generate-config-out=old.tf", "-input=false"], "Target generated file already exists"),
        (["plan", "-generate-config-out=.", "-input=false"], "Target generated file already exists"),
        (
            ["plan", "-generate-config-out=no/new.tf", "-input=false"],
            "Failed to create target generated file",
        ),
        (["plan", "-generate-config-out=new.tf", "-destroy"], "Invalid generate-config-out flag"),
        (["plan", "-generate-config-out=new.tf", "-refresh-only"], "Invalid generate-config-out flag"),
        (["apply", "-generate-config-out=new.tf", "-auto-approve"], "flag provided but not defined"),
    ] {
        let said = ends(directory, &arguments, 1);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    assert_eq!(std::fs::read_to_string(directory.join("old.tf")).unwrap(), "# mine\n");
    assert!(!directory.join("new.tf").exists());
}

#[test]
fn no_file_is_made_where_nothing_is_written() {
    let directory = place("resource \"terraform_data\" \"it\" {}\n");
    let said = ends(directory.path(), &["plan", "-generate-config-out=new.tf"], 0);
    assert!(!said.contains("experimental"), "{said}");
    assert!(!directory.path().join("new.tf").exists());
}

#[test]
fn programs_are_told() {
    let directory = place(IMPORT);
    let said = ends(directory.path(), &["plan", "-json", "-generate-config-out=new.tf"], 0);
    assert!(said.contains(r#""action":"import""#), "{said}");
    assert!(said.contains(r#""generated_config":"resource \"terraform_data\""#), "{said}");
    assert!(said.contains(r#""summary":"Config generation is experimental""#), "{said}");
}
