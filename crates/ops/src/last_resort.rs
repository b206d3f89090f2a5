//! Where a state goes that cannot be written to its store any more.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rinfra_diag::Diagnostic;
use rinfra_state::State;
use rinfra_store::{Part, StoreError};

use crate::failure::chain;
use crate::project::Project;

/// What the file is called, as in Terraform.
const NAME: &str = "errored.tfstate";

/// How many such files may lie in a directory.
const MOST: usize = 100;

/// Tells that a state could not be written, and keeps it in a file where the store can no longer do so.
///
/// Where somebody else has taken this program's place, nobody will read what it kept beside that: `forget` drops it.
pub(crate) fn unwritten(
    project: &Project,
    state: &State,
    error: &StoreError,
    forget: impl Fn(),
) -> Diagnostic {
    let diagnostic = Diagnostic::error("Failed to write the state", chain(error));
    if !error.is_gone() {
        return diagnostic.hint(
            "nothing is lost: the journal beside the state holds it, and the next command recovers it",
        );
    }
    match keep(project, state) {
        Ok(path) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let kept = format!("what this run did is in the state {name}, in {}", directory(&path));
            diagnostic.hint(match error {
                StoreError::Remote { .. } => format!("{kept}; once the store answers again, run `rinfra state push {name}`"),
                _ => {
                    forget();
                    format!("{kept}; somebody else has written the state meanwhile: compare both, and run `rinfra state push -force {name}` if yours is right, or `rinfra import` what theirs lacks")
                }
            })
        }
        Err(why) => diagnostic.hint(format!(
            "the file {NAME} could not be written either ({why}); the journal of this run holds what it did, and the next command on this machine recovers it"
        )),
    }
}

/// Writes a state into a file that is not there yet, encrypted where states are.
fn keep(project: &Project, state: &State) -> io::Result<PathBuf> {
    let next = State { serial: state.serial.saturating_add(1), ..state.clone() };
    let plain = next.to_json_bytes().map_err(io::Error::other)?;
    let bytes = project.seals.envelope().seal(Part::State, plain).map_err(io::Error::other)?;
    let names = (0..MOST).map(|it| if it == 0 { NAME.to_owned() } else { format!("{NAME}.{it}") });
    for name in names {
        let path = project.config.directory.join(name);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                file.write_all(&bytes)?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "there are too many of them already"))
}

fn directory(path: &Path) -> String {
    match path.parent() {
        Some(it) if !it.as_os_str().is_empty() && it != Path::new(".") => it.display().to_string(),
        _ => "the working directory".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rinfra_provider::Catalogue;

    use super::{State, StoreError, unwritten};
    use crate::{DiskFiles, Environment, Project, Pushing, Workbench, read_state};

    #[tokio::test]
    async fn what_the_store_did_not_take_can_be_pushed_later() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("main.tf"), "").unwrap();
        let environment = Environment::new(directory.path(), Arc::new(DiskFiles), Catalogue::default());
        let project = Project::open_for_state(&environment).unwrap();
        let error = StoreError::Remote {
            action: "write",
            location: "s3://states/main".to_owned(),
            reason: "it did not answer".to_owned(),
        };
        let never = || panic!("it may be read still");
        let mut state = State { serial: 4, ..State::new("lineage") };
        for (index, name) in ["errored.tfstate", "errored.tfstate.1"].into_iter().enumerate() {
            let output = rinfra_state::Output { value: index.to_string().as_str().into(), sensitive: false };
            state.set_output("o", output);
            let hints = unwritten(&project, &state, &error, never).hint.unwrap_or_default();
            assert!(hints.contains(&format!("`rinfra state push {name}`")), "{hints}");
        }
        let bytes = std::fs::read(directory.path().join("errored.tfstate.1")).unwrap();
        let pushed = Workbench::read_pushed(&project, "errored.tfstate.1", &bytes).await.unwrap();
        assert_eq!(pushed, State { serial: 5, ..state.clone() });
        let workbench = Workbench::open(&environment, &project, "test").await.unwrap();
        workbench.push(pushed, Pushing::Checked).await.unwrap();
        assert!(read_state(&project).await.unwrap().unwrap().same_content(&state));
        let forgotten = std::cell::Cell::new(false);
        let changed = StoreError::Changed { path: "x".into() };
        let hints = unwritten(&project, &state, &changed, || forgotten.set(true)).hint.unwrap_or_default();
        assert!(hints.contains("state push -force errored.tfstate.2"), "{hints}");
        assert!(forgotten.get());
        let full = StoreError::NoSpace { action: "write", path: "x".into() };
        let hints = unwritten(&project, &state, &full, never).hint.unwrap_or_default();
        assert!(hints.contains("the journal"), "{hints}");
        assert!(!directory.path().join("errored.tfstate.3").exists());
    }
}
