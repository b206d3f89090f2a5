//! Who holds a lock.

use std::fmt;

use nix::unistd::{User, gethostname, getuid};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

/// What a session is wanted for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LockRequest {
    /// The run, as it appears in the journal.
    pub run: String,
    /// What it does, in Terraform's words, such as `OperationTypeApply`.
    pub operation: String,
    /// More about it, for people.
    pub info: String,
    /// Whether it goes on without the lock.
    pub guard: Guard,
}

/// Whether a session needs the lock.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Guard {
    /// Without the lock there is no session.
    #[default]
    Needed,
    /// Where the lock cannot be had the session goes on without: whoever asked for it knows why that is safe.
    Waived,
}

/// Who holds a lock, as Terraform writes it beside the state.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LockInfo {
    /// What tells this lock from every other one.
    #[serde(rename = "ID")]
    pub id: String,
    /// What the holder does.
    pub operation: String,
    /// More about it.
    pub info: String,
    /// The user and the machine.
    pub who: String,
    /// The version of the program.
    pub version: String,
    /// When the lock was taken, in RFC 3339.
    pub created: String,
    /// The state's path.
    pub path: String,
    /// Until when it is held. A lock of Terraform has no end but its removal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
}

/// How long a lock is held, unless its holder says again and again that it is there.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Lease {
    /// The run that holds it.
    pub run: String,
    /// The machine it runs on.
    pub host: String,
    /// When it was renewed last, in RFC 3339.
    pub renewed: String,
    /// When it ends if nobody renews it, in RFC 3339.
    pub expires: String,
    /// The journal of the run.
    pub journal: String,
}

impl LockRequest {
    /// Returns a request of this run for this operation.
    pub fn new(run: impl Into<String>, operation: impl Into<String>) -> Self {
        Self { run: run.into(), operation: operation.into(), info: String::new(), guard: Guard::default() }
    }

    /// Returns the request with another need of the lock.
    #[must_use]
    pub fn with_guard(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }
}

impl LockInfo {
    /// Returns what this program writes about itself when it takes a lock.
    pub fn mine(request: &LockRequest, path: &str) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            operation: request.operation.clone(),
            info: request.info.clone(),
            who: who(),
            version: format!("rinfra {}", env!("CARGO_PKG_VERSION")),
            created: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
            path: path.to_owned(),
            lease: None,
        }
    }
}

/// `root@build-1 since 2026-01-02T03:04:05Z (OperationTypeApply, version 1.11.4, lock 1234…)`
impl fmt::Display for LockInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or = |text: &str, otherwise: &str| {
            if text.is_empty() { otherwise.to_owned() } else { text.to_owned() }
        };
        write!(f, "{} since {} ", or(&self.who, "someone"), or(&self.created, "an unknown time"))?;
        write!(
            f,
            "({}, version {}, lock {}",
            or(&self.operation, "unknown operation"),
            self.version,
            self.id
        )?;
        if let Some(lease) = &self.lease {
            write!(f, ", run {}, its lease ends at {} unless it is renewed", lease.run, lease.expires)?;
        }
        if !self.info.is_empty() {
            write!(f, ", {}", self.info)?;
        }
        f.write_str(")")
    }
}

/// Returns the name of this machine.
pub fn host() -> String {
    let host = gethostname().map(|it| it.to_string_lossy().into_owned());
    host.unwrap_or_else(|_| "localhost".to_owned())
}

fn who() -> String {
    let user = User::from_uid(getuid()).ok().flatten().map(|it| it.name);
    let user = user.unwrap_or_else(|| getuid().to_string());
    format!("{user}@{}", host())
}
