//! Who gets the next token.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;

/// Why somebody wants a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// For a call that was refused: it waited already.
    Again,
    /// To change something, or to see whether a change has arrived.
    Change,
    /// To see how things are.
    Look,
}

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    lane: Lane,
    number: u64,
}

/// Those who wait: first who was refused, then in turns who changes and who looks, each in the order they came.
#[derive(Debug, Default)]
pub(super) struct Queue {
    arrivals: u64,
    again: BTreeMap<u64, Arc<Notify>>,
    change: BTreeMap<u64, Arc<Notify>>,
    look: BTreeMap<u64, Arc<Notify>>,
    /// Whether the last one that was served wanted to change something.
    has_changed: bool,
}

impl Queue {
    /// Tells whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.again.is_empty() && self.change.is_empty() && self.look.is_empty()
    }

    /// Stands at the end of a lane; the bell rings when there is news.
    pub(super) fn join(&mut self, lane: Lane) -> (Place, Arc<Notify>) {
        let place = Place { lane, number: self.arrivals };
        self.arrivals += 1;
        let bell = Arc::new(Notify::new());
        self.lane(lane).insert(place.number, Arc::clone(&bell));
        (place, bell)
    }

    /// Tells whether it is this one's turn.
    pub(super) fn is_next(&self, place: Place) -> bool {
        self.next().is_some_and(|(lane, number, _)| place == Place { lane, number })
    }

    /// Leaves, with or without a token.
    pub(super) fn leave(&mut self, place: Place, is_served: bool) {
        self.lane(place.lane).remove(&place.number);
        if is_served && place.lane != Lane::Again {
            self.has_changed = place.lane == Lane::Change;
        }
    }

    /// Rings the bell of the one whose turn it is.
    pub(super) fn ring(&self) {
        if let Some((.., bell)) = self.next() {
            bell.notify_one();
        }
    }

    fn next(&self) -> Option<(Lane, u64, &Notify)> {
        let first = |lane, waiting: &'_ BTreeMap<u64, Arc<Notify>>| {
            waiting.first_key_value().map(|(number, _)| (lane, *number))
        };
        let change = || first(Lane::Change, &self.change);
        let look = || first(Lane::Look, &self.look);
        let by_turns = || if self.has_changed { look().or_else(change) } else { change().or_else(look) };
        let (lane, number) = first(Lane::Again, &self.again).or_else(by_turns)?;
        let waiting = match lane {
            Lane::Again => &self.again,
            Lane::Change => &self.change,
            Lane::Look => &self.look,
        };
        waiting.get(&number).map(|bell| (lane, number, &**bell))
    }

    fn lane(&mut self, lane: Lane) -> &mut BTreeMap<u64, Arc<Notify>> {
        match lane {
            Lane::Again => &mut self.again,
            Lane::Change => &mut self.change,
            Lane::Look => &mut self.look,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lane, Place, Queue};

    /// Serves everybody; returns their numbers.
    fn served(queue: &mut Queue, places: &[Place]) -> Vec<u64> {
        let mut numbers = Vec::new();
        while let Some(place) = places.iter().find(|it| queue.is_next(**it)) {
            queue.leave(*place, true);
            numbers.push(place.number);
        }
        numbers
    }

    #[test]
    fn who_was_refused_goes_first_and_the_others_take_turns() {
        let mut queue = Queue::default();
        let lanes = [Lane::Look, Lane::Look, Lane::Look, Lane::Change, Lane::Change, Lane::Again];
        let places = lanes.map(|lane| queue.join(lane).0);
        assert_eq!(served(&mut queue, &places), [5, 3, 0, 4, 1, 2]);
        assert!(queue.is_empty());
    }

    #[test]
    fn who_leaves_is_not_waited_for() {
        let mut queue = Queue::default();
        let places = [Lane::Change, Lane::Change, Lane::Look].map(|lane| queue.join(lane).0);
        queue.leave(places[0], false);
        assert_eq!(served(&mut queue, &places), [1, 2]);
    }
}
