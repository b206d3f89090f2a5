//! The figures as Markdown.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use rinfra_testkit::bench::{Measured, Operation, Setting, Throughput};

use super::results::{OfSetting, Results, Runs};

/// From this part of the time on, it is the local AWS that was measured.
const BUSY: f64 = 0.7;

/// When other work takes more than this part of the machine, times say little.
const DISTURBED: f64 = 0.1;

/// The table of calls of so many resource instances is in the document, if there is one.
const CALLS_OF: usize = 1_000;

/// Returns all tables. In the document, calls are told of one size only.
pub(super) fn all(results: &Results, is_document: bool) -> String {
    let mut text = String::new();
    for (setting, of_setting) in &results.settings {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "### {}\n\n{}\n",
            capitalized(&self::setting(*setting)),
            times(*setting, of_setting)
        );
        let sizes: BTreeSet<_> = of_setting.keys().map(|(size, _)| *size).collect();
        let told = sizes.iter().rev().find(|it| **it <= CALLS_OF).or(sizes.first()).copied();
        for size in sizes.into_iter().filter(|it| !is_document || Some(*it) == told) {
            let _ = write!(
                text,
                "API calls of {} resource instances:\n\n{}\n",
                number(size),
                calls(size, of_setting)
            );
        }
    }
    text
}

/// Returns a setting in words.
pub(super) fn setting(setting: Setting) -> String {
    let buckets = if setting.buckets { "token buckets" } else { "no token buckets" };
    format!("{} ms for every request, {buckets}", setting.latency.as_millis())
}

/// Returns a measurement in one line.
pub(super) fn line(it: &Measured) -> String {
    format!(
        "{}, {} calls ({} throttled), {}, {} of processor time, local AWS busy {}, bucket floor {}, other work {}",
        seconds(it.wall),
        it.calls.values().sum::<usize>(),
        it.throttled,
        megabytes(it.memory),
        seconds(it.processor),
        percent(busy(it)),
        seconds(it.floor),
        percent(it.others)
    )
}

/// Returns what the local AWS can do at most.
pub(super) fn limits(limits: &[Throughput]) -> String {
    let mut text = "| request | a second |\n|---|---|\n".to_owned();
    for Throughput { what, a_second } in limits {
        let _ = writeln!(text, "| {what} | {a_second:.0} |");
    }
    text
}

fn times(setting: Setting, of_setting: &OfSetting) -> String {
    let floor = |text: &str| if setting.buckets { format!(" {text} |") } else { String::new() };
    let mut text = format!(
        "| resources | operation | program | time: median (all runs) | of Terraform's | API calls | of Terraform's | \
         throttled |{} peak memory | processor time | local AWS busy |\n|---|---|---|---|---|---|---|---|{}---|---|---|\n",
        floor("floor of the buckets"),
        if setting.buckets { "---|" } else { "" }
    );
    for ((size, operation), programs) in of_setting {
        let terraform = programs.get("Terraform").and_then(Runs::median);
        for (program, runs) in programs {
            let head = format!("| {} | {} | {program} |", number(*size), operation.name());
            let _ = match (runs.failure(), runs.median()) {
                (Some((times, reason)), _) => {
                    let rest = if setting.buckets { 8 } else { 7 };
                    let reason = reason.replace('|', "\\|").replace('\n', " ");
                    writeln!(
                        text,
                        "{head} **failed** in {times} of {} runs: {reason} |{}",
                        runs.len(),
                        " |".repeat(rest)
                    )
                }
                (None, Some(it)) => {
                    let other = terraform.filter(|_| *program != "Terraform");
                    writeln!(
                        text,
                        "{head} {} | {} | {} | {} | {} |{} {} | {} | {} |",
                        range(it, runs),
                        other.map_or(String::new(), |other| fraction(
                            other.wall.as_secs_f64(),
                            it.wall.as_secs_f64()
                        )),
                        number(requests(it)),
                        other.map_or(String::new(), |other| fraction(
                            exact(requests(other)),
                            exact(requests(it))
                        )),
                        number(it.throttled),
                        floor(&seconds(it.floor)),
                        megabytes(runs.memory()),
                        seconds(it.processor),
                        percent(busy(it)) + if busy(it) > BUSY { ": its limit" } else { "" }
                    )
                }
                (None, None) => Ok(()),
            };
        }
    }
    text
}

