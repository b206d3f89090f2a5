//! A whole life with a fault profile, without any death.

use super::backend::Subject;
use super::reference::Reference;
use super::stages::Stage;
use super::tour::{converge, end, judge};
use super::world::World;
use super::{CrashError, Verdict};
use crate::Moto;
use crate::proxy::{Profile, Script};

/// What came of one stage under a fault profile.
#[derive(Clone, Debug)]
pub struct Storm {
    /// The profile.
    pub profile: &'static str,
    /// The stage.
    pub stage: Stage,
    /// How many requests something was done to.
    pub disturbed: usize,
    /// Whether the command succeeded all the same.
    pub weathered: bool,
    /// What it said at its end.
    pub said: String,
    /// How often it was run again, in calm weather, until it succeeded.
    pub reruns: usize,
    /// What was wrong then.
    pub verdict: Verdict,
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
            let outcome = world.run(stage.command())?;
            world.proxy.play(Script::default());
            if outcome.code != Some(0) {
                // It may not have been able to give its lock back.
                world.let_the_lease_end()?;
            }
            let disturbed = world.proxy.take_log().iter().filter(|it| it.fault.is_some()).count();
            let weathered = outcome.code == Some(0);
            let said = end(&outcome);
            let mut troubles = Vec::new();
            if !weathered && (outcome.code != Some(1) || !outcome.stdout.contains("Error: ")) {
                troubles.push(format!("it did not fail cleanly ({:?}):\n{}", outcome.code, end(&outcome)));
            }
            let (reruns, outcome) = converge(&world, stage, Some(outcome))?;
            let mut verdict = judge(&world, stage, reference, &outcome)?;
            verdict.troubles.extend(troubles);
            let is_clean = verdict.is_clean();
            storms.push(Self { profile: profile.name, stage, disturbed, weathered, said, reruns, verdict });
            if !is_clean {
                break;
            }
        }
        Ok(storms)
    }
}
