use std::path::{Path, PathBuf};

use rinfra_config::{Backend, Config};
use rinfra_diag::{Diagnostic, Diagnostics, did_you_mean};
use rinfra_lang::{Attribute, json_body, static_value};
use rinfra_store::{LocalStore, StateStore};
use rinfra_value::Type;
use rinfra_value::convert::convert;

use crate::encryption;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::state_selection::StateSelection;
use crate::workspaces::Workspace;

/// Arguments of `backend "local"`.
const ARGUMENTS: [&str; 2] = ["path", "workspace_dir"];

/// The name of a state file, and of the state of the default workspace if nothing else is said.
const STATE_FILE: &str = "terraform.tfstate";

/// Where a configuration keeps the states of its workspaces.
#[derive(Debug)]
pub(crate) struct Places {
    /// The state of the default workspace.
    default: PathBuf,
    /// Where the other workspaces have a directory each.
    pub(crate) workspaces: PathBuf,
}

impl Places {
    /// Returns where a configuration keeps its states.
    ///
    /// *Errors*: backends this version does not have, and settings that are not valid.
    pub(crate) fn of(config: &Config) -> Outcome<Self> {
        let mut found = Diagnostics::new();
        let given = config.root().backend.as_ref().map(|it| local_paths(it, &mut found));
        if found.has_errors() {
            return Err(Failure::new(found, config.sources()));
        }
        let [state, workspaces] = given.unwrap_or_default();
        let place =
            |given: Option<PathBuf>, usual: &str| config.directory.join(given.unwrap_or(usual.into()));
        Ok(Self { default: place(state, STATE_FILE), workspaces: place(workspaces, "terraform.tfstate.d") })
    }

    /// Returns the file with the state of a workspace.
    pub(crate) fn state(&self, workspace: &str) -> PathBuf {
        match workspace {
            Workspace::DEFAULT => self.default.clone(),
            name => self.workspaces.join(name).join(STATE_FILE),
        }
    }
}

/// Returns where the state is kept that a command is about.
///
/// *Errors*: backends this version does not have, and settings that are not valid.
pub(crate) fn store(project: &Project) -> Outcome<Box<dyn StateStore>> {
    encryption::check(&project.config)?;
    let path = local_path(&project.config, &project.state)?;
    let backup = project.state.backup.of(&path);
    Ok(Box::new(LocalStore::new(path).with_backup(backup).with_envelope(project.seals.envelope())))
}

fn local_path(config: &Config, selection: &StateSelection) -> Outcome<PathBuf> {
    let places = Places::of(config)?;
    Ok(match &selection.file {
        Some(file) => config.directory.join(file),
        None => places.state(&selection.workspace.name),
    })
}

/// Tells whether a file is where the state is kept that a project is about.
pub fn is_state_file(project: &Project, file: &Path) -> Outcome<bool> {
    Ok(local_path(&project.config, &project.state)? == project.config.directory.join(file))
}

fn local_paths(backend: &Backend, found: &mut Diagnostics) -> [Option<PathBuf>; 2] {
    if &*backend.kind != "local" {
        found.push(unsupported(backend));
        return [None, None];
    }
    found.extend(backend.problems.iter().cloned());
    for block in &backend.body.blocks {
        let detail = format!("Blocks of type \"{}\" are not expected here.", block.kind);
        found.push(Diagnostic::error("Unsupported block type", detail).at(block.kind_span.clone()));
    }
    for attribute in &backend.body.attributes {
        if !ARGUMENTS.contains(&&*attribute.name) {
            found.push(unknown(attribute));
        }
    }
    let text = |name| {
        let attribute = backend.body.attribute(name)?;
        let value = static_value::constant(&attribute.expression).ok()?;
        match convert(&value, &Type::String) {
            Ok(value) => value.as_str().map(PathBuf::from),
            Err(error) => {
                let detail = format!("Inappropriate value for attribute \"{name}\": {error}.");
                let diagnostic = Diagnostic::error("Incorrect attribute value type", detail);
                found.push(diagnostic.at(attribute.expression.span.clone()));
                None
            }
        }
    };
    ARGUMENTS.map(text)
}

fn unsupported(backend: &Backend) -> Diagnostic {
    if &*backend.kind == "cloud" {
        let detail = "This rinfra keeps state in local files and does not work with HCP Terraform.";
        return Diagnostic::error("HCP Terraform is not supported", detail).at(backend.header.clone()).hint(
            "leave the cloud block out, and set variables of its workspace with -var or a .tfvars file",
        );
    }
    let detail = format!("This rinfra keeps state in local files; it has no backend \"{}\".", backend.kind);
    Diagnostic::error("Unsupported backend type", detail)
        .at(backend.kind_span.clone())
        .within(backend.header.clone())
        .hint("use backend \"local\", or leave the block out")
}

fn unknown(attribute: &Attribute) -> Diagnostic {
    if attribute.name_span.file.ends_with(".json") {
        return json_body::extraneous_property(attribute, ARGUMENTS.into_iter());
    }
    let detail = format!("An argument named \"{}\" is not expected here.", attribute.name);
    let diagnostic = Diagnostic::error("Unsupported argument", detail).at(attribute.name_span.clone());
    match did_you_mean(&attribute.name, ARGUMENTS.into_iter()) {
        Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
        None => diagnostic,
    }
}
