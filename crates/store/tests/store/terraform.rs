//! The real Terraform on the same files.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

use rinfra_addr::InstanceKey;
use rinfra_state::{Object, Output as RootOutput, State};
use rinfra_store::{LockInfo, StateStore, StoreError};
use rinfra_testkit::skipped;
use rinfra_value::{Marks, Type, Value};

use crate::support::{Place, address, ids, object, persist, provider, wait};

/// Returns a place with this configuration where Terraform was initialised; nothing when there is no Terraform.
fn place(configuration: &str) -> Option<Place> {
    let place = Place::new();
    fs::write(place.path("main.tf"), configuration).unwrap();
    let Ok(output) = terraform(&place, &["init"]).output() else {
        skipped("no terraform on PATH");
        return None;
    };
    assert!(output.status.success(), "{}", text(&output));
    Some(place)
}

fn terraform(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new("terraform");
    command.current_dir(place.directory.path()).args(arguments).arg("-no-color");
    command.env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1").stdin(Stdio::null());
    command
}

fn run(place: &Place, arguments: &[&str]) -> Output {
    terraform(place, arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Starts an apply that holds the lock and waits for approval.
fn waiting_apply(place: &Place) -> Child {
    let mut command = terraform(place, &["apply"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut seen = String::new();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
    while !seen.contains("Only 'yes' will be accepted") {
        assert_ne!(lines.read_line(&mut seen).unwrap(), 0, "{seen}");
    }
    child
}

fn approve(mut child: Child) {
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "yes").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

const CONFIGURATION: &str = r#"
variable "secret" {
  default   = "<s3cret & more>"
  sensitive = true
}
resource "terraform_data" "plain" {
  input = { number = 1.5, list = ["a", null], secret = var.secret }
}
resource "terraform_data" "each" {
  for_each = toset(["x\"y", "z"])
  input    = terraform_data.plain.output.number
}
output "number" {
  value = terraform_data.plain.output.number
}
"#;

/// Returns the state that an apply of [`CONFIGURATION`] leads to, made with our own means only.
fn applied(mut state: State) -> State {
    let ty = Type::object([
        ("id", Type::String),
        ("input", Type::Dynamic),
        ("output", Type::Dynamic),
        ("triggers_replace", Type::Dynamic),
    ]);
    let made = |id: &str, input: Value, dependencies: &[&str]| {
        let output = input.unmark_deep();
        let value = Value::object([
            ("id", Value::string(id)),
            ("input", input),
            ("output", output),
            ("triggers_replace", Value::dynamic_null()),
        ]);
        Object::from_value(&value, &ty, 0, dependencies.iter().map(|it| it.parse().unwrap()).collect())
            .unwrap()
    };
    let list = Value::tuple(vec![Value::string("a"), Value::dynamic_null()]);
    let secret = Value::string("<s3cret & more>").with_marks(Marks::SENSITIVE);
    let number = Value::number(rinfra_value::Number::parse("1.5").unwrap());
    let input = Value::object([("number", number.clone()), ("list", list), ("secret", secret)]);
    state.set_current(&address("plain"), &provider(), made("1", input, &[]));
    for key in ["x\"y", "z"] {
        let each = address("each").resource.instance(InstanceKey::from(key));
        state.set_current(&each, &provider(), made(key, number.clone(), &["terraform_data.plain"]));
    }
    state.set_output("number", RootOutput { value: number, sensitive: false });
    state
}

#[test]
fn terraform_reads_what_we_write_and_has_nothing_to_change() {
    let Some(place) = place(CONFIGURATION) else { return };
    let session = place.open();
    let mut state = applied(State::clone(&session.opened().state));
    persist(&*session, &mut state);
    wait(session.close()).unwrap();
    let shown = run(&place, &["show", "-json"]);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    let addresses: Vec<&str> = shown["values"]["root_module"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["address"].as_str().unwrap())
        .collect();
    assert_eq!(
        addresses,
        [r#"terraform_data.each["x\"y"]"#, r#"terraform_data.each["z"]"#, "terraform_data.plain"]
    );
    let planned = run(&place, &["plan", "-detailed-exitcode"]);
    assert_eq!(planned.status.code(), Some(0), "{}", text(&planned));

    // Made to write the file again, Terraform changes nothing but the serial: ours is byte for byte its own.
    let ours = place.read("terraform.tfstate");
    let taint = |what: &str| assert!(run(&place, &[what, "terraform_data.plain"]).status.success());
    taint("taint");
    taint("untaint");
    assert_eq!(place.read("terraform.tfstate"), ours.replace("\"serial\": 1,", "\"serial\": 3,"));
}

#[test]
fn terraform_does_not_get_our_lock() {
    let Some(place) = place(CONFIGURATION) else { return };
    let session = place.open();
    let refused = || {
        let output = run(&place, &["apply", "-auto-approve"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains("Error acquiring the state lock"), "{}", text(&output));
        assert!(text(&output).contains(&session.holder().id), "{}", text(&output));
        assert!(text(&output).contains(&session.holder().who), "{}", text(&output));
    };
    refused();
    let mut state = applied(State::clone(&session.opened().state));
    persist(&*session, &mut state);
    refused();
    assert_eq!(wait(place.store.load()).unwrap().unwrap().state, state);
    drop(session);
    assert!(run(&place, &["apply", "-auto-approve"]).status.success());
}

#[test]
fn we_do_not_get_the_lock_of_terraform() {
    let Some(place) = place(CONFIGURATION) else { return };
    let terraform = waiting_apply(&place);
    let holder = match place.lock().map(drop) {
        Err(StoreError::Locked { holder: Some(holder), .. }) => holder,
        other => panic!("{other:?}"),
    };
    let told: LockInfo = serde_json::from_str(&place.read(".terraform.tfstate.lock.info")).unwrap();
    assert_eq!(*holder, told);
    assert_eq!(holder.operation, "OperationTypeApply");
    approve(terraform);
    let session = place.open();
    assert_eq!(ids(&session.opened().state), ["each", "each", "plain"]);
}

/// A Terraform that waits for the lock holds on to the file it opened. When we put another one in its place it
/// must not take what it holds for the state.
#[test]
fn terraform_that_waited_while_we_wrote_loses_nothing() {
    let Some(place) = place("resource \"terraform_data\" \"new\" {}") else { return };
    for known in [&["old"][..], &["old", "older"]] {
        let session = place.open();
        let mut state = State::clone(&session.opened().state);
        let mut waiting = terraform(&place, &["apply", "-auto-approve", "-lock-timeout=60s"]);
        let waiting = waiting.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until_open(&waiting, &place);
        for id in known {
            state.set_current(&address(id), &provider(), object(id));
        }
        persist(&*session, &mut state);
        wait(session.close()).unwrap();
        let output = waiting.wait_with_output().unwrap();
        assert!(!output.status.success(), "{}", text(&output));
        assert_eq!(wait(place.store.load()).unwrap().unwrap().state, state, "{}", text(&output));
    }
}

/// Waits until a process has the state file open.
fn wait_until_open(child: &Child, place: &Place) {
    let state = place.path("terraform.tfstate").canonicalize().unwrap();
    let descriptors = format!("/proc/{}/fd", child.id());
    loop {
        let entries = fs::read_dir(&descriptors).unwrap();
        if entries.flatten().any(|it| fs::read_link(it.path()).is_ok_and(|it| it == state)) {
            return;
        }
        std::thread::yield_now();
    }
}
