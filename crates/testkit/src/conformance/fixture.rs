use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rinfra_schema::Block;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// What the framework adds to every type, and tests by itself.
const OF_THE_FRAMEWORK: [&str; 4] = ["id", "region", "tags_all", "timeouts"];

/// An example of a resource type that sets every argument.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// What must be there first.
    #[serde(default)]
    pub(super) needs: Vec<Need>,
    /// Objects of the type, one after the other: arguments that exclude each other are in different ones.
    pub(super) lives: Vec<Life>,
    /// Arguments that are not set, with the reason.
    #[serde(default)]
    left_out: BTreeMap<String, String>,
    /// Arguments that have no other value, with the reason.
    #[serde(default)]
    unchanged: BTreeMap<String, String>,
}

/// Something that must be there first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Need {
    /// What it is called in references: `${name.attribute}`.
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) config: Json,
}

/// One object of the type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Life {
    pub(super) config: Map<String, Json>,
    /// Another value for each argument; null takes it away.
    #[serde(default)]
    pub(super) others: Map<String, Json>,
    /// Arguments whose values AWS does not tell, with the reason.
    #[serde(default)]
    pub(super) unseen: BTreeMap<String, String>,
    /// Arguments that the local AWS cannot change, with the reason: the plan of the change is all there is to see.
    #[serde(default)]
    pub(super) only_planned: BTreeMap<String, String>,
    /// What `import` takes besides the identity; the object itself is `it`.
    #[serde(default)]
    pub(super) imports: Vec<String>,
}

/// Reads the fixtures of a directory, by type.
///
/// # Panics
///
/// If there is none, or one cannot be read.
pub fn fixtures(directory: &Path) -> BTreeMap<String, Fixture> {
    let files = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let read = files.map(|file| {
        let path = file.expect("an entry").path();
        let name = path.file_stem().and_then(|it| it.to_str()).expect("a name").to_owned();
        let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let fixture =
            serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (name, fixture)
    });
    read.collect()
}

impl Fixture {
    /// Asserts that every argument is set and has another value, or that it is said why not.
    pub(super) fn assert_complete(&self, kind: &str, block: &Block) {
        let arguments: BTreeSet<&str> = block
            .attributes
            .iter()
            .filter(|(_, it)| it.presence.is_configurable() && it.deprecated.is_none())
            .map(|(name, _)| name.as_ref())
            .chain(
                block
                    .blocks
                    .iter()
                    .filter(|(_, it)| it.block.deprecated.is_none())
                    .map(|(name, _)| name.as_ref()),
            )
            .filter(|it| !OF_THE_FRAMEWORK.contains(it))
            .collect();
        let left_out: BTreeSet<&str> = self.left_out.keys().map(String::as_str).collect();
        let unchanged: BTreeSet<&str> = self.unchanged.keys().map(String::as_str).collect();
        let all = |of: fn(&Life) -> &Map<String, Json>| -> BTreeSet<&str> {
            self.lives.iter().flat_map(|it| of(it).keys()).map(String::as_str).collect()
        };
        let (set, changed) = (all(|it| &it.config), all(|it| &it.others));
        let either: BTreeSet<&str> = set.union(&changed).copied().collect();
        let none = BTreeSet::<&str>::new();
        let missing: BTreeSet<_> = arguments
            .iter()
            .filter(|it| !either.contains(**it) && !left_out.contains(**it))
            .copied()
            .collect();
        assert_eq!(missing, none, "{kind}: never set");
        let same: BTreeSet<_> = either
            .iter()
            .filter(|it| !changed.contains(**it) && !unchanged.contains(**it))
            .copied()
            .collect();
        assert_eq!(same, none, "{kind}: without another value");
        let needless: BTreeSet<_> =
            left_out.intersection(&either).chain(unchanged.intersection(&changed)).copied().collect();
        assert_eq!(needless, none, "{kind}: an excuse for nothing");
        for life in &self.lives {
            let excused = life.unseen.keys().chain(life.only_planned.keys());
            let needless: Vec<_> = excused.filter(|it| !life.others.contains_key(*it)).collect();
            assert!(needless.is_empty(), "{kind}: an excuse for {needless:?}, which does not change");
        }
        let unknown: BTreeSet<_> =
            left_out.iter().chain(&unchanged).filter(|it| !block.has(it)).copied().collect();
        assert_eq!(unknown, none, "{kind}: an excuse for what there is not");
    }
}
