//! Changes that several steps make at the same time, made in one call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::channel::oneshot;
use rinfra_provider::ErrorClass;

use crate::clock::Clock;
use crate::wire::{self, Behalf, Doubt};
use crate::{Error, Result};

/// How long the first is held back for others to come along.
const GATHER: Duration = Duration::from_millis(20);

/// How many changes one call makes at most.
const MOST: usize = 100;

/// A change that one call can make of many things, such as taking rules out of a security group. Steps that want it of
/// things with the same key within a moment share one call.
///
/// A call that is refused says nothing of each of its parts: then every step makes its own.
pub struct Batching<K, I, A> {
    open: Mutex<BTreeMap<K, Batch<I, A>>>,
    clock: Clock,
}

type Batch<I, A> = Arc<Mutex<Vec<Member<I, A>>>>;

struct Member<I, A> {
    item: I,
    /// For which types it is wanted.
    behalf: Behalf,
    reply: oneshot::Sender<Told<A>>,
}

/// What those hear for whom another step made the call.
enum Told<A> {
    /// It has been made; or it failed in a way that has nothing to do with what it was about.
    Answer(Result<A>),
    /// Its answer was lost: it may have been made.
    Doubt(Error),
    /// It was refused.
    Alone,
}

impl<K, I, A> Default for Batching<K, I, A> {
    fn default() -> Self {
        Self { open: Mutex::default(), clock: Clock::system() }
    }
}

impl<K, I, A> Batching<K, I, A>
where
    K: Ord + Clone + Send,
    I: Clone + Send,
    A: Clone + Send,
{
    /// Makes a change together with those that others make for the same key right now, and returns the answer to all
    /// of them.
    ///
    /// `send` makes the call for some items.
    ///
    /// *Errors*: those of `send`.
    pub async fn send<F>(&self, key: K, item: I, send: impl Fn(Vec<I>) -> F + Send) -> Result<A>
    where
        F: Future<Output = Result<A>> + Send,
    {
        let told = match self.join(&key, &item) {
            Ok(told) => told,
            Err(batch) => return self.lead(&key, item, &batch, send).await,
        };
        match told.await {
            Ok(Told::Answer(answer)) => answer,
            Ok(Told::Alone) => send(vec![item]).await,
            Ok(Told::Doubt(error)) => {
                Doubt::share(error.message());
                Err(error)
            }
            Err(_) => {
                let error = Error::new(ErrorClass::Internal, "the call that was to do this was given up");
                Doubt::share(error.message());
                Err(error)
            }
        }
    }

    /// Joins the batch that is open for a key, or opens one.
    fn join(&self, key: &K, item: &I) -> std::result::Result<oneshot::Receiver<Told<A>>, Batch<I, A>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(batch) = open.get(key) {
            let mut members = batch.lock().unwrap_or_else(PoisonError::into_inner);
            // Who opened it is one of them.
            if members.len() + 1 < MOST {
                let (reply, told) = oneshot::channel();
                members.push(Member { item: item.clone(), behalf: wire::behalf(), reply });
                return Ok(told);
            }
        }
        let batch = Batch::default();
        open.insert(key.clone(), Arc::clone(&batch));
        Err(batch)
    }

    /// Makes the call for everybody who came along.
    async fn lead<F>(
        &self,
        key: &K,
        item: I,
        batch: &Batch<I, A>,
        send: impl Fn(Vec<I>) -> F + Send,
    ) -> Result<A>
    where
        F: Future<Output = Result<A>> + Send,
    {
        let closing = Closing { batching: self, key, batch };
        self.clock.sleep(GATHER).await;
        drop(closing);
        let members = std::mem::take(&mut *batch.lock().unwrap_or_else(PoisonError::into_inner));
        if members.is_empty() {
            return send(vec![item]).await;
        }
        let all = std::iter::once(item.clone()).chain(members.iter().map(|it| it.item.clone()));
        let types = members.iter().flat_map(|it| it.behalf.iter().cloned());
        let types = types.chain(wire::behalf().iter().cloned()).collect();
        let answer = wire::on_behalf_of_all(Arc::new(types), send(all.collect())).await;
        let is_doubtful = answer.is_err() && Doubt::is_raised();
        let is_refused = answer.as_ref().is_err_and(|it| is_about_the_parts(it.class()));
        for member in members {
            let told = match &answer {
                Err(error) if is_doubtful => Told::Doubt(error.clone()),
                Err(_) if is_refused => Told::Alone,
                answer => Told::Answer(answer.clone()),
            };
            // Who does not wait any more does not want to know.
            let _ = member.reply.send(told);
        }
        if is_refused && !is_doubtful { send(vec![item]).await } else { answer }
    }
}

