//! What waited for what.

use super::Logged;

/// Returns the longest chain of requests of which each began when the one before had been answered: so many round trips
/// the whole took at least. With a latency that is long beside everything else, requests that wait for nothing are not
/// in it twice.
pub fn longest_chain(log: &[Logged]) -> Vec<&Logged> {
    let mut requests: Vec<_> = log.iter().collect();
    requests.sort_by_key(|it| it.began + it.took);
    // Of all that could follow, the one that ends first leaves the most room for others.
    let mut chain: Vec<&Logged> = Vec::new();
    for it in requests {
        if chain.last().is_none_or(|last| last.began + last.took <= it.began) {
            chain.push(it);
        }
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::{Logged, longest_chain};
    use std::time::{Duration, Instant};

    #[test]
    fn what_goes_on_side_by_side_is_one_link() {
        let start = Instant::now();
        let requests = [("A", 0, 10), ("B", 1, 10), ("C", 10, 12), ("D", 13, 12), ("E", 26, 1), ("F", 25, 9)];
        let log = requests.map(|(operation, began, took)| Logged {
            service: "ec2".to_owned(),
            region: String::new(),
            operation: operation.to_owned(),
            mutates: false,
            is_of_store: false,
            fault: None,
            status: 200,
            began: start + Duration::from_millis(began),
            took: Duration::from_millis(took),
            connection: 1,
        });
        let chain: String = longest_chain(&log).iter().map(|it| &*it.operation).collect();
        assert_eq!(chain, "ACE");
        assert!(longest_chain(&[]).is_empty());
    }
}
