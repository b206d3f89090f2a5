//! What an executor should start next.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

use crate::{Cycles, Graph};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Progress {
    Waiting,
    Ready,
    Running,
    Completed,
    Failed,
    Skipped,
}

#[derive(Clone, Debug)]
struct Task<N> {
    node: N,
    weight: u64,
    dependents: Vec<usize>,
    /// How many dependencies are not completed yet.
    missing: usize,
    /// Its own weight and that of the longest chain of dependents still to run after it.
    path: u64,
    progress: Progress,
}

/// The nodes of a graph in the order in which to execute them, the longest remaining path first.
///
/// # Guarantees
/// A node comes out of [`next`](Self::next) once, after all its dependencies were completed. A node that
/// depends on a failed one never comes out.
#[derive(Clone, Debug)]
pub struct ReadyQueue<N> {
    /// In topological order: dependents come after what they depend on.
    tasks: Vec<Task<N>>,
    positions: BTreeMap<N, usize>,
    /// Ordered so that the first one is to be started first.
    ready: BTreeSet<(Reverse<u64>, usize)>,
    running: BTreeSet<usize>,
    waiting: usize,
}

impl<N: Clone + Hash + Ord> ReadyQueue<N> {
    /// Returns the queue of all nodes of a graph. Weights estimate how long a node takes, in any unit.
    ///
    /// # Errors
    /// The cycles, when the graph has any.
    pub fn new(graph: &Graph<N>, mut weight: impl FnMut(&N) -> u64) -> Result<Self, Cycles<N>> {
        let order = graph.index_order()?;
        let mut position = vec![0; order.len()];
        for (place, index) in order.iter().enumerate() {
            position[index.index()] = place;
        }
        let tasks: Vec<Task<N>> = order
            .iter()
            .map(|&index| {
                let node = graph.inner[index].clone();
                let dependents = graph.inner.neighbors_directed(index, petgraph::Direction::Incoming);
                Task {
                    weight: weight(&node),
                    dependents: dependents.map(|it| position[it.index()]).collect(),
                    missing: graph.inner.neighbors(index).count(),
                    path: 0,
                    progress: Progress::Waiting,
                    node,
                }
            })
            .collect();
        let positions = tasks.iter().enumerate().map(|(place, task)| (task.node.clone(), place)).collect();
        let waiting = tasks.len();
        let mut queue = Self { tasks, positions, ready: BTreeSet::new(), running: BTreeSet::new(), waiting };
        queue.measure_paths();
        for place in 0..queue.tasks.len() {
            if queue.tasks[place].missing == 0 {
                queue.make_ready(place);
            }
        }
        Ok(queue)
    }

    /// Takes the ready node that has the longest path of work behind it; `None` when nothing is ready now.
    #[expect(
        clippy::should_implement_trait,
        reason = "not an iterator: more may come after it returned None"
    )]
    pub fn next(&mut self) -> Option<N> {
        let (_, place) = self.ready.pop_first()?;
        self.tasks[place].progress = Progress::Running;
        self.running.insert(place);
        Some(self.tasks[place].node.clone())
    }

    /// Reports that a node was executed. Does nothing unless [`next`](Self::next) gave that node out.
    pub fn complete(&mut self, node: &N) {
        let Some(place) = self.finish(node, Progress::Completed) else { return };
        for dependent in self.tasks[place].dependents.clone() {
            let task = &mut self.tasks[dependent];
            task.missing -= 1;
            if task.missing == 0 && task.progress == Progress::Waiting {
                self.make_ready(dependent);
            }
        }
    }

    /// Reports that a node failed, and returns everything that is skipped because of it, in topological order.
    ///
    /// Nodes that an earlier failure has skipped are not returned again. Does nothing unless
    /// [`next`](Self::next) gave that node out.
    pub fn fail(&mut self, node: &N) -> Vec<N> {
        let Some(place) = self.finish(node, Progress::Failed) else { return Vec::new() };
        let mut skipped = BTreeSet::new();
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            for &dependent in &self.tasks[place].dependents {
                if self.tasks[dependent].progress == Progress::Waiting && skipped.insert(dependent) {
                    open.push(dependent);
                }
            }
        }
        for &place in &skipped {
            self.tasks[place].progress = Progress::Skipped;
        }
        self.waiting -= skipped.len();
        if !skipped.is_empty() {
            self.measure_paths();
        }
        skipped.into_iter().map(|it| self.tasks[it].node.clone()).collect()
    }

    /// Returns the weight of a node and of the longest chain of nodes that wait for it; 0 for one it does not have.
    pub fn path(&self, node: &N) -> u64 {
        self.positions.get(node).map_or(0, |place| self.tasks[*place].path)
    }

    /// Gives every node another weight, by a better estimate of how long it takes.
    pub fn weigh(&mut self, mut weight: impl FnMut(&N) -> u64) {
        for task in &mut self.tasks {
            task.weight = weight(&task.node);
        }
        self.measure_paths();
    }

    /// Returns true when nothing runs and nothing is left to start.
    pub fn is_finished(&self) -> bool {
        self.ready.is_empty() && self.running.is_empty()
    }

    /// Returns how many nodes are still to be started, those whose dependencies are unfinished included.
    pub fn unstarted(&self) -> usize {
        self.ready.len() + self.waiting
    }

    /// Returns the nodes that were given out and not reported back, in topological order.
    pub fn running(&self) -> impl Iterator<Item = &N> {
        self.running.iter().map(|&it| &self.tasks[it].node)
    }

    /// Returns the weight of the longest chain of unfinished nodes: no executor can be faster than that.
    ///
    /// `elapsed` says how much of its weight a running node has used up.
    pub fn remaining_path(&self, elapsed: impl Fn(&N) -> u64) -> u64 {
        let running = self.running.iter().map(|&it| {
            let task = &self.tasks[it];
            task.path - elapsed(&task.node).min(task.weight)
        });
        let ready = self.ready.first().map(|(Reverse(path), _)| *path);
        // Whatever waits, waits for something that is ready or running, whose path includes it.
        running.chain(ready).max().unwrap_or(0)
    }

    /// Returns the total weight of the unfinished nodes; skipped ones do not count.
    pub fn remaining_work(&self) -> u64 {
        let unfinished =
            |it: &&Task<N>| matches!(it.progress, Progress::Waiting | Progress::Ready | Progress::Running);
        self.tasks.iter().filter(unfinished).map(|it| it.weight).fold(0, u64::saturating_add)
    }

    fn make_ready(&mut self, place: usize) {
        self.tasks[place].progress = Progress::Ready;
        self.waiting -= 1;
        self.ready.insert((Reverse(self.tasks[place].path), place));
    }

    fn finish(&mut self, node: &N, outcome: Progress) -> Option<usize> {
        let place = *self.positions.get(node)?;
        if !self.running.remove(&place) {
            return None;
        }
        self.tasks[place].progress = outcome;
        Some(place)
    }

    /// Computes the longest path behind every node, and orders what is ready by it; skipped nodes end a path.
    fn measure_paths(&mut self) {
        for place in (0..self.tasks.len()).rev() {
            let behind = self.tasks[place].dependents.iter().map(|&it| &self.tasks[it]);
            let longest = behind.filter(|it| it.progress != Progress::Skipped).map(|it| it.path).max();
            self.tasks[place].path = self.tasks[place].weight.saturating_add(longest.unwrap_or(0));
        }
        let ready = std::mem::take(&mut self.ready);
        self.ready = ready.into_iter().map(|(_, it)| (Reverse(self.tasks[it].path), it)).collect();
    }
}

#[cfg(test)]
mod tests;
