//! `cargo xtask bench`: how long rinfra and the real Terraform take, and what that costs.

mod chart;
mod document;
mod engine;
mod goals;
mod machine;
mod results;
mod tables;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use rinfra_testkit::bench::{
    Mix, Operation, Outcomes, Program, SMALLEST, Setting, Stand, Throughput, measure_limits,
};
use rinfra_testkit::{Moto, Oracle};

use crate::{binary, duration, local_aws, supervise, workspace};
use results::Results;

/// How many resource instances the engine is measured with alone.
const ENGINE: [usize; 4] = [1_000, 3_000, 10_000, 100_000];

/// What is measured.
#[derive(Args)]
pub(crate) struct Arguments {
    /// How many resource instances
    #[arg(long, value_delimiter = ',', default_value = "30,100,1000,3000,10000")]
    sizes: Vec<usize>,
    /// What every request takes longer, in milliseconds
    #[arg(long, value_delimiter = ',', default_value = "50")]
    latency: Vec<u64>,
    /// Whether requests need tokens of buckets such as AWS has
    #[arg(long, value_enum, default_value = "both", num_args = 0..=1, default_missing_value = "with")]
    buckets: Buckets,
    /// With buckets as well as without, this many resource instances only: it takes Terraform long
    #[arg(long, value_delimiter = ',', default_value = "1000")]
    bucket_sizes: Vec<usize>,
    /// How often everything is measured
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Only this program
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Which operations; applying comes first in any case
    #[arg(long, value_enum, value_delimiter = ',', default_value = "apply,plan,destroy")]
    operations: Vec<Wanted>,
    /// Terraform is not given more resource instances than this
    #[arg(long, default_value_t = 3_000)]
    terraform_up_to: usize,
    /// This binary, rather than one that is built for release now
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Measures what the local AWS and the proxy can do at most as well
    #[arg(long)]
    limits: bool,
    /// Measures the engine alone with so many resource instances as well, in a cloud in memory; part of --write
    #[arg(long, value_delimiter = ',', num_args = 0.., default_missing_value = "1000,3000,10000,100000")]
    engine: Option<Vec<usize>>,
    /// Writes tables and charts into the document as well
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Buckets {
    /// Everything is let through
    Without,
    /// There are buckets
    With,
    /// One after the other
    Both,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Only {
    Rinfra,
    Terraform,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Wanted {
    Apply,
    Plan,
    Destroy,
}

/// Measures, tells each figure as it comes, and prints the tables.
///
/// # Errors
/// When something is missing on this machine, a run fails, or the developer interrupts.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    supervise::survive_interruptions()?;
    if let Some(small) = arguments.sizes.iter().find(|it| **it < SMALLEST) {
        return Err(format!("--sizes {small}: {SMALLEST} at least, to have something of everything"));
    }
    let programs = programs(arguments)?;
    let mut results = Results::new(machine::description(&programs, arguments.binary.is_some()));
    if arguments.limits || arguments.write {
        results.limits = limits()?;
        println!("{}", tables::limits(&results.limits));
    }
    let engine = arguments.engine.as_deref().or(arguments.write.then_some(&ENGINE));
    if let Some(sizes) = engine {
        results.engine = engine::measure(sizes)?;
    }
    let began = Instant::now();
    for &size in &arguments.sizes {
        for setting in settings(arguments, size) {
            for run in 0..arguments.runs.max(1) {
                for program in in_turn(&programs, run) {
                    if matches!(program, Program::Terraform(_)) && size > arguments.terraform_up_to {
                        continue;
                    }
                    let outcomes = once(program, size, setting, &wanted(arguments))?;
                    results.add(setting, size, program.name(), outcomes);
                }
            }
            // What was measured so far is not lost when what follows is interrupted.
            if arguments.write {
                document::write(&results).map_err(|error| format!("{}: {error}", document::PATH))?;
            }
        }
    }
    println!("\n{}\n\n{}\n{}", results.machine, goals::table(&results), tables::all(&results, false));
    println!("It took {}.", duration::text(began.elapsed()));
    match results.failures() {
        0 => Ok(()),
        failures => Err(format!("{failures} measurements failed; see above")),
    }
}

fn programs(arguments: &Arguments) -> Result<Vec<Program>, String> {
    let mut programs = Vec::new();
    if arguments.only != Some(Only::Terraform) {
        let binary = match &arguments.binary {
            Some(binary) => {
                binary.canonicalize().map_err(|error| format!("{}: {error}", binary.display()))?
            }
            None => binary::build_for_release(&workspace::load()?.target_directory)?,
        };
        programs.push(Program::Rinfra(binary));
    }
    if arguments.only != Some(Only::Rinfra) {
        match Oracle::locate() {
            Ok(oracle) => programs.push(Program::Terraform(oracle)),
            Err(reason) => println!("Without Terraform, which is not installed: {reason}"),
        }
    }
    if programs.is_empty() { Err("there is nothing to measure".to_owned()) } else { Ok(programs) }
}

/// Lets the programs take turns at being the first.
fn in_turn(programs: &[Program], run: usize) -> Vec<&Program> {
    let mut programs: Vec<_> = programs.iter().collect();
    if run % 2 == 1 {
        programs.reverse();
    }
    programs
}

fn settings(arguments: &Arguments, size: usize) -> Vec<Setting> {
    let buckets: &[bool] = match arguments.buckets {
        Buckets::With => &[true],
        Buckets::Both if arguments.bucket_sizes.contains(&size) => &[false, true],
        Buckets::Without | Buckets::Both => &[false],
    };
    let setting = |latency: u64, buckets| Setting { latency: Duration::from_millis(latency), buckets };
    arguments.latency.iter().flat_map(|latency| buckets.iter().map(|it| setting(*latency, *it))).collect()
}

fn wanted(arguments: &Arguments) -> Vec<Operation> {
    let operation = |it: &Wanted| match it {
        Wanted::Apply => Operation::Apply,
        Wanted::Plan => Operation::Plan,
        Wanted::Destroy => Operation::Destroy,
    };
    arguments.operations.iter().map(operation).collect()
}

/// Measures a program once, against a local AWS that has served nobody else.
fn once(program: &Program, size: usize, setting: Setting, wanted: &[Operation]) -> Result<Outcomes, String> {
    let failed = |error: String| {
        // What fails after an interruption fails because of it.
        if supervise::interrupted() { supervise::INTERRUPTED.to_owned() } else { error }
    };
    let moto = Moto::start(&mut |line| println!("{line}")).map_err(|error| failed(error.to_string()))?;
    let outcomes = Stand::new(program, Mix::of(size), setting, &moto).and_then(|it| it.measure(wanted));
    let outcomes = outcomes.map_err(|error| failed(format!("{}: {error}", program.name())))?;
    if supervise::interrupted() {
        return Err(supervise::INTERRUPTED.to_owned());
    }
    for (operation, outcome) in &outcomes {
        let place = format!("{size}, {}: {} {}", tables::setting(setting), program.name(), operation.name());
        match outcome {
            Ok(it) => println!("{place}: {}", tables::line(it)),
            Err(reason) => println!("{place}: FAILED: {reason}"),
        }
    }
    Ok(outcomes)
}

fn limits() -> Result<Vec<Throughput>, String> {
    let moto = local_aws::start()?;
    measure_limits(&moto).map_err(|error| format!("the limits cannot be measured: {error}"))
}
