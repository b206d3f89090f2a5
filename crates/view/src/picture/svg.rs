//! Pictures as one file of SVG.

use std::fmt::Write as _;

use super::Picture;
use super::groups::{Groups, Kind};
use super::layers::arranged;
use super::node::{Node, Step};
use super::placing::{NODE_HEIGHT, Place, Placement, shown};
use crate::html::escape;

const CSS: &str = include_str!("svg.css");

/// How much one picture shows.
const NODES: usize = 600;
const EDGES: usize = 3000;

/// How high the head of the picture is.
const HEAD: usize = 52;
/// How high a line of the head is.
const LINE: usize = 18;
/// How wide a letter of the head is.
const LETTER: usize = 6;
/// How far the letters of a node or a title stand below its upper edge.
const BASELINE: usize = 16;

impl Picture {
    /// Renders the picture as SVG: what is further right waits for what is further left.
    pub fn svg(&self) -> String {
        let picture = self.condensed(NODES, EDGES);
        let groups = Groups::of(&picture);
        let placement = Placement::of(&picture, &groups, &arranged(&picture, &groups));
        let whole = placement.groups[0].size;
        let head = HEAD + LINE * picture.remarks.len();
        let caption = picture.caption();
        let texts = picture.remarks.iter().chain([&caption]).map(|it| it.chars().count() * LETTER);
        let (width, height) = (whole.width.max(texts.max().unwrap_or_default() + 28), whole.height + head);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{0}</title>\n<style>\n{CSS}</style>\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"tip\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n<rect class=\"whole\" width=\"{width}\" height=\"{height}\"/>\n<text class=\"title\" x=\"14\" y=\"28\">{0}</text>\n<text class=\"note\" x=\"14\" y=\"48\">{1}</text>\n",
            escape(&picture.title),
            escape(&caption)
        );
        for (line, remark) in picture.remarks.iter().enumerate() {
            let y = 48 + LINE * (line + 1);
            let _ = writeln!(svg, "<text class=\"note\" x=\"14\" y=\"{y}\">{}</text>", escape(remark));
        }
        let _ = writeln!(svg, "<g transform=\"translate(0 {})\">", head - BASELINE);
        for (group, place) in groups.all.iter().zip(&placement.groups).skip(1) {
            svg.push_str(&drawn_box(group.kind, &group.title, *place));
        }
        for &(waiter, awaited) in &picture.edges {
            let near = groups.of_nodes[waiter] == groups.of_nodes[awaited];
            let class = if near { "edge" } else { "edge far" };
            svg.push_str(&line(class, placement.nodes[awaited], placement.nodes[waiter]));
        }
        for (node, place) in picture.nodes.iter().zip(&placement.nodes) {
            svg.push_str(&drawn_node(node, *place));
        }
        svg + "</g>\n</svg>\n"
    }

    /// Returns what to know before one looks at the picture.
    pub(crate) fn caption(&self) -> String {
        let tally = self.tally();
        if self.edges.is_empty() {
            return tally;
        }
        format!("{tally}. Lines lead from what is done first to what waits for it.")
    }
}

fn drawn_box(kind: Kind, title: &str, Place { left, top, size }: Place) -> String {
    let (class, x, y) = (kind.name(), left + 10, top + BASELINE + 2);
    format!(
        "<rect class=\"{class}-box\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" rx=\"6\"/><text class=\"{class}-title\" x=\"{x}\" y=\"{y}\">{}</text>\n",
        size.width,
        size.height,
        escape(&shown(title))
    )
}

/// Draws a line from what is done first to what waits for it.
fn line(class: &str, from: Place, to: Place) -> String {
    let (x1, y1) = (from.left + from.size.width, from.top + NODE_HEIGHT / 2);
    let (x2, y2) = (to.left, to.top + NODE_HEIGHT / 2);
    let bend = (x1.abs_diff(x2) / 2).clamp(24, 160);
    let before = i64::try_from(x2).unwrap_or_default() - i64::try_from(bend).unwrap_or_default();
    format!(
        "<path class=\"{class}\" marker-end=\"url(#tip)\" d=\"M{x1} {y1}C{} {y1} {before} {y2} {x2} {y2}\"/>\n",
        x1 + bend
    )
}

fn drawn_node(node: &Node, Place { left, top, size }: Place) -> String {
    let symbol = node.subject.step.map(Step::symbol).unwrap_or_default();
    let label = if symbol.is_empty() { left + 10 } else { left + 28 };
    let baseline = top + BASELINE;
    let description = [node.address(), node.description()].into_iter().filter(|it| !it.is_empty());
    format!(
        "<g class=\"node{}\"><title>{}</title><rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" rx=\"4\"/><text class=\"symbol\" x=\"{}\" y=\"{baseline}\">{}</text><text x=\"{label}\" y=\"{baseline}\">{}</text></g>\n",
        node.classes(),
        escape(&description.collect::<Vec<_>>().join("\n")),
        size.width,
        size.height,
        left + 8,
        escape(symbol),
        escape(&shown(&node.label()))
    )
}
