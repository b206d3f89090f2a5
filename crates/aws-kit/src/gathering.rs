//! What several ask at the same time, asked once.

use std::collections::BTreeSet;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};

use crate::Result;
use crate::clock::Clock;
use crate::wire;

/// How long the first who asks is held back for others to come along.
const GATHER: Duration = Duration::from_millis(10);

type OnItsWay<A> = Shared<BoxFuture<'static, Result<A>>>;

/// A question that several resource types have about the same objects, such as the route tables that tables, routes
/// and associations are read from. Those who ask within a moment get one answer for what all of them named.
///
/// An answer is not kept: who asks later wants to know how things are then.
pub struct Gathering<K, A> {
    round: Mutex<Option<Round<K, A>>>,
    clock: Clock,
}

struct Round<K, A> {
    /// What was asked for so far; nothing as soon as the question was put.
    wanted: Arc<Mutex<Option<Wanted<K>>>>,
    answer: WeakShared<BoxFuture<'static, Result<A>>>,
}

/// What was asked for, and on whose behalf.
struct Wanted<K> {
    keys: BTreeSet<K>,
    behalf: BTreeSet<Arc<str>>,
}

impl<K, A> Default for Gathering<K, A> {
    fn default() -> Self {
        Self { round: Mutex::default(), clock: Clock::system() }
    }
}

impl<K, A> Gathering<K, A>
where
    K: Ord + Send + 'static,
    A: Clone + Send + Sync + 'static,
{
    /// Asks for these together with everybody who does so now, and returns the answer to all of it.
    ///
    /// `ask` puts the question; of those who ask together, the first one's is used.
    ///
    /// *Errors*: those of `ask`, for everybody.
    pub async fn ask<F>(
        &self,
        keys: impl IntoIterator<Item = K>,
        ask: impl FnOnce(BTreeSet<K>) -> F + Send + 'static,
    ) -> Result<A>
    where
        F: Future<Output = Result<A>> + Send + 'static,
    {
        self.join(keys.into_iter().collect(), ask).await
    }

    fn join<F>(
        &self,
        mut keys: BTreeSet<K>,
        ask: impl FnOnce(BTreeSet<K>) -> F + Send + 'static,
    ) -> OnItsWay<A>
    where
        F: Future<Output = Result<A>> + Send + 'static,
    {
        let mut current = self.round.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(round) = &*current
            && let Some(answer) = round.answer.upgrade()
            && let Some(wanted) = &mut *round.wanted.lock().unwrap_or_else(PoisonError::into_inner)
        {
            wanted.keys.append(&mut keys);
            wanted.behalf.extend(wire::behalf().iter().cloned());
            return answer;
        }
        let behalf = wire::behalf().iter().cloned().collect();
        let wanted = Arc::new(Mutex::new(Some(Wanted { keys, behalf })));
        let (asked, clock) = (Arc::clone(&wanted), self.clock.clone());
        let answer = async move {
            clock.sleep(GATHER).await;
            let wanted = mem::take(&mut *asked.lock().unwrap_or_else(PoisonError::into_inner));
            let (keys, behalf) = wanted.map(|it| (it.keys, it.behalf)).unwrap_or_default();
            wire::on_behalf_of_all(Arc::new(behalf), ask(keys)).await
        };
        let answer = answer.boxed().shared();
        *current = answer.downgrade().map(|answer| Round { wanted, answer });
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::Gathering;
    use crate::{Error, Result};
    use rinfra_provider::ErrorClass;
    use std::collections::BTreeSet;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Clone, Default)]
    struct Asked(Arc<AtomicUsize>);

    impl Asked {
        async fn answer(self, keys: BTreeSet<u32>) -> Result<Arc<BTreeSet<u32>>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if keys.contains(&13) {
                return Err(Error::new(ErrorClass::Transient, "no luck"));
            }
            Ok(Arc::new(keys))
        }
    }

    async fn ask(
        gathering: &Gathering<u32, Arc<BTreeSet<u32>>>,
        asked: &Asked,
        keys: &[u32],
    ) -> Result<Arc<BTreeSet<u32>>> {
        let asked = asked.clone();
        gathering.ask(keys.to_vec(), |keys| asked.answer(keys)).await
    }

    #[tokio::test]
    async fn who_asks_at_the_same_time_gets_one_answer() {
        let (gathering, asked) = (Gathering::default(), Asked::default());
        let (one, two) = tokio::join!(ask(&gathering, &asked, &[1, 2]), ask(&gathering, &asked, &[2, 3]));
        assert_eq!(one.map(|it| it.len()), Ok(3));
        assert_eq!(two.map(|it| it.len()), Ok(3));
        assert_eq!(asked.0.load(Ordering::Relaxed), 1);
        let later = ask(&gathering, &asked, &[4]).await;
        assert_eq!(later.map(|it| it.len()), Ok(1), "an answer is not kept");
        assert_eq!(asked.0.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn everybody_hears_of_an_error_and_who_leaves_takes_nothing_with_them() {
        let (gathering, asked) = (Gathering::default(), Asked::default());
        let (one, two) = tokio::join!(ask(&gathering, &asked, &[1]), ask(&gathering, &asked, &[13]));
        assert!(one.is_err() && two.is_err());
        {
            let mut left = Box::pin(ask(&gathering, &asked, &[1]));
            assert!(futures::poll!(&mut left).is_pending());
        }
        assert_eq!(ask(&gathering, &asked, &[2]).await.map(|it| it.len()), Ok(1));
    }
}
