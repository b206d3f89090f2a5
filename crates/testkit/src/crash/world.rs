//! A place to be killed in: a directory, an account, and the proxy between.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::backend::{Home, Subject};
use super::comparison::StateFile;
use super::holdings::Holdings;
use super::moments::Moment;
use super::process::{Ended, Process};
use super::reference::Reference;
use super::stages::Stage;
use super::tearing::Watched;
use super::tour::judge;
use super::{CrashError, Verdict};
use crate::example::copy_configuration;
use crate::process_environment::command_line;
use crate::proxy::{Proxy, Script};
use crate::{Account, Bucket, Moto, Outcome, isolated};

/// How long requests may still be on their way when their sender is dead.
const SETTLING: Duration = Duration::from_secs(30);

/// The local AWS shows at once what was made: what is not there need not be looked for again.
const SHOWS_AT_ONCE: [&str; 2] = ["RINFRA_SHOWS_WITHIN", "0"];

/// The state beside the configuration, where it is kept there.
const STATE: &str = "terraform.tfstate";

/// A directory with a configuration, an account that holds nothing of it, and a proxy between the two.
#[derive(Debug)]
pub struct World {
    binary: PathBuf,
    account: Account,
    /// What stands between the two.
    pub proxy: Proxy,
    home: Home,
    directory: TempDir,
    environment: Vec<(String, String)>,
    /// What was there before the first stage.
    pub(super) before: Holdings,
}

impl World {
    /// Makes a world for what is to be killed.
    ///
    /// # Errors
    /// When something of it cannot be had, or `init` or a first look at the account fails.
    pub fn new(subject: &Subject, moto: &Moto) -> Result<Self, CrashError> {
        let directory = TempDir::new()?;
        let within = directory.path().join("it");
        copy_configuration(&subject.configuration, &within)?;
        let home = Home::make(subject.backend, moto, within)?;
        let proxy = Proxy::start(moto.endpoint(), Script::default())?;
        if let Some(account) = home.account() {
            proxy.store_of(account);
        }
        let mut world = Self {
            binary: subject.binary.clone(),
            account: moto.account(),
            proxy,
            home,
            directory,
            environment: vec![SHOWS_AT_ONCE.map(str::to_owned).into()],
            before: Holdings::default(),
        };
        world.undisturbed(&["init", "-no-color"])?;
        // An account has its default networks once somebody looks.
        world.undisturbed(&["plan", "-no-color"])?;
        world.before = Holdings::of(&world.account)?;
        Ok(world)
    }

    /// Sets environment variables of all commands to come, besides those set before.
    pub fn set_environment(&mut self, variables: &[(&str, &str)]) {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.environment.extend(variables);
    }

    /// Returns the directory where the commands run.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().join("it")
    }

    /// Returns the bucket that the state is kept in, if it is.
    pub fn bucket(&self) -> Option<&Bucket> {
        self.home.bucket()
    }

    /// Tells whether a command holds the lock of the state.
    ///
    /// # Errors
    /// When nobody knows.
    pub fn is_locked(&self) -> Result<bool, CrashError> {
        Ok(self.home.is_locked()?)
    }

    /// Lets the lease of a command end that does not renew it any more.
    ///
    /// # Errors
    /// When the local AWS does not answer.
    pub fn let_the_lease_end(&self) -> Result<(), CrashError> {
        Ok(self.home.let_the_lease_end()?)
    }

    /// Lets time pass until what keeps displaced commands out is not needed any more.
    pub(super) fn let_a_day_pass(&self) -> Result<(), CrashError> {
        Ok(self.home.let_a_day_pass()?)
    }

    /// Returns the journal of the state, where it is a file.
    pub fn journal(&self) -> PathBuf {
        self.directory().join(".terraform.tfstate.journal")
    }

    /// Returns a command in the directory whose requests go through the proxy.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = isolated(&self.binary);
        command
            .args(arguments)
            .current_dir(self.directory())
            .envs(self.account.env())
            .env("AWS_ENDPOINT_URL", self.proxy.endpoint())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command that can write no file beyond this many blocks of 512 bytes: a disk that is full.
    ///
    /// # Errors
    /// When it does not start.
    pub fn run_on_full_disk(&self, blocks: u32, arguments: &[&str]) -> Result<Outcome, CrashError> {
        let mut command = Command::new("sh");
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let inner = self.command(arguments);
        command.arg("-c").arg(limit).arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(self.directory());
        // What the command says is not what the disk lacks room for.
        let output = command.stdin(Stdio::null()).output()?;
        Ok(Outcome::new(command_line(&inner), &output))
    }

    fn start(&self, arguments: &[&str]) -> io::Result<Process> {
        Process::start(self.command(arguments), &self.directory.path().join("output"))
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// When it does not start.
    pub fn run(&self, arguments: &[&str]) -> Result<Outcome, CrashError> {
        Ok(self.start(arguments)?.finish()?.outcome)
    }

    /// Runs a command that must succeed.
    ///
    /// # Errors
    /// When it does not.
    pub fn undisturbed(&self, arguments: &[&str]) -> Result<Outcome, CrashError> {
        let outcome = self.run(arguments)?;
        if outcome.code == Some(0) { Ok(outcome) } else { Err(CrashError::Undisturbed(outcome.to_string())) }
    }

    /// Runs a command and kills it at a moment, if that comes.
    pub(super) fn run_killed(&self, arguments: &[&str], moment: Moment) -> Result<Ended, CrashError> {
        let ended = match moment {
            Moment::Request(victim) => {
                let trap = self.proxy.set(victim);
                self.start(arguments)?.kill_when_caught(&trap)?
            }
            Moment::Torn { bytes, kept } => {
                let state = self.directory().join(STATE);
                let watched = Watched { journal: self.journal(), state, proxy: &self.proxy };
                self.start(arguments)?.kill_torn(&watched, bytes, kept)?
            }
            Moment::Journal { .. } | Moment::Time(_) => {
                self.start(arguments)?.kill_at(moment, &self.journal())?
            }
        };
        // What the dead process had sent is done by the time the next one looks.
        let is_quiet = self.proxy.quiet(SETTLING);
        self.proxy.release();
        if !is_quiet {
            return Err(io::Error::other("requests of a dead process hang").into());
        }
        if ended.outcome.code.is_none() {
            self.let_the_lease_end()?;
        }
        Ok(ended)
    }

    /// Returns what the account holds now.
    ///
    /// # Errors
    /// When the local AWS does not answer.
    pub fn holdings(&self) -> Result<Holdings, CrashError> {
        Holdings::of(&self.account)
    }

    /// Compares cloud and state after a stage that is said to be complete with what an undisturbed run leaves.
    ///
    /// # Errors
    /// When the harness itself fails.
    pub fn verdict(
        &self,
        stage: Stage,
        reference: &Reference,
        outcome: &Outcome,
    ) -> Result<Verdict, CrashError> {
        judge(self, stage, reference, outcome)
    }

    pub(super) fn state(&self) -> Result<StateFile, CrashError> {
        Ok(StateFile::of(self.home.state()?))
    }

    /// Returns what commands that ended well do not leave behind: hidden files, and objects beside the state.
    pub(super) fn leftovers(&self) -> Result<Vec<String>, CrashError> {
        Ok(self.home.leftovers()?)
    }
}
