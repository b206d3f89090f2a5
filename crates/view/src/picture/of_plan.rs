//! The picture of a plan: its steps, and what waits for what.

use std::collections::BTreeMap;

use rinfra_change::{OperationNode, Plan};
use rinfra_graph::Graph;
use rinfra_provider::Catalogue;

use super::Picture;
use super::node::{Member, Module, Step, Subject, Thing};
use crate::headline::address;
use crate::plan_summary::{Place, loses_data};

/// Returns the picture of the steps of a plan, by Region and module.
pub fn plan_picture(plan: &Plan, catalogue: &Catalogue) -> Picture {
    let steps: Vec<Option<Subject>> = plan.graph.nodes.iter().map(|it| subject(plan, it)).collect();
    let mut members: BTreeMap<Subject, Vec<Member>> = BTreeMap::new();
    let mut graph = Graph::new();
    for (position, step) in steps.iter().enumerate() {
        graph.add_node(position);
        let Some(step) = step else { continue };
        let change = &plan.changes[plan.graph.nodes[position].change];
        let deletes = matches!(step.step, Some(Step::Delete | Step::DeleteReplaced));
        let member = Member {
            address: address(change),
            key: change.address.key.clone(),
            loses_data: deletes && loses_data(change, catalogue),
        };
        members.entry(step.clone()).or_default().push(member);
    }
    for &(waiter, awaited) in &plan.graph.edges {
        graph.add_dependency(waiter, awaited);
    }
    for members in members.values_mut() {
        members.sort_by(|one, other| (&one.key, &one.address).cmp(&(&other.key, &other.address)));
    }
    let graph = graph.condensed(|position| steps[*position].clone());
    let mut picture = Picture::of("Plan".to_owned(), &graph, members);
    if plan.errored {
        picture.remarks.push("The plan failed, so it has no steps.".to_owned());
    } else if picture.nodes.is_empty() {
        picture.remarks.push("The plan has no steps: no object changes.".to_owned());
    }
    picture
}

fn subject(plan: &Plan, node: &OperationNode) -> Option<Subject> {
    let change = &plan.changes[node.change];
    let resource = change.address.resource.resource.clone();
    Some(Subject {
        place: change.region.as_ref().map(|it| Place::of(Some(it))),
        module: Module::from(change.address.module()),
        thing: if change.deposed.is_some() { Thing::Deposed(resource) } else { Thing::Resource(resource) },
        step: Some(Step::of(node.opcode, change.action)?),
    })
}
