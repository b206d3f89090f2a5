//! What survives: kills at a sample of moments, bad weather, two at once, a full disk. `cargo xtask crash-test` tries
//! all moments and all weather; docs/reliability.md tells what came of it.

use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use rinfra_testkit::crash::{
    Backend, Ending, Group, Matrix, Reference, Sample, Stage, Storm, Subject, Verdict, World,
};
use rinfra_testkit::proxy::{PROFILES, Profile, STORE_PROFILES, Script};
use rinfra_testkit::{Moto, Rinfra, moto, root};

/// What picks the moments to be killed at: another number, other moments.
const SEED: u64 = 5;

/// How many moments of each stage.
const DEATHS: usize = 5;

pub(crate) fn subject(backend: Backend) -> Subject {
    Subject { binary: Rinfra::path(), configuration: root().join("tests/crash"), backend }
}

/// Returns what undisturbed runs do; they leave the same wherever the state is.
pub(crate) fn reference(backend: Backend) -> &'static Reference {
    static LEARNED: [OnceLock<Reference>; 2] = [OnceLock::new(), OnceLock::new()];
    LEARNED[usize::from(backend == Backend::S3)].get_or_init(|| {
        let learned = Reference::learn(&subject(backend), moto());
        learned.unwrap_or_else(|error| panic!("{error}"))
    })
}

pub(crate) fn world(backend: Backend) -> World {
    World::new(&subject(backend), moto()).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
pub(crate) fn assert_clean(verdict: &Verdict) {
    assert!(verdict.is_clean(), "{verdict:#?}");
}

#[test]
fn the_configuration_has_enough_resources_of_enough_types() {
    let (instances, types) = reference(Backend::Local).size();
    assert!(instances >= 60 && types >= 15, "{instances} instances of {types} types");
}

fn deaths(backend: Backend, each: usize, groups: &[Group]) {
    let own = Moto::start(&mut |_| {}).expect("a local AWS");
    let matrix = Matrix::of(reference(backend), Sample::Some { each, seed: SEED }, groups);
    let report = matrix.run(&subject(backend), &[own], reference(backend), None, &|_| {}).expect("a report");
    assert!(report.faults.is_empty(), "{}\n{:#?}", report.table(), report.faults);
    assert!(report.total().killed >= each, "{}", report.table());
}

#[test]
fn a_kill_at_any_moment_leaves_no_orphan_no_duplicate_and_nothing_lost() {
    deaths(Backend::Local, DEATHS, &[Group::Cloud, Group::Journal, Group::Time]);
}

#[test]
fn so_it_does_where_the_end_of_the_journal_never_reached_the_disk() {
    deaths(Backend::Local, 1, &[Group::Torn]);
}

#[test]
fn so_it_does_where_the_state_is_in_a_bucket() {
    deaths(Backend::S3, 2, &[Group::Cloud, Group::Store]);
}

fn weather(backend: Backend, name: &str) {
    let mut profiles = PROFILES.iter().chain(&STORE_PROFILES);
    let profile = profiles.find(|it| it.name == name).expect("a profile of this name");
    let storms = Storm::weather(profile, SEED, (&subject(backend), moto()), reference(backend));
    for storm in storms.unwrap_or_else(|error| panic!("{error}")) {
        assert!(storm.verdict.is_clean(), "{storm:#?}");
    }
}

#[test]
fn bad_weather_is_weathered_or_fails_cleanly() {
    weather(Backend::Local, "everything");
}

#[test]
fn bursts_of_throttling_cost_half_as_much_again_at_most() {
    let life = |profile: &Profile| {
        let storms =
            Storm::weather(profile, SEED, (&subject(Backend::Local), moto()), reference(Backend::Local));
        let storms = storms.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(storms.len(), Stage::ALL.len(), "{storms:#?}");
        for storm in &storms {
            assert!(storm.verdict.is_clean() && storm.ending == Ending::Converged, "{storm:#?}");
        }
        let sum = |of: fn(&Storm) -> usize| storms.iter().map(of).sum::<usize>();
        (sum(|it| it.requests), sum(|it| it.disturbed))
    };
    let calm = Profile { name: "calm", says: "", environment: &[], script: |_| Script::default() };
    let bursts = PROFILES.iter().find(|it| it.name == "throttling-bursts").expect("the profile");
    let ((quiet, nothing), (requests, disturbed)) = (life(&calm), life(bursts));
    assert!(nothing == 0 && disturbed * 10 > quiet, "{disturbed} of {requests}, {nothing} of {quiet}");
    assert!(requests * 2 <= quiet * 3, "{requests} requests instead of {quiet}");
}

#[test]
fn answers_that_are_lost_make_nothing_twice() {
    weather(Backend::Local, "resets-after");
}

#[test]
fn what_is_new_may_be_seen_late() {
    weather(Backend::Local, "late-visibility");
}

#[test]
fn a_bucket_whose_answers_are_lost_knows_its_own_writes() {
    weather(Backend::S3, "store-resets-after");
}

#[test]
fn of_two_at_once_one_goes_first() {
    let world = world(Backend::Local);
    // It takes long enough for the others to come in between.
    world.proxy.play(Script { latency: Duration::from_millis(60), ..Script::default() });
    let mut first = world.command(Stage::Create.command());
    let first = thread::spawn(move || first.output().unwrap());
    let until = Instant::now() + Duration::from_secs(30);
    while !world.journal().exists() && Instant::now() < until {
        thread::sleep(Duration::from_millis(5));
    }
    let second = world.run(Stage::Create.command()).unwrap();
    assert_eq!(second.code, Some(1), "{second}");
    for word in ["Error acquiring the state lock", "OperationTypeApply", "since"] {
        assert!(second.stdout.contains(word), "{word}: {second}");
    }
    let patient = [Stage::Create.command(), &["-lock-timeout=120s"]].concat();
    let third = world.run(&patient).unwrap();
    assert_eq!(first.join().unwrap().status.code(), Some(0));
    assert_eq!(third.code, Some(0), "{third}");
    assert!(third.stdout.contains("0 added, 0 changed, 0 destroyed"), "{third}");
    assert_clean(&world.verdict(Stage::Create, reference(Backend::Local), &third).unwrap());
}

#[test]
fn a_full_disk_stops_an_apply_and_loses_nothing() {
    let world = world(Backend::Local);
    // Room for a third of the journal, and for no state.
    let full = world.run_on_full_disk(150, Stage::Create.command()).unwrap();
    assert_eq!(full.code, Some(1), "{full}");
    let said = format!("{}{}", full.stdout, full.stderr);
    assert!(said.contains("run the same command again"), "{full}");
    let again = world.undisturbed(Stage::Create.command()).unwrap();
    assert_clean(&world.verdict(Stage::Create, reference(Backend::Local), &again).unwrap());
}
