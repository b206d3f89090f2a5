//! What can be drawn: things that wait for each other, grouped by Region and module.
//!
//! There is one picture and a file for each format that it is drawn in. Instances of one resource to which the same
//! happens are one node, and no edge is there that others imply.

mod condensing;
mod dot;
mod groups;
mod html;
mod json;
mod layers;
mod mermaid;
mod node;
mod of_configuration;
mod of_plan;
mod placing;
mod svg;

use std::collections::BTreeMap;

use rinfra_graph::Graph;

use self::node::{Member, Node, Step, Subject};

pub use of_configuration::{configuration_picture, resource_graph};
pub use of_plan::plan_picture;

/// A picture of a configuration or a plan, apart from how it is drawn.
///
/// # Guarantees
/// The order of everything in it depends on nothing but what it shows.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it is a picture of.
    pub(crate) title: String,
    /// What else there is to say of the whole.
    pub(crate) remarks: Vec<String>,
    /// The nodes, in order.
    pub(crate) nodes: Vec<Node>,
    /// Pairs of positions in `nodes`, in order: the first waits for the second.
    pub(crate) edges: Vec<(usize, usize)>,
}

impl Picture {
    /// Returns the picture of a graph, of the nodes of which the members are given.
    fn of(title: String, graph: &Graph<Subject>, mut members: BTreeMap<Subject, Vec<Member>>) -> Self {
        let graph = graph.reduced();
        let subjects: Vec<&Subject> = graph.nodes().collect();
        let positions: BTreeMap<&Subject, usize> =
            subjects.iter().enumerate().map(|(position, it)| (*it, position)).collect();
        let edges = graph.edges().iter().map(|(from, to)| (positions[from], positions[to])).collect();
        let nodes = subjects
            .iter()
            .map(|it| Node { subject: (*it).clone(), members: members.remove(it).unwrap_or_default() })
            .collect();
        Self { title, remarks: Vec::new(), nodes, edges }
    }

    /// Returns for each node what it waits for.
    pub(crate) fn awaited(&self) -> Vec<Vec<usize>> {
        let mut awaited = vec![Vec::new(); self.nodes.len()];
        for &(waiter, other) in &self.edges {
            awaited[waiter].push(other);
        }
        awaited
    }

    /// Returns how many things there are, by what is done to them.
    pub(crate) fn tally(&self) -> String {
        let mut counts: BTreeMap<Option<Step>, usize> = BTreeMap::new();
        for node in &self.nodes {
            *counts.entry(node.subject.step).or_default() += node.count();
        }
        // Whoever counts what is replaced counts it once.
        counts.remove(&Some(Step::DeleteReplaced));
        let counted = |(step, count): (Option<Step>, usize)| match step {
            Some(Step::CreateReplacement) => format!("{count} to replace"),
            Some(step) => format!("{count} to {}", step.title()),
            None if count == 1 => "1 resource".to_owned(),
            None => format!("{count} resources"),
        };
        counts.into_iter().map(counted).collect::<Vec<_>>().join(", ")
    }
}
