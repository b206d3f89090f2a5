//! Who goes first where not everybody can go at once.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Lets so many in at a time; of those who wait, the one of the highest rank goes in next.
pub struct Gate {
    inside: Mutex<Inside>,
}

struct Inside {
    /// How many more may go in; somebody waits only where it is 0.
    room: usize,
    arrivals: u64,
    /// Those of one rank go in as they came.
    waiting: BTreeMap<(Reverse<u64>, u64), oneshot::Sender<Pass>>,
}

/// What whoever went through a gate holds until leaving.
pub struct Pass {
    gate: Option<Arc<Gate>>,
}

impl Gate {
    /// Returns a gate with so much room behind it.
    pub fn new(room: NonZeroUsize) -> Arc<Self> {
        let inside = Inside { room: room.get(), arrivals: 0, waiting: BTreeMap::new() };
        Arc::new(Self { inside: Mutex::new(inside) })
    }

    /// Waits until there is room for somebody of this rank.
    pub async fn enter(self: &Arc<Self>, rank: u64) -> Pass {
        let granted = {
            let mut inside = self.inside();
            if inside.room > 0 {
                inside.room -= 1;
                return self.pass();
            }
            let (grant, granted) = oneshot::channel();
            let place = (Reverse(rank), inside.arrivals);
            inside.arrivals += 1;
            inside.waiting.insert(place, grant);
            granted
        };
        // The gate lives as long as this call does, and drops no sender unused.
        granted.await.unwrap_or(Pass { gate: None })
    }

    fn pass(self: &Arc<Self>) -> Pass {
        Pass { gate: Some(Arc::clone(self)) }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(self: &Arc<Self>) {
        let mut inside = self.inside();
        while let Some((_, grant)) = inside.waiting.pop_first() {
            match grant.send(self.pass()) {
                Ok(()) => return,
                // Who waited has gone away. Nobody went in, so nobody leaves.
                Err(mut unused) => unused.gate = None,
            }
        }
        inside.room += 1;
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inside = self.inside();
        let (room, waiting) = (inside.room, inside.waiting.len());
        f.debug_struct("Gate").field("room", &room).field("waiting", &waiting).finish()
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(gate) = self.gate.take() {
            gate.leave();
        }
    }
}

/// The right to begin an operation, which ends with the operation or when it begins to wait for the cloud.
///
/// The default is the right where nobody has to wait.
#[derive(Clone, Default)]
pub struct Turn(Arc<Mutex<Vec<Pass>>>);

impl Turn {
    /// Returns the turn with another gate passed.
    #[must_use]
    pub fn and(self, pass: Pass) -> Self {
        self.passes().push(pass);
        self
    }

    /// Lets others begin: what is left to do is waiting.
    pub fn end(&self) {
        let passes = std::mem::take(&mut *self.passes());
        drop(passes);
    }

    fn passes(&self) -> MutexGuard<'_, Vec<Pass>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Pass> for Turn {
    fn from(pass: Pass) -> Self {
        Self::default().and(pass)
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Turn").field(&self.passes().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn gate(room: usize) -> Arc<Gate> {
        Gate::new(NonZeroUsize::new(room).expect("a gate has room"))
    }

    #[tokio::test]
    async fn the_highest_rank_goes_first_and_equals_as_they_came() {
        let (gate, order) = (gate(1), RefCell::new(Vec::new()));
        let first = gate.enter(0).await;
        let visits = [("low", 1), ("high", 9), ("middle", 5), ("high too", 9)];
        let visits = visits.map(|(name, rank)| {
            let (gate, order) = (&gate, &order);
            async move {
                let _pass = gate.enter(rank).await;
                order.borrow_mut().push(name);
            }
        });
        let leave = async {
            tokio::task::yield_now().await;
            drop(first);
        };
        futures::join!(futures::future::join_all(visits), leave);
        assert_eq!(*order.borrow(), ["high", "high too", "middle", "low"]);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_keeps_nobody_out() {
        let gate = gate(1);
        let turn = Turn::from(gate.enter(0).await);
        let mut impatient = Box::pin(gate.enter(9));
        let mut granted = Box::pin(gate.enter(8));
        assert!(futures::poll!(&mut impatient).is_pending());
        assert!(futures::poll!(&mut granted).is_pending());
        drop(impatient);
        turn.end();
        turn.end();
        // It was let in, and goes away before it learns of that.
        drop(granted);
        let _inside = gate.enter(0).await;
        assert_eq!(format!("{gate:?}"), "Gate { room: 0, waiting: 0 }");
    }
}
