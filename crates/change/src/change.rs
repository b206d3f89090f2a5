use std::collections::BTreeSet;
use std::sync::Arc;

use rinfra_addr::{AbsResource, ConfigResource, ProviderConfig, ResourceInstance};
use rinfra_provider::Region;
use rinfra_value::{Path, Value};
use serde::{Deserialize, Serialize};

use crate::{Action, Reason, text};

/// What a plan will do to one object of one resource instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResourceChange {
    /// The instance.
    #[serde(with = "text::single")]
    pub address: ResourceInstance,
    /// The instance's address before this plan moved it.
    #[serde(with = "text::option", default, skip_serializing_if = "Option::is_none")]
    pub previous_address: Option<ResourceInstance>,
    /// What the provider calls the object, where the plan imports it; the rest of the change follows the import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importing: Option<String>,
    /// The resource block that was written for the imported object, where the configuration has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_config: Option<String>,
    /// The key of the deposed object the change is about; `None` means the current object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposed: Option<String>,
    /// The provider configuration that manages the object.
    #[serde(with = "text::single")]
    pub provider: ProviderConfig,
    /// The effective Region; `None` for what lives in no cloud.
    #[serde(with = "text::region", default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// What will be done.
    pub action: Action,
    /// Why, where the values do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The object as observed; `None` when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The object as it will be, unknown where only the apply can tell; `None` when it will be gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// The attributes that make a replacement necessary.
    #[serde(with = "text::paths", default, skip_serializing_if = "Vec::is_empty")]
    pub replace_paths: Vec<Path>,
    /// The resources the instance's configuration refers to.
    #[serde(with = "text::shared_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dependencies: Arc<BTreeSet<AbsResource>>,
    /// The resources the object depended on when it was last applied.
    #[serde(with = "text::shared_set", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub prior_dependencies: Arc<BTreeSet<AbsResource>>,
    /// What the state will record as the instance's dependencies: all of them, transitively.
    #[serde(with = "text::shared_list", default, skip_serializing_if = "<[_]>::is_empty")]
    pub recorded_dependencies: Arc<[ConfigResource]>,
    /// Whether a replacement makes the new object first, by the configuration or forced by a dependent.
    #[serde(default)]
    pub create_before_destroy: bool,
    /// Whether nothing was decided about the object, because it is outside the plan's Regions or could not be
    /// observed: it and its record stay as they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_alone: bool,
    /// Whether it is the data source of a `check` block, which is read after everything else was made.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verifies_check: bool,
    /// The version of the schema the values are of.
    pub schema_version: u64,
}

/// What a plan will do to one root output value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputChange {
    /// What will be done: create, update, delete or nothing.
    pub action: Action,
    /// The value in the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The value to be; `None` when the output will be gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Whether the output is a secret, or has been one.
    pub sensitive: bool,
}
