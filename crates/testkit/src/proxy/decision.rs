//! What is to be done with each request.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::buckets::Buckets;
use super::call::Call;
use super::message::Message;
use super::script::{Director, Fault, Script};
use super::trap::{Spring, Victim};
use super::visibility::Visibility;
use super::{Logged, Side};

/// Everything the proxy remembers.
#[derive(Debug)]
pub(super) struct Desk {
    director: Director,
    buckets: Buckets,
    visibility: Visibility,
    pub(super) log: Vec<Logged>,
    pub(super) on_their_way: usize,
    /// The account whose requests are those of the store.
    pub(super) store: Option<String>,
    /// How many requests that change something were passed on.
    pub(super) passed: usize,
    trap: Option<(Victim, Spring)>,
    /// Counted while a trap is set: those of the cloud and of the store, those that change something and the others.
    counted: HashMap<(bool, bool), usize>,
    /// A trap has closed: whoever sent what comes now is dead.
    is_over: bool,
}

/// What is to be done with a request.
pub(super) enum Decision {
    /// Hang up.
    HangUp,
    /// Close the trap at the given moment, then hang up.
    Catch(Side, Spring),
    /// Answer in the service's place.
    Answer(Box<Message>, &'static str),
    /// Pass it on, with this going wrong.
    Pass(Option<Fault>),
}

impl Desk {
    pub(super) fn new(script: Script) -> Self {
        Self {
            buckets: Buckets::new(script.buckets),
            director: Director::new(script),
            visibility: Visibility::default(),
            log: Vec::new(),
            on_their_way: 0,
            store: None,
            passed: 0,
            trap: None,
            counted: HashMap::new(),
            is_over: false,
        }
    }

    pub(super) fn play(&mut self, script: Script) {
        self.buckets = Buckets::new(script.buckets);
        self.director = Director::new(script);
        self.visibility = Visibility::default();
    }

    pub(super) fn set(&mut self, victim: Victim, spring: Spring) {
        self.counted.clear();
        self.is_over = false;
        self.trap = Some((victim, spring));
    }

    pub(super) fn release(&mut self) {
        self.trap = None;
        self.is_over = false;
    }

    pub(super) fn script(&self) -> &Script {
        &self.director.script
    }

    pub(super) fn decide(&mut self, call: &Call) -> Decision {
        if self.is_over {
            return Decision::HangUp;
        }
        let counter = self.counted.entry((call.is_of_store, call.mutates)).or_default();
        *counter += 1;
        let number = *counter;
        let is_victim =
            |it: &Victim| (it.store, it.mutating, it.number) == (call.is_of_store, call.mutates, number);
        if let Some((victim, spring)) = self.trap.take_if(|(it, _)| is_victim(it)) {
            self.is_over = victim.side == Side::Before;
            return Decision::Catch(victim.side, spring);
        }
        // What the store keeps names everything that is new.
        if let Some(answer) = (!call.is_of_store).then(|| self.visibility.deny(call)).flatten() {
            return Decision::Answer(Box::new(answer), "not seen yet");
        }
        self.passed += usize::from(call.mutates);
        let fault = self.director.next(call);
        let is_granted = self.buckets.take(call, Instant::now());
        Decision::Pass(fault.or_else(|| (!is_granted).then_some(Fault::Throttle)))
    }

    pub(super) fn floor(&self) -> Duration {
        self.buckets.floor()
    }

    /// Returns the call with what only the proxy knows of it.
    pub(super) fn attributed(&self, call: Call) -> Call {
        if self.store.as_deref() == Some(call.account.as_str()) { call.of_store() } else { call }
    }

    /// From now on nothing is passed on any more: whoever sends it is dead.
    pub(super) fn end(&mut self) {
        self.is_over = true;
    }

    /// Learns from an answer what is new, and leaves out of it what is not to be seen yet.
    pub(super) fn seen(&mut self, call: &Call, answer: Message) -> Message {
        let times = self.script().unseen;
        self.visibility.learn(call, &answer, times);
        self.visibility.veil(call, answer)
    }

    pub(super) fn log(&mut self, logged: Logged) {
        self.log.push(logged);
    }
}
