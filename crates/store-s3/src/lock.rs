//! The lock: Terraform's lock file and its item in DynamoDB, both with a lease.

use std::fmt::Debug;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use rinfra_store::{Lease, LockInfo, StoreError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::runtime;

/// Something only one program at a time can have its word in.
#[async_trait]
pub(crate) trait Latch: Debug + Send + Sync {
    /// Returns whose word is in it.
    async fn read(&self) -> Result<Option<Held>, StoreError>;

    /// Writes a word and returns its tag, or nothing when there is another word than the expected one.
    async fn write(&self, word: &[u8], expected: Option<&str>) -> Result<Option<String>, StoreError>;

    /// Removes a word; tells whether it was this one.
    async fn remove(&self, tag: &str) -> Result<bool, StoreError>;
}

/// A word in a latch, and what tells it from every other.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) word: Vec<u8>,
    pub(crate) tag: String,
}

/// How long leases are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// How long a lease lasts from its renewal.
    pub(crate) length: Duration,
    /// How much later it counts as ended for others, whose clocks may be wrong.
    pub(crate) allowance: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self { length: Duration::from_secs(120), allowance: Duration::from_secs(30) }
    }
}

/// What a person may ask for: shorter leases are lost to slow networks, longer ones are eternal locks.
const LENGTHS: RangeInclusive<u64> = 5..=3600;

impl Terms {
    /// Returns the terms with leases of so many seconds.
    ///
    /// # Errors
    /// Fails when that is no number that can be.
    pub(crate) fn lasting(self, seconds: Option<&str>) -> Result<Self, StoreError> {
        let Some(text) = seconds.filter(|it| !it.is_empty()) else { return Ok(self) };
        match text.parse() {
            Ok(seconds) if LENGTHS.contains(&seconds) => {
                Ok(Self { length: Duration::from_secs(seconds), ..self })
            }
            _ => Err(StoreError::Configuration {
                reason: format!("RINFRA_LEASE is {text:?}"),
                hint: Some("it is a number of seconds, from 5 to 3600".to_owned()),
            }),
        }
    }
}

/// A lock that is held.
#[derive(Debug)]
pub(crate) struct Lock {
    location: String,
    latches: Arc<[Box<dyn Latch>]>,
    terms: Terms,
    inner: Mutex<Inner>,
    /// Renewing and releasing exclude one another.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Inner {
    info: LockInfo,
    tags: Vec<String>,
    /// Until when it is surely ours, by two clocks: one does not run while the machine sleeps, the other can be set.
    until: (Instant, SystemTime),
    lost: Option<String>,
    released: bool,
}

/// A lock that was just taken.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) lock: Arc<Lock>,
    /// Whose lease had ended.
    pub(crate) displaced: Vec<LockInfo>,
}

impl Lock {
    /// Takes the lock, and keeps it until it is released.
    ///
    /// # Errors
    /// Fails when somebody else has it.
    pub(crate) async fn take(
        location: String,
        latches: Arc<[Box<dyn Latch>]>,
        mut info: LockInfo,
        terms: Terms,
    ) -> Result<Taken, StoreError> {
        let until = extend(&mut info, terms);
        let word = word(&info, &location)?;
        let (mut tags, mut displaced) = (Vec::new(), Vec::new());
        for latch in latches.iter() {
            match take_latch(&**latch, &word, terms, &mut displaced).await {
                Ok(Ok(tag)) => tags.push(tag),
                refused => {
                    for (latch, tag) in latches.iter().zip(&tags) {
                        drop(latch.remove(tag).await);
                    }
                    return Err(match refused {
                        Ok(Err(holder)) => StoreError::Locked { path: location.into(), holder },
                        Err(error) => error,
                        Ok(Ok(_)) => return Err(lost(&location, "it was not taken")),
                    });
                }
            }
        }
        let inner = Mutex::new(Inner { info, tags, until, lost: None, released: false });
        let lock = Arc::new(Self { location, latches, terms, inner, turn: tokio::sync::Mutex::default() });
        if !lock.latches.is_empty() {
            runtime::begin(renew_again_and_again(Arc::clone(&lock)));
        }
        Ok(Taken { lock, displaced })
    }

    /// Returns what is held where there is no lock, or it is done without.
    pub(crate) fn none(location: String, info: LockInfo, terms: Terms) -> Arc<Self> {
        let until = (Instant::now(), SystemTime::now());
        let inner = Mutex::new(Inner { info, tags: Vec::new(), until, lost: None, released: false });
        let latches: Arc<[Box<dyn Latch>]> = Arc::new([]);
        Arc::new(Self { location, latches, terms, inner, turn: tokio::sync::Mutex::default() })
    }

    /// Returns what this program says about itself.
    pub(crate) fn info(&self) -> LockInfo {
        self.inner().info.clone()
    }

    /// Returns how the lock was lost, if it was.
    pub(crate) fn lost(&self) -> Option<String> {
        self.inner().lost.clone()
    }

    /// Tells whether the lock is ours for certain, by our own clocks, or there is none.
    pub(crate) fn is_surely_held(&self) -> bool {
        let inner = self.inner();
        let (by_one, by_other) = inner.until;
        let lasts = Instant::now() < by_one && SystemTime::now() < by_other;
        inner.lost.is_none() && (self.latches.is_empty() || lasts)
    }

