//! `terraform_remote_state`: the outputs of another configuration's state.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rinfra_provider::{Error, ErrorClass, Result};
use rinfra_schema::{Attribute, Block, Fault, Schema};
use rinfra_seal::is_encrypted_state;
use rinfra_state::{ParseError, State};
use rinfra_value::{Entries, Type, Value, convert};

use crate::object_type::{DataType, refused, text, with};

/// The only backend whose states can be read today.
const LOCAL: &str = "local";
/// What Terraform reads and this data source does not yet.
const BACKENDS: [&str; 12] =
    ["azurerm", "cloud", "consul", "cos", "gcs", "http", "inmem", "kubernetes", "oss", "pg", "remote", "s3"];
const INVALID: &str = "Invalid backend configuration";
const ARGUMENTS: [&str; 2] = ["path", "workspace_dir"];
const DEFAULT_WORKSPACE: &str = "default";
const STATE_FILE: &str = "terraform.tfstate";
const WORKSPACE_DIRECTORY: &str = "terraform.tfstate.d";

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema {
    version: 0,
    block: Block::new()
        .attribute("backend", Attribute::required(Type::String))
        .attribute("config", Attribute::optional(Type::Dynamic))
        .attribute("defaults", Attribute::optional(Type::Dynamic))
        .attribute("workspace", Attribute::optional(Type::String))
        .attribute("outputs", Attribute::computed(Type::Dynamic))
        .check(faults),
    ..Schema::default()
});

/// The data source `terraform_remote_state`.
pub(crate) struct RemoteState;

impl DataType for RemoteState {
    fn name(&self) -> &'static str {
        "terraform_remote_state"
    }

    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn read(&self, config: &Value) -> Result<Value> {
        if let Some(fault) = faults(config).into_iter().next() {
            return Err(refused(fault.detail).with_summary(fault.summary));
        }
        let workspace = text(config, "workspace").unwrap_or(DEFAULT_WORKSPACE);
        let file = file(config.attribute("config"), workspace);
        let defaults = config.attribute("defaults").and_then(Value::entries);
        let mut outputs = defaults.map(Entries::to_map).unwrap_or_default();
        let state = state(&file)?;
        outputs.extend(state.outputs.into_iter().map(|(name, output)| (name, output.value)));
        Ok(with(config, [("outputs", Value::object(outputs))]))
    }
}

/// Returns what Terraform refuses in the arguments without reading any state.
fn faults(arguments: &Value) -> Vec<Fault> {
    let known = |name: &str| arguments.attribute(name).filter(|it| !it.is_null() && it.is_known());
    let mut faults = Vec::new();
    match text(arguments, "backend") {
        Some(LOCAL) => faults.extend(known("config").and_then(fault_of_local)),
        Some(backend) if BACKENDS.contains(&backend) => {
            let detail =
                format!("States of the backend {backend:?} cannot be read yet: only those of \"local\".");
            faults.push(Fault::of("backend", "Unsupported backend", detail));
        }
        Some(backend) => {
            let detail = format!("There is no backend type named {backend:?}.");
            faults.push(Fault::of("backend", INVALID, detail));
        }
        None => {}
    }
    if known("defaults").is_some_and(|it| it.entries().is_none() && !matches!(it.ty(), Type::Dynamic)) {
        let detail = "Defaults must be given in an object value.";
        faults.push(Fault::of("defaults", "Invalid default values", detail));
    }
    faults
}

/// Returns what is wrong with the arguments of the backend `local`.
fn fault_of_local(config: &Value) -> Option<Fault> {
    let invalid = |why: &str| {
        let detail = format!("The given configuration is not valid for backend {LOCAL:?}: {why}.");
        Some(Fault::of("config", INVALID, detail))
    };
    let Some(arguments) = config.entries() else { return invalid("an object is required") };
    if let Some(unknown) = arguments.keys().find(|it| !ARGUMENTS.contains(&&***it)) {
        return invalid(&format!("unexpected attribute {unknown:?}; it has path and workspace_dir"));
    }
    let is_text = |it: &Value| convert::convert(it, &Type::String).is_ok();
    if let Some((name, _)) = arguments.iter().find(|(_, it)| !is_text(it)) {
        return invalid(&format!(".{name}: string required"));
    }
    let empty = arguments.iter().find(|(_, it)| it.as_str() == Some(""));
    empty.map(|(name, _)| Fault {
        path: rinfra_value::Path::root(),
        summary: if &**name == "path" {
            "Invalid local state file path"
        } else {
            "Invalid local workspace directory path"
        },
        detail: format!("The \"{name}\" attribute value must not be empty."),
    })
}

/// Returns where the backend `local` keeps the state of a workspace.
fn file(config: Option<&Value>, workspace: &str) -> PathBuf {
    let argument = |name: &str| {
        let value = convert::convert(config?.attribute(name)?, &Type::String).ok()?;
        value.as_str().map(str::to_owned)
    };
    if workspace == DEFAULT_WORKSPACE {
        return argument("path").map_or_else(|| of_workspace(None, workspace), PathBuf::from);
    }
    of_workspace(argument("workspace_dir").as_deref(), workspace)
}

fn of_workspace(directory: Option<&str>, workspace: &str) -> PathBuf {
    if workspace == DEFAULT_WORKSPACE {
        return PathBuf::from(STATE_FILE);
    }
    Path::new(directory.unwrap_or(WORKSPACE_DIRECTORY)).join(workspace).join(STATE_FILE)
}

fn state(file: &Path) -> Result<State> {
    let shown = file.display();
    let missing = |why: &str| {
        // Word for word: checks keep it in the state.
        let told = "No stored state was found for the given workspace in the given backend.";
        Error::new(ErrorClass::NotFound, told)
            .with_summary("Unable to find remote state")
            .about("workspace")
            .with_hint(format!(
                "There is no state at {shown}: {why}. Apply the configuration that makes it, or name its file in \
                 config"
            ))
    };
    let bytes = std::fs::read(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => missing("nothing was applied there yet"),
        _ => refused(format!("The state at {shown} cannot be read: {error}."))
            .with_summary("Failed to read state file"),
    })?;
    if is_encrypted_state(&bytes) {
        let told = format!(
            "The state at {shown} is encrypted, and rinfra does not read encrypted states of others yet."
        );
        let hint = "hand its outputs on in another way, such as a parameter of SSM";
        return Err(refused(told).with_summary("Unsupported state file format").with_hint(hint));
    }
    State::parse(&bytes).map_err(|error| match error {
        ParseError::Empty => missing("the file is empty"),
        error => refused(format!("The state at {shown} cannot be used: {error}."))
            .with_summary("Unsupported state file format"),
    })
}
