//! Pictures in the DOT language of Graphviz, as Terraform writes it.

use std::fmt::Write as _;

use super::Picture;
use super::node::{Node, Step};
use super::of_configuration::CONFIGURATION;

const EMPTY: &str = "  /* This configuration does not contain any resources.         */\n  /* For a more detailed graph, try: terraform graph -type=plan */\n";

impl Picture {
    /// Renders the picture in the DOT language: arrows point from what waits to what it waits for.
    ///
    /// # Guarantees
    /// A picture without Regions and steps reads as Terraform writes it.
    pub fn dot(&self) -> String {
        let mut dot = "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n"
            .to_owned();
        if self.nodes.is_empty() && self.title == CONFIGURATION {
            dot.push_str(EMPTY);
        }
        let names: Vec<String> = self.nodes.iter().map(|it| quoted(&name(it))).collect();
        let mut open: Vec<String> = Vec::new();
        for (node, name) in self.nodes.iter().zip(&names) {
            let boxes = boxes(node);
            let same = open.iter().zip(&boxes).take_while(|(one, (_, other))| *one == other).count();
            for depth in (same..open.len()).rev() {
                let _ = writeln!(dot, "{}}}", indent(depth));
            }
            open.truncate(same);
            for (title, id) in boxes.into_iter().skip(same) {
                let indent = indent(open.len());
                open.push(id);
                let id = quoted(&format!("cluster_{}", open.join(" ")));
                let _ = writeln!(
                    dot,
                    "{indent}subgraph {id} {{\n{indent}  label = {}\n{indent}  fontname = \"sans-serif\"",
                    quoted(&title)
                );
            }
            let colour = node.subject.step.map(colour).unwrap_or_default();
            let label = quoted(&label(node));
            let _ = writeln!(dot, "{}{name} [label={label}{colour}];", indent(open.len()));
        }
        for depth in (0..open.len()).rev() {
            let _ = writeln!(dot, "{}}}", indent(depth));
        }
        for (waiter, awaited) in &self.edges {
            let _ = writeln!(dot, "  {} -> {};", names[*waiter], names[*awaited]);
        }
        dot + "}\n"
    }
}

/// Returns the titles and names of the boxes around a node. Modules are not nested: Graphviz finds no good places then.
fn boxes(node: &Node) -> Vec<(String, String)> {
    let region = node.subject.place.as_ref().map(|it| it.title().to_owned());
    let module = Some(node.subject.module.text().to_owned()).filter(|it| !it.is_empty());
    region.into_iter().chain(module).map(|it| (it.clone(), it)).collect()
}

fn name(node: &Node) -> String {
    let place = node.subject.place.as_ref();
    let place = place.map(|it| format!(" in {}", it.title())).unwrap_or_default();
    match node.subject.step {
        Some(step) => format!("{} {}{place}", step.name(), node.address()),
        None => format!("{}{place}", node.address()),
    }
}

fn label(node: &Node) -> String {
    match node.subject.step {
        Some(step) => format!("{} {}", step.symbol(), node.label()),
        None => node.label(),
    }
}

fn colour(step: Step) -> String {
    format!(", color=\"{0}\", fontcolor=\"{0}\"", step.hue())
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth + 1)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
