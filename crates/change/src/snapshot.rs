use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text;

/// The files of a configuration, so that a saved plan can be shown and applied where they are not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The directory of each module, by the names of the calls that lead to it; relative to the root module's.
    pub directories: BTreeMap<String, String>,
    /// What the files hold, by their paths from the root module's directory.
    #[serde(with = "text::contents")]
    pub files: BTreeMap<String, Vec<u8>>,
}
