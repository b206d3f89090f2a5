//! The events of a run of which the state has nothing yet.

use std::collections::BTreeMap;
use std::io::{BufReader, Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rinfra_state::journal::{Effect, Event, JournalError, Sequence};

/// Events in their order, the older ones packed.
///
/// Until the state is written they may have to be written anew, which hardly ever happens, and they are three for each
/// operation: as they are they would need as much memory as the whole state.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The JSON of the older ones, compressed as one stream, because they resemble each other.
    packed: DeflateEncoder<Vec<u8>>,
    packed_count: usize,
    /// Those since.
    recent: Vec<Event>,
    /// The intents among all of them whose end is missing, or may be; and whether they leave a mark.
    open: BTreeMap<Sequence, bool>,
}

impl Kept {
    /// Returns events none of which is packed.
    pub(crate) fn new(events: Vec<Event>) -> Self {
        let packed = DeflateEncoder::new(Vec::new(), Compression::fast());
        let mut kept = Self { packed, packed_count: 0, recent: Vec::new(), open: BTreeMap::new() };
        events.iter().for_each(|it| kept.follow(it));
        kept.recent = events;
        kept
    }

    pub(crate) fn len(&self) -> usize {
        self.packed_count + self.recent.len()
    }

    /// Tells whether no intent is unfinished.
    pub(crate) fn is_finished(&self) -> bool {
        self.open.is_empty()
    }

    pub(crate) fn extend(&mut self, events: &[Event]) {
        events.iter().for_each(|it| self.follow(it));
        self.recent.extend_from_slice(events);
    }

    fn follow(&mut self, event: &Event) {
        match event {
            Event::Intent(intent) => {
                self.open.insert(intent.sequence, intent.marks);
            }
            Event::Settled { sequence, .. }
            | Event::Ended { sequence }
            | Event::Failed { sequence, effect: Effect::Known, .. }
                if self.open.get(sequence) == Some(&false) =>
            {
                self.open.remove(sequence);
            }
            Event::Removed { sequence } => {
                self.open.remove(sequence);
            }
            Event::Unmarked { sequences } => {
                for sequence in sequences {
                    self.open.remove(sequence);
                }
            }
            _ => {}
        }
    }

    /// Returns the events from a place on, which must not be packed yet.
    pub(crate) fn since(&self, place: usize) -> &[Event] {
        self.recent.get(place.saturating_sub(self.packed_count)..).unwrap_or_default()
    }

    /// Drops the events from a place on, which must not be packed yet.
    pub(crate) fn truncate(&mut self, place: usize) {
        self.recent.truncate(place.saturating_sub(self.packed_count));
    }

    /// Packs the events before a place. What has no JSON stays as it is, and what follows it.
    pub(crate) fn pack(&mut self, place: usize) {
        let count = place.saturating_sub(self.packed_count).min(self.recent.len());
        let Ok(texts) = self.recent.iter().take(count).map(serde_json::to_vec).collect::<Result<Vec<_>, _>>()
        else {
            return;
        };
        for text in texts {
            // Writing to memory cannot fail.
            let _ = self.packed.write_all(&text);
        }
        self.recent.drain(..count);
        self.recent.shrink_to(RECENT);
        self.packed_count += count;
    }

    /// Calls a function with every event and its place.
    ///
    /// # Errors
    /// Fails when what was packed is not what it was.
    pub(crate) fn each(&mut self, mut call: impl FnMut(usize, Event)) -> Result<(), JournalError> {
        let damaged = |message: String| JournalError::NotUnderstood {
            line: 1,
            message: format!("in memory, {message}"),
        };
        self.packed.flush().map_err(|error| damaged(error.to_string()))?;
        // What was flushed ends with a whole byte, and goes on; for whoever reads it here it ends.
        let packed = self.packed.get_ref().as_slice().chain(LAST_BLOCK);
        let reader = BufReader::new(DeflateDecoder::new(packed));
        let mut count = 0;
        for event in serde_json::Deserializer::from_reader(reader).into_iter::<Event>() {
            call(count, event.map_err(|error| damaged(error.to_string()))?);
            count += 1;
        }
        if count != self.packed_count {
            return Err(damaged(format!("{count} events are left of {}", self.packed_count)));
        }
        self.recent.iter().enumerate().for_each(|(index, event)| call(count + index, event.clone()));
        Ok(())
    }
}

/// The last block of a compressed stream, with nothing in it.
const LAST_BLOCK: &[u8] = &[3, 0];

/// The room that is kept for events which are not packed yet.
const RECENT: usize = 64;

#[cfg(test)]
mod tests {
    use super::{Event, Kept, Sequence};

    fn event(name: &str) -> Event {
        Event::Output { name: name.into(), output: None }
    }

    fn all(kept: &mut Kept) -> Vec<(usize, Event)> {
        let mut all = Vec::new();
        kept.each(|place, event| all.push((place, event))).unwrap();
        all
    }

    #[test]
    fn what_is_packed_comes_out_as_it_was_and_as_often_as_wanted() {
        let events: Vec<_> = (0..500).map(|it| event(&format!("output {it}"))).collect();
        let expected: Vec<_> = events.iter().cloned().enumerate().collect();
        for packed in [0, 1, 250, 499, 500, 600] {
            let mut kept = Kept::new(events.clone());
            kept.pack(packed);
            assert_eq!(all(&mut kept), expected, "{packed}");
            // What comes later, and what was looked at, changes nothing of it.
            kept.extend(&[event("later")]);
            assert_eq!(kept.since(500), [event("later")]);
            kept.pack(501);
            assert_eq!(all(&mut kept).len(), 501);
            kept.truncate(501);
            assert_eq!(kept.len(), 501, "{packed}");
            assert_eq!(all(&mut kept)[..500], expected);
        }
    }

    #[test]
    fn packed_events_are_small() {
        let mut kept = Kept::new((0..10_000).map(|it| event(&format!("output {it}"))).collect());
        kept.pack(10_000);
        assert!(kept.packed.get_ref().len() < 100_000, "{}", kept.packed.get_ref().len());
        assert!(kept.recent.capacity() < 1_000);
    }

    #[test]
    fn an_intent_is_open_until_its_end() {
        let mut kept = Kept::new(Vec::new());
        kept.open.insert(Sequence(1), false);
        kept.open.insert(Sequence(2), true);
        kept.extend(&[Event::Ended { sequence: Sequence(1) }, Event::Ended { sequence: Sequence(2) }]);
        assert!(!kept.is_finished(), "the object of the second carries a mark");
        kept.extend(&[Event::Unmarked { sequences: vec![Sequence(2)] }]);
        assert!(kept.is_finished());
    }
}
