//! How many steps are as they are to be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::explained::explained;
use super::scenario::{Scenario, Step};

/// How many differences of a step are told.
const TOLD: usize = 12;

/// What became of the steps, by topic.
#[derive(Debug, Default)]
pub struct Standing {
    topics: BTreeMap<String, Tally>,
    /// The scenarios, and the explained steps of these.
    seen: BTreeSet<(String, String)>,
    objections: Vec<String>,
}

/// How many steps of a topic there are of each kind.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    same: usize,
    explained: usize,
    different: usize,
}

impl Standing {
    /// Takes note of a step.
    pub fn add(&mut self, scenario: &Scenario, step: &Step, differences: &[String]) {
        let mut explanations = explained()
            .iter()
            .filter(|it| it.scenario == scenario.name && it.steps.contains(&step.name.as_str()));
        let (known, unknown): (Vec<_>, Vec<_>) = differences
            .iter()
            .partition(|difference| explanations.clone().any(|it| difference.contains(it.place)));
        let tally = self.topics.entry(scenario.topic.clone()).or_default();
        let name = format!("{} {}", scenario.name, step.name);
        if let ([], Some(it)) = (&known[..], explanations.next()) {
            tally.different += 1;
            let subject = it.subject;
            self.objections.push(format!("{name} is explained by {subject:?}, and does not differ any more"));
        } else if !unknown.is_empty() {
            tally.different += 1;
            let more = unknown.len().saturating_sub(TOLD);
            let mut told: Vec<_> = unknown.into_iter().take(TOLD).cloned().collect();
            told.extend((more > 0).then(|| format!("and {more} more")));
            self.objections.push(format!("{name}\n    {}", told.join("\n    ")));
        } else if known.is_empty() {
            tally.same += 1;
        } else {
            tally.explained += 1;
        }
        self.seen.insert((scenario.name.clone(), step.name.clone()));
    }

    /// Takes note of a scenario that could not be taken to its end.
    pub fn add_failure(&mut self, scenario: &Scenario, reason: &dyn fmt::Display) {
        self.topics.entry(scenario.topic.clone()).or_default().different += scenario.steps.len();
        self.objections.push(format!("{}: {reason}", scenario.name));
    }

    /// Returns what is to be objected to: steps that differ and are not explained, and explained ones that do not
    /// differ or that scenarios which were taken do not have.
    pub fn objections(&self) -> Vec<String> {
        let mut objections = self.objections.clone();
        for it in explained() {
            let taken = self.seen.iter().any(|(scenario, _)| scenario == it.scenario);
            let is_missing =
                |step: &&&str| !self.seen.contains(&(it.scenario.to_owned(), (**step).to_owned()));
            let missing = it.steps.iter().filter(|step| taken && is_missing(step));
            objections
                .extend(missing.map(|step| format!("{} {step} is explained, and not there", it.scenario)));
        }
        objections
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20}{:>6}{:>11}{:>11}", "steps", "same", "explained", "different")?;
        let mut all = Tally::default();
        for (topic, tally) in &self.topics {
            writeln!(f, "{}", row(topic, *tally))?;
            all.same += tally.same;
            all.explained += tally.explained;
            all.different += tally.different;
        }
        write!(f, "{}", row("all", all))
    }
}

fn row(name: &str, tally: Tally) -> String {
    format!("{name:<20}{:>6}{:>11}{:>11}", tally.same, tally.explained, tally.different)
}
