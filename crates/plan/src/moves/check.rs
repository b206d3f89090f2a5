//! Whether the moves a configuration declares can be meant.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rinfra_addr::ModuleInstance;
use rinfra_config::{Config, Repetition};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_eval::Evaluation;

use super::Moves;
use super::endpoint::Subject;
use super::statement::Statement;

impl Moves<'_> {
    /// Returns what is wrong with the moves, now that the instances the configuration wants are known.
    pub(crate) fn check(&self, config: &Config, evaluation: &Evaluation<'_>) -> Diagnostics {
        let mut check = Check {
            config,
            evaluation,
            destinations: BTreeMap::new(),
            sources: BTreeMap::new(),
            found: Diagnostics::new(),
        };
        for statement in &self.statements {
            for module in evaluation.instances_of_module(&statement.from.module) {
                check.statement(statement, &module);
            }
        }
        if check.found.is_empty() {
            check.found.extend(self.cycles());
        }
        check.found
    }

    /// Returns an error for each circle of moves.
    pub(crate) fn cycles(&self) -> Vec<Diagnostic> {
        let cycles = self.order.cycles();
        let diagnostic = |cycle: &Vec<usize>| {
            let line = |it: &usize| {
                let Statement { from, to, span } = &self.statements[*it];
                format!("\n  - {}: {from} → {to}", place(span))
            };
            let mut lines: Vec<_> = cycle.iter().map(line).collect();
            lines.sort();
            let detail = format!(
                "These moves go round in a circle, so there is no address where an object ends:{}\n\nA chain of \
                 moves ends at an address that no other move starts from, and that usually is still declared.",
                lines.concat()
            );
            Diagnostic::error("Cyclic dependency in move statements", detail)
        };
        cycles.iter().map(diagnostic).collect()
    }
}

/// What the statements looked at so far say.
struct Check<'c, 'e> {
    config: &'c Config,
    evaluation: &'c Evaluation<'e>,
    /// Where each address goes, and the statement that says so.
    destinations: BTreeMap<Subject, (Subject, Span)>,
    /// Where each address comes from, and the statement that says so.
    sources: BTreeMap<Subject, (Subject, Span)>,
    found: Diagnostics,
}

impl Check<'_, '_> {
    fn statement(&mut self, statement: &Statement, module: &ModuleInstance) {
        let (from, to) = (statement.from.within(module), statement.to.within(module));
        let span = &statement.span;
        if from == to {
            let detail =
                format!("This moves {from} to the same address, which is as good as no move at all.");
            self.found.push(Diagnostic::error("Redundant move statement", detail).at(span.clone()));
            return;
        }
        let (noun, short) = nouns(&from);
        if self.exists(&from) {
            let declared =
                self.declaration(&from).map_or_else(String::new, |it| format!(" at {}", place(&it)));
            let detail = format!(
                "This statement declares a move from {from}, but that {noun} is still declared{declared}."
            );
            let diagnostic = Diagnostic::error("Moved object still exists", detail).at(span.clone());
            self.found.push(diagnostic.hint(format!("Declare this {short} as {to} instead")));
        }
        let ambiguous =
            |detail: String| Diagnostic::error("Ambiguous move statements", detail).at(span.clone());
        match self.destinations.entry(from.clone()) {
            Entry::Vacant(entry) => {
                entry.insert((to.clone(), span.clone()));
            }
            Entry::Occupied(entry) => {
                let (other, earlier) = entry.get();
                if *other != to {
                    self.found.push(ambiguous(format!(
                        "A statement at {} declared that {from} moved to {other}, but this statement instead \
                         declares that it moved to {to}.\n\nEach {noun} can move to only one destination {short}.",
                        place(earlier)
                    )));
                }
            }
        }
        match self.sources.entry(to.clone()) {
            Entry::Vacant(entry) => {
                entry.insert((from, span.clone()));
            }
            Entry::Occupied(entry) => {
                let (other, earlier) = entry.get();
                if *other != from {
                    self.found.push(ambiguous(format!(
                        "A statement at {} declared that {other} moved to {to}, but this statement instead \
                         declares that {from} moved there.\n\nEach {noun} can have moved from only one source \
                         {short}.",
                        place(earlier)
                    )));
                }
            }
        }
    }

    /// Tells whether the configuration still wants something.
    fn exists(&self, subject: &Subject) -> bool {
        match subject {
            Subject::ModuleInstance(module) => self.evaluation.wants_module(module),
            Subject::Call(around, name) => {
                let declared =
                    self.config.module(&around.path()).is_some_and(|it| it.calls.contains_key(name));
                declared && self.evaluation.wants_module(around)
            }
            Subject::Resource(resource) => {
                self.config.resource(&resource.config()).is_some()
                    && self.evaluation.wants_module(&resource.module)
            }
            Subject::Instance(instance) => self.evaluation.wants_instance(instance),
        }
    }

    /// Returns what declares something: what decides about its instances, where it is one of several.
    fn declaration(&self, subject: &Subject) -> Option<Span> {
        let decisive = |repetition: &Repetition, header: &Span| {
            repetition.expression().map_or_else(|| header.clone(), |it| it.span.clone())
        };
        match subject {
            Subject::ModuleInstance(module) => {
                let call = self.config.call(&module.path())?;
                Some(decisive(&call.repetition, &call.header))
            }
            Subject::Call(around, name) => {
                Some(self.config.module(&around.path())?.calls.get(name)?.header.clone())
            }
            Subject::Resource(resource) => Some(self.config.resource(&resource.config())?.header.clone()),
            Subject::Instance(instance) => {
                let resource = self.config.resource(&instance.config())?;
                Some(decisive(&resource.repetition, &resource.header))
            }
        }
    }
}

/// Returns what something is called in messages, in full and in short.
fn nouns(subject: &Subject) -> (&'static str, &'static str) {
    match subject {
        Subject::ModuleInstance(_) => ("module instance", "instance"),
        Subject::Call(..) => ("module call", "call"),
        Subject::Resource(_) => ("resource", "resource"),
        Subject::Instance(_) => ("resource instance", "instance"),
    }
}

/// Returns where something begins, as messages write it.
fn place(span: &Span) -> String {
    format!("{}:{},{}", span.file, span.start.line, span.start.column)
}
