//! From a state and the events since to the state now.

use std::collections::BTreeMap;

use crate::State;
use crate::journal::{Effect, Event, Intent, Opcode, Sequence};

/// A state with all events so far in it, and the intents whose end is missing.
///
/// # Guarantees
/// Applying events one by one gives the same as folding them at once, and applying a journal a second time
/// changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// The state now.
    pub state: State,
    /// The intents whose end is missing, by their numbers: in the order they were written.
    pub unfinished: BTreeMap<Sequence, Unfinished>,
    /// Intents that events speak of and the journal lacks; always empty for a journal written as it should be.
    pub strays: Vec<Sequence>,
    next: Sequence,
}

/// An intent whose end is missing: the call may or may not have had its effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    /// The intent.
    pub intent: Intent,
    /// What identifies the object to the cloud, where the journal knows it.
    pub identity: Option<String>,
    /// The failure that left the doubt, where one was seen.
    pub failure: Option<Failure>,
    /// Whether nothing is in doubt any more, and only the mark of the call is to be taken away from its object.
    pub is_marked_only: bool,
}

/// A failure that left a doubt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// The error class, in the provider's words.
    pub class: String,
    /// What the service said.
    pub message: String,
}

/// Returns the state with these events in it.
pub fn fold(state: State, events: impl IntoIterator<Item = Event>) -> Folded {
    let mut folded = Folded::new(state);
    for event in events {
        folded.apply(event);
    }
    folded
}

impl Folded {
    /// Returns a state without any event.
    pub fn new(state: State) -> Self {
        Self { state, unfinished: BTreeMap::new(), strays: Vec::new(), next: Sequence(1) }
    }

    /// Returns a state that does not hold the ends of these intents of an earlier run.
    pub fn resume(state: State, unfinished: Vec<Unfinished>) -> Self {
        let mut folded = Self::new(state);
        for it in unfinished {
            it.events().into_iter().for_each(|event| folded.apply(event));
        }
        folded
    }

    /// Returns the number the next intent takes: greater than that of every intent so far.
    pub fn next_sequence(&self) -> Sequence {
        self.next
    }

    /// Adds one event.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Intent(intent) => self.begin(*intent),
            Event::Identified { sequence, identity, object } => {
                let Some(unfinished) = self.unfinished.get_mut(&sequence) else {
                    return self.strays.push(sequence);
                };
                unfinished.identity = Some(identity);
                let Intent { address, deposed, provider, .. } = &unfinished.intent;
                self.state.put(
                    address,
                    deposed.as_deref(),
                    provider,
                    object.with_status(crate::Status::Tainted),
                );
            }
            Event::Settled { sequence, object } => {
                if let Some(ended) = self.end(sequence) {
                    self.put(&ended.intent, *object);
                    self.remember_mark(ended);
                }
            }
            Event::Removed { sequence } => {
                if let Some(Unfinished { intent, .. }) = self.end(sequence) {
                    self.state.remove(&intent.address, intent.deposed.as_deref());
                }
            }
            Event::Ended { sequence } => {
                if let Some(ended) = self.end(sequence) {
                    self.remember_mark(ended);
                }
            }
            Event::Unmarked { sequences } => {
                sequences.iter().for_each(|it| drop(self.unfinished.remove(it)));
            }
            Event::Failed { sequence, effect, class, message, object } => {
                let Some(unfinished) = self.find(sequence) else { return };
                unfinished.failure = Some(Failure { class, message });
                let intent = unfinished.intent.clone();
                if effect == Effect::Known
                    && let Some(ended) = self.end(sequence)
                {
                    self.remember_mark(ended);
                }
                if let Some(object) = object {
                    self.put(&intent, *object);
                }
            }
            Event::Recorded { address, deposed, provider, object } => {
                self.state.put(&address, deposed.as_deref(), &provider, *object);
            }
            Event::Forgotten { address, deposed } => {
                self.state.remove(&address, deposed.as_deref());
            }
            Event::Arranged { address, provider, instance } => {
                self.state.put_instance(&address, &provider, *instance);
            }
            Event::Moved { from, to, provider, instance } => {
                self.state.remove_instance(&from);
                self.state.put_instance(&to, &provider, *instance);
            }
            Event::Output { name, output: Some(output) } => self.state.set_output(name, output),
            Event::Output { name, output: None } => {
                self.state.remove_output(&name);
            }
            Event::Checked { results } => {
                self.state.check_results = (!results.is_empty()).then_some(results);
            }
            Event::Began { .. } | Event::Projected { .. } => {}
        }
    }

    fn begin(&mut self, intent: Intent) {
        self.next = self.next.max(intent.sequence.next());
        let identity = intent.identity.clone();
        // A journal may be folded again onto intents that are unfinished still.
        self.unfinished
            .insert(intent.sequence, Unfinished { intent, identity, failure: None, is_marked_only: false });
    }

    fn find(&mut self, sequence: Sequence) -> Option<&mut Unfinished> {
        let unfinished = self.unfinished.get_mut(&sequence);
        if unfinished.is_none() {
            self.strays.push(sequence);
        }
        unfinished
    }

    fn end(&mut self, sequence: Sequence) -> Option<Unfinished> {
        let ended = self.unfinished.remove(&sequence);
        if ended.is_none() {
            self.strays.push(sequence);
        }
        ended
    }

    /// Keeps an intent that ended as long as the object that it made carries its mark.
    fn remember_mark(&mut self, ended: Unfinished) {
        if ended.intent.marks && ended.identity.is_some() {
            let intent = Intent { planned: None, outline: None, ..ended.intent };
            let kept = Unfinished { intent, failure: None, is_marked_only: true, ..ended };
            self.unfinished.insert(kept.intent.sequence, kept);
        }
    }

    fn put(&mut self, intent: &Intent, object: crate::Object) {
        self.state.put(&intent.address, intent.deposed.as_deref(), &intent.provider, object);
    }
}

impl Unfinished {
    /// Tells whether it is a creation that may have made an object nobody knows of.
    pub fn is_lost(&self) -> bool {
        self.intent.opcode == Opcode::Create && self.identity.is_none() && !self.is_marked_only
    }

    /// Returns the events that say the same as the intent and what followed it: what a journal keeps of it when
    /// the state was written, which holds the object as far as it is known.
    pub fn events(&self) -> Vec<Event> {
        let sequence = self.intent.sequence;
        let intent = Intent { identity: self.identity.clone(), ..self.intent.clone() };
        let failed = self.failure.clone().map(|Failure { class, message }| {
            let effect = Effect::Uncertain;
            Event::Failed { sequence, effect, class, message, object: None }
        });
        let ended = self.is_marked_only.then_some(Event::Ended { sequence });
        [Event::Intent(Box::new(intent))].into_iter().chain(failed).chain(ended).collect()
    }
}
