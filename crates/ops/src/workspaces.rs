//! Workspaces: several states of one configuration, one of which is the current one.

use std::path::Path;
use std::sync::Arc;

use rinfra_addr::ResourceInstance;
use rinfra_diag::Diagnostic;
use rinfra_state::State;
use rinfra_store::{Backend, new_lineage};

use crate::backend;
use crate::encryption;
use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::state_selection::StateSelection;
use crate::workbench::{Access, Workbench};

/// The file that names the current workspace.
const SELECTION: &str = ".terraform/environment";

/// The workspace a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its name.
    pub name: Arc<str>,
    /// Whether the process environment names it, rather than the directory.
    pub is_overridden: bool,
}

impl Workspace {
    /// The workspace that is always there.
    pub const DEFAULT: &'static str = "default";

    /// Returns the current workspace of a directory: the one this variable of the environment names, or the one that
    /// was selected last.
    pub fn current(directory: &Path, overriding: Option<String>) -> Self {
        if let Some(name) = overriding.filter(|it| !it.is_empty()) {
            return Self { name: name.into(), is_overridden: true };
        }
        let selected = std::fs::read_to_string(directory.join(SELECTION)).unwrap_or_default();
        match selected.trim() {
            "" => Self::default(),
            name => Self { name: name.into(), is_overridden: false },
        }
    }

    /// Makes sure that the name can be one.
    ///
    /// *Errors*: that it cannot, where the environment gives it: all other names were looked at before.
    pub fn check(&self) -> Outcome<()> {
        if is_valid(&self.name) {
            return Ok(());
        }
        let summary = match self.is_overridden {
            true => "Invalid workspace name set using TF_WORKSPACE".to_owned(),
            false => format!("Invalid workspace name in {SELECTION}"),
        };
        Err(Failure::said(Diagnostic::error(summary, NAMES)))
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self { name: Self::DEFAULT.into(), is_overridden: false }
    }
}

/// What names of workspaces are made of.
const NAMES: &str = "The name must contain only URL safe characters, and no path separators.";

/// Tells whether a name can stand in a path and in a URL as it is, as Go's `url.PathEscape` sees it.
fn is_valid(name: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_.~$&+:=@".contains(it);
    !name.is_empty() && name != "." && name != ".." && name.chars().all(is_plain)
}

/// What is in a workspace that is to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// It has to be empty.
    MustBeNone,
    /// It is forgotten.
    Forgotten,
}

/// A workspace that is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Whether there were objects in it, which go on existing.
    pub had_objects: bool,
}

/// What a selection did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// It is the current workspace now.
    Switched,
    /// It was the current one already.
    Already,
    /// There is no such workspace.
    Missing,
}

/// The workspaces of a project.
#[derive(Debug)]
pub struct Workspaces {
    directory: std::path::PathBuf,
    backend: Arc<dyn Backend>,
    current: Workspace,
}

impl Workspaces {
    /// Returns the workspaces of a project.
    ///
    /// *Errors*: backends this version does not have, and settings of it that are not valid.
    pub async fn of(project: &Project) -> Outcome<Self> {
        let backend = backend::of(project).await?;
        let directory = project.config.directory.clone();
        Ok(Self { directory, backend, current: project.state.workspace.clone() })
    }

    /// Returns the current one.
    pub fn current(&self) -> &Workspace {
        &self.current
    }

    /// Returns the names of all, the default one first and the others sorted.
    ///
    /// *Errors*: a directory that cannot be listed.
    pub async fn names(&self) -> Outcome<Vec<String>> {
        let names = self.backend.workspaces().await;
        names.map_err(|error| Failure::of("Failed to list the workspaces", &error))
    }

    /// Makes a workspace without anything in it, and the current one.
    ///
    /// *Errors*: names that cannot be one or are taken; failures to write.
    pub async fn create(&self, project: &Project, name: &str) -> Outcome<()> {
        self.refuse_override("You cannot create a new workspace when using this setting.")?;
        check_name(name)?;
        if self.names().await?.iter().any(|it| it == name) {
            let hint = format!("`rinfra workspace select {name}` makes it the current one");
            let diagnostic = Diagnostic::error(format!("Workspace {name:?} already exists"), "");
            return Err(Failure::said(diagnostic.hint(hint)));
        }
        encryption::prepare(&project.config, project.seals.state()).await?;
        let made = self.backend.create(name, project.seals.envelope()).await;
        made.map_err(|error| Failure::of("Failed to create the workspace", &error))?;
        self.write_selection(name)
    }

    /// Makes a workspace that exists the current one.
    ///
    /// *Errors*: names that cannot be one; failures to write.
    pub async fn select(&self, name: &str) -> Outcome<Selected> {
        self.refuse_override("To select another one, change this variable or unset it.")?;
        if !name.is_empty() {
            check_name(name)?;
        }
        if *self.current.name == *name {
            return Ok(Selected::Already);
        }
        if !self.names().await?.iter().any(|it| it == name) {
            return Ok(Selected::Missing);
        }
        self.write_selection(name)?;
        Ok(Selected::Switched)
    }

