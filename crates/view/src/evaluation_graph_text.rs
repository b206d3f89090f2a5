use std::fmt::Write as _;

use rinfra_config::{Config, Item, Node};
use rinfra_graph::Graph;

/// What everything else comes before.
const ROOT: &str = "root";

/// What a configuration is evaluated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// A plan.
    Planning,
    /// An apply.
    Applying,
}

/// Renders everything in a configuration that is evaluated and what it waits for, in the DOT language of Graphviz, as
/// Terraform writes its graphs. What needs each other is connected by red lines.
pub fn evaluation_graph(config: &Config, evaluation: Evaluation) -> String {
    let references = config.references();
    let mut graph: Graph<String> = Graph::new();
    let mut drawn = Vec::new();
    for node in references.nodes() {
        let name = name(node);
        graph.add_node(name.clone());
        if matches!(node.item, Item::Check(_)) && evaluation == Evaluation::Planning {
            graph.add_dependency(name.clone(), name.replace("(expand)", "(report)"));
        }
        drawn.extend(shape(node).map(|shape| (name, node.to_string(), shape)));
    }
    for (dependent, dependency) in references.edges() {
        graph.add_dependency(name(dependent), name(dependency));
        if matches!(dependency.item, Item::Provider { .. }) {
            // A provider is left when everything that uses it is done.
            let closed = format!("{dependency} (close)");
            graph.add_dependency(closed.clone(), name(dependency));
            graph.add_dependency(closed, name(dependent));
        }
    }
    let ends: Vec<String> = graph.nodes().filter(|it| graph.dependents(it).is_empty()).cloned().collect();
    graph.add_node(ROOT.to_owned());
    ends.into_iter().for_each(|it| graph.add_dependency(ROOT.to_owned(), it));
    let mut dot =
        "digraph {\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {\n".to_owned();
    drawn.sort();
    for (name, label, shape) in drawn {
        let _ =
            writeln!(dot, "\t\t{} [label = {}, shape = \"{shape}\"]", quoted(&named(&name)), quoted(&label));
    }
    let cycles = graph.cycles();
    for (dependent, dependency) in graph.reduced().edges() {
        let is_in_cycle = cycles.iter().any(|it| it.contains(dependent) && it.contains(dependency));
        let colour = if is_in_cycle { " [color = \"red\", penwidth = \"2.0\"]" } else { "" };
        let _ = writeln!(dot, "\t\t{} -> {}{colour}", quoted(&named(dependent)), quoted(&named(dependency)));
    }
    dot + "\t}\n}\n"
}

/// Returns what Terraform calls a node in this graph.
fn name(node: &Node) -> String {
    match node.item {
        Item::Resource(_) => format!("{node} (expand)"),
        _ => node.to_string(),
    }
}

fn named(name: &str) -> String {
    format!("[root] {name}")
}

fn shape(node: &Node) -> Option<&'static str> {
    match node.item {
        Item::Resource(_) => Some("box"),
        Item::Provider { .. } => Some("diamond"),
        Item::Variable(_) if node.module.is_root() => Some("note"),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
