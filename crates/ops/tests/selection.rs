//! Plans of a part of the configuration, on the provider that needs no cloud.

use std::sync::Arc;

use rinfra_apply::{Interrupt, Silent};
use rinfra_change::{Action, Mode, Plan};
use rinfra_diag::Diagnostics;
use rinfra_ops::{ApplyOptions, DiskFiles, Environment, Project, Workbench};
use rinfra_plan::Options;
use rinfra_provider::Catalogue;
use tokio::sync::watch;

const CHAIN: &str = r#"
resource "terraform_data" "a" {
  input = "a"
}
resource "terraform_data" "b" {
  input = terraform_data.a.output
}
resource "terraform_data" "c" {
  input = terraform_data.b.output
}
resource "terraform_data" "lone" {
  count = 2
  input = count.index
}
output "c" {
  value = terraform_data.c.output
}
output "lone" {
  value = terraform_data.lone[*].id
}
"#;

struct Directory(tempfile::TempDir);

impl Directory {
    fn with(configuration: &str) -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(root.path().join("main.tf"), configuration).expect("a file");
        Self(root)
    }

    fn environment(&self) -> Environment {
        Environment::new(
            self.0.path(),
            Arc::new(DiskFiles),
            Catalogue::new(rinfra_std_providers::providers()),
        )
    }

    /// Plans, and applies the plan if it is to be; returns what would change and all summaries.
    async fn run(&self, options: Options, and: Then) -> (Vec<String>, Vec<String>) {
        let environment = self.environment();
        let summaries = |found: &Diagnostics| found.iter().map(|it| it.summary.clone()).collect();
        let project = match Project::open(&environment) {
            Ok(project) => project,
            Err(failure) => return (Vec::new(), summaries(&failure.diagnostics)),
        };
        let bench = Workbench::open(&environment, &project, "test")
            .await
            .unwrap_or_else(|it| panic!("{}", it.diagnostics));
        let (plan, mut diagnostics) = bench.plan(options, &rinfra_plan::Silent).await;
        let mut changed = Vec::new();
        if let Some(plan) = plan {
            changed = changes(&plan);
            if and == Then::Apply {
                let (_interrupt, watched) = watch::channel(Interrupt::None);
                let finished = bench.apply(&plan, ApplyOptions::default(), &Silent, watched).await;
                diagnostics.extend(finished.diagnostics);
            }
        }
        (changed, summaries(&diagnostics))
    }

    fn state(&self) -> serde_json::Value {
        let bytes = std::fs::read(self.0.path().join("terraform.tfstate")).expect("a state");
        serde_json::from_slice(&bytes).expect("a state in JSON")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Stop,
    Apply,
}

fn changes(plan: &Plan) -> Vec<String> {
    let changed = plan.changes.iter().filter(|it| it.action != Action::NoOp);
    let outputs = plan.outputs.iter().filter(|(_, it)| it.action != Action::NoOp);
    let outputs = outputs.map(|(name, it)| format!("output {name}: {}", it.action.symbol()));
    changed.map(|it| format!("{}: {}", it.address, it.action.symbol())).chain(outputs).collect()
}

fn targets(addresses: &[&str]) -> Options {
    let targets = addresses.iter().map(|it| it.parse().expect("an address")).collect();
    Options { targets, ..Options::default() }
}

fn excludes(addresses: &[&str]) -> Options {
    let excludes = addresses.iter().map(|it| it.parse().expect("an address")).collect();
    Options { excludes, ..Options::default() }
}

fn replace(addresses: &[&str]) -> Options {
    let replace = addresses.iter().map(|it| it.parse().expect("an address")).collect();
    Options { replace, ..Options::default() }
}

#[tokio::test]
async fn what_is_chosen_brings_what_it_needs() {
    let directory = Directory::with(CHAIN);
    for (options, expected) in [
        (targets(&["terraform_data.b"]), vec!["terraform_data.a: +", "terraform_data.b: +"]),
        (targets(&["terraform_data.lone[1]"]), vec!["terraform_data.lone[1]: +", "output lone: +"]),
        (targets(&["terraform_data.nope"]), vec![]),
        (
            excludes(&["terraform_data.b"]),
            vec![
                "terraform_data.a: +",
                "terraform_data.lone[0]: +",
                "terraform_data.lone[1]: +",
                "output lone: +",
            ],
        ),
        (
            excludes(&["terraform_data.lone[0]", "terraform_data.a"]),
            vec!["terraform_data.lone[1]: +", "output lone: +"],
        ),
    ] {
        let (changed, said) = directory.run(options, Then::Stop).await;
        assert_eq!((changed, said), (texts(&expected), texts(&["Resource targeting is in effect"])));
    }
}

