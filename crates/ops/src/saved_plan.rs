use std::path::Path;

use rinfra_change::Plan;

use crate::failure::{Failure, Outcome};

/// Writes a plan to a file, whole or not at all.
///
/// *Errors*: anything the file system refuses.
pub fn write_plan(path: &Path, plan: &Plan) -> Outcome<()> {
    let bytes =
        rinfra_change::write(plan).map_err(|error| Failure::of("Failed to write plan file", &error))?;
    rinfra_store::write_atomically(path, &bytes)
        .map_err(|error| Failure::of("Failed to write plan file", &error))
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
