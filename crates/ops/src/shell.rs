//! Programs on this machine, for provisioners.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, PipeReader};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use rinfra_apply::{Command, Failure, Interrupt, Shell};
use tokio::sync::{mpsc, watch};

/// How long a program may take to end once it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How much of what a program wrote is kept for a message about its failure.
const KEPT: usize = 8 * 1024;

/// Runs programs as processes of their own, each the leader of a process group.
#[derive(Clone, Copy, Debug, Default)]
pub struct Processes;

#[async_trait(?Send)]
impl Shell for Processes {
    async fn run(
        &self,
        command: &Command,
        line: &dyn for<'line> Fn(&'line str),
        mut interrupt: watch::Receiver<Interrupt>,
    ) -> Result<(), Failure> {
        let failure = |reason: String| Failure { reason, output: String::new() };
        let (mut group, mut lines) = start(command).map_err(failure)?;
        let mut tail = Tail::default();
        let mut stopping = false;
        let mut open = true;
        let deadline = tokio::time::sleep(Duration::MAX);
        tokio::pin!(deadline);
        let status = loop {
            tokio::select! {
                biased;
                next = lines.recv(), if open => match next {
                    Some(bytes) => {
                        tail.add(&bytes);
                        line(String::from_utf8_lossy(&bytes).trim_end_matches('\n'));
                    }
                    None => open = false,
                },
                // Whatever holds the output open may still write, unless nobody waits for it any more.
                status = group.child.wait(), if !open || stopping => break status,
                changed = interrupt.wait_for(|it| *it != Interrupt::None), if !stopping => {
                    if changed.is_ok() {
                        group.signal(Signal::SIGTERM);
                    }
                    stopping = true;
                    deadline.as_mut().reset(tokio::time::Instant::now() + GRACE);
                }
                () = &mut deadline, if stopping => {
                    group.signal(Signal::SIGKILL);
                    deadline.as_mut().reset(tokio::time::Instant::now() + GRACE);
                }
            }
        };
        group.is_done = true;
        let reason = match status {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => ended(status),
            Err(error) => error.to_string(),
        };
        Err(Failure { reason, output: tail.text() })
    }
}

/// A program that runs, and all it started.
struct Group {
    child: tokio::process::Child,
    id: Option<Pid>,
    is_done: bool,
}

impl Group {
    fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // A group that has just ended needs no signal.
            let _ = killpg(id, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_done {
            self.signal(Signal::SIGKILL);
        }
    }
}

/// Starts a program. Returns it and the lines it writes, to its output and its errors alike.
///
/// *Errors*: what the system says, in Terraform's words.
fn start(command: &Command) -> Result<(Group, mpsc::UnboundedReceiver<Vec<u8>>), String> {
    let (reader, writer) = std::io::pipe().map_err(|error| reason(&error))?;
    let errors = writer.try_clone().map_err(|error| reason(&error))?;
    let mut process = tokio::process::Command::new(&command.program);
    process.args(&command.arguments).envs(command.environment.iter().map(|(name, value)| (name, value)));
    process.stdin(Stdio::null()).stdout(writer).stderr(errors).process_group(0);
    if let Some(directory) = &command.directory {
        if let Err(error) = std::fs::metadata(directory) {
            return Err(format!("chdir {directory}: {}", reason(&error)));
        }
        process.current_dir(directory);
    }
    let child = process.spawn().map_err(|error| {
        let program = &command.program;
        if error.kind() == std::io::ErrorKind::NotFound && !program.contains('/') {
            format!("exec: \"{program}\": executable file not found in $PATH")
        } else {
            format!("fork/exec {program}: {}", reason(&error))
        }
    })?;
    // The command holds the writing ends, which would keep the pipe open.
    drop(process);
    let id = child.id().and_then(|it| i32::try_from(it).ok()).map(Pid::from_raw);
    Ok((Group { child, id, is_done: false }, lines(reader)))
}

