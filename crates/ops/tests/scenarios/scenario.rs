//! A scenario as the vectors describe it.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Commands given one after the other in one directory.
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) topic: String,
    pub(crate) steps: Vec<Step>,
}

/// One command, and where it says what Terraform made of it.
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) command: String,
    pub(crate) arguments: Vec<String>,
    /// Variables of the process environment.
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) input: String,
    pub(crate) skips_init: bool,
    /// The configuration it is given in.
    pub(crate) configuration: PathBuf,
    expected: PathBuf,
}

impl Scenario {
    /// Returns all scenarios of a directory, by name.
    pub(crate) fn all(directory: &Path) -> Vec<Self> {
        let mut paths: Vec<_> =
            std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(directory: &Path) -> Self {
        let json = read_json(&directory.join("steps.json"));
        let steps = json["steps"].as_array().unwrap().iter().map(|it| Step::read(directory, it)).collect();
        Self { name: text(&json["name"]), topic: text(&json["topic"]), steps }
    }
}

impl Step {
    fn read(directory: &Path, json: &Value) -> Self {
        let environment = json["env"].as_object().into_iter().flatten();
        let arguments = json["args"].as_array().into_iter().flatten();
        Self {
            name: text(&json["step"]),
            command: text(&json["command"]),
            arguments: arguments.map(text).collect(),
            environment: environment.map(|(name, value)| (name.clone(), text(value))).collect(),
            input: text(&json["stdin"]),
            skips_init: json["skip_init"] == true,
            configuration: directory.join(text(&json["config"])),
            expected: directory.join(text(&json["expected"])),
        }
    }

    /// Returns what Terraform did.
    pub(crate) fn expected(&self) -> Value {
        read_json(&self.expected)
    }
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
