use async_trait::async_trait;
use tokio::sync::watch;

use crate::run::Interrupt;

/// A program to be run on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Where it runs; without one, where this program runs.
    pub directory: Option<String>,
    /// What is added to the environment, in this order.
    pub environment: Vec<(String, String)>,
}

/// Why a program did not do what it was to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened, such as `exit status 3`.
    pub reason: String,
    /// The last it wrote, both to its output and its errors.
    pub output: String,
}

/// Where provisioners run programs.
#[async_trait(?Send)]
pub trait Shell {
    /// Runs a program and tells each line it writes, to its output and its errors alike.
    ///
    /// Once the run is being stopped, the program is asked to end, and ended when it does not. Dropping the call
    /// ends it at once.
    ///
    /// *Errors*: programs that cannot be started, and those that end other than well.
    async fn run(
        &self,
        command: &Command,
        line: &dyn for<'line> Fn(&'line str),
        interrupt: watch::Receiver<Interrupt>,
    ) -> Result<(), Failure>;
}

/// A shell that runs nothing, where no provisioners are expected.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoShell;

#[async_trait(?Send)]
impl Shell for NoShell {
    async fn run(
        &self,
        _command: &Command,
        _line: &dyn for<'line> Fn(&'line str),
        _interrupt: watch::Receiver<Interrupt>,
    ) -> Result<(), Failure> {
        Err(Failure { reason: "no program can be run here".to_owned(), output: String::new() })
    }
}
