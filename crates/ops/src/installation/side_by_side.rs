//! Doing the same to many things at once.

use std::sync::Mutex;
use std::sync::PoisonError;

/// Servers do not like to be asked for more at once.
const AT_ONCE: usize = 8;

/// Returns the results of some work on each item, in the order of the items.
pub(super) fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let open = Mutex::new(items.iter().enumerate());
    let results: Mutex<Vec<(usize, R)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let next = open.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((place, item)) = next else { break };
                    let result = work(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn results_come_in_order() {
        let items: Vec<usize> = (0..100).collect();
        assert_eq!(side_by_side(&items, |it| it * 2), items.iter().map(|it| it * 2).collect::<Vec<_>>());
        assert_eq!(side_by_side::<u8, u8>(&[], |it| *it), Vec::<u8>::new());
    }
}
