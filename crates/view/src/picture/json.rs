//! Pictures for programs.

use serde_json::{Value as Json, json};

use super::Picture;
use super::groups::{Group, Groups};
use super::node::Node;

/// The version of the shape: the first number changes when programs that read it must change.
const FORMAT_VERSION: &str = "1.0";

impl Picture {
    /// Renders the picture as JSON. Ids hold for one picture only.
    pub fn json(&self) -> Json {
        let groups = Groups::of(self);
        let boxes = groups.all.iter().enumerate().skip(1);
        let nodes = self.nodes.iter().enumerate();
        json!({
            "format_version": FORMAT_VERSION,
            "title": self.title,
            "remarks": self.remarks,
            "groups": boxes.map(|(position, it)| of_group(position, it)).collect::<Vec<_>>(),
            "nodes": nodes.map(|(position, it)| of_node(position, it, groups.of_nodes[position])).collect::<Vec<_>>(),
            "edges": self.edges.iter().map(|(waiter, awaited)| {
                json!({ "from": node_id(*waiter), "to": node_id(*awaited) })
            }).collect::<Vec<_>>(),
        })
    }
}

fn of_group(position: usize, group: &Group) -> Json {
    json!({
        "id": group_id(position),
        "parent": group.parent.and_then(group_id),
        "kind": group.kind.name(),
        "label": group.title,
    })
}

fn of_node(position: usize, node: &Node, group: usize) -> Json {
    let subject = &node.subject;
    let mut json = json!({
        "id": node_id(position),
        "group": group_id(group),
        "address": node.address(),
        "label": node.label(),
        "mode": subject.mode(),
        "region": subject.place.as_ref().map(|it| it.title()),
        "module": subject.module.text(),
    });
    if let Some(step) = subject.step {
        json["step"] = json!(step.name());
        json["loses_data"] = json!(node.loses_data());
        json["instances"] = node.members.iter().map(|it| json!(it.address)).collect();
    }
    json
}

fn node_id(position: usize) -> String {
    format!("n{position}")
}

/// Returns the id of a box; the whole has none.
fn group_id(position: usize) -> Option<String> {
    (position > 0).then(|| format!("g{position}"))
}
