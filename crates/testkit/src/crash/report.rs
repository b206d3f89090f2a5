//! What came of all deaths, in a table.

use std::collections::BTreeMap;

use super::moments::Moment;
use super::tour::Finding;

/// The numbers of one line of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Moments tried.
    pub points: usize,
    /// Of these, moments that came before the command ended.
    pub killed: usize,
    /// In the cloud and not in the state.
    pub orphans: usize,
    /// In the cloud twice.
    pub duplicates: usize,
    /// Not in the cloud.
    pub lost: usize,
    /// Points with any other difference from an undisturbed run.
    pub troubled: usize,
    /// Runs that it took to succeed, all points together.
    pub reruns: usize,
    /// Of these, the most that one point took.
    pub most_reruns: usize,
}

/// What came of all deaths.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// By stage and kind of moment.
    pub rows: BTreeMap<String, Row>,
    /// What was wrong.
    pub faults: Vec<Finding>,
    /// How often each operation was the one at which the process died.
    pub operations: BTreeMap<String, usize>,
}

impl Report {
    /// Adds what came of one death.
    pub fn add(&mut self, finding: Finding) {
        let kind = finding.moment.map_or_else(|| "undisturbed".to_owned(), Moment::kind);
        let row = self.rows.entry(format!("{}, {kind}", finding.stage.name())).or_default();
        let verdict = &finding.verdict;
        row.points += 1;
        row.killed += usize::from(finding.reached);
        row.orphans += verdict.orphans.len();
        row.duplicates += verdict.duplicates.len();
        row.lost += verdict.lost.len();
        row.troubled += usize::from(!verdict.troubles.is_empty());
        row.reruns += finding.reruns;
        row.most_reruns = row.most_reruns.max(finding.reruns);
        if let Some(operation) = &finding.operation {
            *self.operations.entry(operation.clone()).or_default() += 1;
        }
        if !verdict.is_clean() {
            self.faults.push(finding);
        }
    }

    /// Returns the sum of all lines.
    pub fn total(&self) -> Row {
        self.rows.values().fold(Row::default(), |sum, it| Row {
            points: sum.points + it.points,
            killed: sum.killed + it.killed,
            orphans: sum.orphans + it.orphans,
            duplicates: sum.duplicates + it.duplicates,
            lost: sum.lost + it.lost,
            troubled: sum.troubled + it.troubled,
            reruns: sum.reruns + it.reruns,
            most_reruns: sum.most_reruns.max(it.most_reruns),
        })
    }

    /// Returns the table in Markdown.
    pub fn table(&self) -> String {
        let line = |name: &str, it: &Row| {
            format!(
                "| {name} | {} | {} | {} | {} | {} | {} | {} |\n",
                it.points, it.killed, it.orphans, it.duplicates, it.lost, it.troubled, it.most_reruns
            )
        };
        let head = "| killed during | points | reached | orphans | duplicates | lost | other differences | most re-runs |\n\
                    |---|---|---|---|---|---|---|---|\n";
        let lines: String = self.rows.iter().map(|(name, row)| line(name, row)).collect();
        format!("{head}{lines}{}", line("**all**", &self.total()))
    }
}