    /// Makes sure that a workspace can be deleted.
    ///
    /// *Errors*: that there is none, or that it is the current one or the default one.
    pub async fn check_deletion(&self, name: &str) -> Outcome<()> {
        if !self.names().await?.iter().any(|it| it == name) {
            return Err(missing(name));
        }
        if *self.current.name == *name {
            let summary = format!("Workspace {name:?} is your active workspace");
            let detail = "The current workspace cannot be deleted.";
            return Err(Failure::said(Diagnostic::error(summary, detail).hint("select another one first")));
        }
        if name == Workspace::DEFAULT {
            return Err(Failure::said(Diagnostic::error("Cannot delete the default workspace", "")));
        }
        Ok(())
    }

    /// Deletes the workspace whose state this is, with everything in it.
    ///
    /// *Errors*: that the state has objects, which must not be forgotten; failures to delete.
    pub async fn delete(&self, name: &str, workbench: Workbench<'_>, contents: Contents) -> Outcome<Deleted> {
        let objects = managed(workbench.state());
        let had_objects = !objects.is_empty();
        if had_objects && contents == Contents::MustBeNone {
            return Err(not_empty(name, &objects));
        }
        // The lock is a file in the directory.
        drop(workbench);
        let deleted = self.backend.delete(name).await;
        deleted.map_err(|error| Failure::of(&format!("Failed to delete workspace {name:?}"), &error))?;
        Ok(Deleted { had_objects })
    }

    fn refuse_override(&self, consequence: &str) -> Outcome<()> {
        if !self.current.is_overridden {
            return Ok(());
        }
        let summary =
            "The selected workspace is currently overridden using the TF_WORKSPACE environment variable";
        Err(Failure::said(Diagnostic::error(summary, consequence)))
    }

    fn write_selection(&self, name: &str) -> Outcome<()> {
        let path = self.directory.join(SELECTION);
        let written = std::fs::create_dir_all(self.directory.join(".terraform"))
            .and_then(|()| std::fs::write(path, name));
        written.map_err(|error| Failure::of("Error selecting workspace", &error))
    }
}

/// Returns the environment of a command that is about another workspace.
#[must_use]
pub fn in_workspace(environment: &Environment, name: &str) -> Environment {
    let workspace = Workspace { name: name.into(), is_overridden: false };
    Environment { state: StateSelection { workspace, ..environment.state.clone() }, ..environment.clone() }
}

/// Returns what is said of a workspace that does not exist.
pub fn missing(name: &str) -> Failure {
    let hint = "`rinfra workspace new` creates it, and so does `rinfra workspace select -or-create`";
    Failure::said(Diagnostic::error(format!("Workspace {name:?} doesn't exist"), "").hint(hint))
}

/// Reads a state that a new workspace is to begin with, as one of a lineage of its own.
///
/// *Errors*: files that cannot be read, or hold no state.
pub fn copied_state(path: &Path) -> Outcome<State> {
    let summary = format!("Failed to read the state {:?}", path.display());
    let bytes = std::fs::read(path).map_err(|error| Failure::of(&summary, &error))?;
    let state = State::parse(&bytes).map_err(|error| Failure::of(&summary, &error))?;
    Ok(State { lineage: new_lineage(), serial: 1, ..state })
}

/// Puts a state into a workspace that has none yet.
///
/// *Errors*: failures to write.
pub async fn fill(environment: &Environment, project: &Project, access: Access, state: State) -> Outcome<()> {
    let workbench = Workbench::open_with(environment, project, "workspace-new", access).await?;
    let written = workbench.session_held().replace(state).await;
    written.map_err(|error| Failure::of("Failed to write the state", &error))
}

fn check_name(name: &str) -> Outcome<()> {
    if is_valid(name) {
        return Ok(());
    }
    Err(Failure::said(Diagnostic::error(format!("The workspace name {name:?} is not allowed"), NAMES)))
}

/// Returns the instances of managed resources in a state.
fn managed(state: &State) -> Vec<ResourceInstance> {
    let instances = state.instances().map(|(address, ..)| address);
    instances.filter(|it| it.mode() == rinfra_addr::Mode::Managed).collect()
}

fn not_empty(name: &str, objects: &[ResourceInstance]) -> Failure {
    /// How many objects are named.
    const NAMED: usize = 20;
    let mut list: String = objects.iter().take(NAMED).map(|it| format!("\n  - {it}")).collect();
    if objects.len() > NAMED {
        list.push_str(&format!("\n  - and {} more", objects.len() - NAMED));
    }
    let detail = format!(
        "Workspace {name:?} is currently tracking the following resource instances:{list}\n\nrinfra would lose track of what they stand for, which would go on existing."
    );
    let hint = "destroy them first; -force deletes the workspace all the same";
    Failure::said(Diagnostic::error("Workspace is not empty", detail).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn names_can_stand_in_paths_and_urls() {
        for good in ["default", "a-b_c.d~e", "x1", "a@b", "a:b", "A+B=C", "$x&y"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in [
            "", "a b", "a/b", "a\\b", "ä", "..", "a%b", "a?b", "a#b", "a,b", "a;b", "a!b", "a*b", "(a)",
            "'a'",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
