//! Pictures as a page: boxes that can be folded, and lines that are drawn between what is to be seen.
//!
//! The boxes stand where style sheets put them, in the layers of the picture. The script draws the lines; without it,
//! every node names what it waits for.

use std::fmt::Write as _;

use super::Picture;
use super::groups::{Counts, Groups};
use super::layers::{Arrangement, Item, arranged};
use super::node::{Node, Step};
use super::placing::{LAYER, LOOSE, Placement, Proportion, shown};
use crate::html::{Page, escape};

const CSS: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// How many nodes and boxes are to be seen before anything is unfolded.
const UNFOLDED: usize = 500;

/// How much the page holds: beyond, the picture is condensed.
const NODES: usize = 20_000;
const EDGES: usize = 60_000;

/// What the lines say.
const LINES: &str = "Lines lead from what is done first to what waits for it.";

/// How many instances of a node are named.
const NAMED: usize = 100;

impl Picture {
    /// Renders the picture as a page that needs nothing else.
    pub fn html(&self) -> String {
        let picture = self.condensed(NODES, EDGES);
        let groups = Groups::of(&picture);
        let arrangements = arranged(&picture, &groups);
        let drawing = Drawing {
            awaited: picture.awaited(),
            placement: Placement::of(&picture, &groups, &arrangements),
            open: groups.unfolded(UNFOLDED),
            picture: &picture,
            groups: &groups,
            arrangements: &arrangements,
        };
        let mut body = format!(
            "<h1>{}</h1>\n<p class=\"caption\">{}. <span class=\"scripted\">{LINES}</span></p>\n",
            escape(&picture.title),
            escape(&picture.tally())
        );
        for remark in &picture.remarks {
            let _ = writeln!(body, "<p>{}</p>", escape(remark));
        }
        body.push_str("<div class=\"tools\"><input id=\"filter\" type=\"search\" placeholder=\"part of an address\" aria-label=\"part of an address\"><button id=\"open\">unfold all</button><button id=\"close\">fold all</button><button id=\"smaller\" aria-label=\"smaller\">−</button><button id=\"larger\" aria-label=\"larger\">+</button><span id=\"found\" role=\"status\"></span></div>\n");
        body.push_str("<main id=\"picture\">\n");
        drawing.contents(0, &mut body);
        body.push_str("</main>\n<aside id=\"about\" aria-live=\"polite\" hidden></aside>\n<noscript><style>.needs { display: block; } .tools, .scripted { display: none; }</style></noscript>\n");
        let title = format!("rinfra graph: {}", picture.title);
        Page { title: &title, css: CSS, body: &body, script: SCRIPT }.render()
    }
}

impl Groups {
    /// Returns for each box whether it is unfolded: as many levels from outside to inside as show no more than so much.
    fn unfolded(&self, most: usize) -> Vec<bool> {
        let mut open = vec![false; self.all.len()];
        let (mut level, mut seen) = (vec![0], 0);
        while !level.is_empty() {
            seen +=
                level.iter().map(|it| self.all[*it].nodes.len() + self.all[*it].groups.len()).sum::<usize>();
            if seen > most {
                break;
            }
            level.iter().for_each(|it| open[*it] = true);
            level = level.into_iter().flat_map(|it| self.all[it].groups.iter().copied()).collect();
        }
        open
    }
}

/// Everything a page is made of.
struct Drawing<'p> {
    picture: &'p Picture,
    groups: &'p Groups,
    arrangements: &'p [Arrangement],
    placement: Placement,
    awaited: Vec<Vec<usize>>,
    open: Vec<bool>,
}

impl Drawing<'_> {
    fn contents(&self, group: usize, html: &mut String) {
        let Arrangement { layers, loose } = &self.arrangements[group];
        if !layers.is_empty() {
            let folded = self.placement.folded_width(&self.arrangements[group]);
            let fold = folded.map(|it| format!(" style=\"flex-wrap:wrap;max-width:{}em\"", ems(it)));
            let _ = writeln!(html, "<div class=\"layers\"{}>", fold.unwrap_or_default());
            for layer in layers {
                self.items("layer", layer, LAYER, html);
            }
            html.push_str("</div>\n");
        }
        if !loose.is_empty() {
            self.items("layer loose", loose, LOOSE, html);
        }
    }

    fn items(&self, class: &str, items: &[Item], proportion: Proportion, html: &mut String) {
        let (width, columns) = self.placement.row_width(items, proportion);
        let (nodes, boxes) = (items.iter().all(Item::is_node), !items.iter().any(Item::is_node));
        if nodes || columns == 1 {
            let mixed = if nodes || boxes { "" } else { " mixed" };
            let _ = writeln!(html, "<div class=\"{class} grid{mixed}\" style=\"--columns:{columns}\">");
        } else {
            let _ = writeln!(html, "<div class=\"{class}\" style=\"max-width:min({}em,235em)\">", ems(width));
        }
        for item in items {
            match item {
                Item::Node(node) => self.node(*node, html),
                Item::Group(group) => self.group(*group, html),
            }
        }
        html.push_str("</div>\n");
    }

    fn group(&self, position: usize, html: &mut String) {
        let group = &self.groups.all[position];
        let open = if self.open[position] { " open" } else { "" };
        let _ = writeln!(
            html,
            "<details class=\"{}-box\"{open}>\n<summary>{}{}</summary>",
            group.kind.name(),
            escape(&group.title),
            tally(&group.counts)
        );
        self.contents(position, html);
        html.push_str("</details>\n");
    }

    fn node(&self, position: usize, html: &mut String) {
        let node = &self.picture.nodes[position];
        let symbol = node.subject.step.map(Step::symbol).unwrap_or_default();
        let symbol = if symbol.is_empty() { String::new() } else { format!("<b>{}</b>", escape(symbol)) };
        let _ = write!(
            html,
            "<div class=\"node{}\" id=\"n{position}\" data-name=\"{}\" data-about=\"{}\"><a href=\"#n{position}\">{symbol}{}</a>{}",
            node.classes(),
            escape(&node.address()),
            escape(&node.description()),
            escape(&shown(&node.label())),
            named(node)
        );
        if !self.awaited[position].is_empty() {
            html.push_str("<span class=\"needs\"> waits for");
            for awaited in &self.awaited[position] {
                let name = escape(&self.picture.nodes[*awaited].address());
                let _ = write!(html, " <a href=\"#n{awaited}\">{name}</a>");
            }
            html.push_str("</span>");
        }
        html.push_str("</div>\n");
    }
}

/// Returns a width in what the page measures in, with some room: browsers have other letters than we count with.
fn ems(width: usize) -> usize {
    (width + width / 16).div_ceil(12)
}

/// Renders how many things there are in a box, by what is done to them.
fn tally(counts: &Counts) -> String {
    let part = |(step, count): (&Option<Step>, &usize)| {
        let (class, symbol) = step.map_or(("faint", ""), |it| (it.colour(), it.symbol()));
        format!("<span class=\"size {class}\">{}{count}</span>", escape(symbol))
    };
    counts.iter().map(part).collect()
}

/// Renders which instances a node stands for, where that is not to be seen.
fn named(node: &Node) -> String {
    let Some(more) = node.members.len().checked_sub(1).filter(|it| *it > 0) else { return String::new() };
    let items = node.members.iter().take(NAMED).map(|it| format!("<li>{}</li>", escape(&it.address)));
    let rest = (more + 1).checked_sub(NAMED).filter(|it| *it > 0).map(|it| format!("<li>and {it} more</li>"));
    format!("<ul hidden>{}</ul>", items.chain(rest).collect::<String>())
}
