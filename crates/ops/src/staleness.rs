//! Whether a saved plan still fits what is here: the configuration, the workspace and the state.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rinfra_change::{Fingerprints, Plan, Snapshot, digest};
use rinfra_config::is_configuration_file;
use rinfra_diag::Diagnostic;
use rinfra_state::State;

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::generated_file;

/// How many names a message tells at most.
const MOST_NAMES: usize = 5;

/// Refuses a plan when the files that are here are not those it was made from. Where there are none, none are needed.
///
/// *Errors*: "Saved plan is stale", and files that cannot be read.
pub(crate) fn verify_configuration(
    environment: &Environment,
    plan: &Plan,
    snapshot: &Snapshot,
) -> Outcome<()> {
    // What the plan itself has written is no change, as long as nobody edits it.
    let generated = generated_file::text(plan).map(String::into_bytes);
    let directories =
        snapshot.directories.values().map(|it| Path::new(it).strip_prefix(".").unwrap_or(Path::new(it)));
    let mut differences = Vec::new();
    for directory in directories.collect::<BTreeSet<_>>() {
        let here = files_in(environment, directory)?;
        let is_in = |(name, contents): (&'_ String, &Vec<u8>)| {
            let name = Path::new(name);
            (name.parent() == Some(directory)).then(|| (name.to_owned(), contents.clone()))
        };
        let before: BTreeMap<_, _> = snapshot.files.iter().filter_map(is_in).collect();
        if here.is_empty() {
            continue;
        }
        for name in here.keys().chain(before.keys()).collect::<BTreeSet<_>>() {
            let what = match (before.get(name), here.get(name)) {
                (Some(before), Some(here)) if before == here => continue,
                (None, here) if generated.is_some() && here == generated.as_ref() => continue,
                (Some(_), Some(_)) => "is not the same",
                (None, _) => "is new",
                (_, None) => "is gone",
            };
            differences.push(format!("{} {what}", name.display()));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(stale(&format!("The configuration has changed since the plan was made: {}.", some(&differences))))
}

/// Returns the files of the module in a directory; none where there is no such directory.
fn files_in(environment: &Environment, directory: &Path) -> Outcome<BTreeMap<PathBuf, Vec<u8>>> {
    let place = environment.directory.join(directory);
    let unreadable = |path: &Path, error: &std::io::Error| {
        let detail = format!(
            "Whether the saved plan still fits the configuration cannot be told: {} cannot be read: {error}.",
            path.display()
        );
        Failure::said(Diagnostic::error("Failed to read configuration", detail))
    };
    let entries = match environment.files.list(&place) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Vec::new(),
        Err(error) => return Err(unreadable(&place, &error)),
    };
    let names = entries.into_iter().filter(|it| !it.is_directory && is_configuration_file(&it.name));
    let file = |name: String| {
        let path = place.join(&name);
        let contents = environment.files.read(&path).map_err(|error| unreadable(&path, &error))?;
        Ok((directory.join(name), contents))
    };
    names.map(|it| file(it.name)).collect()
}

/// Refuses a plan that was made from another state than this one.
///
/// *Errors*: "Saved plan is stale", or why the plan cannot be applied at all.
pub(crate) fn verify_state(plan: &Plan, state: &State, is_new: bool) -> Outcome<()> {
    let Fingerprints { lineage, serial, state: content, .. } = &plan.fingerprints;
    if *lineage != state.lineage && !is_new {
        return Err(stale(&format!(
            "The plan was made from the state of another project: its lineage is {lineage}, and that of the state here is \
             {}.",
            state.lineage
        )));
    }
    if *serial != state.serial {
        return Err(stale(&format!(
            "The state has changed since the plan was made: its serial was {serial}, and is {} now.",
            state.serial
        )));
    }
    if !content.is_empty() && *content != digest(&contents(state)?) {
        return Err(stale(&format!(
            "The state has changed since the plan was made, although its serial is still {serial}."
        )));
    }
    Ok(())
}

/// Refuses a plan of another workspace.
///
/// *Errors*: which one it is of.
pub(crate) fn verify_workspace(plan: &Plan, workspace: &str) -> Outcome<()> {
    let planned = &plan.fingerprints.workspace;
    if planned.is_empty() || planned == workspace {
        return Ok(());
    }
    let detail =
        format!("The plan was made in the workspace {planned:?}, and the current one is {workspace:?}.");
    let diagnostic = Diagnostic::error("Saved plan does not match the given state", detail);
    Err(Failure::said(diagnostic.hint(format!("go there with `rinfra workspace select {planned}`"))))
}

/// Returns what a state holds, without lineage and serial: a new state has a new lineage each time.
///
/// *Errors*: states that cannot be written down.
pub(crate) fn contents(state: &State) -> Outcome<Vec<u8>> {
    let bare = State { lineage: String::new(), serial: 0, ..state.clone() };
    bare.to_json_bytes().map_err(|error| Failure::of("Failed to read the state", &error))
}

/// Returns a failure because something has changed since the plan was made.
pub(crate) fn stale(reason: &str) -> Failure {
    Failure::said(Diagnostic::error("Saved plan is stale", reason).hint("make the plan anew"))
}

fn some(all: &[String]) -> String {
    let rest = all.len().saturating_sub(MOST_NAMES);
    let told = all.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
    if rest == 0 { told } else { format!("{told}, and {rest} more") }
}
