//! A journal as objects beside the state.
//!
//! For the state `net` they are `net.journal/00000003-RUN/00000001` and so on: a directory for each run, numbered in
//! the order they began, and in it a line for each flush. An object is never written a second time, so whoever
//! writes one finds out if another program wrote the one that comes next: it *closed* the journal of a run that
//! seemed to be dead, and nothing can follow.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::stream::{self, StreamExt, TryStreamExt};
use rinfra_state::journal::Event;
use rinfra_store::journal::{Line, Medium};
use rinfra_store::{Envelope, StoreError, sealed_lines};
use time::OffsetDateTime;

use crate::bucket::{Bucket, Condition, Listed};
use crate::lock::Lock;
use crate::runtime;
use crate::spill::Spill;

/// What an object begins with that stands for all before it.
const BASE: &[u8] = b"base\n";
/// What an object is after which nothing of its run may come.
const CLOSED: &[u8] = b"closed\n";
/// How many objects are read at once.
const AT_ONCE: usize = 16;
/// How long the end of a closed journal is kept: nobody sleeps for longer and still writes.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// Returns how the keys of the journal of a state begin.
pub(crate) fn prefix(key: &str) -> String {
    format!("{key}.journal/")
}

/// The journals that lie beside a state.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// All events, oldest first.
    pub(crate) events: Vec<Event>,
    /// The runs that are not closed.
    pub(crate) open: Vec<Run>,
    /// The objects that the events came from, and others that are not needed any more.
    pub(crate) keys: Vec<String>,
    /// What was listed: it is another list as soon as anybody writes.
    pub(crate) listed: Vec<Listed>,
}

/// The journal of a run that is not closed.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The beginning of its keys.
    pub(crate) prefix: String,
    /// The number of its last object.
    pub(crate) last: u64,
    /// When that was written, in seconds since 1970.
    pub(crate) written: i64,
}

/// Returns the key of an object of a journal.
fn numbered(prefix: &str, number: u64) -> String {
    format!("{prefix}{number:08}")
}

/// Returns how the keys of the journal of a new run begin.
pub(crate) async fn next(bucket: &Bucket, prefix: &str, run: &str) -> Result<String, StoreError> {
    let listed = bucket.list(prefix).await?;
    let number = |it: &Listed| split(prefix, &it.key)?.0.split('-').next()?.parse::<u64>().ok();
    let last = listed.iter().filter_map(number).max().unwrap_or_default();
    Ok(format!("{prefix}{:08}-{run}/", last + 1))
}

impl Run {
    /// Makes sure that nothing can follow; tells whether nothing had.
    pub(crate) async fn close(&self, bucket: &Bucket) -> Result<bool, StoreError> {
        Ok(bucket.put(&numbered(&self.prefix, self.last + 1), CLOSED, Condition::Absent).await?.is_some())
    }
}

/// Reads what lies beside a state; nothing when it changed meanwhile.
pub(crate) async fn read(
    bucket: &Bucket,
    prefix: &str,
    spill: &Spill,
    envelope: &dyn Envelope,
) -> Result<Option<Found>, StoreError> {
    let listed = bucket.list(prefix).await?;
    let contents = stream::iter(listed.clone())
        .map(|it| {
            let bucket = bucket.clone();
            async move { bucket.get(&it.key).await }
        })
        .buffered(AT_ONCE);
    let contents: Vec<_> = contents.try_collect().await?;
    let mut found = Found::default();
    let now = OffsetDateTime::now_utc().unix_timestamp();
    for (object, content) in listed.iter().zip(contents) {
        let Some(content) = content else { return Ok(None) };
        let Some((directory, number)) = split(prefix, &object.key) else { continue };
        let directory = format!("{prefix}{directory}/");
        if *content.bytes == CLOSED {
            let closed = found.open.pop_if(|it| it.prefix == directory);
            if closed.is_some() {
                read_spill(&mut found, spill, &directory, envelope).await?;
            }
            if now - object.written > KEPT_SECONDS {
                found.keys.push(object.key.clone());
            }
            continue;
        }
        finish(&mut found, spill, &directory, envelope).await?;
        found.keys.push(object.key.clone());
        let line = match content.bytes.strip_prefix(BASE) {
            None => content.bytes.as_slice(),
            Some(rest) => {
                found.events.clear();
                rest
            }
        };
        let location = bucket.location(&object.key);
        found.events.extend(sealed_lines::read_one(&location, line, number, envelope).await?);
        let run = Run { prefix: directory, last: number, written: object.written };
        match found.open.last_mut() {
            Some(last) if last.prefix == run.prefix => *last = run,
            _ => found.open.push(run),
        }
    }
    finish(&mut found, spill, "", envelope).await?;
    found.listed = listed;
    Ok(Some(found))
}

