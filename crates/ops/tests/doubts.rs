//! Editing the state while nobody knows what became of an interrupted creation.

use std::path::Path;
use std::sync::Arc;

use rinfra_addr::ResourceInstance;
use rinfra_ops::{DiskFiles, Environment, Failure, Project, Workbench};
use rinfra_provider::Catalogue;
use rinfra_state::Object;
use rinfra_state::journal::{Event, Intent, Opcode, Sequence};
use rinfra_store::{Guard, LocalStore, LockRequest, StateStore};

const STATE: &str = "terraform.tfstate";
const CONFIGURATION: &str =
    "resource \"terraform_data\" \"a\" {}\nresource \"terraform_data\" \"known\" {}\n";
const PROVIDER: &str = "provider[\"terraform.io/builtin/terraform\"]";

fn address(text: &str) -> ResourceInstance {
    text.parse().expect("an address")
}

/// Leaves a state with `terraform_data.known`, and the journal of a run that was killed while it made these.
async fn crash(directory: &Path, lost: &[&str]) {
    let store = LocalStore::new(directory.join(STATE));
    let request = LockRequest::new("run-1", "apply").with_guard(Guard::Needed);
    let session = store.lock(&request).await.expect("a session");
    let provider = PROVIDER.parse().expect("a provider");
    let object = Box::new(Object::new(0, serde_json::json!({ "id": "1" })));
    let known = Event::Recorded { address: address("terraform_data.known"), deposed: None, provider, object };
    let intent = |(position, name): (usize, &&str)| {
        Event::Intent(Box::new(Intent {
            sequence: Sequence(position as u64 + 1),
            run: Arc::from("run-1"),
            opcode: Opcode::Create,
            address: address(name),
            deposed: None,
            provider: PROVIDER.parse().expect("a provider"),
            region: None,
            token: format!("token-{position}"),
            identity: None,
            planned: None,
            outline: None,
            at: None,
            marks: false,
        }))
    };
    let events: Vec<_> = [known].into_iter().chain(lost.iter().enumerate().map(intent)).collect();
    session.record(&events).expect("a journal");
}

fn environment(directory: &Path) -> Environment {
    let catalogue = Catalogue::new(rinfra_std_providers::providers());
    Environment::new(directory, Arc::new(DiskFiles), catalogue)
}

/// What is in doubt and what is in the state, in that order.
async fn left(directory: &Path) -> (Vec<String>, Vec<String>) {
    let found = LocalStore::new(directory.join(STATE)).load().await.expect("readable").expect("a state");
    let doubts = found.unfinished.iter().filter(|it| it.is_lost()).map(|it| it.intent.address.to_string());
    (doubts.collect(), found.state.instances().map(|(address, ..)| address.to_string()).collect())
}

fn text(failure: &Failure) -> String {
    failure.diagnostics.to_string()
}

/// Moves something, and returns what is in doubt then or what was said against it.
async fn moved(lost: &[&str], from: &str, to: &str) -> Result<Vec<String>, String> {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("main.tf"), CONFIGURATION).expect("a file");
    crash(directory.path(), lost).await;
    let environment = environment(directory.path());
    let project = Project::open(&environment).map_err(|it| text(&it))?;
    let bench = Workbench::open(&environment, &project, "test").await.map_err(|it| text(&it))?;
    let relocations = bench.relocations(from, to).map_err(|it| text(&it))?;
    bench.relocate(&relocations).await.map_err(|it| text(&it))?;
    Ok(left(directory.path()).await.0)
}

#[tokio::test]
async fn what_is_in_doubt_gets_another_address() {
    let cases: [(&[&str], &str, &str, &[&str]); 6] = [
        (&["terraform_data.a"], "terraform_data.a", "terraform_data.b", &["terraform_data.b"]),
        (&["terraform_data.a"], "terraform_data.a", "terraform_data.b[0]", &["terraform_data.b[0]"]),
        (
            &["terraform_data.a[0]", "terraform_data.a[1]"],
            "terraform_data.a",
            "terraform_data.b",
            &["terraform_data.b[0]", "terraform_data.b[1]"],
        ),
        (
            &["terraform_data.a[0]", "terraform_data.a[1]"],
            "terraform_data.a[1]",
            "terraform_data.a[\"x\"]",
            &["terraform_data.a[0]", "terraform_data.a[\"x\"]"],
        ),
        (&["module.m.terraform_data.a"], "module.m", "module.n", &["module.n.terraform_data.a"]),
        (&["terraform_data.a"], "terraform_data.known", "terraform_data.c", &["terraform_data.a"]),
    ];
    for (lost, from, to, expected) in cases {
        let doubts = moved(lost, from, to).await.unwrap_or_else(|it| panic!("{from} to {to}: {it}"));
        assert_eq!(doubts, expected, "{from} to {to}");
    }
}

#[tokio::test]
async fn what_is_in_doubt_keeps_its_place() {
    let taken = moved(&["terraform_data.a"], "terraform_data.known", "terraform_data.a").await;
    assert!(taken.expect_err("a refusal").contains("There is something at terraform_data.a"));
    let kind = moved(&["terraform_data.a"], "terraform_data.a", "null_resource.a").await;
    assert!(kind.expect_err("a refusal").contains("the resource types do not match"));
}

#[tokio::test]
async fn what_is_in_doubt_goes_to_no_other_state() {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("main.tf"), CONFIGURATION).expect("a file");
    crash(directory.path(), &["terraform_data.a"]).await;
    let environment = environment(directory.path());
    let project = Project::open(&environment).map_err(|it| text(&it)).expect("a project");
    let bench = Workbench::open(&environment, &project, "test").await.map_err(|it| text(&it)).expect("one");
    let there = rinfra_state::State::new("there");
    let refusal = bench.relocations_into(&there, "terraform_data.a", "terraform_data.a");
    assert!(text(&refusal.expect_err("a refusal")).contains("cannot go to another state"));
    assert!(bench.relocations_into(&there, "terraform_data.known", "terraform_data.a").is_ok());
}

#[tokio::test]
async fn whoever_knows_settles_the_doubt() {
    for is_imported in [false, true] {
        let directory = tempfile::tempdir().expect("a directory");
        std::fs::write(directory.path().join("main.tf"), CONFIGURATION).expect("a file");
        crash(directory.path(), &["terraform_data.a", "terraform_data.other"]).await;
        let environment = environment(directory.path());
        let project = Project::open(&environment).map_err(|it| text(&it)).expect("a project");
        let bench =
            Workbench::open(&environment, &project, "test").await.map_err(|it| text(&it)).expect("one");
        let told = bench.recovery().to_string();
        assert!(told.contains("terraform_data.a: creation"), "{told}");
        if is_imported {
            let imported = bench.import(&address("terraform_data.a"), "id-1", &rinfra_plan::Silent).await;
            imported.map_err(|it| text(&it)).expect("an import");
        } else {
            let instances = bench.instances_at(&["terraform_data.a".to_owned()]).map_err(|it| text(&it));
            bench.forget(&instances.expect("what may be")).await.map_err(|it| text(&it)).expect("an edit");
        }
        let (doubts, known) = left(directory.path()).await;
        assert_eq!(doubts, ["terraform_data.other"], "what is in doubt elsewhere stays so");
        assert_eq!(known.contains(&"terraform_data.a".to_owned()), is_imported, "{known:?}");
    }
}
