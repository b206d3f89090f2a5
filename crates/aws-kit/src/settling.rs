//! Waiting, together: all objects of one type in one Region that wait at the same time share their reads.

mod span;
mod verdict;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::future::{Either, select};
use rinfra_provider::{ErrorClass, Region, Wanted};
use rinfra_value::Value;
use tokio::sync::{Notify, oneshot};

use crate::clock::Clock;
use crate::erased::Found;
use crate::{Error, Result};

pub(crate) use span::Span;
pub(crate) use verdict::Goal;
use verdict::{Verdict, judge};

/// How long the first one that waits is held back for others to come along.
const GATHER: Duration = Duration::from_millis(30);
/// Whoever is due this soon after another is looked at together with it.
const TOGETHER: Duration = Duration::from_millis(300);

/// Whom to wait for: a type in a Region.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Queue {
    pub(crate) kind: Arc<str>,
    pub(crate) region: Region,
}

/// Looks at objects, many at once.
#[async_trait]
pub(crate) trait Look: Send + Sync + 'static {
    /// Reads objects of a queue, in the order asked. Of those that are `made`, AWS said that it made them as they are
    /// wanted.
    async fn look(
        &self,
        queue: &Queue,
        wanted: Vec<Wanted>,
        made: HashSet<String>,
    ) -> Result<Vec<Option<Found>>>;

    /// Tells whether a read object shows everything that was planned.
    fn shows(&self, queue: &Queue, planned: &Value, read: &Value) -> bool;
}

/// One object somebody waits for.
pub(crate) struct Waiting {
    pub(crate) identity: String,
    pub(crate) goal: Goal,
    pub(crate) since: Instant,
    pub(crate) deadline: Instant,
    span: Span,
    /// Since when it is usable and merely does not show everything yet.
    pub(crate) usable_since: Option<Instant>,
    /// Since when it cannot be looked at.
    pub(crate) unreachable_since: Option<Instant>,
    looks: u32,
    due: Instant,
    reply: oneshot::Sender<Result<Option<Value>>>,
}

/// All queues of a connection.
pub(crate) struct Settling {
    clock: Clock,
    queues: Mutex<HashMap<Queue, Arrivals>>,
}

#[derive(Default)]
struct Arrivals {
    waiting: Vec<Waiting>,
    bell: Arc<Notify>,
}

impl Settling {
    /// Returns queues nobody waits in.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, queues: Mutex::default() }
    }

    /// Waits until an object reached its goal and returns it; `None` when the goal is that it is gone.
    ///
    /// *Errors*: the object failed, vanished or took too long, or it cannot be read.
    pub(crate) async fn wait(
        self: &Arc<Self>,
        eye: &Arc<impl Look>,
        queue: &Queue,
        identity: &str,
        goal: Goal,
        span: Span,
    ) -> Result<Option<Value>> {
        let now = self.clock.now();
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting {
            identity: identity.to_owned(),
            goal,
            since: now,
            deadline: now + span.limit,
            span,
            usable_since: None,
            unreachable_since: None,
            looks: 0,
            due: now,
            reply,
        };
        if self.enqueue(queue, waiting) {
            let (settling, eye, queue) = (Arc::clone(self), Arc::clone(eye), queue.clone());
            tokio::spawn(async move { settling.serve(&*eye, &queue).await });
        }
        answer.await.unwrap_or_else(|_| Err(Error::new(ErrorClass::Internal, "the wait was given up")))
    }

    /// Adds to a queue and tells whether nobody serves it yet.
    fn enqueue(&self, queue: &Queue, waiting: Waiting) -> bool {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !queues.contains_key(queue);
        let arrivals = queues.entry(queue.clone()).or_default();
        arrivals.waiting.push(waiting);
        arrivals.bell.notify_one();
        is_new
    }

    /// Takes over who arrived; when nobody waits any more, the queue is closed and `None` returned.
    fn arrived(&self, queue: &Queue, open: &mut Vec<Waiting>) -> Option<Arc<Notify>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let arrivals = queues.get_mut(queue)?;
        open.append(&mut arrivals.waiting);
        open.retain(|it| !it.reply.is_closed());
        if open.is_empty() {
            queues.remove(queue);
            return None;
        }
        queues.get(queue).map(|it| Arc::clone(&it.bell))
    }

    async fn serve(&self, eye: &impl Look, queue: &Queue) {
        // Whatever ends this task, the next one to wait must find the queue unserved.
        let _closing = Closing { settling: self, queue };
        let mut open = Vec::new();
        self.clock.sleep(GATHER).await;
        while let Some(bell) = self.arrived(queue, &mut open) {
            let now = self.clock.now();
            let next = open.iter().map(|it| it.due).min().unwrap_or(now);
            if next > now {
                let pause = Box::pin(self.clock.sleep(next - now));
                if let Either::Right(_) = select(pause, Box::pin(bell.notified())).await {
                    self.clock.sleep(GATHER).await;
                }
                continue;
            }
            let (due, later): (Vec<_>, Vec<_>) = open.into_iter().partition(|it| it.due <= now + TOGETHER);
            open = later;
            open.extend(self.look(eye, queue, due).await);
        }
    }

    /// Looks at objects once, answers those who can be answered and returns the others.
    async fn look(&self, eye: &impl Look, queue: &Queue, due: Vec<Waiting>) -> Vec<Waiting> {
        let wanted = due
            .iter()
            .map(|it| Wanted { identity: it.identity.clone(), prior: it.goal.planned().cloned() })
            .collect();
        let made = due.iter().filter(|it| it.goal.is_made()).map(|it| it.identity.clone()).collect();
        let seen = eye.look(queue, wanted, made).await;
        let now = self.clock.now();
        let mut open = Vec::new();
        for (index, mut waiting) in due.into_iter().enumerate() {
            let found = seen.as_ref().map(|it| it.get(index).cloned().flatten()).map_err(Clone::clone);
            let shows = |planned: &Value, read: &Value| eye.shows(queue, planned, read);
            match judge(&mut waiting, found, shows, now) {
                Verdict::Done(answer) => {
                    // Whoever asked may have gone away meanwhile.
                    let _ = waiting.reply.send(answer);
                }
                Verdict::Wait => {
                    waiting.due = now + waiting.span.pause(waiting.looks);
                    waiting.looks += 1;
                    open.push(waiting);
                }
            }
        }
        open
    }
}

struct Closing<'a> {
    settling: &'a Settling,
    queue: &'a Queue,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.settling.queues.lock().unwrap_or_else(PoisonError::into_inner).remove(self.queue);
        }
    }
}

#[cfg(test)]
mod tests;
