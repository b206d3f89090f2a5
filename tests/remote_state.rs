//! `terraform_remote_state` of states in S3, with the binary and with the real Terraform.

use std::fs;
use std::path::Path;

use rinfra_testkit::{Account, Oracle, Rinfra, moto};
use tempfile::TempDir;

use crate::cloud::Cloud;

/// What the other configuration says, whose state is in the bucket.
const OTHER: &str = r#"
output "name" {
  value = "of ${terraform.workspace}"
}
output "secret" {
  value     = "hush"
  sensitive = true
}
output "shapes" {
  value = { list = ["a", 1], map = tomap({ a = 1 }), set = toset(["x"]), none = null }
}
"#;

/// An account with a bucket in which another configuration keeps its states.
struct States {
    account: Account,
    bucket: String,
}

impl States {
    fn new() -> Self {
        let account = moto().account();
        let bucket = format!("states-{}", account.id());
        Cloud::new(&account, "us-east-1").make_bucket(&bucket);
        Self { account, bucket }
    }

    /// Returns the arguments of a backend, one a line.
    fn arguments(&self, more: &str) -> String {
        let endpoint = self.account.endpoint();
        format!(
            "bucket = {:?}\n region = \"us-east-1\"\n endpoints = {{ s3 = {endpoint:?} }}\n use_path_style = true\n \
             skip_credentials_validation = true\n skip_requesting_account_id = true\n skip_metadata_api_check = \
             true\n skip_region_validation = true\n {more}",
            self.bucket
        )
    }

    /// Writes the states of the other configuration: of the default workspace, and of `blue`.
    fn fill(&self, more: &str) -> TempDir {
        let directory = TempDir::new().expect("a temporary directory");
        let backend = format!("terraform {{\n backend \"s3\" {{\n {}\n }}\n}}\n", self.arguments(more));
        fs::write(directory.path().join("main.tf"), format!("{backend}{OTHER}")).expect("a file");
        for arguments in [
            &["init"][..],
            &["apply", "-auto-approve"],
            &["workspace", "new", "blue"],
            &["apply", "-auto-approve"],
        ] {
            self.rinfra(directory.path(), arguments).expect(0);
        }
        directory
    }

    fn rinfra(&self, directory: &Path, arguments: &[&str]) -> Rinfra {
        Rinfra::in_dir(directory).account(&self.account).args(arguments)
    }

    /// Returns a configuration that reads a state with these arguments.
    fn reader(&self, arguments: &str, more: &str) -> TempDir {
        let directory = TempDir::new().expect("a temporary directory");
        let text = format!(
            "data \"terraform_remote_state\" \"other\" {{\n backend = \"s3\"\n config = {{\n {arguments}\n }}\n {more}\n}}\n\
             output \"o\" {{\n value = data.terraform_remote_state.other.outputs\n}}\n"
        );
        fs::write(directory.path().join("main.tf"), text).expect("a file");
        directory
    }
}

/// Returns the kinds of errors that a program told, and in which lines they are.
fn errors(said: &str) -> Vec<String> {
    let told = said.lines().filter_map(|line| {
        let line = line.trim();
        let place = line.strip_prefix("on main.tf line ").and_then(|it| it.split(',').next());
        let place = place.or_else(|| line.strip_prefix("--> main.tf:")?.split(':').next());
        place.map(|it| format!("line {it}")).or_else(|| line.strip_prefix("Error: ").map(str::to_owned))
    });
    told.collect()
}

#[test]
fn outputs_of_states_in_s3_are_those_terraform_reads() {
    let states = States::new();
    states.fill("key = \"other.tfstate\"");
    states.fill("key = \"other.tfstate\"\n workspace_key_prefix = \"spaces\"");
    let oracle = Oracle::find();
    let check = |arguments: &str, more: &str, expected: &str| {
        let arguments = states.arguments(arguments);
        let ours = states.reader(&arguments, more);
        states.rinfra(ours.path(), &["init"]).expect(0);
        states.rinfra(ours.path(), &["apply", "-auto-approve"]).expect(0);
        let read = states.rinfra(ours.path(), &["output", "-json", "o"]).expect(0).stdout;
        assert!(read.contains(expected) && read.contains("hush"), "{more}: {read}");
        states.rinfra(ours.path(), &["plan", "-detailed-exitcode"]).expect(0);
        let Some(oracle) = &oracle else { return };
        let theirs = states.reader(&arguments, more);
        let terraform = |directory: &Path, arguments: &[&str]| {
            oracle.run(directory, &states.account, arguments).expect_code(0)
        };
        terraform(theirs.path(), &["init", "-no-color"]);
        terraform(theirs.path(), &["apply", "-no-color", "-auto-approve"]);
        let told = terraform(theirs.path(), &["output", "-json", "o"]).stdout;
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("outputs are JSON");
        assert_eq!(json(&read), json(&told), "{more}");
        // What we read is what Terraform finds unchanged: the types are the same too.
        terraform(ours.path(), &["init", "-no-color"]);
        terraform(ours.path(), &["plan", "-no-color", "-detailed-exitcode"]);
    };
    check("key = \"other.tfstate\"", "", "of default");
    check("key = \"other.tfstate\"", "workspace = \"default\"", "of default");
    check("key = \"other.tfstate\"", "workspace = \"blue\"", "of blue");
    let spaces = "key = \"other.tfstate\"\n workspace_key_prefix = \"spaces\"";
    check(spaces, "workspace = \"blue\"\n defaults = { name = \"no\", more = 3 }", "\"more\":3");
}

#[test]
fn states_that_cannot_be_read_are_told_as_by_terraform() {
    let states = States::new();
    let oracle = Oracle::find();
    let check = |arguments: &str, more: &str, expected: &[&str]| {
        let ours = states.reader(arguments, more);
        states.rinfra(ours.path(), &["init"]).expect(0);
        let outcome = states.rinfra(ours.path(), &["plan"]).expect(1);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert_eq!(errors(&said), expected, "{said}");
        let Some(oracle) = &oracle else { return };
        let theirs = states.reader(arguments, more);
        oracle.run(theirs.path(), &states.account, &["init", "-no-color"]).expect_code(0);
        let outcome = oracle.run(theirs.path(), &states.account, &["plan", "-no-color"]).expect_code(1);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        // Of a detail that quotes an error, Terraform begins a line like one.
        assert_eq!(
            errors(&said).get(..expected.len()),
            Some(&expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()[..]),
            "{said}"
        );
    };
    let key = |more: &str| states.arguments(more);
    let missing = ["Unable to find remote state", "line 1"];
    check(&key("key = \"none\""), "", &missing);
    let bucket = key("key = \"none\"").replace(&states.bucket, "no-such-bucket-of-ours");
    check(&bucket, "", &["Error loading state error", "line 2"]);
    let invalid = ["Invalid backend configuration", "line 3"];
    check(&key(""), "", &invalid);
    check(&key("key = \"k\"\n paht = 1"), "", &invalid);
    check(&key("key = [\"k\"]"), "", &invalid);
    check(&key("key = \"k\"\n max_retries = \"x\""), "", &invalid);
    check(&key("key = \"/k\""), "", &["Invalid Value", "line 1"]);
    check(&key("key = \"k\""), "workspace = \"\"", &["Error loading state error", "line 2"]);
}
