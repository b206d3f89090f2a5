//! Compares the layout of files with what Terraform makes of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rinfra_lang::format as laid_out;

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format").join(folder)
}

/// Returns every file in native syntax below a directory, ordered by path.
fn native_files(directory: &Path, found: &mut BTreeMap<PathBuf, String>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for path in entries.map(|it| it.unwrap().path()) {
        if path.is_dir() {
            native_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "tf" || it == "tfvars")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.insert(path, text);
        }
    }
}

fn formatted(path: &Path, text: &str) -> Option<String> {
    laid_out(&path.to_string_lossy().into(), text).ok()
}

#[test]
fn files_are_laid_out_as_by_terraform() {
    let mut given = BTreeMap::new();
    native_files(&fixtures("given"), &mut given);
    assert!(given.len() > 10, "the fixtures are gone");
    for (path, text) in given {
        let expected = fixtures("expected").join(path.file_name().unwrap());
        let expected = std::fs::read_to_string(expected).unwrap();
        assert_eq!(formatted(&path, &text).as_ref(), Some(&expected), "{}", path.display());
    }
}

#[test]
fn a_second_time_changes_nothing() {
    let mut files = BTreeMap::new();
    native_files(&fixtures("expected"), &mut files);
    // Of an interpolation in an interpolation, each time takes off one.
    for (path, text) in files.iter().filter(|(path, _)| !path.ends_with("interpolations.tf")) {
        assert_eq!(formatted(path, text).as_ref(), Some(text), "{}", path.display());
    }
}

/// Where Terraform's own result is wrong, ours is not.
#[test]
fn what_terraform_spoils_is_kept() {
    let check = |given: &str, expected: &str| {
        assert_eq!(formatted(Path::new("a.tf"), given).as_deref(), Some(expected), "{given}");
    };
    // Labels of more than one literal piece vanish.
    check("a \"b$c\" \"$${d}\" {}\n", "a \"b$c\" \"$${d}\" {}\n");
    // Without parentheses around all of it, the first line would be all there is.
    check("a = \"${(b)\n + (c)}\"\n", "a = ((b)\n+ (c))\n");
    check("a = \"${ # b\n c}\"\n", "a = ( # b\nc)\n");
}

#[test]
fn what_cannot_be_parsed_is_refused() {
    let check = |given: &str, expected: &str| {
        let refused = laid_out(&"a.tf".into(), given).unwrap_err();
        let summaries: Vec<_> = refused.iter().map(|it| it.summary.as_str()).collect();
        assert_eq!(summaries, [expected], "{given}");
    };
    check("a = 1 b\n", "Missing newline after argument");
    check("a {\n", "Unclosed configuration block");
}

/// The files beside the repository, and Terraform itself, where they are.
#[test]
fn real_files_are_laid_out_as_by_terraform() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = BTreeMap::new();
    for directory in ["examples", "crates/lang/tests/format/given", "../shared/vectors/scenarios"] {
        native_files(&root.join(directory), &mut files);
    }
    for (path, text) in files {
        let Some(ours) = formatted(&path, &text) else { continue };
        let Some(theirs) = terraform(&text) else {
            println!("skipped: no terraform");
            return;
        };
        // What comes from standard input is given back with a line break at the end.
        let ours = if ours.ends_with('\n') { ours } else { format!("{ours}\n") };
        assert_eq!(ours, theirs, "{}", path.display());
    }
}

/// Returns what Terraform makes of a text; `None` where there is no Terraform.
fn terraform(text: &str) -> Option<String> {
    use std::io::Write;
    let mut child = Command::new("terraform")
        .args(["fmt", "-no-color", "-"])
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "Terraform cannot parse what we can:\n{text}");
    Some(String::from_utf8(output.stdout).unwrap())
}
