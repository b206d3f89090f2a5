//! Loading and validating configurations with very many resources.

use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use rinfra_lang::files::MemoryFiles;
use rinfra_ops::{Environment, validate};
use rinfra_provider::{Catalogue, Provider};
use rinfra_testkit::generated;
use rinfra_testkit::memory_provider::{Cloud, MemoryProvider};

const RESOURCES_PER_FILE: usize = 100;

fn environment(files: usize) -> Environment {
    let files: MemoryFiles = generated::resources(files, RESOURCES_PER_FILE).into_iter().collect();
    let memory: Arc<dyn Provider> = Arc::new(MemoryProvider::new(Cloud::default()));
    let providers = rinfra_std_providers::providers().into_iter().chain([memory]);
    Environment {
        working_directory: "/".into(),
        ..Environment::new(".", Arc::new(files), Catalogue::new(providers))
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime needs nothing");
    let mut group = criterion.benchmark_group("validate files of 100 resources");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(15));
    for files in [10, 100, 1000] {
        let environment = environment(files);
        group.throughput(Throughput::Elements((files * RESOURCES_PER_FILE) as u64));
        group.bench_with_input(BenchmarkId::from_parameter(files), &environment, |bencher, environment| {
            bencher.iter(|| {
                let validated = runtime.block_on(validate(environment));
                let (project, found) = validated.unwrap_or_else(|it| panic!("{}", it.diagnostics));
                assert!(found.is_empty(), "{found}");
                project
            });
        });
    }
    group.finish();
    criterion.final_summary();
}
