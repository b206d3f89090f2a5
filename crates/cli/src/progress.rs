//! Tells the person who waits what is going on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Instant;

use rinfra_addr::ResourceInstance;
use rinfra_apply::{Event, Observer};

use crate::terminal::Terminal;

/// Prints the events of plans and applies, one a line.
pub(crate) struct Progress {
    terminal: Terminal,
    started: RefCell<HashMap<ResourceInstance, Instant>>,
}

impl Progress {
    /// Returns a progress display on a terminal.
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self { terminal, started: RefCell::default() }
    }
}

impl Observer for Progress {
    fn observe(&self, event: Event) {
        let elapsed = match &event {
            Event::Started { address, .. } => {
                self.started.borrow_mut().insert(address.clone(), Instant::now());
                None
            }
            Event::Finished { address, .. } | Event::Failed { address, .. } => {
                self.started.borrow().get(address).map(Instant::elapsed)
            }
            _ => None,
        };
        if let Some(line) = rinfra_view::apply_event(&event, elapsed, self.terminal.style()) {
            self.terminal.print(&format!("{line}\n"));
        }
    }
}

impl rinfra_plan::Observer for Progress {
    fn observe(&self, event: rinfra_plan::Event) {
        if let Some(line) = rinfra_view::plan_event(&event, self.terminal.style()) {
            self.terminal.print(&format!("{line}\n"));
        }
    }
}
