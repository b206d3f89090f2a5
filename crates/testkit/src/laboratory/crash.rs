//! Runs that end in the middle, and what comes after them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rinfra_apply::{Interrupt, Recovery, recover};
use rinfra_diag::Diagnostics;
use rinfra_state::journal::{Event, Folded, MemoryRecorder, Position, RecordError, Recorder};
use tokio::sync::watch;

use super::{Laboratory, NOW};

/// A journal that ends after so many events, whatever happens after them: what a killed run leaves behind.
struct Ending {
    journal: MemoryRecorder,
    left: AtomicUsize,
}

impl Recorder for Ending {
    fn record(&self, events: &[Event]) -> Result<Position, RecordError> {
        let left = self.left.load(Ordering::SeqCst);
        let written = events.len().min(left);
        self.left.store(left - written, Ordering::SeqCst);
        let position = self.journal.record(&events[..written])?;
        if written == events.len() { Ok(position) } else { Err(RecordError::from(Box::from("killed"))) }
    }
}

impl Laboratory {
    /// Plans and applies, and loses everything that happens after so many events of the journal: calls that were
    /// made by then have their effect, and nobody writes it down. Tells whether the run would have gone on.
    ///
    /// # Panics
    /// When there is no plan, or the apply hangs.
    pub async fn crash(&mut self, events: usize) -> bool {
        self.crash_telling(events).await.iter().any(|it| it.detail.contains("killed"))
    }

    /// As [`crash`](Self::crash); returns what the run has to say where its journal cannot be written any more.
    ///
    /// # Panics
    /// When there is no plan, or the apply hangs.
    pub async fn crash_telling(&mut self, events: usize) -> Diagnostics {
        let plan = self.plan().await.expect();
        let recorder =
            Arc::new(Ending { journal: MemoryRecorder::default(), left: AtomicUsize::new(events) });
        let (_interrupt, watched) = watch::channel(Interrupt::None);
        self.runs += 1;
        let applied = self.run(&plan, Arc::clone(&recorder) as Arc<dyn Recorder>, watched).await;
        self.take_over(recorder.journal.events());
        applied.diagnostics
    }

    /// Finds out what became of what the last run did not finish.
    ///
    /// # Panics
    /// When the configuration is wrong, or the state is not what the journal says.
    pub async fn recover(&mut self) -> Diagnostics {
        let config = self.config().unwrap_or_else(|it| panic!("{it}"));
        let recorder = Arc::new(MemoryRecorder::default());
        let (catalogue, functions, inputs) = (self.catalogue(), self.functions(), self.inputs());
        let request = Recovery {
            config: &config,
            catalogue: &catalogue,
            functions: &functions,
            inputs: &inputs,
            state: self.state.clone(),
            recorder: Arc::clone(&recorder) as Arc<dyn Recorder>,
            unfinished: self.unfinished.clone(),
            now: &|| NOW,
            observer: &rinfra_apply::Silent,
        };
        let recovered =
            tokio::time::timeout(self.patience, recover(request)).await.expect("recovering hangs");
        self.take_over(recorder.events());
        assert_eq!(self.state.resources, recovered.state.resources, "the state is what the journal says");
        assert_eq!(self.unfinished, recovered.unfinished, "what is unfinished is what the journal says");
        recovered.diagnostics
    }

    fn take_over(&mut self, events: Vec<Event>) {
        let mut folded = Folded::resume(self.state.clone(), self.unfinished.clone());
        events.into_iter().for_each(|it| folded.apply(it));
        assert!(folded.strays.is_empty(), "events without an intent: {:?}", folded.strays);
        self.unfinished = folded.unfinished.into_values().collect();
        self.state = folded.state;
        self.state.serial += 1;
    }
}
