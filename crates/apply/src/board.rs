use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use tokio::sync::Notify;

/// Where one part of an apply leaves a value under a key and another waits for it, and takes it.
///
/// *Assumptions*: what is left under a key is taken once.
pub(crate) struct Board<K, V> {
    places: RefCell<HashMap<K, Rc<Place<V>>>>,
    closed: Cell<bool>,
}

struct Place<V> {
    value: RefCell<Option<V>>,
    changed: Notify,
}

impl<V> Default for Place<V> {
    fn default() -> Self {
        Self { value: RefCell::new(None), changed: Notify::new() }
    }
}

impl<K, V> Default for Board<K, V> {
    fn default() -> Self {
        Self { places: RefCell::default(), closed: Cell::new(false) }
    }
}

impl<K: Eq + Hash + Clone, V> Board<K, V> {
    fn place(&self, key: &K) -> Rc<Place<V>> {
        Rc::clone(self.places.borrow_mut().entry(key.clone()).or_default())
    }

    /// Leaves a value under a key and wakes whoever waits for it.
    pub(crate) fn post(&self, key: &K, value: V) {
        let place = self.place(key);
        *place.value.borrow_mut() = Some(value);
        place.changed.notify_waiters();
    }

    /// Says that nothing more will be posted, and wakes everyone.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        for place in self.places.borrow().values() {
            place.changed.notify_waiters();
        }
    }

    /// Waits for the value of a key and takes it; `None` when the board was closed without it.
    pub(crate) async fn take(&self, key: &K) -> Option<V> {
        let place = self.place(key);
        loop {
            let changed = place.changed.notified();
            let taken = place.value.borrow_mut().take();
            if taken.is_some() {
                self.places.borrow_mut().remove(key);
                return taken;
            }
            if self.closed.get() {
                return None;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Board;

    #[tokio::test]
    async fn a_value_reaches_whoever_waits_or_comes_later_and_is_gone_then() {
        let board: Board<u8, &str> = Board::default();
        let (early, ()) = futures::join!(board.take(&1), async { board.post(&1, "here") });
        assert_eq!(early, Some("here"));
        assert!(board.places.borrow().is_empty());
        board.post(&1, "there");
        assert_eq!(board.take(&1).await, Some("there"));
        assert!(board.places.borrow().is_empty());
    }

    #[tokio::test]
    async fn closing_ends_every_wait() {
        let board: Board<u8, &str> = Board::default();
        let (waiting, ()) = futures::join!(board.take(&1), async { board.close() });
        assert_eq!(waiting, None);
        assert_eq!(board.take(&2).await, None);
    }
}
