//! Tells the person who waits what is going on.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use rinfra_apply::{Event, Observer};
use rinfra_eval::{EphemeralEvent, Stage};
use rinfra_view::{Running, Work};

use crate::status_line::StatusLine;
use crate::terminal::Terminal;

/// How often the status is looked at.
const TICK: Duration = Duration::from_millis(250);

/// How often a step that takes its time is mentioned where there is no status line, as Terraform does.
const STILL: Duration = Duration::from_secs(10);

/// Prints the events of plans and applies, one a line, and on a terminal a line about all that goes on.
pub(crate) struct Progress {
    terminal: Terminal,
    status: Option<StatusLine>,
    work: RefCell<Work>,
    /// When to mention again what still runs.
    mention: Cell<Instant>,
    /// Whether it was said that nothing new is started.
    stopping: Cell<bool>,
}

impl Progress {
    /// Returns a progress display on a terminal.
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            status: terminal.is_live().then(StatusLine::new),
            work: RefCell::new(Work::default()),
            mention: Cell::new(Instant::now() + Duration::from_secs(1)),
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
        match &self.status {
            Some(status) => status.show(&rinfra_view::status(&self.work.borrow(), Instant::now())),
            None => self.mention_long_steps(),
        }
    }

    /// Prints a line for every step that has run for another ten seconds.
    fn mention_long_steps(&self) {
        let now = Instant::now();
        if now < self.mention.get() {
            return;
        }
        self.mention.set(now + Duration::from_secs(1));
        for step in &mut self.work.borrow_mut().running {
            let elapsed = now.duration_since(step.since);
            let Running::Step { address, opcode } = &step.what else { continue };
            let times = u32::try_from(elapsed.as_secs() / STILL.as_secs()).unwrap_or(u32::MAX);
            if times > step.mentioned {
                step.mentioned = times;
                if !self.terminal.is_concise() {
                    let line = rinfra_view::still(address, *opcode, STILL * times, self.terminal.style());
                    self.terminal.tell(&format!("{line}\n"));
                }
                self.terminal.message(|| rinfra_view::still_message(address, *opcode, STILL * times));
            }
        }
    }

    /// Notes what happens to an ephemeral object, and returns how long what ends took.
    fn ephemeral(&self, event: &EphemeralEvent) -> Option<Duration> {
        let what = Running::Reading { kind: event.address.to_string(), region: None };
        let mut work = self.work.borrow_mut();
        if event.stage == Stage::Started {
            work.begin(what, Instant::now());
            return None;
        }
        let since = work.end(&what);
        // It is no step of the plan.
        work.done = work.done.saturating_sub(1);
        since.map(|it| it.elapsed())
    }

    fn line(&self, line: Option<String>) {
        let Some(line) = line else { return };
        let print = || self.terminal.tell(&format!("{line}\n"));
        match &self.status {
            Some(status) => status.aside(print),
            None => print(),
        }
    }
}

impl Observer for Progress {
    fn observe(&self, event: Event) {
        let elapsed = match &event {
            Event::Began { steps } => {
                self.work.borrow_mut().total = *steps;
                None
            }
            Event::Started { address, opcode, .. } => {
                let step = Running::Step { address: address.clone(), opcode: *opcode };
                self.work.borrow_mut().begin(step, Instant::now());
                None
            }
            Event::Finished { address, opcode, .. } | Event::Failed { address, opcode, .. } => {
                let step = Running::Step { address: address.clone(), opcode: *opcode };
                self.work.borrow_mut().end(&step).map(|it| it.elapsed())
            }
            Event::Stopping { .. } if self.stopping.replace(true) => {
                let words = "Stopping now: the journal beside the state says what was in flight.";
                return self.line(Some(words.to_owned()));
            }
            Event::Ephemeral(event) => self.ephemeral(event),
            Event::Skipped { .. }
            | Event::Stopping { .. }
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
        let reading = |kind: &str, region: &Option<rinfra_provider::Region>| Running::Reading {
            kind: kind.to_owned(),
            region: region.as_ref().map(ToString::to_string),
        };
        let begin = |what| {
            self.work.borrow_mut().begin(what, Instant::now());
            None
        };
        let end = |what| self.work.borrow_mut().end(&what).map(|it| it.elapsed());
        let elapsed = match &event {
            Event::Refreshing { kind, region, .. } => begin(reading(kind, region)),
            Event::Refreshed { kind, region, .. } => end(reading(kind, region)),
            Event::Reading(address) => begin(reading(&address.to_string(), &None)),
            Event::Read(address) | Event::Unread(address) => end(reading(&address.to_string(), &None)),
            Event::Ephemeral(event) => self.ephemeral(event),
            Event::Importing { .. } => None,
        };
        if !self.terminal.is_concise() {
            self.line(rinfra_view::plan_event(&event, elapsed, self.terminal.style()));
        }
        self.terminal.message(|| rinfra_view::plan_event_message(&event, elapsed));
    }
}
