//! `terraform_remote_state`: the outputs of another configuration's state.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::ResourceInstance;
use rinfra_provider::{Error, ErrorClass, Result};
use rinfra_schema::{Attribute, Block, Fault, Presence, Schema};
use rinfra_store::{BackendKind, Backends, Envelope, Local, Plain, StateStore, StoreError};
use rinfra_value::{Entries, Path, Type, Value, convert};

use crate::object_type::{DataType, refused, text, with};

/// The backends Terraform has.
const BACKENDS: [&str; 13] = [
    "azurerm",
    "cloud",
    "consul",
    "cos",
    "gcs",
    "http",
    "inmem",
    "kubernetes",
    "local",
    "oss",
    "pg",
    "remote",
    "s3",
];
const INVALID: &str = "Invalid backend configuration";
const UNREADABLE: &str = "Unsupported state file format";
const DEFAULT_WORKSPACE: &str = "default";
const NAME: &str = "terraform_remote_state";

/// What the states of other configurations are kept in, by what the configuration calls the data source that reads one.
pub type Envelopes = dyn Fn(&str) -> Arc<dyn Envelope> + Send + Sync;

/// How the states of other configurations are read.
#[derive(Clone)]
pub struct RemoteStates {
    backends: Backends,
    envelopes: Arc<Envelopes>,
}

impl RemoteStates {
    /// Returns how states are read that are in files, or in a backend of one of these kinds.
    pub fn new(backends: Backends, envelopes: Arc<Envelopes>) -> Self {
        Self { backends, envelopes }
    }

    fn kind(&self, name: &str) -> Option<Arc<dyn BackendKind>> {
        match name {
            Local::NAME => Some(Arc::new(Local::default())),
            name => self.backends.get(name).cloned(),
        }
    }

