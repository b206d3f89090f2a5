//! The engine's own limit: plans, applies and destroys in a cloud in memory whose calls take no time.

use std::fmt::Write as _;
use std::time::Duration;

use crate::{cargo, supervise, workspace};

/// What an operation took of the engine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Taken {
    instances: usize,
    operation: String,
    wall: Duration,
    processor: Duration,
    memory: u64,
}

/// Measures the engine with so many instances each, and tells each figure as it comes.
///
/// # Errors
/// When it does not build or ends with an error, or the developer interrupts.
pub(super) fn measure(sizes: &[usize]) -> Result<Vec<Taken>, String> {
    const EXAMPLE: [&str; 7] = [
        "build",
        "--release",
        "--package=rinfra-testkit",
        "--features=engine",
        "--example",
        "engine",
        "--quiet",
    ];
    println!("\nBuilding the engine with a cloud in memory.\n$ cargo {}", EXAMPLE.join(" "));
    if supervise::run(&mut cargo::command(&EXAMPLE))? != Some(0) {
        return Err("the engine does not build; see above".to_owned());
    }
    let program = workspace::load()?.target_directory.join("release/examples/engine");
    let mut all = Vec::new();
    for &instances in sizes {
        let output = std::process::Command::new(&program).arg(instances.to_string()).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        if !output.status.success() {
            return Err(format!("the engine fails: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let taken: Vec<_> = text.lines().filter_map(|line| read(instances, line)).collect();
        println!("{}", table(&taken));
        all.extend(taken);
    }
    Ok(all)
}

/// Returns what a line of the program says: an operation, its time and processor time in microseconds, and bytes.
fn read(instances: usize, line: &str) -> Option<Taken> {
    let mut words = line.split(' ');
    let operation = words.next()?.to_owned();
    let mut number = || words.next()?.parse::<u64>().ok();
    let (wall, processor) = (Duration::from_micros(number()?), Duration::from_micros(number()?));
    Some(Taken { instances, operation, wall, processor, memory: number()? })
}

/// Returns the figures as a table.
pub(super) fn table(all: &[Taken]) -> String {
    let mut text = "| instances | operation | time | processor time | for each instance | memory | for each instance |\n\
                    |---|---|---|---|---|---|---|\n"
        .to_owned();
    for Taken { instances, operation, wall, processor, memory } in all {
        let each = processor.as_secs_f64() / *instances as f64 * 1e6;
        let bytes = *memory / u64::try_from(*instances).unwrap_or(u64::MAX).max(1);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {operation} | {} | {} | {each:.0} µs | {} | {bytes} bytes |",
            super::tables::number(*instances),
            super::tables::seconds(*wall),
            super::tables::seconds(*processor),
            super::tables::megabytes(*memory),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_program_become_rows() {
        let taken: Vec<_> =
            ["plan 1500000 1200000 4000000", "plan soon"].iter().filter_map(|it| read(1_000, it)).collect();
        assert_eq!(taken.len(), 1);
        let table = table(&taken);
        assert!(
            table.ends_with("| 1,000 | plan | 1.50 s | 1.20 s | 1200 µs | 4 MB | 4000 bytes |\n"),
            "{table}"
        );
    }
}
