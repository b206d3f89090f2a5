//! A process that may be killed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::moments::Moment;
use super::tearing::{Seen, Watched};
use crate::Outcome;
use crate::process_environment::command_line;
use crate::proxy::{Caught, Trap};

/// How often a process is asked whether it has ended.
const PULSE: Duration = Duration::from_millis(2);

/// No command takes longer, whatever goes wrong.
const PATIENCE: Duration = Duration::from_secs(400);

/// A process that runs, with what it says in a file.
pub(super) struct Process {
    child: Child,
    line: String,
    output: PathBuf,
    began: Instant,
}

/// How a process ended.
pub(super) struct Ended {
    pub(super) outcome: Outcome,
    /// What the proxy held when the process was killed.
    pub(super) caught: Option<Caught>,
    /// Whether it was killed, at whatever moment.
    pub(super) killed: bool,
}

impl Process {
    pub(super) fn start(mut command: Command, output: &Path) -> io::Result<Self> {
        let file = File::create(output)?;
        let child = command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).spawn()?;
        Ok(Self { child, line: command_line(&command), output: output.to_owned(), began: Instant::now() })
    }

    /// Waits for the end.
    pub(super) fn finish(mut self) -> io::Result<Ended> {
        while self.child.try_wait()?.is_none() {
            if self.began.elapsed() > PATIENCE {
                self.child.kill()?;
                let status = self.child.wait()?;
                return Ok(Ended {
                    outcome: self.outcome(status, "\n(it hung)")?,
                    caught: None,
                    killed: false,
                });
            }
            sleep(PULSE);
        }
        let status = self.child.wait()?;
        Ok(Ended { outcome: self.outcome(status, "")?, caught: None, killed: false })
    }

    /// Kills the process when the trap has caught a request.
    pub(super) fn kill_when_caught(mut self, trap: &Trap) -> io::Result<Ended> {
        loop {
            if let Some(caught) = trap.wait(PULSE) {
                return self.killed(Some(caught));
            }
            if self.child.try_wait()?.is_some() || self.began.elapsed() > PATIENCE {
                return self.finish();
            }
        }
    }

    /// Kills the process when the journal is long enough, or when its time has come.
    pub(super) fn kill_at(mut self, moment: Moment, journal: &Path) -> io::Result<Ended> {
        let has_come = |began: Instant| match moment {
            Moment::Journal { bytes } => fs::metadata(journal).is_ok_and(|it| it.len() >= bytes.max(1)),
            Moment::Time(time) => began.elapsed() >= time,
            Moment::Request(_) | Moment::Torn { .. } => false,
        };
        let mut rounds = 0_u32;
        loop {
            if has_come(self.began) {
                return self.killed(None);
            }
            rounds += 1;
            // The journal is watched closely, the process now and then.
            if rounds.is_multiple_of(64) && self.child.try_wait()?.is_some() {
                return self.finish();
            }
            sleep(Duration::from_micros(50));
        }
    }

    /// Kills the process when the journal has become this long, and tears off a part of what was written last. It
    /// counts as killed only where something could be torn off.
    pub(super) fn kill_torn(mut self, watched: &Watched<'_>, bytes: u64, kept: u64) -> io::Result<Ended> {
        let mut before: Option<Seen> = None;
        let mut rounds = 0_u32;
        loop {
            let now = watched.look();
            if let Some((before, _)) = before.zip(now).filter(|(before, now)| before.grew(*now, bytes)) {
                let ended = self.killed(None)?;
                watched.proxy.end();
                let killed = watched.tear(before, kept)?;
                return Ok(Ended { killed, ..ended });
            }
            before = now;
            rounds += 1;
            if rounds.is_multiple_of(64) && self.child.try_wait()?.is_some() {
                return self.finish();
            }
            sleep(Duration::from_micros(50));
        }
    }

    fn killed(mut self, caught: Option<Caught>) -> io::Result<Ended> {
        self.child.kill()?;
        let status = self.child.wait()?;
        Ok(Ended { outcome: self.outcome(status, "")?, caught, killed: true })
    }

    fn outcome(&self, status: ExitStatus, remark: &str) -> io::Result<Outcome> {
        let text = String::from_utf8_lossy(&fs::read(&self.output)?).into_owned();
        Ok(Outcome {
            command: self.line.clone(),
            code: status.code(),
            stdout: text + remark,
            stderr: String::new(),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Only of interest when the harness itself fails.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
