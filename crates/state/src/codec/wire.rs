//! The parts of the file as they are read; the same form holds objects and outputs in the journal.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::{ConfigResource, InstanceKey, ModuleInstance, ProviderConfig};
use rinfra_value::{Path, Type, json};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value as Json;

use crate::codec::write;
use crate::{Attributes, InstanceState, Object, Output, Status};
use rinfra_diag::checks::CheckResult;

/// Enough of a file to see which version it has.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) version: Option<u64>,
    pub(super) terraform_version: Option<Json>,
}

#[derive(Deserialize)]
pub(super) struct StateFile {
    #[serde(rename = "version")]
    _version: u64,
    #[serde(default)]
    pub(super) terraform_version: Option<String>,
    #[serde(default)]
    pub(super) serial: Option<u64>,
    #[serde(default)]
    pub(super) lineage: Option<String>,
    #[serde(default)]
    pub(super) outputs: Option<BTreeMap<Arc<str>, Output>>,
    #[serde(default)]
    pub(super) resources: Option<Vec<ResourceFile>>,
    #[serde(default)]
    pub(super) check_results: Option<Vec<CheckResult>>,
    #[serde(flatten)]
    pub(super) unknown_fields: BTreeMap<String, Json>,
}

#[derive(Deserialize)]
pub(super) struct ResourceFile {
    #[serde(default, with = "crate::codec::text")]
    pub(super) module: ModuleInstance,
    pub(super) mode: Mode,
    #[serde(rename = "type")]
    pub(super) kind: Arc<str>,
    pub(super) name: Arc<str>,
    /// Missing where OpenTofu says it with each object.
    #[serde(default)]
    pub(super) provider: Option<Provider>,
    #[serde(default)]
    pub(super) instances: Option<Vec<ObjectFile>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    Managed,
    Data,
}

#[derive(Deserialize)]
pub(super) struct ObjectFile {
    #[serde(default, deserialize_with = "index_key")]
    pub(super) index_key: InstanceKey,
    #[serde(default)]
    pub(super) deposed: Option<String>,
    /// The provider configuration with its instance key, where it has one.
    #[serde(default)]
    pub(super) provider: Option<Provider>,
    #[serde(default, deserialize_with = "status")]
    status: Status,
    #[serde(default)]
    schema_version: Option<u64>,
    #[serde(default)]
    attributes: Attributes,
    #[serde(default, rename = "sensitive_attributes", deserialize_with = "crate::codec::paths::deserialize")]
    sensitive_paths: Vec<Path>,
    #[serde(default)]
    private: Option<String>,
    #[serde(default)]
    dependencies: Option<Vec<Dependency>>,
    #[serde(default)]
    create_before_destroy: Option<bool>,
    #[serde(flatten)]
    unknown_fields: BTreeMap<String, Json>,
}

#[derive(Deserialize)]
pub(super) struct Provider(#[serde(with = "crate::codec::text")] pub(super) ProviderConfig);

#[derive(Deserialize)]
struct Dependency(#[serde(with = "crate::codec::text")] ConfigResource);

impl From<ObjectFile> for Object {
    fn from(file: ObjectFile) -> Self {
        Self {
            status: file.status,
            schema_version: file.schema_version.unwrap_or_default(),
            attributes: file.attributes,
            sensitive_paths: file.sensitive_paths,
            private: file.private,
            dependencies: file.dependencies.unwrap_or_default().into_iter().map(|it| it.0).collect(),
            create_before_destroy: file.create_before_destroy.unwrap_or_default(),
            unknown_fields: file.unknown_fields,
        }
    }
}

fn index_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<InstanceKey, D::Error> {
    match Json::deserialize(deserializer)? {
        Json::Null => Ok(InstanceKey::None),
        Json::String(key) => Ok(InstanceKey::String(key.into())),
        other => match other.as_u64() {
            Some(index) => Ok(InstanceKey::Int(index)),
            None => Err(de::Error::custom(format!("{other} is neither a whole number nor a string"))),
        },
    }
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Status, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None | Some("") => Ok(Status::Ready),
        Some("tainted") => Ok(Status::Tainted),
        Some(other) => Err(de::Error::custom(format!("{other:?} is not a status of an object"))),
    }
}

impl<'de> Deserialize<'de> for Output {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct OutputFile {
            value: Json,
            #[serde(rename = "type")]
            ty: Json,
            #[serde(default)]
            sensitive: Option<bool>,
        }
        let file = OutputFile::deserialize(deserializer)?;
        let ty = Type::from_json(&file.ty).map_err(de::Error::custom)?;
        let value = json::decode(&file.value, &ty).map_err(de::Error::custom)?;
        Ok(Self { value, sensitive: file.sensitive.unwrap_or_default() })
    }
}

impl Serialize for Output {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::output(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ObjectFile::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::object(&write::Place::nowhere(), self, serializer)
    }
}

#[derive(Deserialize)]
struct InstanceRead {
    current: Option<Object>,
    deposed: BTreeMap<String, Object>,
}

impl<'de> Deserialize<'de> for InstanceState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let InstanceRead { current, deposed } = InstanceRead::deserialize(deserializer)?;
        // The event around it says which provider it has.
        Ok(Self { current, deposed, provider_key: InstanceKey::None })
    }
}
