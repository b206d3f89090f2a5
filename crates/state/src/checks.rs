//! What a state remembers about checks and conditions.

use serde::{Deserialize, Serialize};

/// The results of all checks of one configuration object: a `check` block, a resource, an output or a variable.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CheckResult {
    /// What kind of object has the checks.
    #[serde(rename = "object_kind")]
    pub kind: CheckKind,
    /// The object's address in the configuration, such as `check.health` or `module.a.output.b`.
    #[serde(rename = "config_addr")]
    pub address: String,
    /// The worst result of its instances.
    pub status: CheckStatus,
    /// The results of its instances.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub objects: Vec<CheckedObject>,
}

/// The result of the checks of one instance.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CheckedObject {
    /// The instance's address.
    #[serde(rename = "object_addr")]
    pub address: String,
    /// The worst result of its checks.
    pub status: CheckStatus,
    /// The messages of the checks that failed.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub failure_messages: Vec<String>,
}

/// What kind of object has checks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// A `check` block.
    Check,
    /// A resource or data source with conditions.
    Resource,
    /// An output with preconditions.
    #[serde(rename = "output")]
    OutputValue,
    /// A variable with validations.
    #[serde(rename = "var")]
    InputVariable,
}

/// How checks went.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// The condition held.
    Pass,
    /// The condition did not hold.
    Fail,
    /// The condition could not be evaluated.
    Error,
    /// The condition was not evaluated, or its value is not known yet.
    Unknown,
}

fn null_is_empty<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(reader).map(Option::unwrap_or_default)
}