fn calls(size: usize, of_setting: &OfSetting) -> String {
    let columns: Vec<_> = of_setting
        .iter()
        .filter(|((of, _), _)| *of == size)
        .flat_map(|((_, operation), programs)| {
            programs.iter().map(|(program, runs)| (*program, *operation, runs))
        })
        .filter_map(|(program, operation, runs)| Some((program, operation, runs.median()?)))
        .collect();
    let mut columns: Vec<(&str, Operation, &Measured)> = columns;
    columns.sort_by_key(|(program, ..)| *program);
    let rows: BTreeSet<_> = columns.iter().flat_map(|(.., it)| it.calls.keys()).collect();
    let mut text = "| call |".to_owned();
    columns.iter().for_each(|(program, operation, _)| text += &format!(" {program}: {} |", operation.name()));
    text += &format!("\n|---|{}\n", "---|".repeat(columns.len()));
    for row in rows {
        let _ = write!(text, "| {} {} |", row.0, row.1);
        for (.., it) in &columns {
            let _ = write!(text, " {} |", it.calls.get(row).map_or(String::new(), |it| number(*it)));
        }
        text += "\n";
    }
    text
}

pub(super) fn requests(it: &Measured) -> usize {
    it.calls.values().sum()
}

fn busy(it: &Measured) -> f64 {
    it.cloud.as_secs_f64() / it.wall.as_secs_f64().max(0.001)
}

/// Returns the median with the range of all runs, where there are several, and whether it can be believed.
fn range(median: &Measured, runs: &Runs) -> String {
    let time = match runs.range() {
        Some((least, most)) if runs.len() > 1 => {
            format!("{} ({}–{})", seconds(median.wall), seconds(least), seconds(most))
        }
        _ => seconds(median.wall),
    };
    if median.others > DISTURBED {
        format!("{time}, **disturbed**: other work took {} of the machine", percent(median.others))
    } else {
        time
    }
}

/// Returns how many times less the second is: `1/20`, or `1.3 times` where it is more.
fn fraction(of: f64, this: f64) -> String {
    let times = of / this.max(0.001);
    if times >= 10.0 {
        format!("1/{times:.0}")
    } else if times >= 1.0 {
        format!("1/{times:.1}")
    } else {
        format!("{:.1} times", 1.0 / times.max(0.001))
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of requests are far below where it would show")]
pub(super) fn exact(number: usize) -> f64 {
    number as f64
}

pub(super) fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 10.0 { format!("{seconds:.2} s") } else { format!("{seconds:.1} s") }
}

pub(super) fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes / 1_000_000)
}

fn percent(part: f64) -> String {
    format!("{:.0} %", 100.0 * part)
}

/// Returns a number with its thousands set apart.
pub(super) fn number(number: usize) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", self::number(number / 1_000), number % 1_000)
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::measured;
    use super::*;

    fn results() -> Results {
        let setting = Setting { latency: Duration::from_millis(50), buckets: false };
        let mut results = Results::new(String::new());
        let outcome = |outcome| [(Operation::Plan, outcome)].into_iter().collect();
        results.add(setting, 1_000, "rinfra", outcome(Ok(measured(2, 30))));
        results.add(setting, 1_000, "Terraform", outcome(Ok(measured(50, 1_200))));
        results.add(setting, 3_000, "rinfra", outcome(Ok(Measured { others: 0.5, ..measured(6, 90) })));
        results.add(setting, 3_000, "Terraform", outcome(Err("it | broke".to_owned())));
        results
    }

    #[test]
    fn rows_say_how_much_less_and_what_failed() {
        let text = all(&results(), true);
        for line in [
            "| 1,000 | plan | rinfra | 2.00 s | 1/25 | 30 | 1/40 | 0 | 104 MB | 1.50 s | 50 % |",
            "| 1,000 | plan | Terraform | 50.0 s |  | 1,200 |  | 0 | 104 MB | 1.50 s | 50 % |",
            "| 3,000 | plan | rinfra | 6.00 s, **disturbed**: other work took 50 % of the machine |  | 90 |  | 0 | 104 MB | 1.50 s | 50 % |",
            "| 3,000 | plan | Terraform | **failed** in 1 of 1 runs: it \\| broke | | | | | | | |",
            "| ec2 DescribeVpcs | 1,200 | 30 |",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(text.matches("API calls of").count(), 1, "{text}");
    }

    #[test]
    fn every_row_has_as_many_cells() {
        for line in all(&results(), false).lines().filter(|it| it.contains("| plan |")) {
            assert_eq!(line.replace("\\|", "").matches('|').count(), 12, "{line}");
        }
    }

    #[test]
    fn more_than_the_other_is_said_so() {
        for (of, this, expected) in [(200.0, 10.0, "1/20"), (3.0, 2.0, "1/1.5"), (1.0, 2.0, "2.0 times")] {
            assert_eq!(fraction(of, this), expected);
        }
        assert_eq!([number(7), number(1_003), number(1_000_000)], ["7", "1,003", "1,000,000"]);
    }
}
