//! Which part of a configuration an evaluation is about.

use std::collections::BTreeSet;

use rinfra_addr::{ConfigResource, ModulePath, ObjectAddress, ResourceInstance};
use rinfra_config::{Config, Item, Node};

/// The part of a configuration that is evaluated: all of it, unless someone chose.
#[derive(Clone, Debug, Default)]
pub struct Selection(Option<Part>);

#[derive(Clone, Debug)]
struct Part {
    /// What is evaluated, as it is written.
    nodes: BTreeSet<Node>,
    /// All resources that are written.
    known: BTreeSet<Node>,
    chosen: Vec<ObjectAddress>,
    choice: Choice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Only,
    Except,
}

impl Selection {
    /// Returns a selection of the chosen objects, and everything they refer to.
    ///
    /// References are between resources as they are written: what is referred to is taken whole.
    pub fn only(config: &Config, chosen: &[ObjectAddress]) -> Self {
        let graph = config.references();
        let named = |it: &&Node| resource(it).is_some_and(|it| chosen.iter().any(|chosen| chosen.names(&it)));
        let direct: BTreeSet<Node> = graph.nodes().filter(named).cloned().collect();
        Self::new(config, direct, chosen, Choice::Only)
    }

    /// Returns a selection of everything but the chosen objects, and what refers to them.
    pub fn except(config: &Config, chosen: &[ObjectAddress]) -> Self {
        let graph = config.references();
        let named: Vec<_> = graph
            .nodes()
            .filter_map(|node| Some((node, resource(node)?)))
            .filter(|(_, it)| chosen.iter().any(|chosen| chosen.names(it)))
            .collect();
        let mut left_out = graph.all_dependents(named.iter().map(|(node, _)| *node));
        let whole = |it: &ConfigResource| chosen.iter().any(|chosen| chosen.covers_all(it));
        left_out.extend(named.into_iter().filter(|(_, it)| whole(it)).map(|(node, _)| node.clone()));
        let stays = |it: &&Node| resource(it).is_some() && !left_out.contains(*it);
        let direct = graph.nodes().filter(stays).cloned().collect();
        Self::new(config, direct, chosen, Choice::Except)
    }

    fn new(config: &Config, direct: BTreeSet<Node>, chosen: &[ObjectAddress], choice: Choice) -> Self {
        let graph = config.references();
        let mut nodes = graph.all_dependencies(&direct);
        nodes.extend(direct);
        // A root output comes along when all resources it is made of do.
        for name in config.root().outputs.keys() {
            let output = Item::Output(name.clone()).in_module(&ModulePath::root());
            let behind = graph.all_dependencies([&output]);
            let mut resources = behind.iter().filter(|it| resource(it).is_some()).peekable();
            if resources.peek().is_some() && resources.all(|it| nodes.contains(it)) {
                nodes.extend(behind);
                nodes.insert(output);
            }
        }
        let known = graph.nodes().filter(|it| resource(it).is_some()).cloned().collect();
        Self(Some(Part { nodes, known, chosen: chosen.to_vec(), choice }))
    }

    /// Tells whether everything is selected.
    pub fn is_whole(&self) -> bool {
        self.0.is_none()
    }

    /// Tells whether something is evaluated, as it is written.
    pub(crate) fn has(&self, node: &Node) -> bool {
        self.0.as_ref().is_none_or(|it| it.nodes.contains(node))
    }

    /// Tells whether an instance is selected, be it of the configuration or of the state.
    pub fn contains(&self, instance: &ResourceInstance) -> bool {
        let Some(part) = &self.0 else { return true };
        let covered = part.chosen.iter().any(|it| it.covers(instance));
        let written = instance.config();
        let node = Item::Resource(written.resource.clone()).in_module(&written.module);
        match part.choice {
            Choice::Only if part.chosen.iter().any(|it| it.names(&written)) => covered,
            Choice::Only => part.nodes.contains(&node),
            Choice::Except => !covered && (part.nodes.contains(&node) || !part.known.contains(&node)),
        }
    }
}

fn resource(node: &Node) -> Option<ConfigResource> {
    match &node.item {
        Item::Resource(resource) => Some(resource.clone().in_module(node.module.clone())),
        _ => None,
    }
}
