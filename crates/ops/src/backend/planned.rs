//! The backend that a saved plan was made with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_change::PlannedBackend;
use rinfra_config::Config;
use rinfra_schema::Block;
use rinfra_store::Backends;
use rinfra_value::Value;

use super::remembered::{Remembered, encoded};
use super::{Written, decided as decided_here, schema};
use crate::failure::Outcome;
use crate::project::Project;
use crate::staleness::stale;

/// Returns what a plan says of the backend of a project; nothing where a file was named for this command only.
///
/// *Errors*: a backend that cannot be used.
pub(crate) fn to_plan(project: &Project) -> Outcome<Option<PlannedBackend>> {
    if project.state.file.is_some() {
        return Ok(None);
    }
    let backends = &project.state.backends;
    let (kind, arguments) = decided_here(&project.config, backends)?;
    let arguments = schema(&kind, backends).map(|it| without_secrets(it, &arguments)).unwrap_or_default();
    Ok(Some(PlannedBackend { kind, arguments }))
}

/// Returns the kind and the arguments of the backend that a plan was made with. The secrets among them are those of the
/// directory, or of the block.
///
/// *Errors*: that the directory uses another backend by now.
pub(super) fn decided(
    planned: &PlannedBackend,
    config: &Config,
    backends: &Backends,
) -> Outcome<(String, Value)> {
    let written = Written::of(config, backends)?;
    let Some(here) = Remembered::read(&config.directory)? else {
        // Nobody has decided anything here: the plan was made elsewhere.
        if planned.kind != written.kind {
            return Err(other(planned, written.kind));
        }
        let remembered = Remembered::planned(planned);
        let arguments = remembered.config(written.schema);
        return Ok((planned.kind.clone(), with_secrets(written.schema, &arguments, &written.arguments)));
    };
    let Some(schema) = schema(&here.kind, backends).filter(|_| here.kind == planned.kind) else {
        return Err(other(planned, &here.kind));
    };
    let arguments = here.config(schema);
    let now = without_secrets(schema, &arguments);
    let names: BTreeSet<&String> = now.keys().chain(planned.arguments.keys()).collect();
    let changed = names.into_iter().filter(|it| now.get(*it) != planned.arguments.get(*it));
    let told = |value: Option<&serde_json::Value>| value.map_or("not set".to_owned(), ToString::to_string);
    let changed: Vec<String> = changed
        .map(|it| format!("{it} was {}, and is {} now", told(planned.arguments.get(it)), told(now.get(it))))
        .collect();
    if !changed.is_empty() {
        return Err(stale(&format!(
            "The backend is another one than when the plan was made: {}.",
            changed.join("; ")
        )));
    }
    Ok((here.kind, arguments))
}

fn other(planned: &PlannedBackend, kind: &str) -> crate::failure::Failure {
    stale(&format!("The plan was made with the backend {:?}, and here is {kind:?} now.", planned.kind))
}

/// Returns the arguments that are set and are no secrets.
fn without_secrets(schema: &Block, arguments: &Value) -> BTreeMap<String, serde_json::Value> {
    let all = encoded(arguments).into_iter();
    all.filter(|(name, _)| !is_secret(schema, name)).collect()
}

/// Returns arguments with the secrets among others.
fn with_secrets(schema: &Block, arguments: &Value, others: &Value) -> Value {
    let entries = arguments.entries().into_iter().flatten();
    let all = entries.map(|(name, value)| {
        let secret = is_secret(schema, name).then(|| others.attribute(name)).flatten();
        (Arc::clone(name), secret.unwrap_or(value).clone())
    });
    Value::object(all)
}

fn is_secret(schema: &Block, name: &str) -> bool {
    schema.attributes.get(name).is_some_and(|it| it.sensitive)
}
