//! Saved plans of states in S3, carried out where nobody ran `init`.

use std::fs;
use std::path::Path;

use rinfra_testkit::{Account, Rinfra, moto};
use tempfile::TempDir;

use crate::cloud::Cloud;

/// Returns a directory with a configuration whose backend says everything but the key.
fn directory(account: &Account, bucket: &str) -> TempDir {
    let endpoint = account.endpoint();
    let text = format!(
        "terraform {{\n  backend \"s3\" {{\n    bucket = {bucket:?}\n    region = \"us-east-1\"\n    endpoints = {{ s3 = \
         {endpoint:?} }}\n    use_path_style = true\n    use_lockfile = true\n    skip_credentials_validation = \
         true\n    skip_requesting_account_id = true\n    skip_metadata_api_check = true\n  }}\n}}\nresource \
         \"terraform_data\" \"a\" {{\n  input = \"x\"\n}}\noutput \"o\" {{\n  value = terraform_data.a.output\n}}\n"
    );
    let directory = TempDir::new().expect("a temporary directory");
    fs::write(directory.path().join("main.tf"), text).expect("a file");
    directory
}

#[test]
fn a_plan_finds_its_bucket_and_holds_no_keys_to_it() {
    let account = moto().account();
    let bucket = format!("planned-{}", account.id());
    Cloud::new(&account, "us-east-1").make_bucket(&bucket);
    let home = directory(&account, &bucket);
    let rinfra = |at: &Path, arguments: &[&str]| Rinfra::in_dir(at).account(&account).args(arguments);
    let access_key = format!("-backend-config=access_key={}", account.id());
    let init = |key: &str| {
        let key = format!("-backend-config=key={key}");
        let secret = "-backend-config=secret_key=hush-hush-hush";
        rinfra(home.path(), &["init", "-reconfigure", &key, &access_key, secret]).expect(0);
    };
    init("one.tfstate");
    rinfra(home.path(), &["plan", "-out=saved"]).expect(0);
    let saved = fs::read_to_string(home.path().join("saved")).expect("a plan");
    assert!(saved.contains("one.tfstate") && !saved.contains("hush"), "no secret of the backend");
    assert!(!saved.contains("access_key"), "nor whose it is");

    // The directory uses another state now.
    init("two.tfstate");
    let refused = rinfra(home.path(), &["apply", "saved"]).expect(1);
    let said = format!("{}{}", refused.stdout, refused.stderr);
    assert!(said.contains("Saved plan is stale") && said.contains("two.tfstate"), "{said}");

    // Another machine, with the configuration and without.
    for name in [Some("main.tf"), None] {
        let elsewhere = TempDir::new().expect("a temporary directory");
        for name in name.into_iter().chain(["saved"]) {
            fs::copy(home.path().join(name), elsewhere.path().join(name)).expect("a copy");
        }
        let outcome = rinfra(elsewhere.path(), &["apply", "saved"]);
        match name {
            Some(_) => drop(outcome.expect(0)),
            // It is done already.
            None => {
                let refused = outcome.expect(1);
                let said = format!("{}{}", refused.stdout, refused.stderr);
                assert!(said.contains("Saved plan is stale"), "{said}");
            }
        }
        assert!(!elsewhere.path().join("terraform.tfstate").exists());
    }
    init("one.tfstate");
    assert_eq!(rinfra(home.path(), &["output", "-raw", "o"]).expect(0).stdout, "x");
    init("two.tfstate");
    assert_eq!(rinfra(home.path(), &["state", "pull"]).expect(0).stdout, "");
}
