//! States in S3, with the binary and with the real Terraform.

use std::fs;

use rinfra_testkit::{Account, Oracle, Rinfra, moto};
use tempfile::TempDir;

use crate::cloud::Cloud;

const KEY: &str = "nets/main.tfstate";

/// A configuration whose state is kept in a bucket.
struct Kept {
    account: Account,
    base: TempDir,
    bucket: String,
}

impl Kept {
    fn new() -> Self {
        let account = moto().account();
        let bucket = format!("kept-{}", account.id());
        Cloud::new(&account, "us-east-1").make_bucket(&bucket);
        Self { account, base: TempDir::new().expect("a temporary directory"), bucket }
    }

    /// Writes the configuration, with what stands in the block beside the place.
    fn configure(&self, backend: &str) {
        let Self { account, .. } = self;
        let endpoint = account.endpoint();
        let endpoints = format!(
            "endpoints = {{ s3 = {endpoint:?}, sts = {endpoint:?}, dynamodb = {endpoint:?} }}\n    use_path_style = \
             true\n    skip_credentials_validation = true\n    skip_requesting_account_id = true\n    \
             skip_metadata_api_check = true"
        );
        let block = match backend {
            "" => String::new(),
            "local" => "backend \"local\" {}".to_owned(),
            more => {
                format!("backend \"s3\" {{\n    region = \"us-east-1\"\n    {endpoints}\n    {more}\n  }}")
            }
        };
        let text = format!(
            "terraform {{\n  {block}\n}}\nresource \"terraform_data\" \"a\" {{\n  input = terraform.workspace\n}}\noutput \
             \"o\" {{\n  value = terraform_data.a.output\n}}\n"
        );
        fs::write(self.base.path().join("main.tf"), text).expect("a file");
    }

    fn in_bucket(&self) -> String {
        format!("bucket = {:?}\n    key = {KEY:?}\n    use_lockfile = true", self.bucket)
    }

    fn rinfra(&self, arguments: &[&str]) -> Rinfra {
        Rinfra::in_dir(self.base.path()).account(&self.account).args(arguments)
    }

    #[track_caller]
    fn succeed(&self, arguments: &[&str]) -> String {
        self.rinfra(arguments).expect(0).stdout
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str], words: &str) {
        let outcome = self.rinfra(arguments).expect(1);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn states_move_between_backends_when_asked() {
    let kept = Kept::new();
    kept.configure("");
    kept.succeed(&["init"]);
    kept.succeed(&["apply", "-auto-approve"]);
    kept.succeed(&["workspace", "new", "side"]);
    kept.succeed(&["apply", "-auto-approve"]);
    kept.succeed(&["workspace", "select", "default"]);

    // From files into the bucket.
    kept.configure(&kept.in_bucket());
    kept.refused(&["plan"], "Initial configuration of the requested backend \"s3\"");
    kept.refused(&["init", "-input=false"], "Can't ask approval for state migration");
    let said = kept.succeed(&["init", "-force-copy"]);
    assert!(said.contains("Successfully configured the backend \"s3\"!"), "{said}");
    assert!(!kept.base.path().join("terraform.tfstate").exists());
    kept.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
    assert_eq!(kept.succeed(&["output", "-raw", "o"]), "default");
    assert_eq!(kept.succeed(&["workspace", "list"]), "* default\n  side\n\n");
    kept.succeed(&["workspace", "select", "side"]);
    assert_eq!(kept.succeed(&["output", "-raw", "o"]), "side");
    kept.succeed(&["workspace", "new", "third"]);
    kept.succeed(&["apply", "-auto-approve"]);
    kept.succeed(&["workspace", "select", "default"]);
    kept.refused(&["workspace", "delete", "third"], "Workspace is not empty");
    kept.succeed(&["workspace", "delete", "-force", "third"]);
    assert_eq!(kept.succeed(&["workspace", "list"]), "* default\n  side\n\n");

    // To another key, once without the state and once with it.
    let elsewhere = kept.in_bucket().replace("nets", "elsewhere");
    kept.configure(&elsewhere);
    kept.refused(&["plan"], "Backend configuration block has changed");
    kept.refused(&["init"], "Backend configuration changed");
    kept.succeed(&["init", "-reconfigure"]);
    kept.rinfra(&["plan", "-detailed-exitcode"]).expect(2);
    kept.configure(&kept.in_bucket());
    kept.succeed(&["init", "-reconfigure"]);
    kept.configure(&elsewhere);
    kept.succeed(&["init", "-force-copy"]);
    kept.rinfra(&["plan", "-detailed-exitcode"]).expect(0);

    // And back into files.
    kept.configure("");
    kept.refused(&["plan"], "Unsetting the previously set backend \"s3\"");
    let said = kept.succeed(&["init", "-force-copy"]);
    assert!(said.contains("Successfully unset the backend \"s3\""), "{said}");
    kept.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
    assert_eq!(kept.succeed(&["workspace", "list"]), "* default\n  side\n\n");
}

#[test]
fn what_init_was_told_beside_the_block_is_remembered() {
    let kept = Kept::new();
    kept.configure("use_lockfile = true");
    kept.refused(&["init"], "The attribute \"bucket\" is required by the backend.");
    kept.refused(&["init", "-backend-config=buckett=x"], "Invalid backend configuration argument");
    let bucket = format!("-backend-config=bucket={}", kept.bucket);
    fs::write(kept.base.path().join("more.tfbackend"), format!("key = {KEY:?}\n")).expect("a file");
    kept.succeed(&["init", &bucket, "-backend-config=more.tfbackend"]);
    kept.succeed(&["apply", "-auto-approve"]);
    kept.succeed(&["init"]);
    kept.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
    kept.refused(&["init", &bucket, "-backend-config=key=other"], "Backend configuration changed");
    kept.refused(
        &["init", "-reconfigure", "-backend-config=bucket=nowhere-at-all", "-backend-config=key=k"],
        "there is no bucket",
    );
    kept.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
}

#[test]
fn terraform_and_rinfra_share_a_bucket() {
    let Some(oracle) = Oracle::find() else { return };
    let kept = Kept::new();
    kept.configure(&kept.in_bucket());
    let directory = kept.base.path();
    oracle.run(directory, &kept.account, &["init", "-no-color"]).expect_code(0);
    // What Terraform decided holds for rinfra too.
    kept.succeed(&["apply", "-auto-approve"]);
    oracle.run(directory, &kept.account, &["plan", "-no-color", "-detailed-exitcode"]).expect_code(0);
    oracle.run(directory, &kept.account, &["workspace", "new", "-no-color", "side"]).expect_code(0);
    oracle.run(directory, &kept.account, &["apply", "-no-color", "-auto-approve"]).expect_code(0);
    kept.rinfra(&["plan", "-detailed-exitcode"]).expect(0);
    assert_eq!(kept.succeed(&["output", "-raw", "o"]), "side");
    kept.succeed(&["destroy", "-auto-approve"]);
    kept.succeed(&["workspace", "select", "default"]);
    kept.refused(&["force-unlock", "-force", "nobody"], "nobody holds the lock");
}
