//! What was to be reached, and what was.

use std::fmt::Write as _;
use std::time::Duration;

use rinfra_testkit::bench::{Measured, Operation, SMALLEST, Setting};

use super::results::{Results, Runs};
use super::tables::{exact, number, requests, seconds};

const RINFRA: &str = "rinfra";
const TERRAFORM: &str = "Terraform";

/// How large the goals' configurations are.
const MIDDLE: usize = 1_000;
const LARGE: usize = 3_000;
const LARGEST: usize = 10_000;

/// How a figure is to stand to its bound.
#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// A goal, and the figure that was measured for it, if it was.
struct Goal {
    what: String,
    bound: Bound,
    measured: Option<f64>,
}

/// Returns the table of goals.
pub(super) fn table(results: &Results) -> String {
    let mut text = "| case | goal | measured | |\n|---|---|---|---|\n".to_owned();
    for Goal { what, bound, measured } in goals(results) {
        let (goal, is_met) = match bound {
            Bound::AtLeast(least) => (format!("≥ {least}"), measured.map(|it| it >= least)),
            Bound::AtMost(most) => (format!("≤ {most}"), measured.map(|it| it <= most)),
        };
        let verdict = match is_met {
            None => "",
            Some(true) => "met",
            Some(false) => "**missed**",
        };
        let measured = measured.map_or("not measured".to_owned(), |it| format!("{it:.2}"));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {what} | {goal} | {measured} | {verdict} |");
    }
    text
}

fn goals(results: &Results) -> Vec<Goal> {
    use Bound::{AtLeast, AtMost};
    use Operation::{Apply, Destroy, Plan};
    let look = Look(results);
    let mut goals = Vec::new();
    let mut goal = |what: String, bound, measured| goals.push(Goal { what, bound, measured });
    for (operation, size, times) in
        [(Plan, MIDDLE, 20.0), (Plan, LARGE, 30.0), (Apply, MIDDLE, 4.0), (Destroy, MIDDLE, 4.0)]
    {
        let what = format!("{} of {}: times faster than Terraform", operation.name(), number(size));
        goal(what, AtLeast(times), look.faster(operation, size));
    }
    for (operation, times) in [(Plan, 50.0), (Apply, 2.0)] {
        let what = format!("{} of {}: times fewer calls than Terraform", operation.name(), number(MIDDLE));
        goal(what, AtLeast(times), look.fewer_calls(operation));
    }
    for (operation, over) in [(Apply, 1.3), (Plan, 1.2), (Destroy, 1.2)] {
        let critical = look.median(false, SMALLEST, operation, RINFRA).map(|it| it.wall);
        let limited = look.median(true, MIDDLE, operation, RINFRA);
        let floor = critical.zip(limited).map(|(critical, it)| critical + it.floor);
        let what = format!(
            "{} of {} with token buckets: times the critical path and the floor of the buckets{}",
            operation.name(),
            number(MIDDLE),
            floor.map_or(String::new(), |it| format!(", {}", seconds(it)))
        );
        goal(what, AtMost(over), limited.zip(floor).map(|(it, floor)| ratio(it.wall, floor)));
    }
    let what = format!("memory at {}: parts of Terraform's", number(LARGE));
    goal(what, AtLeast(10.0), look.less_memory());
    for operation in Operation::ALL {
        let (calls, time) = look.growth(operation).unzip();
        let grown =
            |what| format!("{} of {}: times {what} of {}", operation.name(), number(LARGEST), number(MIDDLE));
        goal(grown("the calls"), AtMost(11.0), calls);
        goal(grown("the time"), AtMost(11.0), time);
    }
    goals
}

/// Finds figures.
struct Look<'r>(&'r Results);

impl<'r> Look<'r> {
    fn runs(&self, buckets: bool, size: usize, operation: Operation, program: &str) -> Option<&'r Runs> {
        let setting = Setting { latency: Duration::from_millis(50), buckets };
        self.0.settings.get(&setting)?.get(&(size, operation))?.get(program)
    }

    fn median(
        &self,
        buckets: bool,
        size: usize,
        operation: Operation,
        program: &str,
    ) -> Option<&'r Measured> {
        self.runs(buckets, size, operation, program)?.median()
    }

    fn both(&self, size: usize, operation: Operation) -> Option<(&'r Measured, &'r Measured)> {
        let ours = self.median(false, size, operation, RINFRA)?;
        Some((ours, self.median(false, size, operation, TERRAFORM)?))
    }

    fn faster(&self, operation: Operation, size: usize) -> Option<f64> {
        self.both(size, operation).map(|(ours, theirs)| ratio(theirs.wall, ours.wall))
    }

    fn fewer_calls(&self, operation: Operation) -> Option<f64> {
        let (ours, theirs) = self.both(MIDDLE, operation)?;
        Some(exact(requests(theirs)) / exact(requests(ours)).max(1.0))
    }

    /// Returns how many times as much memory Terraform took at most, whatever it did.
    fn less_memory(&self) -> Option<f64> {
        let most = |program| {
            let runs = Operation::ALL.map(|it| self.runs(false, LARGE, it, program).map(Runs::memory));
            runs.into_iter().collect::<Option<Vec<_>>>()?.into_iter().max()
        };
        let in_kilobytes = |bytes: u64| f64::from(u32::try_from(bytes / 1_000).unwrap_or(u32::MAX));
        Some(in_kilobytes(most(TERRAFORM)?) / in_kilobytes(most(RINFRA)?).max(1.0))
    }

    /// Returns how many times the calls and the time of a thousand ten thousand take.
    fn growth(&self, operation: Operation) -> Option<(f64, f64)> {
        let of = |size| self.median(false, size, operation, RINFRA);
        let (small, large) = (of(MIDDLE)?, of(LARGEST)?);
        let calls = exact(requests(large)) / exact(requests(small)).max(1.0);
        Some((calls, ratio(large.wall, small.wall)))
    }
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64().max(0.001)
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::measured;
    use super::*;

    #[test]
    fn goals_are_met_missed_or_not_measured() {
        let mut results = Results::new(String::new());
        let mut add = |buckets, size, operation, program, seconds, calls| {
            let setting = Setting { latency: Duration::from_millis(50), buckets };
            let outcome = Ok(measured(seconds, calls));
            results.add(setting, size, program, [(operation, outcome)].into_iter().collect());
        };
        add(false, MIDDLE, Operation::Plan, RINFRA, 2, 25);
        add(false, MIDDLE, Operation::Plan, TERRAFORM, 30, 1_300);
        add(false, LARGEST, Operation::Plan, RINFRA, 10, 250);
        add(false, SMALLEST, Operation::Apply, RINFRA, 2, 80);
        add(true, MIDDLE, Operation::Apply, RINFRA, 5, 1_200);
        let text = table(&results);
        for line in [
            "| plan of 1,000: times faster than Terraform | ≥ 20 | 15.00 | **missed** |",
            "| plan of 1,000: times fewer calls than Terraform | ≥ 50 | 52.00 | met |",
            "| plan of 3,000: times faster than Terraform | ≥ 30 | not measured |  |",
            "| plan of 10,000: times the calls of 1,000 | ≤ 11 | 10.00 | met |",
            "| apply of 1,000 with token buckets: times the critical path and the floor of the buckets, 4.00 s | ≤ 1.3 | 1.25 | met |",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
