//! The state as the engine sees it.

mod contents;
mod following;

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::{AbsResource, ConfigResource, InstanceKey, ProviderConfig, ResourceInstance};
use rinfra_value::{Path, Value};

use crate::Attributes;
use rinfra_diag::checks::CheckResult;

/// Everything that is known to exist, and the outputs of the root module.
///
/// # Guarantees
/// No operation leaves a resource without instances or an instance without objects behind.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The Terraform version the file names as its writer.
    pub terraform_version: String,
    /// How often the content changed since the lineage began.
    pub serial: u64,
    /// What tells this state from every other one, whatever file it lies in.
    pub lineage: String,
    /// The outputs of the root module.
    pub outputs: BTreeMap<Arc<str>, Output>,
    /// The resources, in all modules.
    pub resources: BTreeMap<AbsResource, ResourceState>,
    /// The results of checks and conditions; `None` before any was recorded.
    pub check_results: Option<Vec<CheckResult>>,
    /// Fields of the file that a later writer knows and we do not; they are written back.
    pub unknown_fields: BTreeMap<String, serde_json::Value>,
}

/// A root module's output.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The value, without marks.
    pub value: Value,
    /// Whether the output is declared as sensitive.
    pub sensitive: bool,
}

/// A resource: its provider configuration and its instances.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceState {
    /// The provider configuration that last had to do with the resource, without an instance key.
    pub provider: ProviderConfig,
    /// The instances that exist.
    pub instances: BTreeMap<InstanceKey, InstanceState>,
}

/// An instance: its object, and earlier objects that were replaced but not deleted yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InstanceState {
    /// The object that the configuration is about.
    pub current: Option<Object>,
    /// Replaced objects that are still to be deleted, by their key of eight hexadecimal digits.
    pub deposed: BTreeMap<String, Object>,
    /// Which instance of the resource's provider configuration manages it, when that has `for_each`.
    pub provider_key: InstanceKey,
}

/// One object in the world, as it was last seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Whether the object is usable as it is.
    pub status: Status,
    /// The version of the schema that `attributes` were written with.
    pub schema_version: u64,
    /// The attributes, as JSON by the schema's type; `null` when the file had none.
    pub attributes: Attributes,
    /// Where sensitive values are.
    pub sensitive_paths: Vec<Path>,
    /// The provider's own notes, in base64.
    pub private: Option<String>,
    /// The resources that must exist as long as this object does, transitively.
    pub dependencies: Vec<ConfigResource>,
    /// Whether a replacement was to be created before this object is deleted.
    pub create_before_destroy: bool,
    /// Fields of the file that a later writer knows and we do not; they are written back.
    pub unknown_fields: BTreeMap<String, serde_json::Value>,
}

/// Whether an object is usable as it is.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Status {
    /// It is.
    #[default]
    Ready,
    /// Its creation did not finish, or the user wants another one: the next plan replaces it.
    Tainted,
}

impl State {
    /// The Terraform version that new states name as their writer: the newest whose behaviour we follow.
    pub const TERRAFORM_VERSION: &'static str = "1.11.4";

    /// Returns an empty state of this lineage that was never written.
    pub fn new(lineage: impl Into<String>) -> Self {
        Self {
            terraform_version: Self::TERRAFORM_VERSION.into(),
            serial: 0,
            lineage: lineage.into(),
            outputs: BTreeMap::new(),
            resources: BTreeMap::new(),
            check_results: None,
            unknown_fields: BTreeMap::new(),
        }
    }

    /// Returns whether both states say the same, whoever wrote them and however often.
    pub fn same_content(&self, other: &Self) -> bool {
        self.lineage == other.lineage
            && self.outputs == other.outputs
            && self.resources == other.resources
            && self.check_results == other.check_results
            && self.unknown_fields == other.unknown_fields
    }

    /// Returns whether neither a resource nor an output is recorded.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.outputs.is_empty()
    }

    /// Returns a resource.
    pub fn resource(&self, address: &AbsResource) -> Option<&ResourceState> {
        self.resources.get(address)
    }

    /// Returns an instance.
    pub fn instance(&self, address: &ResourceInstance) -> Option<&InstanceState> {
        self.resources.get(&address.resource)?.instances.get(&address.key)
    }

    /// Returns the provider configuration of an instance.
    pub fn provider(&self, address: &ResourceInstance) -> Option<ProviderConfig> {
        let resource = self.resources.get(&address.resource)?;
        Some(resource.provider_of(resource.instances.get(&address.key)?))
    }

    /// Returns an instance's current object.
    pub fn current(&self, address: &ResourceInstance) -> Option<&Object> {
        self.object(address, None)
    }

    /// Returns an instance's current object, or the deposed one with this key.
    pub fn object(&self, address: &ResourceInstance, deposed: Option<&str>) -> Option<&Object> {
        let instance = self.instance(address)?;
        match deposed {
            None => instance.current.as_ref(),
            Some(key) => instance.deposed.get(key),
        }
    }

    /// Returns all instances, ordered by address.
    pub fn instances(&self) -> impl Iterator<Item = (ResourceInstance, &ResourceState, &InstanceState)> {
        self.resources.iter().flat_map(|(address, resource)| {
            resource.instances.iter().map(move |(key, it)| (address.instance(key.clone()), resource, it))
        })
    }
}

impl ResourceState {
    /// Returns the provider configuration of one of the instances.
    pub fn provider_of(&self, instance: &InstanceState) -> ProviderConfig {
        ProviderConfig { key: instance.provider_key.clone(), ..self.provider.clone() }
    }
}

impl InstanceState {
    /// Returns whether nothing is left of the instance.
    pub fn is_empty(&self) -> bool {
        self.current.is_none() && self.deposed.is_empty()
    }

    /// Returns all objects: the current one first, without a key, then the deposed ones.
    pub fn objects(&self) -> impl Iterator<Item = (Option<&str>, &Object)> {
        let current = self.current.iter().map(|it| (None, it));
        current.chain(self.deposed.iter().map(|(key, it)| (Some(key.as_str()), it)))
    }

    /// Returns the instance with its current object as an object of another resource type, which these attributes
    /// describe. What else there was to say of it in the old type's words is dropped.
    #[must_use]
    pub fn adopted(self, schema_version: u64, attributes: serde_json::Value) -> Self {
        let current = self.current.map(|object| Object {
            status: object.status,
            dependencies: object.dependencies,
            create_before_destroy: object.create_before_destroy,
            ..Object::new(schema_version, attributes)
        });
        Self { current, ..self }
    }

    /// Returns the first key from `wish` on that no deposed object has: eight hexadecimal digits.
    pub fn free_deposed_key(&self, wish: u32) -> String {
        let mut key = wish;
        loop {
            let text = format!("{key:08x}");
            if !self.deposed.contains_key(&text) {
                return text;
            }
            key = key.wrapping_add(1);
        }
    }
}

impl Object {
    /// Returns a ready object with these attributes and nothing else.
    pub fn new(schema_version: u64, attributes: impl Into<Attributes>) -> Self {
        Self {
            status: Status::Ready,
            schema_version,
            attributes: attributes.into(),
            sensitive_paths: Vec::new(),
            private: None,
            dependencies: Vec::new(),
            create_before_destroy: false,
            unknown_fields: BTreeMap::new(),
        }
    }

    /// Returns whether the next plan replaces it.
    pub fn is_tainted(&self) -> bool {
        self.status == Status::Tainted
    }

    /// Returns the object with this status.
    #[must_use]
    pub fn with_status(self, status: Status) -> Self {
        Self { status, ..self }
    }
}
