//! Applies, plans and destroys so many instances in a cloud in memory whose calls take no time, and tells what that
//! took of the engine: `engine INSTANCES`. Each line is an operation, its time and its processor time in microseconds,
//! and the bytes it needed at most beside what was there before.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rinfra_apply::Interrupt;
use rinfra_change::{Mode, Plan};
use rinfra_state::journal::{Event, Position, RecordError, Recorder};
use rinfra_testkit::Laboratory;
use rinfra_testkit::bench::processor_time;
use rinfra_testkit::generated::Chains;
use rinfra_testkit::memory::Memory;
use tokio::sync::watch;

/// What the binary allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many resources the instances are of, and how many of these wait for each other in a row.
const RESOURCES: usize = 100;
const LENGTH: usize = 10;

/// A recorder that keeps nothing: a journal on a disk keeps nothing in memory either.
struct Forgetful;

impl Recorder for Forgetful {
    fn record(&self, events: &[Event]) -> Result<Position, RecordError> {
        Ok(Position(events.len() as u64))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let instances: usize = std::env::args().nth(1).ok_or("engine INSTANCES")?.parse()?;
    let chains = Chains { resources: RESOURCES, instances: instances / RESOURCES, length: LENGTH };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut laboratory = Laboratory::new(&chains.configuration());
    laboratory.patience = Duration::from_secs(3_600);

    let plan = |laboratory: &Laboratory| runtime.block_on(laboratory.plan()).expect();
    let apply = |laboratory: &Laboratory, plan: &Plan| {
        let (_interrupt, watched) = watch::channel(Interrupt::None);
        runtime.block_on(laboratory.run(plan, Arc::new(Forgetful), watched)).state
    };
    laboratory.state = measured("apply", || apply(&laboratory, &plan(&laboratory)));
    let made = laboratory.state.instances().count();
    measured("plan", || drop(plan(&laboratory)));
    laboratory.options.mode = Mode::Destroy;
    laboratory.state = measured("destroy", || apply(&laboratory, &plan(&laboratory)));
    match (made, laboratory.state.instances().count()) {
        (made, 0) if made == chains.resources * chains.instances => Ok(()),
        (made, left) => Err(format!("{made} instances were made, and {left} left").into()),
    }
}

/// Prints what it took to do something.
#[expect(clippy::print_stdout, reason = "the result of this program is what it prints")]
fn measured<T>(what: &str, done: impl FnOnce() -> T) -> T {
    let before = Memory::now();
    Memory::forget_peak();
    let (began, used) = (Instant::now(), processor_time(std::process::id()));
    let result = done();
    let (wall, used) = (began.elapsed(), processor_time(std::process::id()).saturating_sub(used));
    let memory = before.zip(Memory::now()).map_or(0, |(it, now)| now.peak.saturating_sub(it.resident));
    println!("{what} {} {} {memory}", wall.as_micros(), used.as_micros());
    result
}
