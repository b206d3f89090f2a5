//! What the built binary tells while it works, on a terminal and elsewhere.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::File;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// Three that take a while, and one that waits for them.
const CONFIGURATION: &str = r#"
resource "terraform_data" "slow" {
  count = 3
  provisioner "local-exec" {
    command = "sleep 2"
  }
}
resource "terraform_data" "last" {
  input = terraform_data.slow[*].id
}
"#;

fn directory() -> TempDir {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("main.tf"), CONFIGURATION).unwrap();
    directory
}

fn apply(directory: &TempDir, environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rinfra"));
    command.args(["apply", "-auto-approve"]).current_dir(directory.path()).env_clear();
    command
        .env("PATH", "/usr/bin:/bin")
        .env("TERM", "xterm")
        .envs(environment.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Begins an apply on a terminal of so many columns, from which everything can be read that was written.
fn on_terminal(directory: &TempDir, columns: u16, environment: &[(&str, &str)]) -> (Child, File) {
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    let OpenptyResult { master, slave } = openpty(Some(&size), None).unwrap();
    let mut command = apply(directory, environment);
    command.stdout(slave.try_clone().unwrap()).stderr(slave);
    (command.spawn().unwrap(), File::from(master))
}

/// Reads until the terminal is hung up.
fn everything(mut terminal: File) -> String {
    let (mut all, mut some) = (Vec::new(), [0; 1024]);
    // A terminal that nobody has open any more is an error to read.
    while let Ok(count @ 1..) = terminal.read(&mut some) {
        all.extend_from_slice(&some[..count]);
    }
    String::from_utf8(all).unwrap()
}

/// Returns what a terminal shows in the end: what was cleared from a line, or written over, is gone.
fn screen(written: &str) -> String {
    let mut lines = vec![String::new()];
    let mut rest = written;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        let line = lines.len() - 1;
        match character {
            '\n' => lines.push(String::new()),
            // Whatever is written after it begins with clearing the line.
            '\r' => {}
            '\u{1b}' => {
                let end = rest.find(|it: char| it.is_ascii_alphabetic()).unwrap();
                match &rest[..=end] {
                    "[2K" | "[K" | "[0K" => lines[line].clear(),
                    other => assert!(
                        other.ends_with('m') || other.ends_with('A') || other.ends_with('B'),
                        "{other:?}"
                    ),
                }
                rest = &rest[end + 1..];
            }
            other => lines[line].push(other),
        }
    }
    lines.join("\n")
}

#[test]
fn a_terminal_has_a_status_line_that_is_gone_in_the_end() {
    let directory = directory();
    let (mut child, terminal) = on_terminal(&directory, 100, &[("LANG", "C.UTF-8"), ("NO_COLOR", "1")]);
    let written = everything(terminal);
    assert!(child.wait().unwrap().success());
    assert!(written.contains("0 of 4 done · Creating 3 terraform_data · longest: "), "{written:?}");
    assert!(written.contains(" left"), "{written:?}");
    let shown = screen(&written);
    assert!(!shown.contains(" done · "), "{shown}");
    assert!(shown.contains("terraform_data.slow[2]: Creation complete after "), "{shown}");
    assert!(shown.contains("\nApply complete! Resources: 4 added, 0 changed, 0 destroyed.\n"), "{shown}");
}

#[test]
fn a_narrow_terminal_without_unicode_is_not_overflowed() {
    let directory = directory();
    let (mut child, terminal) = on_terminal(&directory, 24, &[("LANG", "C")]);
    let written = everything(terminal);
    assert!(child.wait().unwrap().success());
    assert!(written.contains("0 of 4 done"), "{written:?}");
    assert!(written.is_ascii(), "{written:?}");
    assert!(!screen(&written).contains("0 of 4 done"), "{written:?}");
}

#[test]
fn an_interrupted_apply_leaves_the_terminal_clean() {
    let directory = directory();
    let (mut child, terminal) = on_terminal(&directory, 80, &[("LANG", "C.UTF-8")]);
    std::thread::sleep(Duration::from_secs(1));
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    let shown = screen(&everything(terminal));
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(shown.contains("Stopping: nothing new is started"), "{shown}");
    assert!(!shown.contains(" of 4 done"), "{shown}");
}

#[test]
fn what_does_not_end_in_time_after_an_interrupt_is_given_up() {
    for (environment, arguments) in
        [(None, Some("-stop-within=500ms")), (Some(("RINFRA_STOP_WITHIN", "0.5s")), None)]
    {
        let place = TempDir::new().unwrap();
        let sleeping = "resource \"terraform_data\" \"long\" {\n  provisioner \"local-exec\" {\n    command = \"sleep 60\"\n  }\n}\nresource \"terraform_data\" \"quick\" {}\n";
        std::fs::write(place.path().join("main.tf"), sleeping).unwrap();
        let mut command = apply(&place, &[]);
        command.args(arguments).envs(environment).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_secs(2));
        let begun = Instant::now();
        kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(begun.elapsed() < Duration::from_secs(20), "it ended before the program did");
        let state = std::fs::read_to_string(place.path().join("terraform.tfstate")).unwrap();
        assert!(state.contains("\"quick\"") && state.contains("\"long\""), "{state}");
    }
}

#[test]
fn nothing_but_lines_is_written_where_there_is_no_terminal_or_a_dumb_one() {
    let place = directory();
    let output = apply(&place, &[("LANG", "C.UTF-8")]).output().unwrap();
    for written in [output.stdout, output.stderr] {
        let written = String::from_utf8(written).unwrap();
        assert!(!written.contains(|it: char| it.is_control() && it != '\n'), "{written:?}");
        assert!(!written.contains(" done · "), "{written}");
    }
    let place = directory();
    let (mut child, terminal) = on_terminal(&place, 80, &[("LANG", "C.UTF-8"), ("TERM", "dumb")]);
    let written = everything(terminal);
    assert!(child.wait().unwrap().success());
    // The terminal itself makes a carriage return of every end of a line.
    assert!(!written.replace("\r\n", "\n").contains(|it: char| it.is_control() && it != '\n'), "{written:?}");
    assert!(written.contains("terraform_data.last: Creation complete"), "{written}");
}
