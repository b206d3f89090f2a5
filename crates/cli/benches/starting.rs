//! How long the binary takes to do next to nothing: telling its version, and validating a directory with one resource.
//!
//! Without default features it knows no type of AWS, and validates a `terraform_data`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use criterion::Criterion;

const RESOURCE: &str = if cfg!(feature = "aws") {
    "provider \"aws\" {\n  region = \"eu-central-1\"\n}\n\nresource \"aws_vpc\" \"one\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n"
} else {
    "resource \"terraform_data\" \"one\" {\n  input = \"one\"\n}\n"
};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    fs::write(directory.path().join("main.tf"), RESOURCE).expect("it can be written to");
    let mut group = criterion.benchmark_group("start");
    for command in ["version", "validate"] {
        group.bench_function(command, |bencher| bencher.iter(|| run(command, directory.path())));
    }
    group.finish();
    criterion.final_summary();
}

fn run(command: &str, directory: &Path) {
    let mut rinfra = Command::new(env!("CARGO_BIN_EXE_rinfra"));
    rinfra.arg(command).current_dir(directory).stdin(Stdio::null()).stdout(Stdio::null());
    let status = rinfra.status().expect("rinfra can be started");
    assert!(status.success(), "{command}: {status}");
}
