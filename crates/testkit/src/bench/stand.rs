//! One program in one directory against one fresh account.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::configuration::Mix;
use super::process_tree::{
    footprint, processor_time, processor_time_of_ended_children, processor_time_of_machine,
};
use super::program::Program;
use crate::proxy::{Proxy, Script};
use crate::{Account, Moto};

/// How often the memory of a command is looked at.
const PULSE: Duration = Duration::from_millis(10);

/// No command may take longer.
const PATIENCE: Duration = Duration::from_secs(2 * 3600);

/// What stands between a program and the local AWS.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Setting {
    /// What every request takes besides what the local AWS takes.
    pub latency: Duration,
    /// Whether there are token buckets as AWS has them.
    pub buckets: bool,
}

/// What is measured.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Operation {
    /// Making everything.
    Apply,
    /// Finding out that there is nothing to do.
    Plan,
    /// Destroying everything.
    Destroy,
}

impl Operation {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Apply, Self::Plan, Self::Destroy];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Plan => "plan",
            Self::Destroy => "destroy",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Apply => &["apply", "-auto-approve", "-input=false", "-no-color"],
            // With 2 it would say that there is something to do.
            Self::Plan => &["plan", "-detailed-exitcode", "-input=false", "-no-color"],
            Self::Destroy => &["destroy", "-auto-approve", "-input=false", "-no-color"],
        }
    }
}

/// What one command took.
#[derive(Clone, Debug)]
pub struct Measured {
    /// From its start to its end.
    pub wall: Duration,
    /// The processor time of all its processes.
    pub processor: Duration,
    /// The most memory all its processes had together, of the moments looked at.
    pub memory: u64,
    /// Its requests, as the proxy counts them, by service and operation.
    pub calls: BTreeMap<(String, String), usize>,
    /// How many of them were throttled.
    pub throttled: usize,
    /// The processor time of the local AWS meanwhile: no command can take less.
    pub cloud: Duration,
    /// How long the token buckets need at least for the requests that were let through.
    pub floor: Duration,
    /// What part of the machine's processors other work took meanwhile.
    pub others: f64,
}

/// What became of the operations, each of them measured or the reason why it is not.
pub type Outcomes = BTreeMap<Operation, Result<Measured, String>>;

/// A place to measure in.
#[derive(Debug)]
pub struct Stand<'s> {
    program: &'s Program,
    mix: Mix,
    moto: &'s Moto,
    account: Account,
    proxy: Proxy,
    directory: TempDir,
}

impl<'s> Stand<'s> {
    /// Prepares a directory with the configuration, and an account that has answered once in every service.
    ///
    /// # Errors
    /// When something of it cannot be had, or `init` fails.
    pub fn new(program: &'s Program, mix: Mix, setting: Setting, moto: &'s Moto) -> io::Result<Self> {
        let directory = TempDir::new()?;
        let account = moto.account();
        for (name, text) in mix.files(&format!("-{}", account.id())) {
            let path = directory.path().join("it").join(name);
            fs::create_dir_all(path.parent().unwrap_or(directory.path()))?;
            fs::write(path, text)?;
        }
        let Setting { latency, buckets } = setting;
        let proxy = Proxy::start(moto.endpoint(), Script { latency, buckets, ..Script::default() })?;
        let stand = Self { program, mix, moto, account, proxy, directory };
        super::limits::wake(stand.moto.endpoint(), stand.account.id())?;
        let (status, said) = stand.run(&["init", "-input=false", "-no-color"], &mut |_| {})?;
        if status.success() { Ok(stand) } else { Err(io::Error::other(said)) }
    }

