//! The real Terraform with the same state.

use std::path::Path;
use std::process::{Command, Output};

use rinfra_state::State;
use rinfra_store::StoreError;
use rinfra_testkit::skipped;

use crate::place::{KEY, Place};
use crate::samples::{address, ids, object, provider};

fn terraform(directory: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    Command::new("terraform")
        .args(arguments)
        .current_dir(directory)
        .env("CHECKPOINT_DISABLE", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn both_take_turns(place: Place) {
    let directory = place.directory.path();
    place.configure(directory, "resource \"terraform_data\" \"a\" {}");
    let Ok(init) = terraform(directory, &["init", "-input=false", "-no-color"]) else {
        return skipped("no terraform on PATH");
    };
    assert!(init.status.success(), "{}", text(&init));

    // What it writes we read.
    let applied = terraform(directory, &["apply", "-auto-approve", "-no-color"]).unwrap();
    assert!(applied.status.success(), "{}", text(&applied));
    let session = place.open("run-1").await;
    let mut state = State::clone(&session.opened().state);
    assert_eq!((ids(&state), state.serial), (vec!["a".to_owned()], 1));

    // While we hold the lock it does nothing, and says who does.
    let refused = terraform(directory, &["apply", "-auto-approve", "-no-color"]).unwrap();
    assert!(!refused.status.success());
    let said = text(&refused);
    assert!(said.contains("Error acquiring the state lock") && said.contains(&session.holder().id), "{said}");
    assert!(said.contains("OperationTypeApply"), "{said}");

    // What we write it reads.
    state.set_current(&address("b"), &provider(), object("b"));
    session.persist(&mut state, session.position()).await.unwrap();
    session.close().await.unwrap();
    let listed = terraform(directory, &["state", "list", "-no-color"]).unwrap();
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "terraform_data.a\nterraform_data.b\n");
    let applied = terraform(directory, &["apply", "-auto-approve", "-no-color"]).unwrap();
    assert!(text(&applied).contains("0 added, 0 changed, 1 destroyed"), "{}", text(&applied));
    assert_eq!(State::parse(place.read(KEY).await.as_bytes()).unwrap().serial, 3);

    // It can end our lock, and we then write nothing.
    let session = place.open("run-2").await;
    let id = session.holder().id.clone();
    let unlocked = terraform(directory, &["force-unlock", "-force", "-no-color", &id]).unwrap();
    assert!(unlocked.status.success(), "{}", text(&unlocked));
    let applied = terraform(directory, &["apply", "-auto-approve", "-no-color", "-replace=terraform_data.a"]);
    assert!(applied.as_ref().unwrap().status.success(), "{}", text(&applied.unwrap()));
    let mut state = State::clone(&session.opened().state);
    state.set_current(&address("c"), &provider(), object("c"));
    let refused = session.persist(&mut state, session.position()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Changed { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_lock_file() {
    both_take_turns(Place::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_table() {
    both_take_turns(Place::without_lock().await.with_table().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_both() {
    both_take_turns(Place::new().await.with_table().await).await;
}
