use std::cell::RefCell;
use std::collections::BTreeMap;

use rinfra_diag::Diagnostic;
use rinfra_provider::{Error, Region};

/// What went wrong while observing, gathered until it is clear whether anything could be observed at all.
#[derive(Default)]
pub(crate) struct Failures {
    inner: RefCell<Gathered>,
}

#[derive(Default)]
struct Gathered {
    successes: usize,
    unobserved: BTreeMap<Option<Region>, (usize, Error)>,
    failed: Vec<Diagnostic>,
}

impl Failures {
    /// Notes that something could be observed.
    pub(crate) fn succeeded(&self) {
        self.inner.borrow_mut().successes += 1;
    }

    /// Notes that so many objects could not be observed.
    pub(crate) fn unobserved(&self, region: Option<Region>, objects: usize, error: Error) {
        let mut inner = self.inner.borrow_mut();
        inner.unobserved.entry(region).or_insert((0, error)).0 += objects;
    }

    /// Notes an error that says more than that something could not be observed.
    pub(crate) fn failed(&self, kind: &str, address: String, error: &Error) {
        let diagnostic = error.to_diagnostic(format!("Reading {kind} failed")).address(address);
        self.inner.borrow_mut().failed.push(diagnostic);
    }

    /// Takes what is to be reported: errors, and a warning for each Region that could not be observed while others
    /// could. Where nothing could be observed at all, that is an error.
    pub(crate) fn take_diagnostics(&self) -> Vec<Diagnostic> {
        let gathered = self.inner.take();
        let nothing = gathered.successes == 0;
        let mut diagnostics = gathered.failed;
        for (region, (objects, error)) in gathered.unobserved {
            let place = region.map_or_else(|| "the provider".to_owned(), |it| it.to_string());
            let detail = format!("{objects} objects in {place} could not be read: {error}");
            diagnostics.push(if nothing {
                let diagnostic = Diagnostic::error("Objects could not be observed", detail);
                match &error.hint {
                    Some(hint) => diagnostic.hint(hint.clone()),
                    None => diagnostic,
                }
            } else {
                Diagnostic::warning("Objects could not be observed", detail).hint(
                    "They are left as they are; everything else is planned. Plan again when the Region answers",
                )
            });
        }
        diagnostics
    }
}
