//! What became of checks and conditions, as plans and states remember it.

use serde::{Deserialize, Serialize, Serializer};

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
    #[serde(default, deserialize_with = "null_is_empty", serialize_with = "empty_is_null")]
    pub objects: Vec<CheckedObject>,
}

impl CheckResult {
    /// Notes that a root output is there to be checked: Terraform expects that even while everything is destroyed, when
    /// nothing is evaluated.
    pub fn expect_root_output(&mut self) {
        if self.kind == CheckKind::OutputValue && self.address.starts_with("output.") {
            let (address, status) = (self.address.clone(), CheckStatus::Unknown);
            self.objects = vec![CheckedObject { address, status, failure_messages: Vec::new() }];
        }
    }
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

impl CheckStatus {
    /// Returns what several results come to: the worst of them; nothing at all passes.
    pub fn worst(results: impl IntoIterator<Item = Self>) -> Self {
        results
            .into_iter()
            .fold(Self::Pass, |worst, it| if it.weight() > worst.weight() { it } else { worst })
    }

    fn weight(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Unknown => 1,
            Self::Fail => 2,
            Self::Error => 3,
        }
    }
}

fn empty_is_null<T: Serialize, S: Serializer>(list: &[T], writer: S) -> Result<S::Ok, S::Error> {
    if list.is_empty() { writer.serialize_none() } else { writer.collect_seq(list) }
}

fn null_is_empty<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(reader).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::CheckStatus::{Error, Fail, Pass, Unknown};
    use super::{CheckStatus, CheckedObject};

    #[test]
    fn the_worst_result_counts() {
        for (results, expected) in [
            (vec![], Pass),
            (vec![Pass, Pass], Pass),
            (vec![Pass, Unknown], Unknown),
            (vec![Unknown, Fail, Pass], Fail),
            (vec![Fail, Error, Unknown], Error),
        ] {
            assert_eq!(CheckStatus::worst(results.clone()), expected, "{results:?}");
        }
    }

    #[test]
    fn messages_that_are_missing_are_none() {
        let read: CheckedObject =
            serde_json::from_str(r#"{"object_addr":"check.a","status":"pass"}"#).unwrap();
        assert!(read.failure_messages.is_empty());
    }
}
