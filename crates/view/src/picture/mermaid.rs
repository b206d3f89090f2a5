//! Pictures as Mermaid flowcharts, as forges show them in Markdown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Picture;
use super::groups::Groups;
use super::node::{Node, Step};

/// How much Mermaid draws unless it is told otherwise: it refuses charts with more edges than this.
const EDGES: usize = 500;

/// How many nodes a chart has at most, so that its text is not too long for Mermaid, either.
const NODES: usize = 300;

impl Picture {
    /// Renders the picture as a Mermaid flowchart: arrows point from what waits to what it waits for.
    pub fn mermaid(&self) -> String {
        let picture = self.condensed(NODES, EDGES);
        let groups = Groups::of(&picture);
        let mut chart = "flowchart RL\n".to_owned();
        for remark in &picture.remarks {
            let _ = writeln!(chart, "  %% {remark}");
        }
        picture.mermaid_group(&groups, 0, 1, &mut chart);
        for (waiter, awaited) in &picture.edges {
            let _ = writeln!(chart, "  n{waiter} --> n{awaited}");
        }
        let steps: BTreeSet<Step> = picture.nodes.iter().filter_map(|it| it.subject.step).collect();
        for step in steps {
            let _ = writeln!(chart, "  classDef {} stroke:{},stroke-width:2px", step.name(), step.hue());
            let is_this = |(_, it): &(usize, &Node)| it.subject.step == Some(step);
            let ids: Vec<_> = picture
                .nodes
                .iter()
                .enumerate()
                .filter(is_this)
                .map(|(position, _)| format!("n{position}"))
                .collect();
            let _ = writeln!(chart, "  class {} {}", ids.join(","), step.name());
        }
        chart
    }

    fn mermaid_group(&self, groups: &Groups, group: usize, depth: usize, chart: &mut String) {
        let indent = "  ".repeat(depth);
        for &node in &groups.all[group].nodes {
            let _ = writeln!(chart, "{indent}n{node}[\"{}\"]", escaped(&label(&self.nodes[node])));
        }
        for &inner in &groups.all[group].groups {
            let _ = writeln!(chart, "{indent}subgraph g{inner}[\"{}\"]", escaped(&groups.all[inner].title));
            self.mermaid_group(groups, inner, depth + 1, chart);
            let _ = writeln!(chart, "{indent}end");
        }
    }
}

fn label(node: &Node) -> String {
    match node.subject.step {
        Some(step) => format!("{} {}", step.symbol(), node.label()),
        None => node.label(),
    }
}

/// Returns a text as it is written between quotes: everything that Mermaid or HTML could read as more than text as an
/// entity, which has no `&` there.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | '_' | '[' | ']' | '(' | ')' | '/' => {
                escaped.push(character);
            }
            // At the beginning it would make a list.
            '-' if !escaped.is_empty() => escaped.push(character),
            it if it.is_control() => escaped.push('\u{fffd}'),
            it if it.is_alphanumeric() || it == '×' => escaped.push(it),
            it => {
                let _ = write!(escaped, "#{};", u32::from(it));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_label_is_more_than_text() {
        let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected);
        check("aws_vpc.a[0]", "aws_vpc.a[0]");
        check("a[\"b\"]", "a[#34;b#34;]");
        check("`**x**` <b>&#;\n", "#96;#42;#42;x#42;#42;#96; #60;b#62;#38;#35;#59;\u{fffd}");
        check("- a-b ×3", "#45; a-b ×3");
    }
}
