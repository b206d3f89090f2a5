use rinfra_addr::{ProviderConfig, ResourceInstance};
use serde::{Deserialize, Serialize};

use crate::text;

/// An instance of the state that gets another address before anything else is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Where the state has it.
    #[serde(with = "text::single")]
    pub from: ResourceInstance,
    /// Where it will be.
    #[serde(with = "text::single")]
    pub to: ResourceInstance,
    /// What its object becomes, where it becomes one of another type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adoption: Option<Adoption>,
}

/// An object of one resource type as an object of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adoption {
    /// The provider configuration that manages it from now on.
    #[serde(with = "text::single")]
    pub provider: ProviderConfig,
    /// The version of the schema the attributes are written with.
    pub schema_version: u64,
    /// The attributes, as the state holds them.
    pub attributes: serde_json::Value,
}
