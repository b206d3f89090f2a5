//! The lines of a journal, each in an envelope of its own.

use rinfra_state::journal::{self, Event, JournalError, Lines};

use crate::StoreError;
use crate::envelope::{Envelope, EnvelopeError, Part};

/// Returns the line for events that are kept together, with the newline at its end.
///
/// # Errors
/// Fails when an event has no JSON, or the envelope refuses it.
pub fn line(
    location: &str,
    events: &[Event],
    number: u64,
    envelope: &dyn Envelope,
) -> Result<Vec<u8>, StoreError> {
    let mut plain = journal::line(events).map_err(|source| damaged(location, source))?;
    plain.pop();
    let sealed = envelope.seal(Part::Line { number }, plain);
    let mut line = sealed.map_err(|source| StoreError::Envelope { location: location.to_owned(), source })?;
    line.push(b'\n');
    Ok(line)
}

/// Returns the events of a journal; what it tells of bytes is of those that are kept.
///
/// # Errors
/// Fails for a damaged line that others follow, for one another version of this program wrote, and for one that the
/// envelope cannot be opened of.
pub async fn read(location: &str, bytes: &[u8], envelope: &dyn Envelope) -> Result<Lines, StoreError> {
    let mut plain = Vec::with_capacity(bytes.len());
    let kept: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for (number, line) in (1..).zip(&kept) {
        let opened = match line.strip_suffix(b"\n") {
            None | Some([]) => Err(EnvelopeError::Torn),
            Some(line) => envelope.open(Part::Line { number }, line).await,
        };
        match opened {
            Ok(opened) => {
                plain.extend(opened);
                plain.push(b'\n');
            }
            // What is torn is no line of any version, whatever it begins with.
            Err(EnvelopeError::Torn) => plain.extend(b"torn\n"),
            Err(source) => return Err(StoreError::Envelope { location: location.to_owned(), source }),
        }
    }
    let mut lines = journal::read(&plain).map_err(|source| damaged(location, source))?;
    let intact = plain.get(..lines.intact).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
    lines.intact = kept.iter().take(intact).map(|line| line.len()).sum();
    if let Some(torn) = &mut lines.torn {
        torn.bytes = kept.get(torn.line.saturating_sub(1)).map_or(0, |line| line.len());
    }
    Ok(lines)
}

/// Returns the events of one line that must be whole, and stands at a number of its own.
///
/// # Errors
/// Fails as [`read`] does, and when it is not whole.
pub async fn read_one(
    location: &str,
    line: &[u8],
    number: u64,
    envelope: &dyn Envelope,
) -> Result<Vec<Event>, StoreError> {
    let Some(kept) = line.strip_suffix(b"\n").filter(|it| !it.is_empty()) else {
        return match line {
            [] => Ok(Vec::new()),
            _ => Err(damaged(location, JournalError::Damaged { line: 1 })),
        };
    };
    let opened = envelope.open(Part::Line { number }, kept).await;
    let mut plain =
        opened.map_err(|source| StoreError::Envelope { location: location.to_owned(), source })?;
    plain.push(b'\n');
    let lines = journal::read(&plain).map_err(|source| damaged(location, source))?;
    match lines.torn {
        None => Ok(lines.events),
        Some(torn) => Err(damaged(location, JournalError::Damaged { line: torn.line })),
    }
}

fn damaged(location: &str, source: JournalError) -> StoreError {
    StoreError::Journal { path: location.into(), source }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::{Envelope, EnvelopeError, Part, StoreError, line, read};
    use rinfra_state::journal::Event;

    /// An envelope that writes the part before the bytes, backwards, so that nothing of a line is as it was.
    #[derive(Debug)]
    struct Backwards;

    #[async_trait]
    impl Envelope for Backwards {
        fn seal(&self, part: Part, mut plain: Vec<u8>) -> Result<Vec<u8>, EnvelopeError> {
            plain.reverse();
            Ok([format!("{part:?}|").into_bytes(), plain].concat())
        }

        async fn open(&self, part: Part, kept: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
            let mark = format!("{part:?}|");
            let other = || EnvelopeError::Refused("it belongs elsewhere".into());
            Ok(kept.strip_prefix(mark.as_bytes()).ok_or_else(other)?.iter().rev().copied().collect())
        }
    }

    fn event(name: &str) -> Event {
        Event::Output { name: name.into(), output: None }
    }

    #[tokio::test]
    async fn a_sealed_journal_is_cut_off_where_it_is_torn() {
        let sealed = |number, name| line("j", &[event(name)], number, &Backwards).unwrap();
        let (first, second) = (sealed(1, "a"), sealed(2, "b"));
        let whole = [first.clone(), second.clone()].concat();
        for end in 0..=whole.len() {
            let lines = read("j", &whole[..end], &Backwards).await.unwrap();
            let expected: &[Event] = match end {
                _ if end < first.len() => &[],
                _ if end < whole.len() => &[event("a")],
                _ => &[event("a"), event("b")],
            };
            assert_eq!(lines.events, expected, "cut at {end}");
            let intact = [0, first.len(), whole.len()].into_iter().rfind(|it| *it <= end).unwrap();
            assert_eq!(lines.intact, intact, "cut at {end}");
            assert_eq!(lines.torn.map_or(0, |it| it.bytes), end - intact, "cut at {end}");
        }
        let exchanged = [second, first].concat();
        let error = read("j", &exchanged, &Backwards).await.unwrap_err();
        assert!(matches!(error, StoreError::Envelope { .. }), "{error}");
    }
}
