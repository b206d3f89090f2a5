//! Marks and paths.

use crate::{Marks, Path, PathStep, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer)?.iter().try_fold(Self::NONE, |marks, name| {
            let mark = Self::from_name(name);
            mark.map(|mark| marks | mark)
                .ok_or_else(|| serde::de::Error::custom(format!("{name:?} is not a mark")))
        })
    }
}

/// How a step is written: one member, whose name says which kind it is.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenStep {
    Attribute(Arc<str>),
    Index(Value),
}

impl Serialize for PathStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Attribute(name) => WrittenStep::Attribute(Arc::clone(name)),
            Self::Index(key) => WrittenStep::Index(key.clone()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PathStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match WrittenStep::deserialize(deserializer)? {
            WrittenStep::Attribute(name) => Self::Attribute(name),
            WrittenStep::Index(key) => Self::Index(key),
        })
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.steps())
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<PathStep>::deserialize(deserializer).map(Self::from)
    }
}
