//! The console's line editor, on a terminal.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use nix::pty::{OpenptyResult, openpty};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// How long a session may last before it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

const CONFIGURATION: &str = r#"
variable "size" {
  default = 41
}
variable "colour" {
  default = "blue"
}
locals {
  plan = { height = 3 }
}
"#;

/// A console with a person in front of it.
struct Session {
    _directory: TempDir,
    child: Child,
    keyboard: File,
    screen: File,
    /// Tells, when it is dropped, that the session is over.
    _over: Sender<()>,
}

impl Session {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("main.tf"), CONFIGURATION).unwrap();
        let OpenptyResult { master, slave } = openpty(None, None).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_rinfra"))
            .arg("console")
            .current_dir(directory.path())
            .env_clear()
            .env("TERM", "xterm")
            .stdin(slave.try_clone().unwrap())
            .stdout(slave.try_clone().unwrap())
            .stderr(slave)
            .spawn()
            .unwrap();
        let (over, is_over) = channel();
        let process = Pid::from_raw(child.id().try_into().unwrap());
        std::thread::spawn(move || {
            if is_over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = kill(process, Signal::SIGKILL);
            }
        });
        let keyboard = File::from(master.try_clone().unwrap());
        let mut session =
            Self { _directory: directory, child, keyboard, screen: File::from(master), _over: over };
        session.sees("> ");
        session
    }

    fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Types something, and waits for the answer and for the next prompt.
    fn asks(&mut self, keys: &str, answer: &str) {
        self.types(keys);
        self.sees(answer);
        self.sees("> ");
    }

    /// Waits until a text is on the screen.
    fn sees(&mut self, text: &str) {
        let mut seen = Vec::new();
        let mut byte = [0];
        while !seen.ends_with(text.as_bytes()) {
            let read = self.screen.read(&mut byte);
            assert!(matches!(read, Ok(1)), "{text:?} in {:?}", String::from_utf8_lossy(&seen));
            seen.push(byte[0]);
        }
    }

    fn leaves(mut self) {
        // Whatever is still shown must not fill the terminal's buffer.
        let mut rest = Vec::new();
        let _ = self.screen.read_to_end(&mut rest);
        assert!(self.child.wait().unwrap().success(), "{}", String::from_utf8_lossy(&rest));
    }
}

#[test]
fn expressions_have_one_line_or_many() {
    let mut session = Session::new();
    session.asks("var.size + 1\r", "42\r\n");
    session.asks("[\r1 + 1,\r]\r", "[\r\n  2,\r\n]\r\n");
    session.asks("chomp(<<EOT\rabc\rEOT\r)\r", "\"abc\"\r\n");
    session.asks("<<EOT\rdef\rEOT\r", "<<EOT\r\ndef\r\n\r\nEOT\r\n");
    session.asks("[1,\r\r", "an expression is expected.\r\n\r\n");
    session.types("exit\r");
    session.leaves();
}

#[test]
fn names_are_completed_and_lines_remembered() {
    let mut session = Session::new();
    session.asks("var.si\t + 2\r", "43\r\n");
    session.asks("local.plan.height\r", "3\r\n");
    session.asks("upp\tvar.c\t)\r", "\"BLUE\"\r\n");
    // Up, twice.
    session.asks("\u{1b}[A\u{1b}[A\r", "3\r\n");
    session.types("\u{4}");
    session.leaves();
}

#[test]
fn control_c_drops_what_is_typed_and_then_leaves() {
    let mut session = Session::new();
    session.asks("nosuch\u{3}var.size\r", "41\r\n");
    session.types("\u{3}");
    session.leaves();
}
