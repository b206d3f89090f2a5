//! How full a bucket is thought to be, and how fast it is thought to fill.
//!
//! It begins with what AWS publishes: full, and filling as fast as that. Accounts may have more, and what is no AWS
//! has no buckets at all: where more is wanted and nothing is refused, the rate is doubled every quarter of a second.
//! The first refusal brings it back to what is published; from then on it rises slowly.

use std::time::{Duration, Instant};

/// How long nothing may be refused at one rate before it is doubled.
const PROBED: Duration = Duration::from_millis(250);
/// Refusals this close together say one thing.
const APART: Duration = Duration::from_secs(1);
/// A bucket that complains again so soon is shared with somebody.
const AGAIN: Duration = Duration::from_secs(5);
/// How long after a refusal more than what is published is tried again; twice as long each time it is in vain.
const HOLD: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(480));
/// What part of the published rate a rate below it is raised by each second.
const RECOVERY: f64 = 0.05;
/// What part of the published rate a rate above it is raised by each second, after refusals.
const CREEP: f64 = 0.01;
/// What part of the published rate is asked for at least, whoever else takes the rest.
const LEAST: f64 = 0.125;
/// From here on it does not matter how fast a bucket fills.
const MOST: f64 = 100_000.0;
/// What rounding may take away from a token.
const ROUNDING: f64 = 1e-6;

/// What is said of a bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Figures {
    /// How many tokens it holds.
    pub(super) capacity: f64,
    /// How many it is given each second.
    pub(super) refill: f64,
    /// Whether nobody wants more, even if it were given.
    pub(super) is_ceiling: bool,
}

impl Figures {
    /// Returns those of somebody who wants so many calls a second and not more.
    pub(super) fn ceiling(a_second: f64) -> Self {
        Self { capacity: a_second.max(1.0), refill: a_second, is_ceiling: true }
    }
}

/// What a bucket was thought to be like when a call took its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    epoch: u64,
    /// Whether it was empty, so that the call tells something of its rate.
    at_limit: bool,
}

/// A bucket as it is thought to be.
#[derive(Debug)]
pub(super) struct Rate {
    figures: Figures,
    tokens: f64,
    refill: f64,
    at: Instant,
    /// Goes up whenever the rate is changed, so that answers are about one rate.
    epoch: u64,
    since: Instant,
    /// Whether it has been empty since it was last full.
    is_drained: bool,
    /// How many tokens were taken for calls that are not sent yet: those wait for each other, not for tokens.
    unsent: u64,
    /// How many of these were taken in earlier epochs. Calls are sent in the order they got their tokens.
    unsent_before: u64,
    /// Since something was refused, here or by a neighbour.
    taught: Option<Taught>,
}

#[derive(Debug)]
struct Taught {
    /// Calls of earlier epochs were sent before the last refusal was known.
    epoch: u64,
    at: Instant,
    /// How long no more than what is published is asked for.
    hold: Duration,
    /// Whether it was this one that refused.
    in_person: bool,
}

impl Rate {
    /// Returns a full bucket.
    pub(super) fn new(figures: Figures, now: Instant) -> Self {
        let Figures { capacity: tokens, refill, .. } = figures;
        Self {
            figures,
            tokens,
            refill,
            at: now,
            epoch: 0,
            since: now,
            is_drained: false,
            unsent: 0,
            unsent_before: 0,
            taught: None,
        }
    }

    /// Goes on with other figures.
    pub(super) fn replace(&mut self, figures: Figures, now: Instant) {
        let (tokens, unsent) = (self.tokens.min(figures.capacity), self.unsent);
        *self = Self { tokens, unsent, epoch: self.epoch + 1, ..Self::new(figures, now) };
    }

