//! Cycles, in an order a reader can follow.

use std::fmt;
use std::hash::Hash;

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;

use crate::Graph;

/// The cycles that keep a graph from having an order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cycles<N>(pub Vec<Vec<N>>);

impl<N: fmt::Display> fmt::Display for Cycles<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, cycle) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "dependency cycle: " } else { "; " })?;
            for node in cycle {
                write!(f, "{node} -> ")?;
            }
            if let Some(first) = cycle.first() {
                write!(f, "{first}")?;
            }
        }
        Ok(())
    }
}

impl<N: fmt::Debug + fmt::Display> std::error::Error for Cycles<N> {}

impl<N: Clone + Hash + Ord> Graph<N> {
    /// Returns the groups of nodes that depend on each other, a node that depends on itself included.
    ///
    /// # Guarantees
    /// Each group starts with its smallest node and follows dependencies from there, so that a plain cycle
    /// reads as a path: each node depends on the next, the last one on the first. Groups are ordered by their
    /// first nodes.
    pub fn cycles(&self) -> Vec<Vec<N>> {
        if self.is_acyclic() {
            return Vec::new();
        }
        // Not Tarjan's algorithm: petgraph's is recursive, and a long chain would overflow the stack.
        let mut groups: Vec<Vec<N>> = kosaraju_scc(&self.inner)
            .into_iter()
            .filter(|group| group.len() > 1 || group.iter().any(|&it| self.inner.contains_edge(it, it)))
            .map(|group| self.as_path(&group))
            .collect();
        groups.sort();
        groups
    }

    /// Tells whether there is an order, which is found out sooner than what keeps it from being.
    fn is_acyclic(&self) -> bool {
        let mut missing: Vec<usize> =
            self.inner.node_indices().map(|it| self.inner.neighbors(it).count()).collect();
        let mut ready: Vec<NodeIndex> =
            self.inner.node_indices().filter(|it| missing[it.index()] == 0).collect();
        let mut done = 0;
        while let Some(index) = ready.pop() {
            done += 1;
            for dependent in self.inner.neighbors_directed(index, Direction::Incoming) {
                missing[dependent.index()] -= 1;
                if missing[dependent.index()] == 0 {
                    ready.push(dependent);
                }
            }
        }
        done == missing.len()
    }

    /// Walks a strongly connected group depth first from its smallest node.
    fn as_path(&self, group: &[NodeIndex]) -> Vec<N> {
        let members: std::collections::HashSet<NodeIndex> = group.iter().copied().collect();
        let mut seen = std::collections::HashSet::new();
        let mut path = Vec::with_capacity(group.len());
        let mut open: Vec<NodeIndex> =
            group.iter().copied().min_by_key(|&it| &self.inner[it]).into_iter().collect();
        while let Some(index) = open.pop() {
            if !seen.insert(index) {
                continue;
            }
            path.push(self.inner[index].clone());
            let mut next: Vec<NodeIndex> =
                self.inner.neighbors(index).filter(|it| members.contains(it)).collect();
            next.sort_by_key(|&it| std::cmp::Reverse(&self.inner[it]));
            open.extend(next);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_read_as_paths() {
        let check = |pairs: &[(&'static str, &'static str)], expected: &str| {
            let graph: Graph<_> = pairs.iter().copied().collect();
            assert_eq!(Cycles(graph.cycles()).to_string(), expected);
        };
        check(&[("a", "b"), ("b", "c")], "");
        check(&[("a", "a"), ("b", "a")], "dependency cycle: a -> a");
        check(
            &[("c", "a"), ("a", "d"), ("d", "c"), ("x", "a"), ("d", "e")],
            "dependency cycle: a -> d -> c -> a",
        );
        check(
            &[("z", "y"), ("y", "z"), ("b", "a"), ("a", "b")],
            "dependency cycle: a -> b -> a; y -> z -> y",
        );
        check(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "b")], "dependency cycle: a -> b -> c -> a");
    }

    #[test]
    fn long_chains_do_not_overflow() {
        let graph: Graph<u32> = (0..100_000).map(|it| (it, it + 1)).collect();
        assert!(graph.cycles().is_empty());
    }
}
