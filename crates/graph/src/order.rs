//! Topological order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::Hash;

use petgraph::Direction;
use petgraph::graph::NodeIndex;

use crate::{Cycles, Graph};

impl<N: Clone + Hash + Ord> Graph<N> {
    /// Returns the nodes with every dependency before its dependents; the smallest possible node comes first.
    ///
    /// # Errors
    /// The cycles, when there are any.
    pub fn order(&self) -> Result<Vec<N>, Cycles<N>> {
        Ok(self.index_order()?.into_iter().map(|it| self.inner[it].clone()).collect())
    }

    pub(crate) fn index_order(&self) -> Result<Vec<NodeIndex>, Cycles<N>> {
        // Comparing places among the nodes is much cheaper than comparing the nodes again and again.
        let sorted = self.sorted();
        let mut places = vec![0; sorted.len()];
        let mut missing = vec![0_usize; sorted.len()];
        let mut ready = BinaryHeap::new();
        for (place, &index) in sorted.iter().enumerate() {
            places[index.index()] = place;
            missing[index.index()] = self.inner.neighbors(index).count();
            if missing[index.index()] == 0 {
                ready.push(Reverse(place));
            }
        }
        let mut order = Vec::with_capacity(sorted.len());
        while let Some(Reverse(place)) = ready.pop() {
            let index = sorted[place];
            order.push(index);
            for dependent in self.inner.neighbors_directed(index, Direction::Incoming) {
                missing[dependent.index()] -= 1;
                if missing[dependent.index()] == 0 {
                    ready.push(Reverse(places[dependent.index()]));
                }
            }
        }
        if order.len() == self.inner.node_count() { Ok(order) } else { Err(Cycles(self.cycles())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_come_first_and_ties_go_by_name() {
        let check = |pairs: &[(&'static str, &'static str)], expected: &[&str]| {
            let graph: Graph<_> = pairs.iter().copied().collect();
            assert_eq!(graph.order().unwrap(), expected);
        };
        check(&[("a", "z"), ("b", "z"), ("c", "a")], &["z", "a", "b", "c"]);
        check(&[("a", "m"), ("z", "b")], &["b", "m", "a", "z"]);
        check(&[], &[]);
    }

    #[test]
    fn cycles_have_no_order() {
        let graph: Graph<_> = [("a", "b"), ("b", "a"), ("c", "a")].into_iter().collect();
        assert_eq!(graph.order(), Err(Cycles(vec![vec!["a", "b"]])));
    }
}
