//! Dependency graphs: cycles, order, closures, the ready queue of an executor and the critical path.
//!
//! The one crate that knows petgraph; nothing of it shows in the interface. Nodes are the caller's own ordered
//! keys. Every answer is deterministic: where the edges leave a choice, the order of the keys decides. The
//! crate refuses to know what nodes mean, and to run anything: an executor asks the [`ReadyQueue`] what to
//! start and reports how it ended.

mod cycle;
mod graph;
mod order;
mod ready;
mod reduction;

pub use cycle::Cycles;
pub use graph::{Graph, Place};
pub use ready::ReadyQueue;
