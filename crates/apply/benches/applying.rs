//! Applying very many instances in a cloud in memory, each of whose calls takes 50 ms.
//!
//! No apply is quicker than its longest chain: as many calls as its instances need, one after the other. How long these
//! take by themselves is measured too, because a timer rings a little later than it was asked to.

use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion};
use rinfra_apply::Interrupt;
use rinfra_state::journal::MemoryRecorder;
use rinfra_testkit::Laboratory;
use rinfra_testkit::generated::Chains;
use tokio::sync::watch;

/// What the binary allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LATENCY: Duration = Duration::from_millis(50);

/// What a new instance takes: creating it, and looking whether it has settled.
const CALLS: usize = 2;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime needs nothing");
    let mut group = criterion.benchmark_group("apply 10,000 instances");
    group.sample_size(10);
    for length in [10, 100] {
        let chains = Chains { resources: 100, instances: 100, length };
        let bound = LATENCY * u32::try_from(length * CALLS).expect("chains are short");
        let id = BenchmarkId::from_parameter(format!("calls of one chain of {length}"));
        group.bench_function(id, |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    for _ in 0..length * CALLS {
                        tokio::time::sleep(LATENCY).await;
                    }
                });
            });
        });
        let id = BenchmarkId::from_parameter(format!("chains of {length}, bound {bound:?}"));
        group.bench_function(id, |bencher| {
            let planned = || {
                let mut laboratory = Laboratory::new(&chains.configuration());
                laboratory.patience = Duration::from_secs(600);
                let plan = runtime.block_on(laboratory.plan()).expect();
                laboratory.cloud.answer_after(LATENCY);
                (laboratory, plan)
            };
            bencher.iter_batched(
                planned,
                |(laboratory, plan)| {
                    let (_interrupt, watched) = watch::channel(Interrupt::None);
                    let recorder = Arc::new(MemoryRecorder::default());
                    let applied = runtime.block_on(laboratory.run(&plan, recorder, watched));
                    assert_eq!(applied.state.instances().count(), chains.resources * chains.instances);
                    (laboratory, plan, applied)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    criterion.final_summary();
}
