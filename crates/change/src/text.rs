//! Serde for what has a canonical text form: addresses, paths and Regions.

pub(crate) mod single {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr,
        T::Err: Display,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

pub(crate) mod option {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<T: Display, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(it) => to.collect_str(it),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
    where
        T: FromStr,
        T::Err: Display,
        D: Deserializer<'de>,
    {
        Option::<String>::deserialize(from)?.map(|it| it.parse().map_err(D::Error::custom)).transpose()
    }
}

pub(crate) mod shared_set {
    use std::collections::BTreeSet;
    use std::fmt::Display;
    use std::str::FromStr;
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<T: Display, S: Serializer>(set: &BTreeSet<T>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(set.iter().map(ToString::to_string))
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<Arc<BTreeSet<T>>, D::Error>
    where
        T: FromStr + Ord,
        T::Err: Display,
        D: Deserializer<'de>,
    {
        let texts = Vec::<String>::deserialize(from)?;
        let set: Result<_, _> = texts.iter().map(|it| it.parse().map_err(D::Error::custom)).collect();
        set.map(Arc::new)
    }
}

pub(crate) mod list {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<T: Display, S: Serializer>(list: &[T], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(list.iter().map(ToString::to_string))
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
    where
        T: FromStr,
        T::Err: Display,
        D: Deserializer<'de>,
    {
        let texts = Vec::<String>::deserialize(from)?;
        texts.iter().map(|it| it.parse().map_err(D::Error::custom)).collect()
    }
}

pub(crate) mod shared_list {
    use std::fmt::Display;
    use std::str::FromStr;
    use std::sync::Arc;

    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<T: Display, S: Serializer>(list: &[T], to: S) -> Result<S::Ok, S::Error> {
        super::list::serialize(list, to)
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<Arc<[T]>, D::Error>
    where
        T: FromStr,
        T::Err: Display,
        D: Deserializer<'de>,
    {
        super::list::deserialize(from).map(|list: Vec<T>| list.into())
    }
}

pub(crate) mod region {
    use rinfra_provider::Region;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Option<Region>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(it) => to.serialize_str(it.as_str()),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Region>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.map(Region::new))
    }
}

pub(crate) mod regions {
    use std::collections::BTreeSet;

    use rinfra_provider::Region;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(set: &BTreeSet<Region>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(set.iter().map(Region::as_str))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeSet<Region>, D::Error> {
        Ok(Vec::<String>::deserialize(from)?.into_iter().map(Region::new).collect())
    }
}

pub(crate) mod paths {
    use rinfra_value::Path;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::path::{Step, steps};

    pub(crate) fn serialize<S: Serializer>(paths: &[Path], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(paths.iter().map(steps))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Path>, D::Error> {
        let paths = Vec::<Vec<Step>>::deserialize(from)?;
        Ok(paths.into_iter().map(|steps| steps.into_iter().map(Step::into).collect()).collect())
    }
}

pub(crate) mod path {
    use std::sync::Arc;

    use rinfra_value::{Path, PathStep, Value};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A step of a path as the plan file writes it.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Step {
        Attribute(Arc<str>),
        Index(Value),
    }

    impl From<Step> for PathStep {
        fn from(step: Step) -> Self {
            match step {
                Step::Attribute(name) => Self::Attribute(name),
                Step::Index(key) => Self::Index(key),
            }
        }
    }

    pub(super) fn steps(path: &Path) -> Vec<Step> {
        let step = |step: &PathStep| match step {
            PathStep::Attribute(name) => Step::Attribute(name.clone()),
            PathStep::Index(key) => Step::Index(key.clone()),
        };
        path.steps().iter().map(step).collect()
    }

    pub(crate) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        steps(path).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Path, D::Error> {
        Ok(Vec::<Step>::deserialize(from)?.into_iter().map(Step::into).collect())
    }
}

/// What files hold: their text, or their bytes in Base64 where these are no text.
pub(crate) mod contents {
    use std::collections::BTreeMap;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Contents {
        Text(String),
        Bytes { base64: String },
    }

    pub(crate) fn serialize<S: Serializer>(
        files: &BTreeMap<String, Vec<u8>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_map(files.iter().map(|(name, contents)| {
            let contents = match std::str::from_utf8(contents) {
                Ok(text) => Contents::Text(text.to_owned()),
                Err(_) => Contents::Bytes { base64: STANDARD.encode(contents) },
            };
            (name, contents)
        }))
    }

    pub(crate) fn deserialize<'de, D>(from: D) -> Result<BTreeMap<String, Vec<u8>>, D::Error>
    where
        D: Deserializer<'de>,
    {
        let files = BTreeMap::<String, Contents>::deserialize(from)?.into_iter();
        let bytes = |contents| match contents {
            Contents::Text(text) => Ok(text.into_bytes()),
            Contents::Bytes { base64 } => STANDARD.decode(base64).map_err(D::Error::custom),
        };
        files.map(|(name, contents)| Ok((name, bytes(contents)?))).collect()
    }
}