    /// Returns the directory of the configuration.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().join("it")
    }

    /// Applies, plans and destroys, as far as wanted: applying comes first in any case.
    ///
    /// # Errors
    /// When a command does not start.
    pub fn measure(&self, wanted: &[Operation]) -> io::Result<Outcomes> {
        let mut outcomes = Outcomes::new();
        for operation in Operation::ALL {
            if operation != Operation::Apply && !wanted.contains(&operation) {
                continue;
            }
            let is_possible = outcomes.get(&Operation::Apply).is_none_or(Result::is_ok);
            let outcome = if is_possible {
                self.operation(operation)?
            } else {
                Err("not tried, because apply failed".to_owned())
            };
            outcomes.insert(operation, outcome);
        }
        outcomes.retain(|operation, _| wanted.contains(operation));
        Ok(outcomes)
    }

    fn operation(&self, operation: Operation) -> io::Result<Result<Measured, String>> {
        self.proxy.take_log();
        let setting = self.proxy.script();
        // A new operation finds full buckets.
        self.proxy.play(setting);
        let cloud = processor_time(self.moto.process());
        let processor = processor_time_of_ended_children();
        // Of the machine, and of what is measured with: this process is the proxy.
        let machine = || (processor_time_of_machine(), processor_time(std::process::id()));
        let (machine_before, own_before) = machine();
        let mut memory = 0;
        let began = Instant::now();
        let (status, said) = self.run(operation.arguments(), &mut |process| {
            let footprint = footprint(process);
            memory = footprint.resident.max(footprint.largest_peak).max(memory);
        })?;
        let wall = began.elapsed();
        let (machine_after, own_after) = machine();
        let processor = processor_time_of_ended_children().saturating_sub(processor);
        let cloud = processor_time(self.moto.process()).saturating_sub(cloud);
        let own = own_after.saturating_sub(own_before);
        let others = machine_after.saturating_sub(machine_before).saturating_sub(processor + cloud + own);
        let log = self.proxy.take_log();
        let measured = Measured {
            wall,
            processor,
            memory,
            calls: Proxy::count(&log),
            throttled: log.iter().filter(|it| it.fault == Some("throttled")).count(),
            cloud,
            floor: self.proxy.floor(),
            others: others.as_secs_f64() / wall.as_secs_f64().max(0.001) / processors(),
        };
        if !status.success() {
            let code = status.code().map_or("a signal".to_owned(), |it| format!("exit code {it}"));
            return Ok(Err(format!("{code} after {:.1} s: {said}", wall.as_secs_f64())));
        }
        let expected = if operation == Operation::Destroy { 0 } else { self.mix.resources() };
        Ok(match self.instances()? {
            found if found == expected => Ok(measured),
            found => Err(format!("{found} resource instances in the state instead of {expected}")),
        })
    }

    /// Runs a command and shows its process every now and then; returns what it said at last.
    fn run(&self, arguments: &[&str], look: &mut dyn FnMut(u32)) -> io::Result<(ExitStatus, String)> {
        let said = self.directory.path().join("said");
        let file = File::create(&said)?;
        let mut command = self.program.command();
        command
            .args(arguments)
            .current_dir(self.directory())
            .envs(self.account.env())
            .env("AWS_ENDPOINT_URL", self.proxy.endpoint())
            .env("CHECKPOINT_DISABLE", "1")
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        let mut child = Kept(command.spawn()?);
        let began = Instant::now();
        loop {
            if let Some(status) = child.0.try_wait()? {
                return Ok((status, last_words(&said)?));
            }
            if began.elapsed() > PATIENCE {
                // It counts as failed, like every command that a signal ends.
                child.0.kill()?;
            }
            look(child.0.id());
            sleep(PULSE);
        }
    }

    fn instances(&self) -> io::Result<usize> {
        let text = fs::read_to_string(self.directory().join("terraform.tfstate"))?;
        let state: Value = serde_json::from_str(&text)?;
        let resources = state["resources"].as_array().into_iter().flatten();
        let managed = resources.filter(|it| it["mode"] == "managed");
        Ok(managed.map(|it| it["instances"].as_array().map_or(0, Vec::len)).sum())
    }
}

fn processors() -> f64 {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    f64::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// A process that does not outlive whoever waits for it.
struct Kept(Child);

impl Drop for Kept {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// Returns the errors among the lines of an output, or its last lines where there are none.
fn last_words(output: &Path) -> io::Result<String> {
    let text = String::from_utf8_lossy(&fs::read(output)?).into_owned();
    let lines: Vec<_> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let errors: Vec<_> = lines.iter().copied().filter(|it| it.contains("Error: ")).take(3).collect();
    let last = lines.len().saturating_sub(3);
    Ok(if errors.is_empty() { lines[last..].join(" / ") } else { errors.join(" / ") })
}
