//! What a command takes, told at its end.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rinfra_addr::{Mode as ResourceMode, ResourceInstance};
use rinfra_change::{Mode, Plan};
use rinfra_provider::Catalogue;
use rinfra_state::State;
use rinfra_view::PriceTag;

use crate::arguments::Planning;
use crate::terminal::Terminal;

/// What a command has taken so far.
pub(crate) struct Bill {
    catalogue: Catalogue,
    explains_calls: bool,
    began: Instant,
    /// How long a person was waited for.
    waited: Cell<Duration>,
    resources: Cell<Option<usize>>,
}

impl Bill {
    /// Returns the bill of a command that begins now.
    pub(crate) fn new(catalogue: &Catalogue, planning: &Planning) -> Self {
        Self {
            catalogue: catalogue.clone(),
            explains_calls: planning.explain_calls,
            began: Instant::now(),
            waited: Cell::default(),
            resources: Cell::default(),
        }
    }

    /// Notes which resource instances it is about: those of a plan, or those of the state that it only refreshes.
    pub(crate) fn is_about(&self, plan: &Plan, state: &State) {
        let is_managed = |it: &ResourceInstance| it.mode() == ResourceMode::Managed;
        self.resources.set(Some(match plan.mode {
            Mode::RefreshOnly => state.instances().filter(|(address, ..)| is_managed(address)).count(),
            Mode::Normal | Mode::Destroy => {
                let current = plan.changes.iter().filter(|it| it.deposed.is_none());
                current.filter(|it| is_managed(&it.address)).count()
            }
        }));
    }

    /// Waits for a person, which is not on the bill.
    pub(crate) async fn without<T>(&self, waiting: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let answer = waiting.await;
        self.waited.set(self.waited.get() + began.elapsed());
        answer
    }

    /// Tells what the command took, however it ended.
    pub(crate) fn tell(&self, terminal: Terminal) {
        let tag = PriceTag {
            resources: self.resources.get(),
            usage: self.catalogue.usage(),
            wall: self.began.elapsed().saturating_sub(self.waited.get()),
        };
        if self.explains_calls {
            terminal.tell(&rinfra_view::explained_calls(&tag.usage, terminal.style()));
        }
        let line = rinfra_view::price_tag(&tag, terminal.style(), terminal.surface(usize::MAX));
        if !line.is_empty() {
            terminal.tell(&format!("\n{line}"));
        }
        terminal.message(|| rinfra_view::price_message(&tag));
    }
}
