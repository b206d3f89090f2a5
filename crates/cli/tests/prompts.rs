//! The built binary asking for what it needs to know, with a terminal and without.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};

use nix::pty::{OpenptyResult, openpty};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;
use tempfile::TempDir;

const CONFIGURATION: &str = r#"
variable "size" {
  type        = number
  description = "How big."
}
variable "colour" {}
variable "rooms" { type = list(string) }
variable "code" {
  type      = list(string)
  sensitive = true
}
output "all" {
  value = [var.size, var.colour, var.rooms, nonsensitive(var.code)]
}
"#;

/// The questions in the order Terraform asks them.
const QUESTIONS: [&str; 4] = ["var.code\n", "var.colour\n", "var.rooms\n", "var.size\n  How big.\n\n"];

fn directory() -> TempDir {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("main.tf"), CONFIGURATION).unwrap();
    directory
}

fn rinfra(directory: &TempDir, arguments: &[&str], input: impl Into<Stdio>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
    command.args(arguments).current_dir(directory.path()).env_clear();
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command with answers from a pipe; returns its exit code, its output and its messages.
fn piped(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> (i32, String, String) {
    let directory = directory();
    let mut child =
        rinfra(&directory, arguments, Stdio::piped()).envs(environment.iter().copied()).spawn().unwrap();
    // A command that asks nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[test]
fn answers_are_read_as_the_types_ask_for() {
    let (code, out, err) = piped(&["plan"], &[], "[\"c\"]\n blue \n[\"hall\"]\n1.50\n");
    assert_eq!(code, 0, "{out}{err}");
    let asked: String = QUESTIONS.iter().map(|it| format!("{it}  Enter a value: \n")).collect();
    assert!(out.starts_with(&asked), "{out}");
    for shown in ["+ 1.5,", "+ \" blue\",", "+ \"hall\",", "+ \"c\","] {
        assert!(out.contains(shown), "{shown}: {out}");
    }
}

#[test]
fn what_has_a_value_is_not_asked_for() {
    let given = ["plan", "-var", "colour=red", "-var", "rooms=[]", "-var", "code=[]"];
    let (code, out, err) = piped(&given, &[], "3\n");
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.starts_with("var.size\n  How big.\n\n  Enter a value: \n\n"), "{out}");
}

#[test]
fn approval_follows_the_values() {
    let (code, out, err) = piped(&["apply"], &[], "[]\nred\n[]\n3\nyes\n");
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("Apply complete!"), "{out}");
}

#[test]
fn nobody_is_asked_who_is_not_there() {
    let check = |arguments: &[&str], environment: &[(&str, &str)], input: &str, questions: usize| {
        let (code, out, err) = piped(arguments, environment, input);
        assert_eq!(code, 1, "{out}{err}");
        assert_eq!(out.matches("Enter a value:").count(), questions, "{out}");
        let missing = 4 - input.lines().count();
        assert_eq!(err.matches("Error: No value for required variable").count(), missing, "{err}");
    };
    check(&["plan", "-input=false"], &[], "", 0);
    check(&["plan"], &[("TF_INPUT", "0")], "", 0);
    check(&["plan", "-input=true"], &[("TF_INPUT", "false")], "", 0);
    check(&["apply"], &[], "", 1);
    check(&["plan"], &[("TF_INPUT", "1")], "[]\nred\n", 3);
}

#[test]
fn nobody_is_asked_for_the_sake_of_what_fails_anyway() {
    let (code, out, err) = piped(&["plan", "-var", "rooms=[1"], &[], "[]\nred\n3\n");
    assert_eq!(code, 1, "{out}{err}");
    assert_eq!(out, "");
    assert!(err.contains("<value for var.rooms>"), "{err}");
    for arguments in
        [&["plan", "-refresh-only", "-destroy"][..], &["apply", "-target=a"], &["destroy", "-refresh-only"]]
    {
        let (code, out, err) = piped(arguments, &[], "");
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}: {err}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_answer_that_cannot_be_read_is_an_error_which_keeps_secrets() {
    let (code, _, err) = piped(&["plan"], &[], "[\"hunter2\nred\n[oops\n3\n");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("<value for var.code>") && !err.contains("hunter2"), "{err}");
    assert!(err.contains("[oops"), "{err}");
    assert_eq!(err.matches("Error: No value for required variable").count(), 2, "{err}");
}

#[test]
fn a_value_that_is_not_valid_is_shown_unless_it_is_secret() {
    let variable = |more: &str| {
        format!(
            "variable \"x\" {{\n  {more}\n  validation {{\n    condition     = length(var.x) > var.least\n    \
             error_message = \"short\"\n  }}\n}}\nvariable \"least\" {{\n  default = 9\n}}\n"
        )
    };
    for (more, shown) in [("", "var.x is \"hunter2\""), ("sensitive = true", ""), ("ephemeral = true", "")] {
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("main.tf"), variable(more)).unwrap();
        let output = rinfra(&directory, &["plan", "-var", "x=hunter2"], Stdio::null()).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.contains("var.least is 9") && err.contains(shown), "{more}: {err}");
        assert_eq!(err.contains("hunter2"), !shown.is_empty(), "{more}: {err}");
    }
}

/// Reads the output of a command up to a text.
fn up_to(child: &mut Child, text: &str) -> String {
    let output = child.stdout.as_mut().unwrap();
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(text.as_bytes()) {
        assert_eq!(output.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&read));
        read.push(byte[0]);
    }
    String::from_utf8(read).unwrap()
}

#[test]
fn secrets_do_not_show_on_a_terminal_which_is_left_as_it_was() {
    let directory = directory();
    let OpenptyResult { master, slave } = openpty(None, None).unwrap();
    let echoes = || tcgetattr(master.as_fd()).unwrap().local_flags.contains(LocalFlags::ECHO);
    assert!(echoes());
    let mut child = rinfra(&directory, &["plan"], slave.try_clone().unwrap()).spawn().unwrap();
    up_to(&mut child, "var.code\n  Enter a value: ");
    assert!(!echoes());
    let mut keyboard = File::from(master.try_clone().unwrap());
    keyboard.write_all(b"[]\n").unwrap();
    up_to(&mut child, "var.colour\n  Enter a value: ");
    assert!(echoes());
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Operation interrupted"));

    let mut child = rinfra(&directory, &["plan"], slave).spawn().unwrap();
    up_to(&mut child, "var.code\n  Enter a value: ");
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(echoes());
}
