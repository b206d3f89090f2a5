//! Where states are kept: what the block says, and what `init` decided.

mod block;
mod changing;
mod planned;
mod remembered;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_config::Config;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_schema::Block;
use rinfra_store::{Backend, Backends, Local, LocalStore, Places, StateStore, StoreError};
use rinfra_value::Value;

use crate::backend::remembered::Remembered;
use crate::encryption;
use crate::failure::{Failure, Outcome, chain};
use crate::project::Project;
use crate::state_selection::StateSelection;

pub(crate) use planned::to_plan;

pub use changing::{BackendChange, BackendOptions, Copying, Reaction};

/// Returns where the state is kept that a command is about.
///
/// *Errors*: backends this version does not have, settings that are not valid, and a backend that `init` has to see
/// first.
pub(crate) async fn store(project: &Project) -> Outcome<Box<dyn StateStore>> {
    encryption::check(&project.config)?;
    let (selection, envelope) = (&project.state, project.seals.envelope());
    if let Some(path) = local_path(project)? {
        let backup = selection.backup.of(&path);
        return Ok(Box::new(LocalStore::new(path).with_backup(backup).with_envelope(envelope)));
    }
    Ok(of(project).await?.store(&selection.workspace.name, envelope))
}

/// Returns the backend of a project.
///
/// *Errors*: as for [`store`].
pub(crate) async fn of(project: &Project) -> Outcome<Arc<dyn Backend>> {
    Chosen::of(&project.config, &project.state)?.open(&project.state.backends).await
}

/// Tells whether a file is where the state is kept that a project is about.
pub fn is_state_file(project: &Project, file: &Path) -> Outcome<bool> {
    Ok(local_path(project)? == Some(project.config.directory.join(file)))
}

/// Tells whether the state is kept in a file, whose lock ends with the program that holds it.
pub fn is_local(project: &Project) -> Outcome<bool> {
    Ok(local_path(project)?.is_some())
}

/// Returns the file with the state, where there is one.
fn local_path(project: &Project) -> Outcome<Option<PathBuf>> {
    if let Some(file) = &project.state.file {
        return Ok(Some(project.config.directory.join(file)));
    }
    Ok(match Chosen::of(&project.config, &project.state)? {
        Chosen::Local(places) => Some(places.state(&project.state.workspace.name)),
        Chosen::Other { .. } => None,
    })
}

/// Returns what is wrong with the block.
pub(crate) fn problems(config: &Config, backends: &Backends) -> Diagnostics {
    match Written::of(config, backends) {
        Ok(_) => Diagnostics::new(),
        Err(failure) => failure.diagnostics,
    }
}

/// What the block says.
struct Written<'b> {
    /// The kind; `local` where there is no block.
    kind: &'b str,
    schema: &'b Block,
    arguments: Value,
    is_there: bool,
}

impl<'b> Written<'b> {
    fn of(config: &'b Config, backends: &'b Backends) -> Outcome<Self> {
        let Some(block) = &config.root().backend else {
            let schema = Local::arguments();
            let arguments = schema.complete(&Value::empty_object());
            return Ok(Self { kind: Local::NAME, schema, arguments, is_there: false });
        };
        let mut found = Diagnostics::new();
        let Some(schema) = schema(&block.kind, backends) else {
            return Err(Failure::new(unsupported(block, backends), config.sources()));
        };
        let arguments = block::arguments(block, schema, &mut found);
        if found.has_errors() {
            return Err(Failure::new(found, config.sources()));
        }
        Ok(Self { kind: &block.kind, schema, arguments, is_there: true })
    }
}

/// Returns the kind and the arguments of the backend that the block says and `init` decided on.
fn decided(config: &Config, backends: &Backends) -> Outcome<(String, Value)> {
    let written = Written::of(config, backends)?;
    let remembered = Remembered::read(&config.directory)?;
    let kind = written.kind.to_owned();
    let reason = match &remembered {
        Some(it) if it.kind != written.kind && !written.is_there => {
            format!("Unsetting the previously set backend {:?}", it.kind)
        }
        Some(it) if it.kind != written.kind => {
            format!("Backend type changed from {:?} to {:?}", it.kind, written.kind)
        }
        Some(it) if it.is_for(&written.arguments) => return Ok((kind, it.config(written.schema))),
        _ if written.kind == Local::NAME => return Ok((kind, written.arguments)),
        Some(_) => "Backend configuration block has changed".to_owned(),
        None => format!("Initial configuration of the requested backend {:?}", written.kind),
    };
    let detail = format!(
        "Reason: {reason}\n\nThe \"backend\" is where the state is kept. When its configuration changes, `rinfra init` looks at it first, and copies the state there is where that is wanted. Nothing was changed so far."
    );
    let hint = "run `rinfra init`; with -migrate-state it copies the state to the new backend, with -reconfigure it does not";
    let summary = "Backend initialization required, please run \"rinfra init\"";
    Err(Failure::said(Diagnostic::error(summary, detail).hint(hint)))
}

/// The backend that commands use.
enum Chosen {
    /// Files beside the configuration.
    Local(Places),
    /// Another one.
    Other { kind: String, arguments: Value },
}

impl Chosen {
    /// Returns what the block says and `init` decided, or what the plan says that is carried out.
    fn of(config: &Config, selection: &StateSelection) -> Outcome<Self> {
        let (kind, arguments) = match &selection.planned {
            Some(planned) => planned::decided(planned, config, &selection.backends)?,
            None => decided(config, &selection.backends)?,
        };
        Ok(Self::with(config, &kind, arguments))
    }

    fn with(config: &Config, kind: &str, arguments: Value) -> Self {
        match kind {
            Local::NAME => Self::Local(Local::below(&config.directory).places(&arguments)),
            kind => Self::Other { kind: kind.to_owned(), arguments },
        }
    }

    async fn open(&self, backends: &Backends) -> Outcome<Arc<dyn Backend>> {
        match self {
            Self::Local(places) => Ok(Arc::new(places.clone())),
            Self::Other { kind, arguments } => {
                let opened = backends.open(kind, arguments).await;
                opened.map_err(|error| refused(kind, &error))
            }
        }
    }
}

fn schema<'b>(kind: &str, backends: &'b Backends) -> Option<&'b Block> {
    if kind == Local::NAME {
        return Some(Local::arguments());
    }
    backends.get(kind).map(|it| it.schema())
}

fn refused(kind: &str, error: &StoreError) -> Failure {
    let diagnostic = Diagnostic::error(format!("Failed to use the backend {kind:?}"), chain(error));
    Failure::said(match error {
        StoreError::Configuration { hint: Some(hint), .. } => diagnostic.hint(hint.clone()),
        _ => diagnostic,
    })
}

fn unsupported(backend: &rinfra_config::Backend, backends: &Backends) -> Diagnostic {
    if &*backend.kind == "cloud" {
        let detail = "This rinfra does not work with HCP Terraform.";
        return Diagnostic::error("HCP Terraform is not supported", detail).at(backend.header.clone()).hint(
            "leave the cloud block out, and set variables of its workspace with -var or a .tfvars file",
        );
    }
    let known: Vec<String> =
        [Local::NAME].into_iter().chain(backends.names()).map(|it| format!("{it:?}")).collect();
    let detail = format!("This rinfra has no backend \"{}\".", backend.kind);
    Diagnostic::error("Unsupported backend type", detail)
        .at(backend.kind_span.clone())
        .within(backend.header.clone())
        .hint(format!("it has {}", known.join(" and ")))
}
