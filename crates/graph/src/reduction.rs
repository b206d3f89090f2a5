//! The same graph with less in it: fewer nodes, and no edges that others imply.

use std::collections::HashSet;
use std::hash::Hash;

use foldhash::fast::RandomState;
use petgraph::graph::NodeIndex;

use crate::Graph;

/// How many nodes are looked for at a time: what is remembered of each node is so many bits.
const AT_A_TIME: usize = 4096;

const BITS: usize = u64::BITS as usize;

impl<N: Clone + Hash + Ord> Graph<N> {
    /// Returns the graph of what a function makes of the nodes. Those it makes nothing of are bridged: what needs one
    /// of them needs what that one needs. Those it makes the same of become one, which does not need itself.
    pub fn condensed<M: Clone + Hash + Ord>(&self, mut into: impl FnMut(&N) -> Option<M>) -> Graph<M> {
        let mut condensed = Graph::new();
        let mut members: Vec<Vec<NodeIndex>> = Vec::new();
        let places: Vec<Option<NodeIndex>> = self
            .inner
            .node_indices()
            .map(|index| {
                let place = condensed.index(into(&self.inner[index])?);
                if place.index() == members.len() {
                    members.push(Vec::new());
                }
                members[place.index()].push(index);
                Some(place)
            })
            .collect();
        for (place, members) in members.into_iter().enumerate() {
            let place = NodeIndex::new(place);
            let mut bridges = HashSet::<_, RandomState>::default();
            let mut open = members;
            while let Some(index) = open.pop() {
                for next in self.inner.neighbors(index) {
                    match places[next.index()] {
                        Some(other) if other != place => condensed.connect_indices(place, other),
                        Some(_) => {}
                        None if bridges.insert(next) => open.push(next),
                        None => {}
                    }
                }
            }
        }
        condensed
    }

    /// Returns the graph without the edges that lead where other edges lead by and by.
    ///
    /// A graph with cycles stays as it is: which of its edges are implied depends on where one starts.
    #[must_use]
    pub fn reduced(&self) -> Self {
        let Ok(order) = self.index_order() else { return self.clone() };
        let mut position = vec![0; order.len()];
        for (place, index) in order.iter().enumerate() {
            position[index.index()] = place;
        }
        let needed: Vec<Vec<usize>> = order
            .iter()
            .map(|&index| self.inner.neighbors(index).map(|it| position[it.index()]).collect())
            .collect();
        let mut implied = HashSet::<_, RandomState>::default();
        for first in (0..order.len()).step_by(AT_A_TIME) {
            find_implied(&needed, first, |from, to| {
                implied.insert((order[from], order[to]));
            });
        }
        let mut reduced = Self::new();
        for &index in &order {
            reduced.add_node(self.inner[index].clone());
        }
        for &(from, to) in self.edges.iter().filter(|it| !implied.contains(it)) {
            reduced.connect_indices(
                NodeIndex::new(position[from.index()]),
                NodeIndex::new(position[to.index()]),
            );
        }
        reduced
    }
}

/// Reports the edges that others imply, of those to [`AT_A_TIME`] nodes. Nodes are numbers here, in topological order.
fn find_implied(needed: &[Vec<usize>], first: usize, mut report: impl FnMut(usize, usize)) {
    let width = AT_A_TIME.min(needed.len() - first).div_ceil(BITS);
    // Which of the nodes looked for each node needs, directly or through others.
    let mut reached = vec![0_u64; needed.len() * width];
    let bit = |node: usize| {
        let offset = node.checked_sub(first).filter(|it| *it < AT_A_TIME)?;
        Some((offset / BITS, 1_u64 << (offset % BITS)))
    };
    for (node, direct) in needed.iter().enumerate() {
        let (before, rest) = reached.split_at_mut(node * width);
        let own = &mut rest[..width];
        for &next in direct {
            for (word, through) in own.iter_mut().zip(&before[next * width..]) {
                *word |= through;
            }
        }
        for &next in direct {
            let Some((word, mask)) = bit(next) else { continue };
            if own[word] & mask == 0 {
                own[word] |= mask;
            } else {
                report(node, next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges<N: Clone + Hash + Ord + std::fmt::Display>(graph: &Graph<N>) -> String {
        graph.edges().iter().map(|(from, to)| format!("{from}{to}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn implied_edges_vanish() {
        let check = |pairs: &[(&'static str, &'static str)], expected: &str| {
            let graph: Graph<_> = pairs.iter().copied().collect();
            assert_eq!(edges(&graph.reduced()), expected);
        };
        check(&[], "");
        check(&[("b", "a"), ("c", "b"), ("c", "a")], "ba cb");
        check(&[("b", "a"), ("c", "a"), ("d", "b"), ("d", "c"), ("d", "a")], "ba ca db dc");
        check(&[("d", "c"), ("c", "b"), ("b", "a"), ("d", "a"), ("d", "b")], "ba cb dc");
        check(&[("a", "b"), ("b", "a"), ("c", "a"), ("c", "b")], "ab ba ca cb");
    }

    #[test]
    fn large_graphs_are_reduced_in_parts() {
        let length = 10_000_u32;
        let chain = (0..length).map(|it| (it + 1, it));
        let leaps = (0..length - 1).map(|it| (it + 2, it)).chain([(length, 0), (length, 5000)]);
        let graph: Graph<u32> = chain.clone().chain(leaps).collect();
        assert_eq!(graph.reduced().edges(), chain.collect::<Graph<u32>>().edges());
    }

    #[test]
    fn nodes_are_bridged_and_joined() {
        let graph: Graph<&str> = [("d1", "x"), ("x", "y"), ("y", "a"), ("x", "b"), ("d2", "d1"), ("d2", "c")]
            .into_iter()
            .collect();
        let letter = |it: &&'static str| (!["x", "y"].contains(it)).then(|| &it[..1]);
        assert_eq!(edges(&graph.condensed(letter)), "da db dc");
        let alone = graph.condensed(|it| (*it == "x").then_some("x"));
        assert_eq!((alone.len(), alone.edges().len()), (1, 0));
    }
}
