//! Applying: execute an execution graph in dependency order, and journal every step.
//!
//! [`apply`] decides nothing. It follows the graph of a [`Plan`](rinfra_change::Plan), takes the final
//! arguments of each instance from the evaluator, checks that they are what was planned, and writes down each
//! mutation before it is sent and what came of it afterwards.
//!
//! Deliberately absent: planning (`rinfra-plan`), processes (a [`Shell`] is given), the file system (a
//! [`Recorder`](rinfra_state::journal::Recorder) is given), retries and waits (a connection's own affair).

mod board;
mod checks;
mod conformity;
mod doubts;
mod executor;
mod foreknowledge;
mod local_exec;
mod observer;
mod opener;
mod outcome;
mod outlook;
mod pace;
mod phase;
mod preparation;
mod provisioning;
mod recovery;
mod run;
mod scribe;
mod shell;
mod steps;
mod tidying;

pub use observer::{Event, Observer, Silent};
pub use outcome::{Applied, Tally};
pub use outlook::Outlook;
pub use preparation::refreshed;
pub use recovery::{Recovered, Recovery, recover, report};
pub use run::{Interrupt, Now, Request, apply};
pub use shell::{Command, Failure, NoShell, Shell};