/// Adds what the last run kept on this machine, if it is not the one with these keys.
async fn finish(
    found: &mut Found,
    spill: &Spill,
    next: &str,
    envelope: &dyn Envelope,
) -> Result<(), StoreError> {
    match found.open.last().map(|it| it.prefix.clone()) {
        Some(last) if last != next => read_spill(found, spill, &last, envelope).await,
        _ => Ok(()),
    }
}

async fn read_spill(
    found: &mut Found,
    spill: &Spill,
    directory: &str,
    envelope: &dyn Envelope,
) -> Result<(), StoreError> {
    found.events.extend(spill.read(directory, envelope).await?);
    Ok(())
}

fn split<'k>(prefix: &str, key: &'k str) -> Option<(&'k str, u64)> {
    let (directory, number) = key.strip_prefix(prefix)?.split_once('/')?;
    Some((directory, number.parse().ok()?))
}

/// The objects of a run's journal.
#[derive(Debug)]
pub(crate) struct Segments {
    bucket: Arc<Bucket>,
    lock: Arc<Lock>,
    prefix: String,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// The number of the next object.
    next: u64,
    /// The objects there are, those of earlier runs included.
    keys: Vec<String>,
}

impl Segments {
    /// Returns the journal of a run after what was found.
    pub(crate) fn after(bucket: &Arc<Bucket>, lock: &Arc<Lock>, prefix: String, keys: Vec<String>) -> Self {
        let inner = Mutex::new(Inner { next: 1, keys });
        Self { bucket: Arc::clone(bucket), lock: Arc::clone(lock), prefix, inner }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the next object and returns its key.
    fn write(&self, inner: &mut Inner, bytes: Vec<u8>) -> Result<(), StoreError> {
        let key = numbered(&self.prefix, inner.next);
        // Where it is not certain whether an object was written, its number is not used again.
        inner.next += 1;
        inner.keys.push(key.clone());
        let (bucket, lock) = (Arc::clone(&self.bucket), Arc::clone(&self.lock));
        runtime::block(async move {
            lock.check().await?;
            let written = bucket.put(&key, &bytes, Condition::Absent).await?;
            written.map(drop).ok_or_else(|| StoreError::Displaced {
                location: bucket.location(&key),
                reason: "another run took this one for dead, and closed its journal".to_owned(),
            })
        })
    }
}

impl Medium for Segments {
    fn location(&self) -> String {
        self.bucket.location(&self.prefix)
    }

    fn append(&self, line: Line<'_>) -> Result<(), StoreError> {
        let mut inner = self.inner();
        let bytes = line(inner.next)?;
        self.write(&mut inner, bytes)
    }

    fn replace(&self, line: Option<Line<'_>>) -> Result<(), StoreError> {
        let mut inner = self.inner();
        if line.is_none() && inner.keys.is_empty() {
            return Ok(());
        }
        let mut old = std::mem::take(&mut inner.keys);
        // What is deleted in any order must not be read in part: first there is something that stands for all.
        if line.is_some() || old.len() > 1 {
            let line = line.map(|it| it(inner.next)).transpose()?.unwrap_or_default();
            let written = self.write(&mut inner, [BASE, &line].concat());
            if let Err(error) = written {
                inner.keys.append(&mut old);
                return Err(error);
            }
        }
        let base = if line.is_some() { Vec::new() } else { std::mem::take(&mut inner.keys) };
        let bucket = Arc::clone(&self.bucket);
        let deleted = runtime::block(async move {
            bucket.delete_all(&old).await?;
            bucket.delete_all(&base).await
        });
        // What could not be deleted says nothing that the state does not say, or that what follows does not undo.
        if let Err(error) = deleted {
            tracing::warn!(%error, "objects of the journal were not deleted");
        }
        Ok(())
    }
}
