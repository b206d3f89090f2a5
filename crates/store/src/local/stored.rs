//! State and journal as they lie on the disk, and whether they fit each other.

use std::path::Path;

use rinfra_state::journal::{Folded, Lines};
use rinfra_state::{ParseError, State};

use crate::envelope::{Envelope, Keeping};
use crate::local::files;
use crate::projection::{combine, digest};
use crate::sealed_lines;
use crate::{Snapshot, StoreError};

/// How often a reader without a lock begins again when the journal changes under its eyes.
const ATTEMPTS: usize = 16;

/// Returns the state with the journal in it, without a lock.
pub(super) async fn load(
    path: &Path,
    journal_path: &Path,
    envelope: &dyn Envelope,
) -> Result<Option<Snapshot>, StoreError> {
    let mut journal = files::read(journal_path)?;
    let mut bytes = files::read(path)?;
    // A writer changes the journal before and after it changes the state: with the journal the same before and
    // after, the state between belongs to it.
    for _ in 0..ATTEMPTS {
        let now = files::read(journal_path)?;
        if now == journal {
            break;
        }
        journal = now;
        bytes = files::read(path)?;
    }
    let (state, _) = parse(path, bytes.as_deref().unwrap_or_default(), envelope).await?;
    let lines = lines(journal_path, journal.as_deref().unwrap_or_default(), envelope).await?;
    let digest = digest(bytes.as_deref().unwrap_or_default());
    let combined = combine(state, &digest, &lines.events, journal_path)?;
    Ok(combined.map(|Folded { state, unfinished, .. }| Snapshot {
        state,
        unfinished: unfinished.into_values().collect(),
    }))
}

/// Returns the state in these bytes, and how it was kept; there is none in an empty file.
pub(super) async fn parse(
    path: &Path,
    bytes: &[u8],
    envelope: &dyn Envelope,
) -> Result<(Option<State>, Keeping), StoreError> {
    if bytes.is_empty() {
        return Ok((None, Keeping::Current));
    }
    let opened = envelope.open_state(bytes).await;
    let (plain, keeping) =
        opened.map_err(|source| StoreError::Envelope { location: path.display().to_string(), source })?;
    match State::parse(&plain) {
        Ok(state) => Ok((Some(state), keeping)),
        Err(ParseError::Empty) => Ok((None, Keeping::Current)),
        Err(source) => Err(StoreError::State { path: path.to_owned(), source }),
    }
}

/// Returns the events of a journal.
pub(super) async fn lines(path: &Path, bytes: &[u8], envelope: &dyn Envelope) -> Result<Lines, StoreError> {
    sealed_lines::read(&path.display().to_string(), bytes, envelope).await
}
