//! What `init` decided, in the file where Terraform keeps it too.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_change::PlannedBackend;
use rinfra_diag::Diagnostic;
use rinfra_schema::Block;
use rinfra_state::State;
use rinfra_value::{Type, Value, json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::failure::{Failure, Outcome};

/// The file, in the directory of the root module.
const FILE: &str = ".terraform/terraform.tfstate";

/// The backend that `init` decided on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Remembered {
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// All its arguments, those of the command line included.
    #[serde(default)]
    config: Map<String, Json>,
    /// What Terraform tells a changed block by. Ours would be another number, so it is none.
    #[serde(default)]
    hash: u64,
    /// What the block said then. Terraform does not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    block: Option<Map<String, Json>>,
}

#[derive(Deserialize, Serialize)]
struct Contents {
    version: u64,
    #[serde(default)]
    terraform_version: String,
    #[serde(default)]
    backend: Option<Remembered>,
}

impl Remembered {
    /// Returns what is to be remembered.
    pub(super) fn new(kind: &str, config: &Value, block: &Value) -> Self {
        Self { kind: kind.to_owned(), config: encoded(config), hash: 0, block: Some(encoded(block)) }
    }

    /// Returns what a saved plan says, as if it were remembered.
    pub(super) fn planned(planned: &PlannedBackend) -> Self {
        let config = planned.arguments.clone().into_iter().collect();
        Self { kind: planned.kind.clone(), config, hash: 0, block: None }
    }

    /// Returns what is remembered in a directory.
    pub(super) fn read(directory: &Path) -> Outcome<Option<Self>> {
        let path = file(directory);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::of(&format!("Failed to read {FILE}"), &error)),
        };
        let contents: Contents = serde_json::from_slice(&bytes).map_err(|error| {
            let detail = format!("What `init` decided about the backend cannot be read: {error}.");
            let hint = "remove the file, and run `rinfra init` again";
            Failure::said(Diagnostic::error(format!("Invalid {FILE}"), detail).hint(hint))
        })?;
        let mut backend = contents.backend;
        if let Some(it) = &mut backend {
            without_nulls(&mut it.config);
        }
        Ok(backend)
    }

    /// Writes it down.
    pub(super) fn write(self, directory: &Path) -> Outcome<()> {
        let path = file(directory);
        let contents = Contents {
            version: 3,
            terraform_version: State::TERRAFORM_VERSION.to_owned(),
            backend: Some(self),
        };
        let write = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            let text = serde_json::to_vec_pretty(&contents)?;
            // There may be keys in it.
            let options =
                || fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).clone();
            let new = path.with_extension("tfstate.new");
            options().open(&new)?.write_all(&text)?;
            fs::rename(&new, &path)
        };
        write().map_err(|error: io::Error| Failure::of(&format!("Failed to write {FILE}"), &error))
    }

    /// Forgets what is remembered in a directory.
    pub(super) fn forget(directory: &Path) -> Outcome<()> {
        match fs::remove_file(file(directory)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::of(&format!("Failed to remove {FILE}"), &error))
            }
            _ => Ok(()),
        }
    }

    /// Returns the arguments, as the schema has them.
    pub(super) fn config(&self, schema: &Block) -> Value {
        let value = |(name, json): (&String, &Json)| {
            let attribute = schema.attributes.get(name.as_str())?;
            let value = match &attribute.ty {
                Type::Dynamic => Some(json::decode_implied(json)),
                ty => json::decode(json, ty).ok(),
            };
            Some((Arc::from(name.as_str()), value.filter(|it: &Value| !it.is_null())?))
        };
        let given: Vec<(Arc<str>, Value)> = self.config.iter().filter_map(value).collect();
        schema.complete(&Value::object(given))
    }

    /// Tells whether it was decided for a block with these arguments.
    pub(super) fn is_for(&self, block: &Value) -> bool {
        let now = encoded(block);
        match &self.block {
            Some(then) => *then == now,
            // Terraform tells by a number. What the block says must be what was decided; more may have been.
            None => now.iter().all(|(name, value)| self.config.get(name) == Some(value)),
        }
    }
}

/// Returns the arguments that are set.
pub(super) fn encoded(value: &Value) -> Map<String, Json> {
    let entries = value.entries().into_iter().flatten();
    let set = entries.filter(|(_, it)| !it.is_null());
    set.filter_map(|(name, it)| Some((name.to_string(), json::encode(it).ok()?))).collect()
}

/// Removes what is not set, also inside of objects: Terraform writes it, and blocks do not.
fn without_nulls(object: &mut Map<String, Json>) {
    object.retain(|_, value| !value.is_null());
    object.values_mut().filter_map(Json::as_object_mut).for_each(without_nulls);
}

fn file(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

#[cfg(test)]
mod tests {
    use rinfra_schema::Attribute;

    use super::{Block, Map, Remembered, Type, Value, fs};

    #[test]
    fn what_terraform_decided_holds() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join(".terraform")).unwrap();
        let theirs = r#"{"version":3,"terraform_version":"1.11.4","backend":{"type":"s3","config":{"bucket":"b",
            "endpoints":{"iam":null,"s3":"http://x"},"key":"k","region":null},"hash":2985648108}}"#;
        fs::write(directory.path().join(super::FILE), theirs).unwrap();
        let schema = Block::new()
            .attribute("bucket", Attribute::required(Type::String))
            .attribute("key", Attribute::required(Type::String))
            .attribute("region", Attribute::optional(Type::String))
            .attribute("endpoints", Attribute::optional(Type::Dynamic));
        let endpoints = Value::object([("s3", Value::string("http://x"))]);
        let block = |bucket: &str| {
            let given = [("bucket", Value::string(bucket)), ("endpoints", endpoints.clone())];
            schema.complete(&Value::object(given))
        };
        let remembered = Remembered::read(directory.path()).unwrap().unwrap();
        assert!(remembered.is_for(&block("b")), "the key may have been given beside the block");
        assert!(!remembered.is_for(&block("c")));
        let config = remembered.config(&schema);
        assert_eq!(config.attribute("key").and_then(Value::as_str), Some("k"));
        let ours = Remembered::new("s3", &config, &block("b"));
        ours.write(directory.path()).unwrap();
        let remembered = Remembered::read(directory.path()).unwrap().unwrap();
        assert!(remembered.is_for(&block("b")));
        assert!(!remembered.is_for(&config), "the block says more than it did");
        assert_eq!(remembered.config(&schema), config);
        Remembered::forget(directory.path()).unwrap();
        assert_eq!(Remembered::read(directory.path()).unwrap(), None);
        assert_eq!(
            Map::<String, super::Json>::new(),
            super::encoded(&schema.complete(&Value::empty_object()))
        );
    }
}