    /// Takes a token.
    ///
    /// *Errors*: how long it takes until there is one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        self.advance(now);
        if self.tokens >= 1.0 - ROUNDING {
            self.tokens -= 1.0;
            self.unsent += 1;
            return Ok(());
        }
        if !self.is_drained {
            self.is_drained = true;
            self.next_epoch(now);
        }
        let missing = (1.0 - self.tokens) / self.refill;
        // A moment too late rather than one too early.
        Err(Duration::from_secs_f64(missing) + Duration::from_micros(1))
    }

    /// Puts a token back that is not needed.
    pub(super) fn give_back(&mut self) {
        self.tokens = (self.tokens + 1.0).min(self.figures.capacity);
        self.unsent = self.unsent.saturating_sub(1);
        self.unsent_before = self.unsent_before.min(self.unsent);
    }

    /// Returns what a call that is sent now took its token under.
    pub(super) fn stamp(&mut self) -> Stamp {
        self.unsent = self.unsent.saturating_sub(1);
        if self.unsent_before > 0 {
            self.unsent_before -= 1;
            return Stamp { epoch: self.epoch - 1, at_limit: false };
        }
        Stamp { epoch: self.epoch, at_limit: self.is_drained && self.tokens < 1.0 }
    }

    /// Learns that a call was let through; tells whether the rate has changed.
    pub(super) fn answered(&mut self, stamp: Stamp, now: Instant) -> bool {
        if self.figures.is_ceiling || !stamp.at_limit || stamp.epoch != self.epoch || self.refill >= MOST {
            return false;
        }
        self.advance(now);
        match &self.taught {
            None if now.saturating_duration_since(self.since) < PROBED => false,
            None => {
                self.refill *= 2.0;
                self.next_epoch(now);
                true
            }
            Some(taught) => {
                let may_rise = now.saturating_duration_since(taught.at) >= taught.hold;
                if may_rise && self.refill >= self.figures.refill {
                    // So many calls are answered in a second.
                    self.refill += CREEP * self.figures.refill / self.refill;
                }
                may_rise
            }
        }
    }

    /// Learns that a call was refused; tells whether that was not known yet.
    pub(super) fn refused(&mut self, stamp: Stamp, now: Instant) -> bool {
        if self.taught.as_ref().is_some_and(|it| stamp.epoch < it.epoch) {
            return false;
        }
        self.advance(now);
        let was_thought_empty = self.tokens < 1.0;
        let last = self.taught.as_ref().filter(|it| it.in_person);
        let last = last.map(|it| (now.saturating_duration_since(it.at), it.hold));
        let mut hold = last.map_or(HOLD.0, |(_, hold)| hold);
        self.tokens = self.tokens.min(0.0);
        if self.refill > self.figures.refill {
            self.refill = self.figures.refill;
            if last.is_some() {
                hold = (hold * 2).min(HOLD.1);
            }
        } else if was_thought_empty && last.is_some_and(|(ago, _)| APART <= ago && ago < AGAIN) {
            self.refill = (self.refill / 2.0).max(self.figures.refill * LEAST);
        }
        let is_news = last.is_none_or(|(ago, _)| ago >= APART);
        self.next_epoch(now);
        let at = if is_news { now } else { self.taught.as_ref().map_or(now, |it| it.at) };
        self.taught = Some(Taught { epoch: self.epoch, at, hold, in_person: true });
        is_news
    }

    /// Learns that a neighbour was refused more than is published: so will this one be, unless it knows better.
    pub(super) fn heed(&mut self, now: Instant) {
        if self.taught.is_none() && self.refill <= self.figures.refill {
            self.taught = Some(Taught { epoch: self.epoch, at: now, hold: HOLD.0, in_person: false });
        }
    }

    fn next_epoch(&mut self, now: Instant) {
        self.epoch += 1;
        self.since = now;
        self.unsent_before = self.unsent;
    }

    fn advance(&mut self, now: Instant) {
        let Figures { capacity, refill, .. } = self.figures;
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = self.at.max(now);
        self.tokens = (self.tokens + passed * self.refill).min(capacity);
        if self.tokens >= capacity {
            self.is_drained = false;
            // Whatever was not sent until now never will be.
            (self.unsent, self.unsent_before) = (0, 0);
        }
        if self.refill < refill {
            self.refill = (self.refill + RECOVERY * refill * passed).min(refill);
        }
    }
}

#[cfg(test)]
mod tests;
