//! The state of one workspace in a bucket.

use std::sync::Arc;

use async_trait::async_trait;
use rinfra_state::State;
use rinfra_store::{
    Guard, Lease, LockInfo, LockRequest, Moment, Session, Snapshot, StateStore, StoreError, Unlocked,
    Version, host, projection,
};
use time::OffsetDateTime;

use crate::bucket::Object;
use crate::journal::{self, Found};
use crate::lock::{self, Latch, Lock, Taken, Terms};
use crate::lock_file::LockFile;
use crate::runtime;
use crate::session::{Fence, Place, S3Session};

/// How often state and journal are read again that changed while they were read.
const ATTEMPTS: usize = 16;
/// How long a run without a lock may say nothing before it counts as interrupted.
const SILENT_SECONDS: i64 = 15 * 60;

/// The state of one workspace in a bucket.
#[derive(Clone, Debug)]
pub(crate) struct S3Store {
    pub(crate) place: Place,
    /// Whether Terraform's lock file is used.
    pub(crate) use_lockfile: bool,
    pub(crate) terms: Terms,
}

impl S3Store {
    fn latches(&self) -> Arc<[Box<dyn Latch>]> {
        let mut latches: Vec<Box<dyn Latch>> = Vec::new();
        if self.use_lockfile {
            latches.push(Box::new(LockFile::beside(&self.place.bucket, &self.place.key)));
        }
        if let Some(table) = &self.place.table {
            latches.push(Box::new(table.clone()));
        }
        latches.into()
    }

    /// Reads state and journal as they are at one moment.
    async fn read(&self) -> Result<(Option<Object>, Found), StoreError> {
        let Place { bucket, key, envelope, spill, .. } = &self.place;
        let prefix = journal::prefix(key);
        for _ in 0..ATTEMPTS {
            let Some(found) = journal::read(bucket, &prefix, spill, &**envelope).await? else { continue };
            let object = self.place.get().await?;
            // A writer changes the journal before and after it changes the state.
            if found.listed.is_empty() || bucket.list(&prefix).await? == found.listed {
                return Ok((object, found));
            }
        }
        let reason = "it changes all the time".to_owned();
        Err(StoreError::Remote { action: "read", location: self.place.location(), reason })
    }

    async fn read_alone(&self) -> Result<Option<Snapshot>, StoreError> {
        let (object, found) = self.read().await?;
        let (state, _) = self.place.parse(object.as_ref()).await?;
        let digest = projection::digest(object.as_ref().map(|it| it.bytes.as_slice()).unwrap_or_default());
        let path = self.place.bucket.location(&journal::prefix(&self.place.key));
        let combined = projection::combine(state, &digest, &found.events, path.as_ref())?;
        Ok(combined.map(|it| Snapshot { state: it.state, unfinished: it.unfinished.into_values().collect() }))
    }

    async fn open(&self, request: &LockRequest) -> Result<S3Session, StoreError> {
        let (bucket, location) = (&self.place.bucket, self.place.location());
        let prefix = journal::prefix(&self.place.key);
        let run = journal::next(bucket, &prefix, &request.run).await?;
        let path = format!("{}/{}", bucket.name, self.place.key);
        let info = LockInfo {
            lease: Some(Lease {
                run: request.run.clone(),
                host: host(),
                journal: run.clone(),
                ..Lease::default()
            }),
            ..LockInfo::mine(request, &path)
        };
        let latches = self.latches();
        let is_locked = !latches.is_empty();
        let taken = Lock::take(location.clone(), latches, info.clone(), self.terms).await;
        let (taken, waived) = match taken {
            Err(StoreError::Locked { .. }) if request.guard == Guard::Waived => {
                let lock = Lock::none(location.clone(), info, self.terms);
                (Taken { lock, displaced: Vec::new() }, true)
            }
            taken => (taken?, false),
        };
        let fence = if taken.displaced.is_empty() { Fence::AsNeeded } else { Fence::Always };
        let others = match (waived, is_locked) {
            (true, _) => Others::Alive,
            (false, true) => Others::Dead,
            (false, false) => Others::DeadIfSilent,
        };
        let session = self.open_locked(&taken, run, request, others, fence).await;
        if session.is_err() {
            drop(taken.lock.release().await);
        }
        session
    }

