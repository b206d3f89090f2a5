//! One life of a configuration, with a death in every stage.

use super::CrashError;
use super::backend::Subject;
use super::comparison::Verdict;
use super::moments::Moment;
use super::reference::Reference;
use super::stages::Stage;
use super::world::World;
use crate::{Moto, Outcome};

/// A command that was killed is run again this often at most.
const RUNS: usize = 4;

/// So many lines of what a command said tell how it ended.
const LAST_LINES: usize = 30;

/// What came of one death.
#[derive(Clone, Debug)]
pub struct Finding {
    /// In which stage.
    pub stage: Stage,
    /// When; nothing for a stage that nothing disturbs.
    pub moment: Option<Moment>,
    /// The operation that was held, where one was.
    pub operation: Option<String>,
    /// Whether the moment came: else the command had ended before.
    pub reached: bool,
    /// How often the command was run again before it succeeded.
    pub reruns: usize,
    /// What was wrong then.
    pub verdict: Verdict,
}

/// The places that tours share, and a world that is used again as long as nothing is wrong in it.
#[derive(Debug)]
pub struct Tour<'t> {
    subject: &'t Subject,
    moto: &'t Moto,
    reference: &'t Reference,
    world: Option<World>,
}

impl<'t> Tour<'t> {
    /// Returns tours of this configuration and backend.
    pub fn new(subject: &'t Subject, moto: &'t Moto, reference: &'t Reference) -> Self {
        Self { subject, moto, reference, world: None }
    }

    /// Takes one tour: in every stage with a moment, the process is killed then. It ends where something is wrong.
    ///
    /// # Errors
    /// When the harness itself fails.
    pub fn take(&mut self, deaths: &[(Stage, Moment)]) -> Result<Vec<Finding>, CrashError> {
        let world = match self.world.take() {
            Some(world) => world,
            None => World::new(self.subject, self.moto)?,
        };
        let mut findings = Vec::new();
        for stage in Stage::ALL {
            let death = deaths.iter().find(|(it, _)| *it == stage);
            let finding = self.pass(&world, stage, death.map(|(_, moment)| *moment))?;
            let is_clean = finding.verdict.is_clean();
            if death.is_none() && !is_clean {
                let what = format!("after an undisturbed {}: {:#?}", stage.name(), finding.verdict);
                return Err(CrashError::Undisturbed(what));
            }
            findings.extend(death.map(|_| finding));
            if !is_clean {
                // Nothing that follows could tell whose fault it is.
                return Ok(findings);
            }
        }
        world.let_a_day_pass()?;
        self.world = Some(world);
        Ok(findings)
    }

    fn pass(&self, world: &World, stage: Stage, moment: Option<Moment>) -> Result<Finding, CrashError> {
        let mut finding = Finding {
            stage,
            moment,
            operation: None,
            reached: false,
            reruns: 0,
            verdict: Verdict::default(),
        };
        let mut last = None;
        if let Some(moment) = moment {
            let ended = world.run_killed(stage.command(), moment)?;
            finding.operation = ended.caught.map(|it| format!("{} {}", it.service, it.operation));
            finding.reached = ended.killed;
            if ended.outcome.code.is_some() {
                last = Some(ended.outcome);
            }
        }
        let (reruns, outcome) = converge(world, stage, last)?;
        finding.reruns = reruns;
        finding.verdict = judge(world, stage, self.reference, &outcome)?;
        Ok(finding)
    }
}

/// Runs the command of a stage until it succeeds; tells how often that took and how it ended.
pub(super) fn converge(
    world: &World,
    stage: Stage,
    mut last: Option<Outcome>,
) -> Result<(usize, Outcome), CrashError> {
    let mut runs = 0;
    loop {
        match last {
            Some(outcome) if outcome.code == Some(0) || runs == RUNS => return Ok((runs, outcome)),
            _ => {
                last = Some(world.run(stage.command())?);
                runs += 1;
            }
        }
    }
}

/// Compares cloud and state after a stage that is said to be complete.
pub(super) fn judge(
    world: &World,
    stage: Stage,
    reference: &Reference,
    outcome: &Outcome,
) -> Result<Verdict, CrashError> {
    let expected = reference.aftermaths.get(&stage).cloned().unwrap_or_default();
    let mut verdict = Verdict::of(&world.before, &world.holdings()?, &world.state()?, &expected);
    if outcome.code != Some(0) {
        verdict.troubles.push(format!("the command does not succeed:\n{}", end(outcome)));
    }
    if let Some(check) = stage.check() {
        let planned = world.run(check)?;
        if planned.code != Some(0) {
            verdict.troubles.push(format!("there is something left to plan:\n{}", end(&planned)));
        }
    }
    let leftovers = world.leftovers()?;
    verdict.troubles.extend(leftovers.iter().map(|it| format!("{it} is left behind")));
    Ok(verdict)
}

/// Returns the last lines of what a command said.
pub(super) fn end(outcome: &Outcome) -> String {
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}