#[tokio::test]
async fn only_what_is_chosen_is_applied_and_destroyed() {
    let directory = Directory::with(CHAIN);
    let both = texts(&["Resource targeting is in effect", "Applied changes may be incomplete"]);
    let (_, said) = directory.run(targets(&["terraform_data.lone[0]"]), Then::Apply).await;
    assert_eq!(said, both);
    assert_eq!(directory.state()["resources"].as_array().map(Vec::len), Some(1));
    let (changed, said) = directory.run(Options::default(), Then::Apply).await;
    assert_eq!((changed.len(), said.len()), (6, 0), "{changed:?}");
    let destroy = |options: Options| Options { mode: Mode::Destroy, ..options };
    let kept = directory.run(destroy(excludes(&["terraform_data.b"])), Then::Stop).await.0;
    let expected = ["terraform_data.c: -", "terraform_data.lone[0]: -", "terraform_data.lone[1]: -"];
    assert_eq!(kept, texts(&expected));
    let (changed, said) = directory.run(destroy(targets(&["terraform_data.b"])), Then::Apply).await;
    assert_eq!((changed, said), (texts(&["terraform_data.b: -", "terraform_data.c: -"]), both));
}

#[tokio::test]
async fn an_instance_is_replaced_on_request() {
    let directory = Directory::with(CHAIN);
    directory.run(Options::default(), Then::Apply).await;
    let (changed, said) = directory.run(replace(&["terraform_data.lone[1]"]), Then::Stop).await;
    assert_eq!((changed, said), (texts(&["terraform_data.lone[1]: -/+", "output lone: ~"]), texts(&[])));
    let (changed, said) = directory.run(replace(&["terraform_data.lone"]), Then::Stop).await;
    let incomplete = texts(&["Incompletely-matched force-replace resource instance"]);
    assert_eq!((changed, said), (texts(&[]), incomplete));
}

#[tokio::test]
async fn options_that_contradict_each_other_are_refused() {
    let directory = Directory::with(CHAIN);
    let both = Options { excludes: targets(&["terraform_data.a"]).targets, ..targets(&["terraform_data.b"]) };
    let said = directory.run(both, Then::Stop).await.1;
    assert_eq!(said[0], "Invalid combination of arguments");
    let destroyed = Options { mode: Mode::Destroy, ..replace(&["terraform_data.a"]) };
    assert_eq!(directory.run(destroyed, Then::Stop).await.1, ["Unsupported plan mode"]);
}

#[tokio::test]
async fn what_is_not_enabled_is_null_and_goes() {
    let text = |on: &str, used: &str| {
        format!(
            "resource \"terraform_data\" \"a\" {{\n  input = 1\n  lifecycle {{\n    enabled = {on}\n  }}\n}}\noutput \"o\" {{\n  value = {used}\n}}\n"
        )
    };
    let directory = Directory::with(&text("true", "terraform_data.a.input"));
    let (changed, said) = directory.run(Options::default(), Then::Apply).await;
    assert_eq!((changed, said), (texts(&["terraform_data.a: +", "output o: +"]), texts(&[])));
    let write = |text: String| std::fs::write(directory.0.path().join("main.tf"), text).expect("a file");
    write(text("false", "terraform_data.a.input"));
    assert_eq!(
        directory.run(Options::default(), Then::Stop).await.1,
        ["Attempt to get attribute from null value"]
    );
    write(text("null", "1"));
    assert_eq!(directory.run(Options::default(), Then::Stop).await.1, ["Invalid enabled argument"]);
    write(text("false", "terraform_data.a == null"));
    let (changed, said) = directory.run(Options::default(), Then::Apply).await;
    assert_eq!((changed, said), (texts(&["terraform_data.a: -", "output o: ~"]), texts(&[])));
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|it| (*it).to_owned()).collect()
}
