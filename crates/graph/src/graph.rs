//! The graph and its closures.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use foldhash::fast::RandomState;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

/// Nodes that depend on each other.
///
/// # Guarantees
/// Adding a node or a dependency twice is the same as adding it once.
#[derive(Clone, Debug)]
pub struct Graph<N> {
    /// Edges point from the dependent to the dependency.
    pub(crate) inner: DiGraph<N, ()>,
    indices: HashMap<N, NodeIndex, RandomState>,
    pub(crate) edges: HashSet<(NodeIndex, NodeIndex), RandomState>,
}

/// Where a node is in its graph, which is told sooner than the node is found again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place(NodeIndex);

impl<N> Default for Graph<N> {
    fn default() -> Self {
        Self { inner: DiGraph::new(), indices: HashMap::default(), edges: HashSet::default() }
    }
}

impl<N: Clone + Hash + Ord> Graph<N> {
    /// Returns an empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a node.
    pub fn add_node(&mut self, node: N) {
        self.index(node);
    }

    /// Says that `dependent` needs `dependency` first; adds both where they are missing.
    pub fn add_dependency(&mut self, dependent: N, dependency: N) {
        let (dependent, dependency) = (self.index(dependent), self.index(dependency));
        self.connect(Place(dependent), Place(dependency));
    }

    /// Says that the node at `dependent` needs the one at `dependency` first, both of which are in this graph.
    pub fn connect(&mut self, dependent: Place, dependency: Place) {
        self.connect_indices(dependent.0, dependency.0);
    }

    pub(crate) fn connect_indices(&mut self, dependent: NodeIndex, dependency: NodeIndex) {
        if self.edges.insert((dependent, dependency)) {
            self.inner.add_edge(dependent, dependency, ());
        }
    }

    /// Returns where a node is, if the graph has it.
    pub fn place(&self, node: &N) -> Option<Place> {
        self.indices.get(node).copied().map(Place)
    }

    pub(crate) fn index(&mut self, node: N) -> NodeIndex {
        let Self { inner, indices, .. } = self;
        *indices.entry(node).or_insert_with_key(|node| inner.add_node(node.clone()))
    }

    /// Returns true when the graph has this node.
    pub fn contains(&self, node: &N) -> bool {
        self.indices.contains_key(node)
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Returns true when there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Returns the nodes in their own order.
    pub fn nodes(&self) -> impl Iterator<Item = &N> {
        self.sorted().into_iter().map(|it| &self.inner[it])
    }

    /// Returns the nodes in their own order.
    pub(crate) fn sorted(&self) -> Vec<NodeIndex> {
        let mut all: Vec<NodeIndex> = self.inner.node_indices().collect();
        all.sort_by_key(|&it| &self.inner[it]);
        all
    }

    /// Returns all (dependent, dependency) pairs in the order of the nodes.
    pub fn edges(&self) -> Vec<(&N, &N)> {
        let pairs = self.edges.iter().map(|&(from, to)| (&self.inner[from], &self.inner[to]));
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort();
        pairs
    }

    /// Returns what a node depends on directly.
    pub fn dependencies(&self, node: &N) -> BTreeSet<N> {
        self.neighbors(node, Direction::Outgoing)
    }

    /// Returns what depends on a node directly.
    pub fn dependents(&self, node: &N) -> BTreeSet<N> {
        self.neighbors(node, Direction::Incoming)
    }

    /// Returns everything these nodes depend on, directly or through others, themselves only if in a cycle.
    pub fn all_dependencies<'a>(&self, of: impl IntoIterator<Item = &'a N>) -> BTreeSet<N>
    where
        N: 'a,
    {
        self.closure(of, Direction::Outgoing)
    }

    /// Returns everything that depends on these nodes, directly or through others.
    pub fn all_dependents<'a>(&self, of: impl IntoIterator<Item = &'a N>) -> BTreeSet<N>
    where
        N: 'a,
    {
        self.closure(of, Direction::Incoming)
    }

    /// Returns the graph with every dependency turned round, as destroying needs it.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut graph = self.clone();
        graph.inner.reverse();
        graph.edges = self.edges.iter().map(|&(from, to)| (to, from)).collect();
        graph
    }

    fn neighbors(&self, node: &N, direction: Direction) -> BTreeSet<N> {
        let index = self.indices.get(node).into_iter();
        index
            .flat_map(|&it| self.inner.neighbors_directed(it, direction))
            .map(|it| self.inner[it].clone())
            .collect()
    }

    fn closure<'a>(&self, of: impl IntoIterator<Item = &'a N>, direction: Direction) -> BTreeSet<N>
    where
        N: 'a,
    {
        let mut open: Vec<NodeIndex> =
            of.into_iter().filter_map(|it| self.indices.get(it)).copied().collect();
        let mut seen = HashSet::<_, RandomState>::default();
        while let Some(index) = open.pop() {
            open.extend(self.inner.neighbors_directed(index, direction).filter(|&it| seen.insert(it)));
        }
        seen.into_iter().map(|it| self.inner[it].clone()).collect()
    }
}

/// A graph of the given (dependent, dependency) pairs.
impl<N: Clone + Hash + Ord> FromIterator<(N, N)> for Graph<N> {
    fn from_iter<I: IntoIterator<Item = (N, N)>>(pairs: I) -> Self {
        let mut graph = Self::new();
        for (dependent, dependency) in pairs {
            graph.add_dependency(dependent, dependency);
        }
        graph
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diamond() -> Graph<&'static str> {
        [("d", "b"), ("d", "c"), ("b", "a"), ("c", "a"), ("d", "b")].into_iter().collect()
    }

    fn listed(nodes: &BTreeSet<&'static str>) -> String {
        nodes.iter().copied().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn neighbours_and_closures() {
        let graph = diamond();
        assert_eq!(graph.len(), 4);
        assert_eq!(graph.edges(), [(&"b", &"a"), (&"c", &"a"), (&"d", &"b"), (&"d", &"c")]);
        assert_eq!(listed(&graph.dependencies(&"d")), "b c");
        assert_eq!(listed(&graph.dependents(&"a")), "b c");
        assert_eq!(listed(&graph.all_dependencies([&"d"])), "a b c");
        assert_eq!(listed(&graph.all_dependents([&"a"])), "b c d");
        assert_eq!(listed(&graph.all_dependencies([&"b", &"c"])), "a");
        assert_eq!(listed(&graph.all_dependencies([&"missing"])), "");
    }

    #[test]
    fn nodes_are_connected_by_their_places() {
        let mut graph = diamond();
        let place = |node| graph.place(&node);
        let (Some(first), Some(last)) = (place("a"), place("d")) else { panic!("both are there") };
        assert_eq!(place("missing"), None);
        graph.connect(last, first);
        graph.connect(last, first);
        assert_eq!(listed(&graph.dependencies(&"d")), "a b c");
        assert_eq!(graph.edges().len(), 5);
    }

    #[test]
    fn turning_round_swaps_the_directions() {
        let graph = diamond().reversed();
        assert_eq!(listed(&graph.dependencies(&"a")), "b c");
        assert_eq!(listed(&graph.all_dependents([&"d"])), "a b c");
        assert_eq!(graph.reversed().edges(), diamond().edges());
    }
}
