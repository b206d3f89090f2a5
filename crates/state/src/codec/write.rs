//! From a state to bytes.

use rinfra_addr::{AbsResource, InstanceKey};
use rinfra_value::json;
use serde::Serialize;
use serde::ser::{Error as _, SerializeMap, Serializer};

use crate::codec::VERSION;
use crate::codec::go::{self, Stored};
use crate::codec::paths::Paths;
use crate::{EncodeError, InstanceState, Object, Output, ResourceState, State, Status};

pub(super) fn write(state: &State) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = go::to_vec(&File(state))?;
    bytes.push(b'\n');
    Ok(bytes)
}

struct File<'a>(&'a State);

impl Serialize for File<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let state = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &VERSION)?;
        map.serialize_entry("terraform_version", &state.terraform_version)?;
        map.serialize_entry("serial", &state.serial)?;
        map.serialize_entry("lineage", &state.lineage)?;
        map.serialize_entry("outputs", &state.outputs)?;
        map.serialize_entry("resources", &Resources(state))?;
        map.serialize_entry("check_results", &state.check_results)?;
        for (name, value) in &state.unknown_fields {
            map.serialize_entry(name, &Stored(value))?;
        }
        map.end()
    }
}

struct Resources<'a>(&'a State);

impl Serialize for Resources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Terraform sorts by text, where module.a[10] comes before module.a[2].
        let mut resources: Vec<_> =
            self.0.resources.iter().map(|(address, it)| (address.module.to_string(), address, it)).collect();
        resources.sort_by(|a, b| (&a.0, &a.1.resource).cmp(&(&b.0, &b.1.resource)));
        serializer.collect_seq(resources.iter().map(|(module, address, state)| Entry {
            module,
            address,
            state,
        }))
    }
}

struct Entry<'a> {
    module: &'a str,
    address: &'a AbsResource,
    state: &'a ResourceState,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.module.is_empty() {
            map.serialize_entry("module", self.module)?;
        }
        let resource = &self.address.resource;
        map.serialize_entry("mode", resource.mode.as_str())?;
        map.serialize_entry("type", &resource.kind)?;
        map.serialize_entry("name", &resource.name)?;
        map.serialize_entry("provider", &self.state.provider.to_string())?;
        map.serialize_entry("instances", &Instances(self.state))?;
        map.end()
    }
}

struct Instances<'a>(&'a ResourceState);

impl Serialize for Instances<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_keyed = self.0.instances.values().any(|it| !it.provider_key.is_none());
        serializer.collect_seq(self.0.instances.iter().flat_map(|(key, instance)| {
            let provider = is_keyed.then(|| self.0.provider_of(instance).to_string());
            instance.objects().map(move |(deposed, object)| {
                let provider = provider.clone();
                Instance { place: Place { key, deposed, provider }, object }
            })
        }))
    }
}

struct Instance<'a> {
    place: Place<'a>,
    object: &'a Object,
}

/// Where an object belongs.
pub(super) struct Place<'a> {
    key: &'a InstanceKey,
    deposed: Option<&'a str>,
    /// The provider configuration, where the resource does not say it all.
    provider: Option<String>,
}

impl Place<'_> {
    /// Returns the place of an object whose reader knows where it belongs.
    pub(super) fn nowhere() -> Self {
        Self { key: &InstanceKey::None, deposed: None, provider: None }
    }
}

impl Serialize for Instance<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object(&self.place, self.object, serializer)
    }
}

/// Fields of later Terraform versions, and of Terraform 0.11, that have a place between ours.
const AFTER_ATTRIBUTES: &str = "attributes_flat";
const AFTER_SENSITIVE: [&str; 2] = ["identity_schema_version", "identity"];

pub(super) fn object<S: Serializer>(
    place: &Place<'_>,
    object: &Object,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    match place.key {
        InstanceKey::None => {}
        InstanceKey::Int(index) => map.serialize_entry("index_key", index)?,
        InstanceKey::String(text) => map.serialize_entry("index_key", text)?,
    }
    if object.status == Status::Tainted {
        map.serialize_entry("status", "tainted")?;
    }
    if let Some(deposed) = place.deposed {
        map.serialize_entry("deposed", deposed)?;
    }
    if let Some(provider) = &place.provider {
        map.serialize_entry("provider", provider)?;
    }
    map.serialize_entry("schema_version", &object.schema_version)?;
    if !object.attributes.is_null() {
        map.serialize_entry("attributes", &Stored(&object.attributes.to_json()))?;
    }
    let mut unknown = object.unknown_fields.clone();
    if let Some(value) = unknown.remove(AFTER_ATTRIBUTES) {
        map.serialize_entry(AFTER_ATTRIBUTES, &Stored(&value))?;
    }
    map.serialize_entry("sensitive_attributes", &Paths(&object.sensitive_paths))?;
    for name in AFTER_SENSITIVE {
        if let Some(value) = unknown.remove(name) {
            map.serialize_entry(name, &Stored(&value))?;
        }
    }
    if let Some(private) = &object.private {
        map.serialize_entry("private", private)?;
    }
    if !object.dependencies.is_empty() {
        map.serialize_entry("dependencies", &Texts(&object.dependencies))?;
    }
    if object.create_before_destroy {
        map.serialize_entry("create_before_destroy", &true)?;
    }
    for (name, value) in &unknown {
        map.serialize_entry(name, &Stored(value))?;
    }
    map.end()
}

pub(super) fn output<S: Serializer>(output: &Output, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("value", &Stored(&json::encode(&output.value).map_err(S::Error::custom)?))?;
    map.serialize_entry("type", &output.value.ty().to_json())?;
    if output.sensitive {
        map.serialize_entry("sensitive", &true)?;
    }
    map.end()
}

impl Serialize for InstanceState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("current", &self.current)?;
        map.serialize_entry("deposed", &self.deposed)?;
        map.end()
    }
}

struct Texts<'a, T>(&'a [T]);

impl<T: std::fmt::Display> Serialize for Texts<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ToString::to_string))
    }
}
