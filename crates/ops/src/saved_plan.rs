use std::io::Write;
use std::path::Path;

use rinfra_change::{FormatError, Plan};
use rinfra_diag::Diagnostic;
use rinfra_state::State;

use crate::failure::{Failure, Outcome, chain};
use crate::plan_keys::PlanKeys;
use crate::sealing::{self, Kept, Sealing, Unread};

/// Writes a plan to a file, whole or not at all, and returns how its secrets are kept there.
///
/// *Errors*: anything the file system refuses, and secrets that cannot be sealed.
pub async fn write_plan(path: &Path, plan: &Plan, sealing: &Sealing<'_>) -> Outcome<Kept> {
    let (bytes, kept) = sealing.write(plan).await?;
    write_whole(path, &bytes).map_err(|error| Failure::of("Failed to write plan file", &error))?;
    Ok(kept)
}

/// Puts a file in place in one step, so that no reader ever sees a part of it.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Reads a plan from a file, and opens it with the key where it is sealed.
///
/// *Errors*: files that cannot be read or are not saved plans; keys that are missing or wrong.
pub async fn read_plan(path: &Path, keys: &PlanKeys) -> Outcome<Plan> {
    read(path, keys).await.map(|(plan, _)| plan)
}

/// Reads a plan from a file that is to be carried out. Where there is a key, it has to be one that is sealed: any other
/// could come from anybody.
///
/// *Errors*: as for [`read_plan`], and plans that are not sealed.
pub async fn read_plan_to_apply(path: &Path, keys: &PlanKeys) -> Outcome<Plan> {
    let (plan, bytes) = read(path, keys).await?;
    sealing::refuse_plain(&bytes, keys.key())?;
    Ok(plan)
}

async fn read(path: &Path, keys: &PlanKeys) -> Outcome<(Plan, Vec<u8>)> {
    let summary = format!("Failed to load \"{}\" as a plan file", path.display());
    let bytes = std::fs::read(path).map_err(|error| Failure::of(&summary, &error))?;
    let bytes = keys.unwrapped(&summary, bytes).await?;
    let plan = sealing::read(&summary, &bytes, keys.key()).await.map_err(|unread| match unread {
        Unread::NoPlan(error) => Failure::of(&summary, &error),
        Unread::Failed(failure) => *failure,
    })?;
    Ok((plan, bytes))
}

/// What a file may hold that is to be shown.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanOrState {
    /// A saved plan.
    Plan(Box<Plan>),
    /// A state.
    State(Box<State>),
}

/// Reads a plan or a state from a file.
///
/// *Errors*: files that cannot be read, or are neither.
pub async fn read_plan_or_state(path: &Path, keys: &PlanKeys) -> Outcome<PlanOrState> {
    let summary = "Failed to read the given file as a state or plan file";
    let bytes = std::fs::read(path).map_err(|error| Failure::of(summary, &error))?;
    if let Some(state) = keys.state(summary, &bytes).await? {
        return Ok(PlanOrState::State(Box::new(state)));
    }
    let bytes = keys.unwrapped(summary, bytes).await?;
    let as_plan = match sealing::read(summary, &bytes, keys.key()).await {
        Ok(plan) => return Ok(PlanOrState::Plan(Box::new(plan))),
        Err(Unread::Failed(failure)) => return Err(*failure),
        Err(Unread::NoPlan(error)) => error,
    };
    match State::parse(&bytes) {
        Ok(state) => Ok(PlanOrState::State(Box::new(state))),
        // What says that it is a plan and is not of this format was meant to be one.
        Err(_) if !matches!(as_plan, FormatError::NotAPlan(_)) => Err(Failure::of(summary, &as_plan)),
        Err(as_state) => {
            let detail = format!("{} is neither:\n- {as_plan}\n- {}", path.display(), chain(&as_state));
            Err(Failure::said(Diagnostic::error(summary, detail)))
        }
    }
}

/// Returns the state that a saved plan holds: the one it was made from, with what the refresh found.
///
/// *Errors*: states that cannot be read.
pub fn prior_state(plan: &Plan) -> Outcome<Option<State>> {
    let Some(state) = &plan.prior_state else { return Ok(None) };
    let parsed = State::parse(state.to_string().as_bytes());
    parsed.map(Some).map_err(|error| Failure::of("Failed to read the state in the plan", &error))
}
