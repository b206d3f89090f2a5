//! Everything that was measured.

use std::collections::BTreeMap;
use std::time::Duration;

use rinfra_testkit::bench::{Measured, Operation, Outcomes, Setting, Throughput};

use super::engine::Taken;

/// One table.
pub(super) type OfSetting = BTreeMap<(usize, Operation), BTreeMap<&'static str, Runs>>;

/// What was measured so far.
pub(super) struct Results {
    pub(super) machine: String,
    pub(super) limits: Vec<Throughput>,
    pub(super) engine: Vec<Taken>,
    pub(super) settings: BTreeMap<Setting, OfSetting>,
}

/// What became of one thing that was measured several times.
#[derive(Default)]
pub(super) struct Runs(Vec<Result<Measured, String>>);

impl Results {
    pub(super) fn new(machine: String) -> Self {
        Self { machine, limits: Vec::new(), engine: Vec::new(), settings: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, setting: Setting, size: usize, program: &'static str, outcomes: Outcomes) {
        let of_setting = self.settings.entry(setting).or_default();
        for (operation, outcome) in outcomes {
            of_setting.entry((size, operation)).or_default().entry(program).or_default().0.push(outcome);
        }
    }

    pub(super) fn failures(&self) -> usize {
        let runs = self.settings.values().flat_map(BTreeMap::values).flat_map(BTreeMap::values);
        runs.map(|it| it.0.iter().filter(|it| it.is_err()).count()).sum()
    }
}

impl Runs {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns how often it failed, and the first reason.
    pub(super) fn failure(&self) -> Option<(usize, &str)> {
        let mut reasons = self.0.iter().filter_map(|it| it.as_ref().err());
        let first = reasons.next()?;
        Some((1 + reasons.count(), first))
    }

    /// Returns the run of the median time, if none failed: of an even number of runs, the slower one in the middle.
    pub(super) fn median(&self) -> Option<&Measured> {
        let mut runs = self.0.iter().map(|it| it.as_ref().ok()).collect::<Option<Vec<_>>>()?;
        runs.sort_by_key(|it| it.wall);
        runs.get(runs.len() / 2).copied()
    }

    /// Returns the shortest and the longest time.
    pub(super) fn range(&self) -> Option<(Duration, Duration)> {
        let times = || self.0.iter().flatten().map(|it| it.wall);
        Some((times().min()?, times().max()?))
    }

    /// Returns the most memory of any run.
    pub(super) fn memory(&self) -> u64 {
        self.0.iter().flatten().map(|it| it.memory).max().unwrap_or_default()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns something measured that took so many seconds, of so many requests.
    pub(crate) fn measured(seconds: u64, calls: usize) -> Measured {
        let counted = [(("ec2".to_owned(), "DescribeVpcs".to_owned()), calls)];
        Measured {
            wall: Duration::from_secs(seconds),
            processor: Duration::from_millis(1500),
            memory: 100 << 20,
            calls: counted.into_iter().collect(),
            throttled: 0,
            cloud: Duration::from_secs(seconds) / 2,
            floor: Duration::from_secs(2),
            others: 0.02,
        }
    }

    #[test]
    fn a_failed_run_leaves_no_median() {
        let mut runs = Runs(vec![Ok(measured(3, 1)), Ok(measured(1, 1)), Ok(measured(2, 1))]);
        assert_eq!(runs.median().map(|it| it.wall), Some(Duration::from_secs(2)));
        assert_eq!(runs.failure(), None);
        runs.0.push(Err("no".to_owned()));
        assert!(runs.median().is_none());
        assert_eq!(runs.failure(), Some((1, "no")));
        assert_eq!(runs.range(), Some((Duration::from_secs(1), Duration::from_secs(3))));
    }
}
