//! What is changed in an encrypted plan is noticed.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_ops::{DiskFiles, Environment, PlanKeys, Project, Sealing, Workbench, read_plan, write_plan};
use rinfra_provider::Catalogue;
use rinfra_seal::{KeySource, Material, Passphrase, Recipe, SealError};
use serde_json::Value;

const CONFIGURATION: &str = "
variable \"a\" {
  default   = \"hush-one\"
  sensitive = true
}
variable \"b\" {
  default   = \"hush-two\"
  sensitive = true
}
resource \"terraform_data\" \"it\" {
  input = [var.a, \"for everybody\", var.b]
}
";

/// A passphrase that is quickly turned into keys.
#[derive(Debug)]
struct Quick(Passphrase);

#[async_trait]
impl KeySource for Quick {
    async fn make(&self) -> Result<(Material, Recipe), SealError> {
        let recipe = Recipe::Pbkdf2 {
            salt: "c2FsdA==".to_owned(),
            iterations: 1,
            hash_function: "sha512".to_owned(),
            key_length: 32,
        };
        Ok((self.0.again(&recipe).await?, recipe))
    }

    async fn again(&self, recipe: &Recipe) -> Result<Material, SealError> {
        self.0.again(recipe).await
    }
}

fn key() -> Quick {
    Quick(Passphrase::new("correct horse battery staple").expect("long enough"))
}

fn keys() -> PlanKeys {
    PlanKeys::new(Some(Box::new(key())))
}

fn text(failure: &rinfra_ops::Failure) -> String {
    failure.diagnostics.to_string()
}

/// Saves a plan as JSON in a directory, and returns it.
async fn saved(directory: &Path, key: &dyn KeySource) -> Value {
    std::fs::write(directory.join("main.tf"), CONFIGURATION).expect("a writable directory");
    let catalogue = Catalogue::new(rinfra_std_providers::providers());
    let environment = Environment::new(directory, Arc::new(DiskFiles), catalogue);
    let project = Project::open(&environment).map_err(|it| text(&it)).expect("a valid configuration");
    let bench = Workbench::open_with(&environment, &project, "test", rinfra_ops::Access::ReadOnly).await;
    let bench = bench.map_err(|it| text(&it)).expect("no state");
    let (plan, found) = bench.plan(rinfra_plan::Options::default(), &rinfra_plan::Silent).await;
    let mut plan = plan.unwrap_or_else(|| panic!("{found}"));
    bench.complete(&mut plan).await.map_err(|it| text(&it)).expect("a plan that can be saved");
    let sealing = Sealing { key: Some(key), catalogue: &environment.catalogue, project: &project };
    let file = directory.join("p");
    write_plan(&file, &plan, &sealing).await.map_err(|it| text(&it)).expect("a writable directory");
    let again = read_plan(&file, &keys()).await.map_err(|it| text(&it)).expect("the plan just written");
    assert_eq!(again, plan);
    serde_json::from_slice(&std::fs::read(file).expect("a file")).expect("JSON")
}

#[tokio::test]
async fn what_is_changed_in_an_encrypted_plan_is_noticed() {
    let directory = tempfile::tempdir().expect("a directory");
    let plan = saved(directory.path(), &key()).await;
    let written = plan.to_string();
    assert!(!written.contains("hush") && written.contains("for everybody"), "{written}");
    // A digest would tell who guesses a secret whether the guess is right.
    for digest in ["configuration", "state", "variables", "observations"] {
        assert_eq!(plan["plan"]["fingerprints"][digest]["$"], "sealed", "{digest}");
    }
    let changed = "the plan was changed since it was saved";
    let other_key = "the key is not the one the plan was encrypted with";
    let recipe = "the recipe of the key is none that is known";
    for (pointer, to, expected) in [
        ("/plan/changes/0/action", "delete".into(), changed),
        ("/plan/changes/0/address", "terraform_data.other".into(), changed),
        ("/plan/variables/a", plan["plan"]["variables"]["b"].clone(), changed),
        ("/plan/configuration", Value::Null, changed),
        ("/plan/fingerprints/state", "".into(), changed),
        ("/key/salt", "AAAA".into(), other_key),
        ("/key/iterations", 0.into(), recipe),
        ("/key/iterations", u32::MAX.into(), recipe),
        ("/key/key_provider", "aws_kms".into(), recipe),
        ("/key/hash_function", "md5".into(), recipe),
        ("/seal", "AAAA".into(), other_key),
        ("/seal", Value::Null, changed),
        ("/key", Value::Null, "the file is not a plan that rinfra saved"),
    ] {
        let mut altered = plan.clone();
        let part = altered.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer} in {plan}"));
        assert_ne!(*part, to, "{pointer}");
        *part = to;
        let file = directory.path().join("altered");
        std::fs::write(&file, altered.to_string()).expect("a writable directory");
        let refused = read_plan(&file, &keys()).await.map_err(|it| text(&it));
        let refused = refused.expect_err(pointer);
        assert!(refused.contains(expected), "{pointer}: {refused}");
    }
}