/// Closes a batch, even if the step that opened it is given up.
struct Closing<'a, K: Ord, I, A> {
    batching: &'a Batching<K, I, A>,
    key: &'a K,
    batch: &'a Batch<I, A>,
}

impl<K: Ord, I, A> Drop for Closing<'_, K, I, A> {
    fn drop(&mut self) {
        let mut open = self.batching.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.get(self.key).is_some_and(|it| Arc::ptr_eq(it, self.batch)) {
            open.remove(self.key);
        }
    }
}

/// Tells whether a call that failed so for many may succeed for some of them.
fn is_about_the_parts(class: ErrorClass) -> bool {
    use ErrorClass as Class;
    matches!(
        class,
        Class::NotFound | Class::Dependency | Class::Validation | Class::Conflict | Class::AccessDenied
    )
}

#[cfg(test)]
mod tests {
    use super::{Batching, MOST};
    use crate::wire::{Doubt, making};
    use crate::{Error, Result};
    use futures::future::join_all;
    use rinfra_provider::ErrorClass;
    use std::sync::Mutex;

    /// Makes changes together, of which odd keys are refused; returns the outcomes and the calls.
    async fn outcomes(items: Vec<(u32, u32)>, refused: u32) -> (Vec<Result<Vec<u32>>>, Vec<usize>) {
        let (batching, calls) = (Batching::default(), Mutex::new(Vec::new()));
        let send = |all: Vec<u32>| {
            calls.lock().expect("no panic").push(all.len());
            let is_refused = all.contains(&refused);
            async move { if is_refused { Err(Error::new(ErrorClass::Conflict, "no")) } else { Ok(all) } }
        };
        let outcomes = join_all(items.iter().map(|(key, item)| batching.send(*key, *item, send))).await;
        assert!(batching.open.lock().expect("no panic").is_empty());
        let calls = calls.into_inner().expect("no panic");
        (outcomes, calls)
    }

    #[tokio::test]
    async fn what_comes_together_is_one_call() {
        let (all, mut calls) = outcomes(vec![(1, 1), (1, 2), (2, 3), (1, 4)], 99).await;
        calls.sort_unstable();
        assert_eq!(calls, [1, 3]);
        assert_eq!(all[0], Ok(vec![1, 2, 4]));
        assert_eq!((&all[1], &all[3]), (&all[0], &all[0]));
        assert_eq!(all[2], Ok(vec![3]));
    }

    #[tokio::test]
    async fn after_a_refusal_everybody_makes_their_own() {
        let (all, calls) = outcomes(vec![(1, 1), (1, 2), (1, 3)], 2).await;
        assert_eq!(calls, [3, 1, 1, 1]);
        assert_eq!((&all[0], &all[2]), (&Ok(vec![1]), &Ok(vec![3])));
        assert!(all[1].is_err());
    }

    #[tokio::test]
    async fn a_call_has_room_for_so_many() {
        let most = u32::try_from(MOST).expect("a small number");
        let (all, mut calls) = outcomes((0..=most).map(|it| (1, it)).collect(), most + 1).await;
        calls.sort_unstable();
        assert_eq!(calls, [1, MOST]);
        assert!(all.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn a_doubt_is_everybodys() {
        let batching = Batching::<u32, u32, ()>::default();
        let lost = |_| async {
            Doubt::share("the line went dead");
            Err(Error::new(ErrorClass::Transient, "the line went dead"))
        };
        let doubts = [Doubt::default(), Doubt::default()];
        let steps = doubts.iter().map(|doubt| making(doubt, batching.send(1, 1, lost)));
        assert!(join_all(steps).await.iter().all(Result::is_err));
        assert!(doubts.iter().all(Doubt::is_there));
    }

    #[tokio::test]
    async fn who_gives_up_leaves_nobody_behind() {
        let batching = Batching::<u32, u32, ()>::default();
        let send = |_| async { Ok(()) };
        {
            let mut left = Box::pin(batching.send(1, 1, send));
            assert!(futures::poll!(&mut left).is_pending());
            let mut follower = Box::pin(batching.send(1, 2, send));
            assert!(futures::poll!(&mut follower).is_pending());
            drop(left);
            assert!(batching.open.lock().expect("no panic").is_empty());
            assert!(follower.await.is_err(), "nobody knows what became of the call");
        }
        assert_eq!(batching.send(1, 3, send).await, Ok(()));
    }
}
