//! Events as lines of JSON, and lines as events again.
//!
//! One line holds the events that were flushed to disk together, with a checksum over them:
//! `{"version":1,"crc32":"89abcdef","events":[…]}`. A later line is written only after the one before is safe
//! on disk. So only the last line can be torn by a crash, and nobody was told that its events are safe.

use crate::journal::Event;

/// The version of the journal's lines.
pub const VERSION: u64 = 1;

/// The events of a journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// All events, oldest first.
    pub events: Vec<Event>,
    /// How many bytes the intact lines take. What follows is to be cut off before anything is appended.
    pub intact: usize,
    /// The torn last line, if there is one.
    pub torn: Option<Torn>,
}

/// A last line that a crash cut short.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Torn {
    /// The line's number, from 1.
    pub line: usize,
    /// How many bytes of it there are.
    pub bytes: usize,
}

/// Why a journal cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// A line that must be intact, because others follow it, is not.
    #[error("line {line} of the journal is damaged")]
    Damaged {
        /// The line's number, from 1.
        line: usize,
    },
    /// A line was written by a later version of this program.
    #[error("line {line} of the journal has version {version}; this program knows version {VERSION}")]
    Newer {
        /// The line's number, from 1.
        line: usize,
        /// The version found.
        version: String,
    },
    /// An intact line holds something that is not an event.
    #[error("line {line} of the journal is intact but not understood: {message}")]
    NotUnderstood {
        /// The line's number, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// An event cannot be written.
    #[error("an event cannot be written as JSON: {message}")]
    Unwritable {
        /// Why not.
        message: String,
    },
}

const BEFORE_VERSION: &str = "{\"version\":";
const BEFORE_CHECKSUM: &str = ",\"crc32\":\"";
const BEFORE_EVENTS: &str = "\",\"events\":";

/// Returns the line for events that are flushed together, with the newline at its end.
///
/// # Errors
/// Fails when an event holds what has no JSON, such as an output with an unknown value.
pub fn line(events: &[Event]) -> Result<Vec<u8>, JournalError> {
    let body = serde_json::to_string(events)
        .map_err(|error| JournalError::Unwritable { message: error.to_string() })?;
    let checksum = crc32fast::hash(body.as_bytes());
    Ok(format!("{BEFORE_VERSION}{VERSION}{BEFORE_CHECKSUM}{checksum:08x}{BEFORE_EVENTS}{body}}}\n")
        .into_bytes())
}

/// Returns the events of a journal.
///
/// # Errors
/// Fails for a damaged line that others follow, and for a line another version of this program wrote.
pub fn read(bytes: &[u8]) -> Result<Lines, JournalError> {
    let mut lines = Lines::default();
    for (index, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        if lines.torn.is_some() {
            return Err(JournalError::Damaged { line: index });
        }
        match body(text, number)? {
            Some(body) => {
                let events: Vec<Event> = serde_json::from_str(body).map_err(|error| {
                    JournalError::NotUnderstood { line: number, message: error.to_string() }
                })?;
                lines.events.extend(events);
                lines.intact += text.len();
            }
            None => lines.torn = Some(Torn { line: number, bytes: text.len() }),
        }
    }
    Ok(lines)
}

/// Returns the events' text of an intact line, and nothing for a line that is not intact.
fn body(line: &[u8], number: usize) -> Result<Option<&str>, JournalError> {
    let Ok(line) = str::from_utf8(line) else { return Ok(None) };
    let Some((version, rest)) = line.strip_prefix(BEFORE_VERSION).and_then(|it| it.split_once(',')) else {
        return Ok(None);
    };
    if version != "1" {
        return Err(JournalError::Newer { line: number, version: version.to_owned() });
    }
    Ok(checked(rest))
}

fn checked(after_version: &str) -> Option<&str> {
    let rest = after_version.strip_prefix(BEFORE_CHECKSUM.strip_prefix(',')?)?;
    let (checksum, rest) = rest.split_once(BEFORE_EVENTS)?;
    let body = rest.strip_suffix("}\n")?;
    (checksum == format!("{:08x}", crc32fast::hash(body.as_bytes()))).then_some(body)
}
