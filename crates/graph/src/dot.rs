//! Graphviz text.

use std::fmt::{Display, Write as _};
use std::hash::Hash;

use crate::Graph;

impl<N: Clone + Display + Hash + Ord> Graph<N> {
    /// Returns the graph in Graphviz's DOT language, arrows pointing from dependents to dependencies.
    pub fn to_dot(&self) -> String {
        let mut dot = String::from("digraph G {\n  rankdir = \"RL\";\n  node [shape = rect];\n");
        let mut line = |text: std::fmt::Arguments<'_>| {
            // Writing to a string cannot fail.
            let _ = dot.write_fmt(text);
        };
        for node in self.nodes() {
            line(format_args!("  {};\n", quoted(node)));
        }
        for (dependent, dependency) in self.edges() {
            line(format_args!("  {} -> {};\n", quoted(dependent), quoted(dependency)));
        }
        dot.push_str("}\n");
        dot
    }
}

fn quoted(node: &impl Display) -> String {
    format!("\"{}\"", node.to_string().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted() {
        let mut graph = Graph::new();
        graph.add_dependency(r#"aws_vpc.a["k"]"#, "local.x");
        graph.add_node("alone");
        let expected = r#"digraph G {
  rankdir = "RL";
  node [shape = rect];
  "alone";
  "aws_vpc.a[\"k\"]";
  "local.x";
  "aws_vpc.a[\"k\"]" -> "local.x";
}
"#;
        assert_eq!(graph.to_dot(), expected);
    }
}