/// Reads lines on a thread of its own: one that waits for a program which never closes its output must not keep this
/// program from ending.
fn lines(reader: PipeReader) -> mpsc::UnboundedReceiver<Vec<u8>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        loop {
            let mut line = Vec::new();
            match reader.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if sender.send(line).is_err() => return,
                Ok(_) => {}
            }
        }
    });
    receiver
}

/// The last of what a program wrote.
#[derive(Default)]
struct Tail(VecDeque<u8>);

impl Tail {
    fn add(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
        let surplus = self.0.len().saturating_sub(KEPT);
        self.0.drain(..surplus);
    }

    fn text(&mut self) -> String {
        String::from_utf8_lossy(self.0.make_contiguous()).into_owned()
    }
}

/// Returns what the system says, without the number Rust adds.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    words.to_lowercase()
}

/// Returns how a program ended.
fn ended(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal().map(Signal::try_from)) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(Ok(signal))) => format!("signal: {}", name(signal)),
        (None, _) => "ended by a signal".to_owned(),
    }
}

fn name(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGHUP => "hangup",
        Signal::SIGINT => "interrupt",
        Signal::SIGQUIT => "quit",
        Signal::SIGABRT => "aborted",
        Signal::SIGKILL => "killed",
        Signal::SIGSEGV => "segmentation fault",
        Signal::SIGPIPE => "broken pipe",
        Signal::SIGALRM => "alarm clock",
        Signal::SIGTERM => "terminated",
        other => other.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::{Duration, Instant};

    use rinfra_apply::{Command, Failure, Interrupt, Shell};
    use tokio::sync::watch;

    use super::Processes;

    fn shell(text: &str) -> Command {
        Command {
            program: "/bin/sh".to_owned(),
            arguments: vec!["-c".to_owned(), text.to_owned()],
            directory: None,
            environment: vec![("GREETING".to_owned(), "hi".to_owned())],
        }
    }

    async fn run(command: &Command) -> (Result<(), Failure>, Vec<String>) {
        let (_sender, interrupt) = watch::channel(Interrupt::None);
        let lines = RefCell::new(Vec::new());
        let result =
            Processes.run(command, &|line| lines.borrow_mut().push(line.to_owned()), interrupt).await;
        (result, lines.into_inner())
    }

    #[tokio::test]
    async fn output_and_errors_are_told_line_by_line() {
        let (result, lines) = run(&shell("echo $GREETING; echo no >&2; printf 'rest'")).await;
        assert_eq!((result, lines), (Ok(()), ["hi", "no", "rest"].map(str::to_owned).to_vec()));
    }

    #[tokio::test]
    async fn failures_are_told_as_terraform_tells_them() {
        let here = |program: &str, directory: Option<&str>| Command {
            program: program.to_owned(),
            arguments: Vec::new(),
            directory: directory.map(str::to_owned),
            environment: Vec::new(),
        };
        for (command, reason, output) in [
            (shell("echo about to fail; exit 3"), "exit status 3", "about to fail\n"),
            (shell("kill -9 $$"), "signal: killed", ""),
            (
                here("no-such-program", None),
                "exec: \"no-such-program\": executable file not found in $PATH",
                "",
            ),
            (here("./nothing", None), "fork/exec ./nothing: no such file or directory", ""),
            (here("true", Some("nowhere")), "chdir nowhere: no such file or directory", ""),
        ] {
            let expected = Failure { reason: reason.to_owned(), output: output.to_owned() };
            assert_eq!(run(&command).await.0, Err(expected), "{command:?}");
        }
    }

    #[tokio::test]
    async fn a_program_is_asked_to_end_with_all_it_started() {
        let (sender, interrupt) = watch::channel(Interrupt::None);
        let began = Instant::now();
        let command = shell("sleep 60 & echo started; wait");
        let stop = |line: &str| {
            if line == "started" {
                sender.send_replace(Interrupt::Stop);
            }
        };
        let ended = Processes.run(&command, &stop, interrupt).await;
        assert_eq!(ended.map_err(|it| it.reason), Err("signal: terminated".to_owned()));
        assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
    }
}
