//! Paths to sensitive values: `[{"type": "get_attr", "value": "a"}, {"type": "index", "value": {…}}]`.

use rinfra_value::{Path, PathStep, Value, json};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value as Json;

use crate::codec::go::Stored;

#[derive(Deserialize)]
struct StepRead {
    #[serde(rename = "type")]
    kind: String,
    value: Json,
}

#[derive(Serialize)]
struct StepWritten<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: Stored<'a>,
}

pub(super) struct Paths<'a>(pub(super) &'a [Path]);

impl Serialize for Paths<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|path| Steps(path.steps())))
    }
}

struct Steps<'a>(&'a [PathStep]);

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut steps = serializer.serialize_seq(Some(self.0.len()))?;
        for step in self.0 {
            let (kind, value) = match step {
                PathStep::Attribute(name) => ("get_attr", Json::from(name.as_ref())),
                PathStep::Index(key) => {
                    // An index is a known number or string: a set has no paths into it.
                    let value = json::encode(key).map_err(serde::ser::Error::custom)?;
                    ("index", serde_json::json!({"value": value, "type": key.ty().to_json()}))
                }
            };
            steps.serialize_element(&StepWritten { kind, value: Stored(&value) })?;
        }
        steps.end()
    }
}

pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Path>, D::Error> {
    let paths: Option<Vec<Vec<StepRead>>> = Option::deserialize(deserializer)?;
    let paths = paths.unwrap_or_default().into_iter();
    let read =
        |steps: Vec<StepRead>| steps.into_iter().map(step).collect::<Result<Vec<_>, String>>().map(Path::new);
    paths.map(read).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

fn step(step: StepRead) -> Result<PathStep, String> {
    match (step.kind.as_str(), step.value) {
        ("get_attr", Json::String(name)) => Ok(PathStep::Attribute(name.into())),
        ("index", Json::Object(mut typed)) => match typed.remove("value") {
            Some(Json::String(key)) => Ok(PathStep::Index(Value::string(key))),
            Some(number @ Json::Number(_)) => {
                let key = json::decode(&number, &rinfra_value::Type::Number);
                key.map(PathStep::Index).map_err(|error| error.to_string())
            }
            _ => Err("an index in a path to a sensitive value must be a string or a number".to_owned()),
        },
        (kind, value) => Err(format!("{kind:?} with {value} is not a step of a path to a sensitive value")),
    }
}
