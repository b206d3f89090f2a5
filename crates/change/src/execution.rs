use rinfra_addr::ResourceInstance;
use serde::{Deserialize, Serialize};

use crate::text;

/// The kind of one step of an apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opcode {
    /// Reads a data source.
    Read,
    /// Makes a new object.
    Create,
    /// Changes an object in place.
    Update,
    /// Deletes an object.
    Delete,
    /// Removes an object from the state only.
    Forget,
    /// Does nothing itself: it is done when all steps of one kind of a resource are, so that a resource of
    /// a thousand instances that waits for another of a thousand costs two thousand edges, not a million.
    Join,
}

/// One step of an apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationNode {
    /// What the step does.
    pub opcode: Opcode,
    /// The instance it does it to; for a join, the first of the instances.
    #[serde(with = "text::single")]
    pub address: ResourceInstance,
    /// The position of the change in [`Plan::changes`](crate::Plan::changes).
    pub change: usize,
}

/// All steps of an apply and the order between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionGraph {
    /// The steps.
    pub nodes: Vec<OperationNode>,
    /// Pairs of positions in `nodes`: the first step waits until the second is done.
    pub edges: Vec<(usize, usize)>,
}

impl ExecutionGraph {
    /// Tells whether every position in it is one there is, where there are this many changes.
    pub(crate) fn is_about(&self, changes: usize) -> bool {
        let steps = self.nodes.len();
        self.nodes.iter().all(|node| node.change < changes)
            && self.edges.iter().all(|(waiter, awaited)| *waiter < steps && *awaited < steps)
    }

    /// Tells whether every step can come to its turn.
    pub(crate) fn is_acyclic(&self) -> bool {
        let mut waits = vec![0_usize; self.nodes.len()];
        let mut waiters = vec![Vec::new(); self.nodes.len()];
        for &(waiter, awaited) in &self.edges {
            waits[waiter] += 1;
            waiters[awaited].push(waiter);
        }
        let mut free: Vec<_> = (0..waits.len()).filter(|it| waits[*it] == 0).collect();
        let mut done = 0;
        while let Some(node) = free.pop() {
            done += 1;
            for &waiter in &waiters[node] {
                waits[waiter] -= 1;
                if waits[waiter] == 0 {
                    free.push(waiter);
                }
            }
        }
        done == self.nodes.len()
    }
}
