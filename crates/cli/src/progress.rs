//! Tells the person who waits what is going on.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use rinfra_addr::ResourceInstance;
use rinfra_apply::{Event, Observer, Outlook};
use rinfra_eval::{EphemeralEvent, Stage};
use rinfra_view::{Running, Work};

use crate::status_line::StatusLine;
use crate::terminal::Terminal;

/// How often the status is looked at.
const TICK: Duration = Duration::from_millis(250);

/// How often is looked for what takes its time, where there is no status line.
const LOOK: Duration = Duration::from_secs(1);

/// Prints the events of plans and applies, one a line, and on a terminal a line about all that goes on.
pub(crate) struct Progress {
    terminal: Terminal,
    status: Option<StatusLine>,
    work: RefCell<Work>,
    /// When to look again for what still runs.
    look: Cell<Instant>,
    /// What is printed above the status line when it is next drawn.
    lines: RefCell<String>,
    /// Whether it was said that nothing new is started.
    stopping: Cell<bool>,
}

impl Progress {
    /// Returns a progress display on a terminal, with what is known of how long the steps will take.
    pub(crate) fn new(terminal: Terminal, outlook: Option<Outlook>) -> Self {
        let now = Instant::now();
        Self {
            terminal,
            status: terminal.is_live().then(StatusLine::new),
            work: RefCell::new(Work::new(outlook, now)),
            look: Cell::new(now + LOOK),
            lines: RefCell::default(),
            stopping: Cell::new(false),
        }
    }

    /// Waits for work to end, and tells in the meantime how it goes on.
    pub(crate) async fn accompany<T>(&self, work: impl Future<Output = T>) -> T {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return result,
                _ = ticks.tick() => self.tick(),
            }
        }
    }

    fn tick(&self) {
        let now = Instant::now();
        match &self.status {
            Some(status) => {
                self.print_lines();
                let surface = self.terminal.surface(status.columns());
                status.show(&rinfra_view::status(&mut self.work.borrow_mut(), now, surface));
            }
            None if now >= self.look.get() => {
                self.look.set(now + LOOK);
                self.mention(now);
            }
            None => {}
        }
    }

    /// Mentions what has run for another ten seconds.
    fn mention(&self, now: Instant) {
        let surface = self.terminal.surface(usize::MAX);
        let heartbeat =
            rinfra_view::heartbeat(&mut self.work.borrow_mut(), now, surface, self.terminal.style());
        if !self.terminal.is_concise() {
            heartbeat.lines.iter().for_each(|it| self.terminal.tell(&format!("{it}\n")));
        }
        self.terminal.messages(|| heartbeat.messages);
    }

    /// Notes what happens to an ephemeral object, and returns how long what ends took.
    fn ephemeral(&self, event: &EphemeralEvent) -> Option<Duration> {
        let what = Running::Reading { address: event.address.clone() };
        let mut work = self.work.borrow_mut();
        if event.stage == Stage::Started {
            work.begin(what, Instant::now());
            return None;
        }
        work.end(&what).map(|it| it.elapsed())
    }

    /// Prints a line. Above a status line, all of them are printed at once when that is next drawn: drawing it again
    /// for each would take most of the time of an apply of thousands of steps.
    fn line(&self, line: Option<String>) {
        let Some(line) = line else { return };
        if self.status.is_some() {
            let mut lines = self.lines.borrow_mut();
            lines.push_str(&line);
            lines.push('\n');
        } else {
            self.terminal.tell(&format!("{line}\n"));
        }
    }

    fn print_lines(&self) {
        let lines = self.lines.take();
        match &self.status {
            Some(status) if !lines.is_empty() => status.aside(|| self.terminal.tell(&lines)),
            _ => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.print_lines();
    }
}

impl Observer for Progress {
    fn observe(&self, event: Event) {
        let elapsed = match &event {
            Event::Began { steps } => {
                self.work.borrow_mut().expect(*steps);
                None
            }
            Event::Started { operation, address, opcode, identity, .. } => {
                let (address, identity) = (address.clone(), identity.clone());
                let step = Running::Step { operation: *operation, address, opcode: *opcode, identity };
                self.work.borrow_mut().begin(step, Instant::now());
                None
            }
            Event::Finished { operation, .. } | Event::Unneeded { operation } => {
                self.work.borrow_mut().end_step(*operation, Instant::now()).map(|it| it.elapsed())
            }
            Event::Failed { operation, .. } | Event::Skipped { operation, .. } => {
                self.work.borrow_mut().fail_step(*operation).map(|it| it.elapsed())
            }
            Event::Stopping { .. } if self.stopping.replace(true) => {
                let words = "Stopping now: the journal beside the state says what was in flight.";
                return self.line(Some(words.to_owned()));
            }
            Event::Ephemeral(event) => self.ephemeral(event),
            Event::Stopping { .. }
            | Event::Provisioning { .. }
            | Event::ProvisionerOutput { .. }
            | Event::Provisioned { .. }
            | Event::ProvisioningFailed { .. } => None,
        };
        if !self.terminal.is_concise() || is_essential(&event) {
            self.line(rinfra_view::apply_event(&event, elapsed, self.terminal.style()));
        }
        self.terminal.message(|| rinfra_view::apply_message(&event, elapsed));
    }
}

/// Tells whether even those want to see an event who want to see no progress.
fn is_essential(event: &Event) -> bool {
    match event {
        Event::Failed { .. }
        | Event::Skipped { .. }
        | Event::Stopping { .. }
        | Event::ProvisionerOutput { .. }
        | Event::ProvisioningFailed { .. } => true,
        Event::Began { .. }
        | Event::Unneeded { .. }
        | Event::Started { .. }
        | Event::Finished { .. }
        | Event::Ephemeral(_)
        | Event::Provisioning { .. }
        | Event::Provisioned { .. } => false,
    }
}

impl rinfra_plan::Observer for Progress {
    fn observe(&self, event: rinfra_plan::Event) {
        use rinfra_plan::Event;
        let refresh = |kind: &str, region: &Option<rinfra_provider::Region>, objects| Running::Refresh {
            kind: kind.to_owned(),
            region: region.as_ref().map(ToString::to_string),
            objects,
        };
        let reading = |address: &ResourceInstance| Running::Reading { address: address.clone() };
        let begin = |what| {
            self.work.borrow_mut().begin(what, Instant::now());
            None
        };
        let end = |what| self.work.borrow_mut().end(&what).map(|it| it.elapsed());
        let elapsed = match &event {
            Event::Refreshing { kind, region, objects } => begin(refresh(kind, region, *objects)),
            Event::Refreshed { kind, region, objects } => end(refresh(kind, region, *objects)),
            Event::Reading(address) => begin(reading(address)),
            Event::Read(address) | Event::Unread(address) => end(reading(address)),
            Event::Ephemeral(event) => self.ephemeral(event),
            Event::Importing { .. } => None,
        };
        if !self.terminal.is_concise() {
            self.line(rinfra_view::plan_event(&event, elapsed, self.terminal.style()));
        }
        self.terminal.message(|| rinfra_view::plan_event_message(&event, elapsed));
    }
}