    /// Makes sure that the lock is ours: after a pause it may be somebody else's.
    ///
    /// # Errors
    /// Fails when it is not, or nobody can tell.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        if self.is_surely_held() { Ok(()) } else { self.renew().await }
    }

    /// Says that we are still there.
    async fn renew(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let (mut info, tags) = {
            let inner = self.inner();
            match (&inner.lost, inner.released) {
                (Some(reason), _) => return Err(lost(&self.location, reason)),
                (None, true) => return Ok(()),
                (None, false) => (inner.info.clone(), inner.tags.clone()),
            }
        };
        let until = extend(&mut info, self.terms);
        let word = word(&info, &self.location)?;
        for (place, (latch, tag)) in self.latches.iter().zip(&tags).enumerate() {
            let Some(renewed) = latch.write(&word, Some(tag)).await? else {
                let holder = latch.read().await.ok().flatten();
                let holder = holder.and_then(|it| serde_json::from_slice::<LockInfo>(&it.word).ok());
                let reason = match holder {
                    Some(holder) => format!("it was taken over by {holder}"),
                    None => "somebody removed it".to_owned(),
                };
                self.inner().lost = Some(reason.clone());
                return Err(lost(&self.location, &reason));
            };
            if let Some(tag) = self.inner().tags.get_mut(place) {
                *tag = renewed;
            }
        }
        let mut inner = self.inner();
        (inner.info, inner.until) = (info, until);
        Ok(())
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// Fails when traces of it could not be removed.
    pub(crate) async fn release(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let tags = {
            let mut inner = self.inner();
            if std::mem::replace(&mut inner.released, true) {
                return Ok(());
            }
            inner.tags.clone()
        };
        let mut result = Ok(());
        for (latch, tag) in self.latches.iter().zip(&tags) {
            result = result.and(latch.remove(tag).await.map(drop));
        }
        result
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the lock with an id away from whoever holds it; tells whether there was one.
///
/// # Errors
/// Fails when another lock is held.
pub(crate) async fn take_away(
    location: &str,
    latches: &[Box<dyn Latch>],
    id: &str,
) -> Result<bool, StoreError> {
    let mut found = false;
    for latch in latches {
        let Some(held) = latch.read().await? else { continue };
        let holder: Option<LockInfo> = serde_json::from_slice(&held.word).ok();
        if holder.as_ref().is_none_or(|it| it.id != id) {
            return Err(StoreError::Locked { path: location.into(), holder: holder.map(Box::new) });
        }
        found = latch.remove(&held.tag).await? || found;
    }
    Ok(found)
}

type Refused = Option<Box<LockInfo>>;

async fn take_latch(
    latch: &dyn Latch,
    word: &[u8],
    terms: Terms,
    displaced: &mut Vec<LockInfo>,
) -> Result<Result<String, Refused>, StoreError> {
    /// How often a lock may vanish while one looks who has it.
    const ATTEMPTS: usize = 8;
    let mut holder: Refused = None;
    for _ in 0..ATTEMPTS {
        if let Some(tag) = latch.write(word, None).await? {
            return Ok(Ok(tag));
        }
        let Some(held) = latch.read().await? else { continue };
        holder = serde_json::from_slice(&held.word).ok();
        match &holder {
            Some(info) if has_ended(info, terms) => {
                if let Some(tag) = latch.write(word, Some(&held.tag)).await? {
                    displaced.extend(holder.map(|it| *it));
                    return Ok(Ok(tag));
                }
            }
            _ => break,
        }
    }
    Ok(Err(holder))
}

/// Tells whether a lease has ended. A lock without a lease, as Terraform's are, never does.
fn has_ended(info: &LockInfo, terms: Terms) -> bool {
    let expires = info.lease.as_ref().and_then(|it| OffsetDateTime::parse(&it.expires, &Rfc3339).ok());
    expires.is_some_and(|it| it + terms.allowance < OffsetDateTime::now_utc())
}

/// Sets the end of the lease; returns until when it is surely ours.
fn extend(info: &mut LockInfo, terms: Terms) -> (Instant, SystemTime) {
    let until = (Instant::now() + terms.length, SystemTime::now() + terms.length);
    let now = OffsetDateTime::now_utc();
    let text = |it: OffsetDateTime| it.format(&Rfc3339).unwrap_or_default();
    if let Some(lease) = &mut info.lease {
        (lease.renewed, lease.expires) = (text(now), text(now + terms.length));
    } else {
        info.lease =
            Some(Lease { renewed: text(now), expires: text(now + terms.length), ..Lease::default() });
    }
    until
}

fn word(info: &LockInfo, location: &str) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(info).map_err(|error| StoreError::Remote {
        action: "lock",
        location: location.to_owned(),
        reason: error.to_string(),
    })
}

fn lost(location: &str, reason: &str) -> StoreError {
    StoreError::Displaced { location: location.to_owned(), reason: reason.to_owned() }
}

async fn renew_again_and_again(lock: Arc<Lock>) {
    let pause = lock.terms.length / 4;
    loop {
        tokio::time::sleep(pause).await;
        {
            let inner = lock.inner();
            if inner.released || inner.lost.is_some() {
                return;
            }
        }
        if let Err(error) = lock.renew().await {
            tracing::warn!(%error, "the lease was not renewed");
        }
    }
}
