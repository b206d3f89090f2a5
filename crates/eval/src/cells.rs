use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::rc::Rc;

use tokio::sync::OnceCell;

/// Values computed at most once each, by whoever asks first; later askers wait for the same computation.
///
/// Cycles would wait for ever; the static checks of the configuration exclude them.
pub(crate) struct Cells<K, V>(RefCell<HashMap<K, Rc<OnceCell<V>>>>);

impl<K, V> Default for Cells<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Cells<K, V> {
    /// Tells whether anyone asked for the value of a key.
    pub(crate) fn contains(&self, key: &K) -> bool {
        self.0.borrow().contains_key(key)
    }

    /// Returns the value of a key, if it has been computed.
    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.0.borrow().get(key)?.get().cloned()
    }

    /// Returns the keys whose value anyone asked for, in no order.
    pub(crate) fn keys(&self) -> Vec<K>
    where
        K: Clone,
    {
        self.0.borrow().keys().cloned().collect()
    }

    /// Returns what `select` makes of the keys whose value has been computed, in no order.
    pub(crate) fn selected<T>(&self, select: impl Fn(&K, &V) -> Option<T>) -> Vec<T> {
        let cells = self.0.borrow();
        cells.iter().filter_map(|(key, cell)| select(key, cell.get()?)).collect()
    }

    /// Returns the value of a key, computing it when nobody has yet.
    pub(crate) fn get_or<'c>(
        &'c self,
        key: K,
        compute: impl Future<Output = V> + 'c,
    ) -> impl Future<Output = V> + 'c {
        let cell = Rc::clone(self.0.borrow_mut().entry(key).or_default());
        // What waits for a computation holds it several times over, unless it holds only a box of it.
        let compute = (!cell.initialized()).then(|| Box::pin(compute));
        async move {
            match compute {
                Some(compute) => cell.get_or_init(|| compute).await.clone(),
                None => cell.get().cloned().expect("it was initialized"),
            }
        }
    }
}
