//! Whether a state and a journal fit each other, and what they are together.

use std::path::Path;

use rinfra_state::State;
use rinfra_state::journal::{Event, Folded, Torn, fold};
use sha2::{Digest, Sha256};

use crate::{Origin, StoreError};

/// Returns the SHA-256 of bytes in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the stored state with the events of the journal in it, or nothing when there is neither.
///
/// The journal fits when the state is the one it began with, or has the journal's events in it already.
///
/// # Errors
/// Fails with [`StoreError::Diverged`] where it does not.
pub fn combine(
    state: Option<State>,
    digest: &str,
    events: &[Event],
    journal_path: &Path,
) -> Result<Option<Folded>, StoreError> {
    let Some((lineage, serial)) = beginning(events) else {
        return Ok(state.map(Folded::new));
    };
    let found = match &state {
        None => "there is no state".to_owned(),
        Some(state) => format!("the state has serial {} of lineage {:?}", state.serial, state.lineage),
    };
    // A journal of a first run begins with the empty state that was never written.
    let stored = match state {
        None if serial == 0 => Some(State::new(lineage)),
        other => other,
    };
    let projected = |event: &Event| matches!(event, Event::Projected { digest: it, .. } if it == digest);
    if let Some(state) = stored.filter(|it| it.lineage == lineage) {
        let begun = state.serial == serial || events.iter().any(projected);
        let folded = fold(state.clone(), events.iter().cloned());
        if begun || folded.state.same_content(&state) {
            return Ok(Some(folded));
        }
    }
    Err(StoreError::Diverged {
        journal: journal_path.to_owned(),
        lineage: lineage.to_owned(),
        expected: serial,
        found,
        events: events.len(),
    })
}

/// Returns lineage and serial of the state that a journal continues.
fn beginning(events: &[Event]) -> Option<(&str, u64)> {
    events.iter().find_map(|event| match event {
        Event::Began { lineage, serial, .. } => Some((lineage.as_str(), *serial)),
        _ => None,
    })
}

/// Returns where a state comes from that was read together with these events.
pub fn origin(exists: bool, events: &[Event], torn: Option<Torn>) -> Origin {
    let notes = |it: &&Event| !matches!(it, Event::Began { .. } | Event::Projected { .. });
    match events.iter().filter(notes).count() {
        0 if torn.is_none() && exists => Origin::Stored,
        0 if torn.is_none() => Origin::New,
        events => Origin::Recovered { events, torn },
    }
}
