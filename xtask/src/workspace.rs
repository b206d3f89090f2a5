//! What cargo knows of the workspace.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::cargo;

/// The members of the workspace and where their products go.
pub(crate) struct Workspace {
    pub(crate) target_directory: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// A crate of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) directory: PathBuf,
    /// The root files of its library and binaries, not those of its tests.
    pub(crate) roots: Vec<PathBuf>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as the manifest declares it.
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) only_for_tests: bool,
}

/// Asks cargo for the workspace.
pub(crate) fn load() -> Result<Workspace, String> {
    let output = cargo::command(&["metadata", "--format-version=1", "--no-deps"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err("cargo metadata failed".to_owned());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata is no JSON: {error}"))?;
    Ok(parse(&metadata))
}

fn parse(metadata: &Value) -> Workspace {
    Workspace {
        target_directory: PathBuf::from(text(&metadata["target_directory"])),
        packages: list(&metadata["packages"]).iter().map(package).collect(),
    }
}

fn package(package: &Value) -> Package {
    let is_product = |target: &&Value| {
        list(&target["kind"]).iter().any(|kind| ["lib", "bin", "proc-macro"].contains(&text(kind).as_str()))
    };
    let manifest = PathBuf::from(text(&package["manifest_path"]));
    Package {
        name: text(&package["name"]),
        directory: manifest.parent().map(PathBuf::from).unwrap_or_default(),
        roots: list(&package["targets"])
            .iter()
            .filter(is_product)
            .map(|target| PathBuf::from(text(&target["src_path"])))
            .collect(),
        dependencies: list(&package["dependencies"])
            .iter()
            .map(|it| Dependency { name: text(&it["name"]), only_for_tests: it["kind"] == "dev" })
            .collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