    /// Returns what is wrong with the arguments, as far as it can be told without reading any state.
    fn faults(&self, arguments: &Value) -> Vec<Fault> {
        let known = |name: &str| arguments.attribute(name).filter(|it| !it.is_null() && it.is_known());
        let mut faults = Vec::new();
        let config = arguments.attribute("config");
        match text(arguments, "backend").map(|it| (it, self.kind(it))) {
            _ if config.is_some_and(|it| !it.is_wholly_known()) => {
                let is_object = |it: &Value| it.entries().is_some() || matches!(it.ty(), Type::Dynamic);
                if known("config").is_some_and(|it| !is_object(it)) {
                    faults.push(Fault::of("config", INVALID, "The configuration must be an object value."));
                }
            }
            Some((_, Some(kind))) => match given(&*kind, config) {
                // The arguments of a backend are none of the data source: they are told at its header.
                Ok(given) => faults.extend(
                    kind.schema()
                        .check
                        .iter()
                        .flat_map(|it| it.faults(&given))
                        .map(|it| Fault { path: Path::root(), ..it }),
                ),
                Err(why) => faults.push(Fault::of("config", INVALID, why)),
            },
            Some((backend, None)) if BACKENDS.contains(&backend) => {
                let names = [Local::NAME].into_iter().chain(self.backends.names());
                let names: Vec<String> = names.map(|it| format!("{it:?}")).collect();
                let detail = format!(
                    "This rinfra was built without the backend {backend:?}: it reads the states of {}.",
                    names.join(" and ")
                );
                faults.push(Fault::of("backend", "Unsupported backend", detail));
            }
            Some((backend, None)) => {
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

    /// Returns the place of the state that a data source reads.
    async fn store(&self, address: &ResourceInstance, arguments: &Value) -> Result<Box<dyn StateStore>> {
        if let Some(fault) = self.faults(arguments).into_iter().next() {
            return Err(refused(fault.detail).with_summary(fault.summary));
        }
        let name = text(arguments, "backend").unwrap_or_default();
        let no_backend = || Error::internal(format!("there is no backend {name:?}"));
        let kind = self.kind(name).ok_or_else(no_backend)?;
        let given = given(&*kind, arguments.attribute("config")).map_err(refused)?;
        let opened = match name {
            Local::NAME => kind.open(&given).await,
            name => self.backends.open(name, &given).await,
        };
        let backend = opened.map_err(|error| {
            let told = refused(told(&error)).with_summary(INVALID).about("config");
            match error {
                StoreError::Configuration { hint: Some(hint), .. } => told.with_hint(hint),
                _ => told,
            }
        })?;
        let workspace = match text(arguments, "workspace") {
            None => DEFAULT_WORKSPACE,
            Some("") if name == Local::NAME => DEFAULT_WORKSPACE,
            Some("") => {
                let told = "The workspace whose state is to be read has no name.";
                return Err(refused(told).with_summary("Error loading state error").about("backend"));
            }
            Some(workspace) => workspace,
        };
        Ok(backend.store(workspace, (self.envelopes)(&called(address))))
    }
}

impl Default for RemoteStates {
    /// Only states in files, and none that are encrypted.
    fn default() -> Self {
        Self::new(Backends::default(), Arc::new(|_| Arc::new(Plain)))
    }
}

impl fmt::Debug for RemoteStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteStates").field("backends", &self.backends).finish_non_exhaustive()
    }
}

/// The data source `terraform_remote_state`.
pub(crate) struct RemoteState {
    schema: Schema,
    states: RemoteStates,
}

impl RemoteState {
    pub(crate) fn new(states: RemoteStates) -> Self {
        let block = Block::new()
            .attribute("backend", Attribute::required(Type::String))
            .attribute("config", Attribute::optional(Type::Dynamic))
            .attribute("defaults", Attribute::optional(Type::Dynamic))
            .attribute("workspace", Attribute::optional(Type::String))
            .attribute("outputs", Attribute::computed(Type::Dynamic));
        let block = block.check({
            let states = states.clone();
            move |arguments| states.faults(arguments)
        });
        Self { schema: Schema { version: 0, block, ..Schema::default() }, states }
    }
}

#[async_trait]
impl DataType for RemoteState {
    fn name(&self) -> &'static str {
        NAME
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    async fn read(&self, address: &ResourceInstance, config: &Value) -> Result<Value> {
        let store = self.states.store(address, config).await?;
        let state = store.stored().await.map_err(|error| failed(&error))?;
        let Some(state) = state else { return Err(missing(&store.location())) };
        let defaults = config.attribute("defaults").and_then(Value::entries);
        let mut outputs = defaults.map(Entries::to_map).unwrap_or_default();
        outputs.extend(state.outputs.into_iter().map(|(name, output)| (name, output.value)));
        Ok(with(config, [("outputs", Value::object(outputs))]))
    }
}

/// Returns the arguments of a backend, each with the type it must have; or why they cannot be.
fn given(kind: &dyn BackendKind, config: Option<&Value>) -> std::result::Result<Value, String> {
    let wrong =
        |why: String| format!("The given configuration is not valid for backend {:?}: {why}.", kind.name());
    let schema = kind.schema();
    let empty = Value::empty_object();
    let config = config.filter(|it| !it.is_null()).unwrap_or(&empty);
    let entries = config.entries().ok_or_else(|| wrong("an object is required".to_owned()))?;
    if let Some(unknown) = entries.keys().find(|it| !schema.attributes.contains_key(&***it)) {
        let names = schema.attributes.keys().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
        return Err(wrong(format!("unexpected attribute {unknown:?}; it has {names}")));
    }
    let mut given: Vec<(Arc<str>, Value)> = Vec::new();
    for (name, attribute) in &schema.attributes {
        match entries.get(name).filter(|it| !it.is_null()) {
            Some(value) => {
                let value = convert::convert(value, &attribute.ty);
                given.push((Arc::clone(name), value.map_err(|error| wrong(format!(".{name}: {error}")))?));
            }
            None if attribute.presence == Presence::Required => {
                return Err(wrong(format!("attribute {name:?} is required")));
            }
            None => {}
        }
    }
    Ok(schema.complete(&Value::object(given)))
}

/// Returns what the block `encryption` calls a data source: `NAME`, or `MODULE.NAME`, each with its key, as in OpenTofu.
fn called(address: &ResourceInstance) -> String {
    let whole = address.to_string().replacen(&format!("data.{NAME}."), "", 1);
    whole.strip_prefix("module.").map(str::to_owned).unwrap_or(whole)
}

fn missing(location: &str) -> Error {
    // Word for word: checks keep it in the state.
    let told = "No stored state was found for the given workspace in the given backend.";
    Error::new(ErrorClass::NotFound, told)
        .with_summary("Unable to find remote state")
        .about("workspace")
        .with_hint(format!(
            "There is no state at {location}: nothing was applied there yet, or it is empty. Apply the configuration that \
             makes it, or say in config where it is"
        ))
}

fn failed(error: &StoreError) -> Error {
    let told = refused(format!("{}.", told(error)));
    match error {
        StoreError::State { .. } => told.with_summary(UNREADABLE),
        StoreError::Envelope { .. } => told.with_summary(UNREADABLE).with_hint(
            "`remote_state_data_sources` in the block `encryption` says how the states of others are encrypted",
        ),
        StoreError::Remote { .. } => told.with_summary("Error loading state error").about("backend"),
        _ => told.with_summary("Failed to read state file"),
    }
}

/// Returns an error with its causes.
fn told(error: &StoreError) -> String {
    let mut told = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        told.push_str(&format!(": {error}"));
        source = error.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn data_sources_are_called_as_in_opentofu() {
        let check = |address: &str, expected: &str| assert_eq!(called(&address.parse().unwrap()), expected);
        check("data.terraform_remote_state.net", "net");
        check("data.terraform_remote_state.net[\"a\"]", "net[\"a\"]");
        check("module.one[1].data.terraform_remote_state.net", "one[1].net");
        check("module.one.module.two.data.terraform_remote_state.net[0]", "one.module.two.net[0]");
    }
}
