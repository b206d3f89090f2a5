//! What there is to do, what is done and what goes on.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use rinfra_addr::ResourceInstance;
use rinfra_apply::Outlook;
use rinfra_change::Opcode;

/// One thing that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Running {
    /// A step of an apply.
    Step {
        /// Which step of the plan's graph.
        operation: usize,
        /// The instance.
        address: ResourceInstance,
        /// What is done to it.
        opcode: Opcode,
        /// What identifies the object, where it is known.
        identity: Option<String>,
    },
    /// The reading of objects that exist.
    Refresh {
        /// The resource type.
        kind: String,
        /// The Region.
        region: Option<String>,
        /// How many objects.
        objects: usize,
    },
    /// The reading of a data source, or what is done to an ephemeral object.
    Reading {
        /// Its address.
        address: ResourceInstance,
    },
}

/// Something that goes on, and since when.
#[derive(Clone, Debug)]
pub struct Ongoing {
    /// What it is.
    pub what: Running,
    /// When it began.
    pub since: Instant,
    /// How often it was mentioned that it takes its time.
    pub mentioned: u32,
}

/// How much of something is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How much there is; 0 while nobody knows.
    pub total: usize,
    /// How much of it is done.
    pub done: usize,
}

/// What there is to do, what is done and what goes on.
#[derive(Clone, Debug)]
pub struct Work {
    since: Instant,
    steps: Count,
    objects: Count,
    begun: u64,
    /// The oldest first.
    running: BTreeMap<u64, Ongoing>,
    /// Where things are in what is running. Several may go by one name, in several accounts.
    places: HashMap<Name, VecDeque<u64>>,
    outlook: Option<Outlook>,
    /// When everything was last told at once.
    summarized: Option<Instant>,
}

/// What tells one thing that goes on from the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Step(usize),
    Refresh(String, Option<String>),
    Reading(ResourceInstance),
}

impl Running {
    fn name(&self) -> Name {
        match self {
            Self::Step { operation, .. } => Name::Step(*operation),
            Self::Refresh { kind, region, .. } => Name::Refresh(kind.clone(), region.clone()),
            Self::Reading { address } => Name::Reading(address.clone()),
        }
    }
}

impl Work {
    /// Returns work of which nothing has begun, with what is known of how long it will take.
    pub fn new(outlook: Option<Outlook>, now: Instant) -> Self {
        Self {
            since: now,
            steps: Count::default(),
            objects: Count::default(),
            begun: 0,
            running: BTreeMap::new(),
            places: HashMap::new(),
            outlook,
            summarized: None,
        }
    }

    /// Notes that so many steps are ahead.
    pub fn expect(&mut self, steps: usize) {
        self.steps.total = steps;
    }

    /// Notes that something begins.
    pub fn begin(&mut self, what: Running, now: Instant) {
        match &what {
            Running::Step { operation, .. } => {
                let elapsed = self.elapsed(now);
                self.outlook.iter_mut().for_each(|it| it.begin(*operation, elapsed));
            }
            Running::Refresh { objects, .. } => self.objects.total += objects,
            Running::Reading { .. } => {}
        }
        self.begun += 1;
        self.places.entry(what.name()).or_default().push_back(self.begun);
        self.running.insert(self.begun, Ongoing { what, since: now, mentioned: 0 });
    }

    /// Notes that what was read has been read, and returns when it began.
    pub fn end(&mut self, what: &Running) -> Option<Instant> {
        if let Running::Refresh { objects, .. } = what {
            self.objects.done += objects;
        }
        self.leave(&what.name())
    }

    /// Notes that a step is done, and returns when it began.
    pub fn end_step(&mut self, operation: usize, now: Instant) -> Option<Instant> {
        let elapsed = self.elapsed(now);
        self.outlook.iter_mut().for_each(|it| it.end(operation, elapsed));
        self.steps.done += 1;
        self.leave(&Name::Step(operation))
    }

    /// Notes that a step failed or was left out, and returns when it began.
    pub fn fail_step(&mut self, operation: usize) -> Option<Instant> {
        self.outlook.iter_mut().for_each(|it| it.fail(operation));
        self.steps.done += 1;
        self.leave(&Name::Step(operation))
    }

    fn leave(&mut self, name: &Name) -> Option<Instant> {
        let places = self.places.get_mut(name)?;
        let place = places.pop_front()?;
        if places.is_empty() {
            self.places.remove(name);
        }
        self.running.remove(&place).map(|it| it.since)
    }

    fn elapsed(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }

    /// Returns when it began.
    pub fn since(&self) -> Instant {
        self.since
    }

    /// Returns how many steps are done; there are none in a plan.
    pub fn steps(&self) -> Count {
        self.steps
    }

    /// Returns how many objects have been read, of those anybody began to read.
    pub fn objects(&self) -> Count {
        self.objects
    }

    /// Returns what goes on, the oldest first.
    pub fn running(&self) -> impl Iterator<Item = &Ongoing> {
        self.running.values()
    }

    /// Tells whether it is time to tell of everything at once, which is not again before so much time has passed.
    pub(crate) fn summarize(&mut self, pause: Duration, now: Instant) -> bool {
        let is_time = self.summarized.is_none_or(|it| now.saturating_duration_since(it) >= pause);
        if is_time {
            self.summarized = Some(now);
        }
        is_time
    }

    /// Returns how long the steps will still take, where that can be told.
    pub fn remaining(&mut self, now: Instant) -> Option<Duration> {
        let elapsed = self.elapsed(now);
        Some(self.outlook.as_mut().filter(|_| self.steps.total > 0)?.remaining(elapsed))
    }

    /// Returns what has gone on for another while since it was last mentioned, with how long it has. From now on all
    /// of it is mentioned.
    pub(crate) fn overdue(&mut self, pause: Duration, now: Instant) -> Vec<(Running, Duration)> {
        let mut overdue = Vec::new();
        // The oldest come first: behind one that is young enough there are only younger ones.
        for ongoing in self.running.values_mut() {
            let elapsed = now.saturating_duration_since(ongoing.since);
            let times = u32::try_from(elapsed.as_secs() / pause.as_secs().max(1)).unwrap_or(u32::MAX);
            if times == 0 {
                break;
            }
            if times > ongoing.mentioned {
                ongoing.mentioned = times;
                overdue.push((ongoing.what.clone(), pause * times));
            }
        }
        overdue
    }
}