    async fn open_locked(
        &self,
        Taken { lock, displaced }: &Taken,
        run: String,
        request: &LockRequest,
        others: Others,
        fence: Fence,
    ) -> Result<S3Session, StoreError> {
        let bucket = &self.place.bucket;
        // Whoever was displaced before it recorded anything must not begin to.
        for it in displaced.iter().filter_map(|it| it.lease.as_ref()).filter(|it| !it.journal.is_empty()) {
            let unwritten = journal::Run { prefix: it.journal.clone(), last: 0, written: 0 };
            unwritten.close(bucket).await?;
        }
        for _ in 0..ATTEMPTS {
            let (object, mut found) = self.read().await?;
            if others.have_ended(&found) {
                let mut closed = true;
                for it in &found.open {
                    closed = it.close(bucket).await? && closed;
                }
                if !closed {
                    continue;
                }
            } else {
                found = Found::default();
            }
            let place = self.place.clone();
            let read = (object, found);
            let opened = S3Session::open(place, lock, run.clone(), &request.run, read, fence).await?;
            if let Some(session) = opened {
                return Ok(session);
            }
        }
        Err(StoreError::Changed { path: self.place.location().into() })
    }
}

/// What is thought of runs whose journals are not closed.
#[derive(Clone, Copy, Debug)]
enum Others {
    /// We have the lock, so they have not.
    Dead,
    /// Nobody has a lock: who has said nothing for long is taken for dead.
    DeadIfSilent,
    /// Somebody has the lock, and we do without.
    Alive,
}

impl Others {
    fn have_ended(self, found: &Found) -> bool {
        match self {
            Self::Dead => true,
            Self::Alive => false,
            Self::DeadIfSilent => {
                let now = OffsetDateTime::now_utc().unix_timestamp();
                found.open.iter().all(|it| now - it.written > SILENT_SECONDS)
            }
        }
    }
}

#[async_trait]
impl StateStore for S3Store {
    fn location(&self) -> String {
        self.place.location()
    }

    async fn load(&self) -> Result<Option<Snapshot>, StoreError> {
        let store = self.clone();
        runtime::run(async move { store.read_alone().await }).await
    }

    async fn stored(&self) -> Result<Option<State>, StoreError> {
        let place = self.place.clone();
        runtime::run(async move {
            let object = place.get().await?;
            Ok(place.parse(object.as_ref()).await?.0)
        })
        .await
    }

    async fn lock(&self, request: &LockRequest) -> Result<Box<dyn Session>, StoreError> {
        let (store, request) = (self.clone(), request.clone());
        let session = runtime::run(async move { store.open(&request).await }).await?;
        Ok(Box::new(session))
    }

    async fn versions(&self, most: usize) -> Result<Vec<Version>, StoreError> {
        let Place { bucket, key, .. } = self.place.clone();
        runtime::run(async move { bucket.versions(&key, most).await }).await
    }

    async fn find(&self, moment: Moment) -> Result<Option<String>, StoreError> {
        let Place { bucket, key, .. } = self.place.clone();
        runtime::run(async move { bucket.find_version(&key, moment).await }).await
    }

    async fn version(&self, id: &str) -> Result<State, StoreError> {
        let (place, id) = (self.place.clone(), id.to_owned());
        runtime::run(async move {
            let object = place.bucket.get_version(&place.key, &id, None).await?;
            let (state, _) = place.parse(object.as_ref()).await?;
            state.ok_or_else(|| StoreError::Remote {
                action: "read",
                location: place.location(),
                reason: format!("there is no version {id} of it"),
            })
        })
        .await
    }

    async fn unlock(&self, id: &str) -> Result<Unlocked, StoreError> {
        let (store, id) = (self.clone(), id.to_owned());
        let found =
            runtime::run(
                async move { lock::take_away(&store.place.location(), &store.latches(), &id).await },
            )
            .await?;
        Ok(if found { Unlocked::Done } else { Unlocked::WasFree })
    }
}
