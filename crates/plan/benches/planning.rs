//! Planning very many instances, locals and modules, in a cloud in memory.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use rinfra_testkit::Laboratory;
use rinfra_testkit::generated::{self, Chains};

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
        bench("nothing to change", resources * chains.instances, laboratory);
    }
    group.finish();
    criterion.final_summary();
}
