//! What this run created a moment ago.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a service may pretend not to know what it created.
const REMEMBERED: Duration = Duration::from_secs(300);

/// The identities created lately: a "not found" about one of these is a replica that lags behind, about any
/// other it is the truth.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    created: Mutex<HashMap<String, Instant>>,
}

impl Recent {
    /// Remembers an identity.
    pub(crate) fn remember(&self, identity: &str, now: Instant) {
        let mut created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        created.retain(|_, at| now.saturating_duration_since(*at) < REMEMBERED);
        created.insert(identity.to_owned(), now);
    }

    /// Forgets an identity that is about to be deleted.
    pub(crate) fn forget(&self, identity: &str) {
        self.created.lock().unwrap_or_else(PoisonError::into_inner).remove(identity);
    }

    /// Tells whether a message names something created lately.
    pub(crate) fn is_named_in(&self, message: &str, now: Instant) -> bool {
        let created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        created
            .iter()
            .any(|(identity, at)| now.saturating_duration_since(*at) < REMEMBERED && names(message, identity))
    }
}

/// Tells whether `identity` stands in `message` as a word of its own.
fn names(message: &str, identity: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    !identity.is_empty()
        && message.match_indices(identity).any(|(start, found)| {
            let before = message[..start].chars().next_back();
            let after = message[start + found.len()..].chars().next();
            !before.is_some_and(inside) && !after.is_some_and(inside)
        })
}

#[cfg(test)]
mod tests {
    use super::{REMEMBERED, Recent, names};
    use std::time::Instant;

    #[test]
    fn an_identity_is_a_word_of_its_own() {
        let cases = [
            ("The vpc ID 'vpc-1' does not exist", "vpc-1", true),
            ("The vpc ID 'vpc-12' does not exist", "vpc-1", false),
            ("The role with name a cannot be found.", "a", true),
            ("The role cannot be found", "a", false),
            ("anything", "", false),
        ];
        for (message, identity, expected) in cases {
            assert_eq!(names(message, identity), expected, "{identity} in {message}");
        }
    }

    #[test]
    fn identities_are_remembered_for_a_while_or_until_deleted() {
        let recent = Recent::default();
        let now = Instant::now();
        recent.remember("vpc-1", now);
        recent.remember("vpc-2", now);
        assert!(recent.is_named_in("no vpc-1", now));
        assert!(!recent.is_named_in("no vpc-1", now + REMEMBERED));
        recent.forget("vpc-1");
        assert!(!recent.is_named_in("no vpc-1", now));
    }
}
