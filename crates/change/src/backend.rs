use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The backend that a plan was made with, so that it is carried out on the same state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedBackend {
    /// The word in the configuration.
    pub kind: String,
    /// The arguments that are set, those of the command line of `init` included. Secrets are left out.
    #[serde(default)]
    pub arguments: BTreeMap<String, serde_json::Value>,
}
