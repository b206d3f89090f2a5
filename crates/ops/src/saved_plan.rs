use std::io::Write;
use std::path::Path;

use rinfra_change::{FormatError, Plan};
use rinfra_diag::Diagnostic;
use rinfra_state::State;

use crate::failure::{Failure, Outcome, chain};

/// Writes a plan to a file, whole or not at all.
///
/// *Errors*: anything the file system refuses.
pub fn write_plan(path: &Path, plan: &Plan) -> Outcome<()> {
    let bytes =
        rinfra_change::write(plan).map_err(|error| Failure::of("Failed to write plan file", &error))?;
    write_whole(path, &bytes).map_err(|error| Failure::of("Failed to write plan file", &error))
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

/// Reads a plan from a file.
///
/// *Errors*: files that cannot be read, or are not saved plans.
pub fn read_plan(path: &Path) -> Outcome<Plan> {
    let bytes = std::fs::read(path).map_err(|error| {
        let summary = format!("Failed to load \"{}\" as a plan file", path.display());
        Failure::of(&summary, &error)
    })?;
    rinfra_change::read(&bytes).map_err(|error| {
        let summary = format!("Failed to load \"{}\" as a plan file", path.display());
        Failure::of(&summary, &error)
    })
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
pub fn read_plan_or_state(path: &Path) -> Outcome<PlanOrState> {
    let summary = "Failed to read the given file as a state or plan file";
    let bytes = std::fs::read(path).map_err(|error| Failure::of(summary, &error))?;
    let as_plan = match rinfra_change::read(&bytes) {
        Ok(plan) => return Ok(PlanOrState::Plan(Box::new(plan))),
        Err(error) => error,
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
