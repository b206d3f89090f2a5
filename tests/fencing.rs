//! Who may write a state: of two runs at once, of one that was paused and one that took its place, and of one that
//! finds the bucket gone. What was done is never lost, and never done twice.

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rinfra_testkit::crash::{Backend, Stage, World};
use rinfra_testkit::proxy::{STORE_PROFILES, Script};

use crate::reliability::{assert_clean, reference, world};

/// A run that is going on, with what it says in a file.
struct Run {
    child: Child,
    said: std::path::PathBuf,
}

impl Run {
    fn begin(world: &World, arguments: &[&str]) -> Self {
        let said = world.directory().join("said");
        let file = File::create(&said).expect("a file");
        let mut command = world.command(arguments);
        let command =
            command.stdin(Stdio::null()).stdout(file.try_clone().expect("a second handle")).stderr(file);
        Self { child: command.spawn().expect("a process"), said }
    }

    fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("a signal");
        assert!(status.success());
    }

    fn end(&mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("an end");
        (status.code(), fs::read_to_string(&self.said).expect("what it said"))
    }
}

/// Lets requests take long enough for others to come in between.
fn slowly(world: &World) {
    world.proxy.play(Script { latency: Duration::from_millis(60), ..Script::default() });
}

fn wait_until(is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < until, "it never comes to be so");
        sleep(Duration::from_millis(10));
    }
}

fn segments(world: &World) -> usize {
    let keys = world.bucket().expect("a bucket").keys().expect("its keys");
    keys.iter().filter(|it| it.contains(".journal/")).count()
}

#[test]
fn of_two_at_once_in_a_bucket_one_goes_first() {
    let world = world(Backend::S3);
    slowly(&world);
    let mut first = Run::begin(&world, Stage::Create.command());
    wait_until(|| world.is_locked().unwrap());
    let second = world.run(Stage::Create.command()).unwrap();
    assert_eq!(second.code, Some(1), "{second}");
    for word in ["Error acquiring the state lock", "OperationTypeApply", "since", "run "] {
        assert!(second.stdout.contains(word), "{word}: {second}");
    }
    let patient = [Stage::Create.command(), &["-lock-timeout=120s"]].concat();
    let third = world.run(&patient).unwrap();
    assert_eq!(first.end().0, Some(0));
    assert_eq!(third.code, Some(0), "{third}");
    assert!(third.stdout.contains("0 added, 0 changed, 0 destroyed"), "{third}");
    assert_clean(&world.verdict(Stage::Create, reference(Backend::S3), &third).unwrap());
}

#[test]
fn who_was_paused_until_somebody_else_went_on_can_do_nothing() {
    let mut world = world(Backend::S3);
    world.set_environment(&[("RINFRA_LEASE", "5")]);
    slowly(&world);
    let mut first = Run::begin(&world, Stage::Create.command());
    wait_until(|| segments(&world) > 8);
    first.signal("-STOP");
    world.proxy.play(Script::default());
    let second = world.run(Stage::Create.command()).unwrap();
    assert_eq!(second.code, Some(1), "{second}");
    assert!(second.stdout.contains("Error acquiring the state lock"), "{second}");

    // Its own clock says that the lease has ended; others wait half a minute longer, which is not waited for here.
    sleep(Duration::from_secs(6));
    world.let_the_lease_end().unwrap();
    let other = world.run(Stage::Create.command()).unwrap();
    assert_eq!(other.code, Some(0), "{other}");
    first.signal("-CONT");
    let (code, said) = first.end();
    assert_eq!(code, Some(1), "{said}");
    for words in ["was lost: ", "nothing was written", "what this run did is in the state errored.tfstate"] {
        assert!(said.to_lowercase().contains(words), "{words}: {said}");
    }
    assert_clean(&world.verdict(Stage::Create, reference(Backend::S3), &other).unwrap());
}

/// Lets the bucket refuse everything from the middle of an apply on, and returns how that can be made good.
fn forsaken() -> World {
    let world = world(Backend::S3);
    let gone = STORE_PROFILES.iter().find(|it| it.name == "store-denied").expect("a profile");
    world.proxy.play((gone.script)(1));
    let first = world.run(Stage::Create.command()).expect("a run");
    assert_eq!(first.code, Some(1), "{first}");
    assert!(first.stdout.contains("run `rinfra state push errored.tfstate`"), "{first}");
    world.proxy.play(Script::default());
    world.let_the_lease_end().expect("the lease ends");
    world
}

fn kept_here(world: &World) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(world.directory().join(".terraform")).expect("a directory").flatten();
    entries.map(|it| it.path()).filter(|it| it.to_string_lossy().contains("interrupted-")).collect()
}

fn push(world: &World) {
    let pushed = world.run(&["state", "push", "errored.tfstate"]).expect("a run");
    assert_eq!(pushed.code, Some(0), "{pushed}");
}

#[track_caller]
fn finishes(world: &World) {
    let again = world.run(Stage::Create.command()).expect("a run");
    assert_eq!(again.code, Some(0), "{again}");
    assert_clean(&world.verdict(Stage::Create, reference(Backend::S3), &again).expect("a verdict"));
}

#[test]
fn what_was_done_when_the_bucket_was_gone_is_brought_back() {
    let world = forsaken();
    assert_eq!(kept_here(&world).len(), 1);
    push(&world);
    finishes(&world);
}

#[test]
fn so_it_is_on_another_machine() {
    let world = forsaken();
    for path in kept_here(&world) {
        fs::remove_file(path).unwrap();
    }
    push(&world);
    finishes(&world);
}

fn damage(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x04;
}

#[test]
fn a_damaged_journal_is_refused_and_left_alone() {
    let world = world(Backend::Local);
    slowly(&world);
    let mut first = Run::begin(&world, Stage::Create.command());
    wait_until(|| fs::metadata(world.journal()).is_ok_and(|it| it.len() > 40_000));
    first.signal("-KILL");
    first.end();
    world.proxy.play(Script::default());
    let whole = fs::read(world.journal()).unwrap();
    let mut damaged = whole.clone();
    damage(&mut damaged);
    fs::write(world.journal(), &damaged).unwrap();
    for command in [Stage::Create.command(), &["plan", "-no-color"], &["state", "list"], &["state", "pull"]] {
        let refused = world.run(command).unwrap();
        assert_eq!(refused.code, Some(1), "{refused}");
        assert!(refused.stdout.contains(".terraform.tfstate.journal"), "{refused}");
        assert_eq!(fs::read(world.journal()).unwrap(), damaged, "{refused}");
    }
    fs::write(world.journal(), whole).unwrap();
    let again = world.run(Stage::Create.command()).expect("a run");
    assert_clean(&world.verdict(Stage::Create, reference(Backend::Local), &again).unwrap());
}
