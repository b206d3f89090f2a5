//! What an account of the local AWS holds.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Deserialize;

use super::CrashError;
use crate::Account;
use crate::moto;

/// How the tags begin with which an interrupted creation is found again; none may be left.
const TRACE: &str = "rinfra:";

/// Something an account holds.
#[derive(Clone, Debug, Deserialize)]
struct Entry {
    service: String,
    region: String,
    kind: String,
    identity: String,
    holds: BTreeMap<String, usize>,
    tags: Vec<String>,
}

/// Everything an account holds.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// The identities of all objects of each kind.
    pub(super) objects: BTreeMap<String, BTreeSet<String>>,
    /// How many objects of each kind there are, and how many entries all objects of a kind hold.
    pub(super) counts: BTreeMap<String, usize>,
    /// The objects that carry a tag of ours.
    pub(super) traces: BTreeSet<String>,
}

impl Holdings {
    /// Asks the local AWS.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn of(account: &Account) -> Result<Self, CrashError> {
        let text = moto::get(account.endpoint(), &format!("/inventory/{}", account.id()))?;
        let entries: Vec<Entry> = serde_json::from_str(&text)?;
        if entries.is_empty() {
            return Err(io::Error::other("the account is unknown").into());
        }
        Ok(entries.into_iter().fold(Self::default(), Self::with))
    }

    fn with(mut self, entry: Entry) -> Self {
        let Entry { service, region, kind, identity, holds, tags } = entry;
        let kind = format!("{service} {region} {kind}");
        if tags.iter().any(|it| it.starts_with(TRACE)) {
            self.traces.insert(format!("{kind} {identity}"));
        }
        for (name, count) in &holds {
            *self.counts.entry(format!("{kind}.{name}")).or_default() += count;
        }
        // An entry of a register of tags is no object.
        if !kind.ends_with(" tags") {
            *self.counts.entry(kind.clone()).or_default() += 1;
            self.objects.entry(kind).or_default().insert(identity);
        }
        self
    }

    /// Returns the objects that are not in earlier holdings, by kind and identity.
    pub(super) fn since<'h>(&'h self, earlier: &'h Self) -> impl Iterator<Item = (&'h str, &'h str)> {
        self.objects.iter().flat_map(|(kind, identities)| {
            let known = earlier.objects.get(kind);
            let new = identities.iter().filter(move |it| known.is_none_or(|known| !known.contains(*it)));
            new.map(move |it| (kind.as_str(), it.as_str()))
        })
    }

    /// Returns how many of everything were added since earlier holdings, and how many were taken away.
    pub(super) fn added(&self, earlier: &Self) -> BTreeMap<String, i64> {
        let names: BTreeSet<&String> = self.counts.keys().chain(earlier.counts.keys()).collect();
        let count = |of: &Self, name| of.counts.get(name).copied().unwrap_or_default() as i64;
        let differences = names.into_iter().map(|it| (it.clone(), count(self, it) - count(earlier, it)));
        differences.filter(|(_, difference)| *difference != 0).collect()
    }
}
