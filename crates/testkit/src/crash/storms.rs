//! A whole life with a fault profile, without any death.

use std::time::{Duration, Instant};

use super::backend::Subject;
use super::reference::Reference;
use super::stages::Stage;
use super::tour::{converge, end, judge};
use super::world::World;
use super::{CrashError, Verdict};
use crate::proxy::{Profile, Script};
use crate::{Moto, Outcome};

/// What came of one stage under a fault profile.
#[derive(Clone, Debug)]
pub struct Storm {
    /// The profile.
    pub profile: &'static str,
    /// The stage.
    pub stage: Stage,
    /// How many requests there were.
    pub requests: usize,
    /// How many requests something was done to.
    pub disturbed: usize,
    /// How the command ended.
    pub ending: Ending,
    /// How long it took.
    pub took: Duration,
    /// What it said at its end.
    pub said: String,
    /// How often it was run again, in calm weather, until it succeeded.
    pub reruns: usize,
    /// What was wrong then.
    pub verdict: Verdict,
}

/// How a command ends in bad weather.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It did everything.
    Converged,
    /// It did everything where it could look, and said what it could not look at.
    WentAround,
    /// It failed.
    Failed,
}

impl Ending {
    fn of(outcome: &Outcome) -> Self {
        match outcome.code {
            Some(0) if outcome.stdout.contains("Objects could not be observed") => Self::WentAround,
            Some(0) => Self::Converged,
            _ => Self::Failed,
        }
    }

    /// Returns how the tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::WentAround => "went around it",
            Self::Failed => "failed cleanly",
        }
    }
}

impl Storm {
    /// Takes a configuration through all stages, each in the storm first and then, where that failed, in the calm.
    ///
    /// # Errors
    /// When the harness itself fails.
    pub fn weather(
        profile: &Profile,
        seed: u64,
        (subject, moto): (&Subject, &Moto),
        reference: &Reference,
    ) -> Result<Vec<Self>, CrashError> {
        let mut world = World::new(subject, moto)?;
        world.set_environment(profile.environment);
        let mut storms = Vec::new();
        for stage in Stage::ALL {
            world.proxy.take_log();
            world.proxy.play((profile.script)(seed));
            let began = Instant::now();
            let outcome = world.run(stage.command())?;
            let took = began.elapsed();
            world.proxy.play(Script::default());
            if outcome.code != Some(0) {
                // It may not have been able to give its lock back.
                world.let_the_lease_end()?;
            }
            let log = world.proxy.take_log();
            let disturbed = log.iter().filter(|it| it.fault.is_some()).count();
            let ending = Ending::of(&outcome);
            let said = end(&outcome);
            let mut troubles = Vec::new();
            let is_told = outcome.code == Some(1) && outcome.stdout.contains("Error: ");
            if ending == Ending::Failed && !is_told {
                troubles.push(format!("it did not fail cleanly ({:?}):\n{}", outcome.code, end(&outcome)));
            }
            let (reruns, outcome) =
                converge(&world, stage, (ending == Ending::Converged).then_some(outcome))?;
            let mut verdict = judge(&world, stage, reference, &outcome)?;
            verdict.troubles.extend(troubles);
            let is_clean = verdict.is_clean();
            storms.push(Self {
                profile: profile.name,
                stage,
                requests: log.len(),
                disturbed,
                ending,
                took,
                said,
                reruns,
                verdict,
            });
            if !is_clean {
                break;
            }
        }
        Ok(storms)
    }
}
