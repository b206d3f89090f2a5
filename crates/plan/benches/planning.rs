//! Planning very many instances, locals and modules, in a cloud in memory.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use rinfra_testkit::Laboratory;
use rinfra_testkit::generated::{self, Chains};
use rinfra_testkit::memory::Memory;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime needs nothing");
    let mut group = criterion.benchmark_group("plan");
    group.sample_size(10);
    let mut bench = |what: &str, size: usize, laboratory: Laboratory| {
        group.bench_with_input(BenchmarkId::new(what, size), &laboratory, |bencher, laboratory| {
            bencher.iter(|| runtime.block_on(laboratory.plan()).expect());
        });
    };
    for size in [1_000, 10_000] {
        bench("instances by for_each", size, Laboratory::new(&generated::instances_by_key(size)));
        bench(
            "twice as many instances by count",
            size,
            Laboratory::new(&generated::instances_by_count(size)),
        );
        bench("a chain of locals", size, Laboratory::new(&generated::chain_of_locals(size)));
        bench("separate locals", size, Laboratory::new(&generated::separate_locals(size)));
    }
    for size in [100, 1_000] {
        bench("instances of a module", size, Laboratory::with_files(generated::module_instances(size)));
    }
    for resources in [10, 100] {
        // Everything exists as it is wanted: a plan reads it, and finds nothing to do.
        let chains = Chains { resources, instances: 1_000, length: 10 };
        let mut laboratory = Laboratory::with_existing(chains);
        laboratory.patience = Duration::from_secs(600);
        let instances = resources * chains.instances;
        tell_memory(&format!("plan/nothing to change/{instances}"), || {
            drop(runtime.block_on(laboratory.plan()).expect());
        });
        bench("nothing to change", instances, laboratory);
    }
    group.finish();
    criterion.final_summary();
}

/// Prints what the process holds before something is done, the cloud in memory above all, and how much more at most
/// while it is done.
#[expect(clippy::print_stdout, reason = "the result of a bench is what it prints")]
fn tell_memory(what: &str, done: impl FnOnce()) {
    let Some(before) = Memory::now() else { return };
    Memory::forget_peak();
    done();
    let Some(after) = Memory::now() else { return };
    let mebibytes = |bytes: u64| bytes >> 20;
    let (held, more) = (mebibytes(before.resident), mebibytes(after.peak.saturating_sub(before.resident)));
    println!("{what}: {more} MiB at most, beside {held} MiB that were there before");
}
