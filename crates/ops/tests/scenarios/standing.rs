//! How many steps are as they are to be.

use std::collections::BTreeMap;
use std::fmt;

use crate::exceptions::Exception;
use crate::scenario::{Scenario, Step};

/// How many differences of a step are told.
const TOLD: usize = 12;

/// What became of all steps.
#[derive(Default)]
pub(crate) struct Standing {
    /// The steps that passed and all there are, by topic.
    topics: BTreeMap<String, (usize, usize)>,
    /// The differences of each step, by scenario and step.
    steps: BTreeMap<(String, String), Vec<String>>,
}

impl Standing {
    /// Takes note of a step.
    pub(crate) fn add(&mut self, scenario: &Scenario, step: &Step, differences: Vec<String>) {
        let (passed, total) = self.topics.entry(scenario.topic.clone()).or_default();
        *total += 1;
        *passed += usize::from(differences.is_empty());
        self.steps.insert((scenario.name.clone(), step.name.clone()), differences);
    }

    /// Returns what is to be objected to: steps that differ and are no exceptions, and exceptions that do not differ.
    pub(crate) fn verdict<'e>(&self, exceptions: impl Iterator<Item = &'e Exception>) -> Vec<String> {
        let mut unexpected = self.steps.clone();
        unexpected.retain(|_, differences| !differences.is_empty());
        let mut objections = Vec::new();
        for exception in exceptions {
            for step in exception.steps {
                let key = (exception.scenario.to_owned(), (*step).to_owned());
                if unexpected.remove(&key).is_some() {
                    continue;
                }
                let what =
                    if self.steps.contains_key(&key) { "does not differ any more" } else { "is not there" };
                objections.push(format!(
                    "{} {step} {what}: take it off the list of exceptions ({})",
                    exception.scenario, exception.reason
                ));
            }
        }
        for ((scenario, step), differences) in unexpected {
            let more = differences.len().saturating_sub(TOLD);
            let mut told = differences.into_iter().take(TOLD).collect::<Vec<_>>();
            told.extend((more > 0).then(|| format!("and {more} more")));
            objections.push(format!("{scenario} {step}\n    {}", told.join("\n    ")));
        }
        objections
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut passed, mut total) = (0, 0);
        for (topic, (of_topic, all)) in &self.topics {
            writeln!(f, "{topic:<16}{of_topic:>5} of{all:>4} steps")?;
            passed += of_topic;
            total += all;
        }
        write!(f, "{:<16}{passed:>5} of{total:>4} steps", "all")
    }
}
