//! What a test starts from: an account, a directory with a configuration, and the binary to run there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rinfra_testkit::{Account, Outcome, Rinfra, copy_example, moto};
use serde_json::Value;
use tempfile::TempDir;

use crate::cloud::Cloud;

/// A configuration in a directory of its own, and an account that holds nothing yet.
pub(crate) struct World {
    pub(crate) account: Account,
    /// Where the configuration lies and commands run.
    pub(crate) directory: PathBuf,
    state: PathBuf,
    /// Removed when the test ends.
    _base: TempDir,
}

impl World {
    /// A copy of the two-Region example.
    pub(crate) fn example() -> Self {
        let base = TempDir::new().expect("a temporary directory can be made");
        let directory = copy_example("two-region-network", base.path()).expect("the example can be copied");
        let state = base.path().join("state/two-region-network.tfstate");
        Self { account: moto().account(), directory, state, _base: base }
    }

    /// A directory with one file, `main.tf`.
    pub(crate) fn of(configuration: &str) -> Self {
        let base = TempDir::new().expect("a temporary directory can be made");
        fs::write(base.path().join("main.tf"), configuration).expect("a temporary directory can be written");
        let directory = base.path().to_path_buf();
        let state = directory.join("terraform.tfstate");
        Self { account: moto().account(), directory, state, _base: base }
    }

    /// Returns the file in which the configuration keeps its state.
    pub(crate) fn state(&self) -> &Path {
        &self.state
    }

    /// Returns a command that runs in the directory and uses the account.
    pub(crate) fn rinfra(&self, arguments: &[&str]) -> Rinfra {
        Rinfra::in_dir(&self.directory).account(&self.account).args(arguments)
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Outcome {
        self.rinfra(arguments).expect(0)
    }

    /// Returns what is in a Region of the account, read through the SDK.
    pub(crate) fn inventory(&self, region: &str) -> BTreeMap<String, String> {
        Cloud::new(&self.account, region).regional()
    }

    /// Returns what is in the account outside any Region, read through the SDK.
    pub(crate) fn global_inventory(&self) -> BTreeMap<String, String> {
        Cloud::new(&self.account, "us-east-1").global()
    }

    /// Plans with these further arguments and returns the actions of every managed resource instance by address,
    /// `no-op` left out, as the plan's JSON tells them.
    #[track_caller]
    pub(crate) fn planned(&self, arguments: &[&str]) -> BTreeMap<String, Vec<String>> {
        let plan = [&["plan", "-out=test.plan"], arguments].concat();
        self.succeed(&plan);
        let shown = self.succeed(&["show", "-json", "test.plan"]);
        let json: Value =
            serde_json::from_str(&shown.stdout).unwrap_or_else(|error| panic!("{error}\n{shown}"));
        let changes = json["resource_changes"].as_array().cloned().unwrap_or_default();
        changes
            .iter()
            .filter(|change| change["mode"] == "managed")
            .map(|change| (text(&change["address"]), list(&change["change"]["actions"])))
            .filter(|(_, actions)| actions != &["no-op"])
            .collect()
    }

    /// Returns the addresses in the state, data sources left out.
    #[track_caller]
    pub(crate) fn managed(&self) -> Vec<String> {
        let listed = self.succeed(&["state", "list"]).stdout;
        listed.lines().filter(|line| !line.split('.').any(|part| part == "data")).map(str::to_owned).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().map(|values| values.iter().map(text).collect()).unwrap_or_default()
}
