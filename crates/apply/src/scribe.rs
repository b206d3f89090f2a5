use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError};

use rinfra_provider::{Error, ErrorClass};
use rinfra_state::State;
use rinfra_state::journal::{Event, Folded, RecordError, Recorder, Sequence, Unfinished};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Writes events to the journal and keeps the state that follows from them.
///
/// *Guarantees*: an event is in the journal, flushed, before the state shows it and before [`Scribe::write`]
/// returns. Events that wait at the same time share one flush.
pub(crate) struct Scribe {
    /// Empty once the scribe has finished.
    queue: RefCell<Option<mpsc::UnboundedSender<Entry>>>,
    writer: RefCell<Option<JoinHandle<()>>>,
    /// Shared with the writer: what is in the journal is in the state, even when nobody waits for it any more.
    folded: Arc<Mutex<Folded>>,
    next: RefCell<Sequence>,
    failed: Cell<bool>,
}

struct Entry {
    event: Event,
    done: oneshot::Sender<Result<(), Arc<RecordError>>>,
}

/// Tells when an event is safe on disk.
type Written = oneshot::Receiver<Result<(), Arc<RecordError>>>;

impl Scribe {
    /// Returns a scribe that continues from a state and the intents an interrupted run left unfinished.
    pub(crate) fn new(recorder: Arc<dyn Recorder>, state: State, unfinished: Vec<Unfinished>) -> Self {
        let (queue, entries) = mpsc::unbounded_channel();
        let folded = Folded::resume(state, unfinished);
        let next = RefCell::new(folded.next_sequence());
        let folded = Arc::new(Mutex::new(folded));
        let writer = tokio::spawn(write_all(recorder, Arc::clone(&folded), entries));
        let (queue, writer) = (RefCell::new(Some(queue)), RefCell::new(Some(writer)));
        Self { queue, writer, folded, next, failed: Cell::new(false) }
    }

    /// Returns the number of the next intent.
    pub(crate) fn next_sequence(&self) -> Sequence {
        let mut next = self.next.borrow_mut();
        let sequence = *next;
        *next = sequence.next();
        sequence
    }

    /// Writes an event.
    ///
    /// *Errors*: when it is not certain that the event is safe on disk; the state then does not show it.
    pub(crate) async fn write(&self, event: Event) -> Result<(), Error> {
        let written = self.send(event)?;
        self.confirmed(written).await
    }

    /// Writes events in their order, with as few flushes as the recorder allows.
    ///
    /// *Errors*: when it is not certain that all of them are safe on disk.
    pub(crate) async fn write_all(&self, events: Vec<Event>) -> Result<(), Error> {
        let sent: Vec<_> = events.into_iter().map(|it| self.send(it)).collect::<Result<_, _>>()?;
        for written in sent {
            self.confirmed(written).await?;
        }
        Ok(())
    }

    /// Tells whether something could not be written: then nothing more will be, and nothing more may be done.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// Waits until an event is safe on disk.
    async fn confirmed(&self, written: Written) -> Result<(), Error> {
        let message = match written.await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => chain(&error),
            Err(_) => "the journal stopped".to_owned(),
        };
        self.failed.set(true);
        Err(failure(message))
    }

    fn send(&self, event: Event) -> Result<Written, Error> {
        let (done, written) = oneshot::channel();
        let sent = self.queue.borrow().as_ref().map(|it| it.send(Entry { event, done }));
        match sent {
            Some(Ok(())) => Ok(written),
            _ => Err(failure("the journal is closed".to_owned())),
        }
    }

    /// Ends the writing and lets go of the recorder. Returns the state after all events, and keeps none of it.
    pub(crate) async fn finish(&self) -> State {
        self.queue.take();
        let writer = self.writer.take();
        if let Some(writer) = writer {
            // A writer that panicked has already failed every write it left unanswered.
            let _ = writer.await;
        }
        let mut folded = self.folded.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut folded.state, State::new(""))
    }

    /// Returns the intents that are unfinished now.
    pub(crate) fn unfinished(&self) -> Vec<Unfinished> {
        self.folded.lock().unwrap_or_else(PoisonError::into_inner).unfinished.values().cloned().collect()
    }

    /// Looks at the state as it is now.
    pub(crate) fn with_state<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.folded.lock().unwrap_or_else(PoisonError::into_inner).state)
    }
}

fn failure(message: String) -> Error {
    Error::new(ErrorClass::Internal, message)
        .with_hint("see that the journal can be written again (space, permissions, network), then run the same command again")
}

fn chain(error: &RecordError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

async fn write_all(
    recorder: Arc<dyn Recorder>,
    folded: Arc<Mutex<Folded>>,
    mut entries: mpsc::UnboundedReceiver<Entry>,
) {
    while let Some(first) = entries.recv().await {
        let mut batch = vec![first];
        while let Ok(entry) = entries.try_recv() {
            batch.push(entry);
        }
        let (events, waiting): (Vec<_>, Vec<_>) = batch.into_iter().map(|it| (it.event, it.done)).unzip();
        let recorder = Arc::clone(&recorder);
        let write = move || {
            let written = recorder.record(&events);
            (events, written)
        };
        let result = match tokio::task::spawn_blocking(write).await {
            Ok((events, Ok(_))) => {
                let mut folded = folded.lock().unwrap_or_else(PoisonError::into_inner);
                events.into_iter().for_each(|it| folded.apply(it));
                Ok(())
            }
            Ok((_, Err(error))) => Err(Arc::new(error)),
            // A recorder that panicked answers nobody: dropping the senders tells those who wait.
            Err(_) => return,
        };
        for done in waiting {
            // Who no longer waits has given up on the answer, not on the event.
            let _ = done.send(result.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rinfra_state::journal::{MemoryRecorder, Position};

    use super::{Arc, Event, RecordError, Recorder, Scribe, State};

    /// A recorder that counts its flushes.
    #[derive(Default)]
    struct Counting {
        memory: MemoryRecorder,
        flushes: AtomicUsize,
    }

    impl Recorder for Counting {
        fn record(&self, events: &[Event]) -> Result<Position, RecordError> {
            self.flushes.fetch_add(1, Ordering::Relaxed);
            self.memory.record(events)
        }
    }

    #[tokio::test]
    async fn events_that_come_together_are_flushed_together_and_keep_their_order() {
        let recorder = Arc::new(Counting::default());
        let scribe = Scribe::new(recorder.clone(), State::new("scribe"), Vec::new());
        let events: Vec<_> = (0..1000)
            .map(|number| Event::Output { name: format!("o{number}").into(), output: None })
            .collect();
        scribe.write_all(events.clone()).await.unwrap();
        assert_eq!(recorder.memory.events(), events);
        let flushes = recorder.flushes.load(Ordering::Relaxed);
        assert!(flushes < 10, "{flushes} flushes");
    }
}
