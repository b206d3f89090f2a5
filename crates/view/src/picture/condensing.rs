//! A picture with less in it, where there is more than fits into one.

use std::collections::BTreeMap;

use rinfra_graph::Graph;

use super::Picture;
use super::node::{Member, Module, Node, Subject, Thing};

impl Picture {
    /// Returns the picture with so many nodes and edges at most, if it can be done.
    ///
    /// First the instances of a module become one, then the innermost modules become a node each, and so on outwards;
    /// in the end all resources of a type become one node.
    pub(crate) fn condensed(&self, nodes: usize, edges: usize) -> Self {
        let fits = |it: &Self| it.nodes.len() <= nodes && it.edges.len() <= edges;
        if fits(self) {
            return self.clone();
        }
        let remark = |what: &str| {
            format!(
                "{} nodes and {} edges do not fit into one picture of this format: {what}.",
                self.nodes.len(),
                self.edges.len()
            )
        };
        let mut picture = self.mapped(without_keys, remark("the instances of a module are shown as one"));
        let depths = picture.nodes.iter().map(|it| it.subject.module.steps().len());
        for depth in (1..=depths.max().unwrap_or_default()).rev() {
            if fits(&picture) {
                return picture;
            }
            let what = format!("modules are shown from outside, from level {depth} on");
            picture = picture.mapped(|it| as_module(it, depth), remark(&what));
        }
        if fits(&picture) {
            return picture;
        }
        picture.mapped(as_kind, remark("all resources of a type are shown as one"))
    }

    fn mapped(&self, into: impl Fn(&Subject) -> Subject, remark: String) -> Self {
        let mut members: BTreeMap<Subject, Vec<Member>> = BTreeMap::new();
        let mut graph = Graph::new();
        for (position, node) in self.nodes.iter().enumerate() {
            graph.add_node(position);
            members.entry(into(&node.subject)).or_default().extend(of_node(node));
        }
        for &(waiter, awaited) in &self.edges {
            graph.add_dependency(waiter, awaited);
        }
        let graph = graph.condensed(|it| Some(into(&self.nodes[*it].subject)));
        Self { remarks: vec![remark], ..Self::of(self.title.clone(), &graph, members) }
    }
}

/// Returns what a node stands for; a node of a configuration stands for itself.
fn of_node(node: &Node) -> Vec<Member> {
    match node.members.as_slice() {
        [] => {
            vec![Member {
                address: node.subject.address(),
                key: rinfra_addr::InstanceKey::None,
                loses_data: false,
            }]
        }
        members => members.to_vec(),
    }
}

fn without_keys(subject: &Subject) -> Subject {
    let call = |step: &String| match step.split_once('[') {
        Some((call, _)) => format!("{call}[*]"),
        None => step.clone(),
    };
    Subject { module: Module::new(subject.module.steps().iter().map(call).collect()), ..subject.clone() }
}

/// Returns the module at a depth that a node is in, or the node where it is in none.
fn as_module(subject: &Subject, depth: usize) -> Subject {
    let Some((call, outer)) = subject.module.steps().get(..depth).and_then(|it| it.split_last()) else {
        return subject.clone();
    };
    Subject { module: Module::new(outer.to_vec()), thing: Thing::Module(call.clone()), ..subject.clone() }
}

fn as_kind(subject: &Subject) -> Subject {
    let thing = match &subject.thing {
        Thing::Resource(it) | Thing::Deposed(it) => Thing::Kind(it.mode, it.kind.clone()),
        it @ (Thing::Kind(..) | Thing::Module(_)) => it.clone(),
    };
    Subject { thing, ..subject.clone() }
}
