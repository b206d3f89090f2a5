//! Things that need each other.

use rinfra_diag::{Diagnostic, Diagnostics};

use crate::config::Config;
use crate::node::{Item, Node};
use crate::reference::Reference;

impl Config {
    /// Returns what there is to say of things that need each other.
    pub fn cycles(&self) -> Diagnostics {
        self.references().cycles().iter().map(|cycle| self.describe(cycle)).collect()
    }

    fn describe(&self, cycle: &[Node]) -> Diagnostic {
        let names: Vec<Vec<String>> = cycle.iter().map(|node| self.names_in(cycle, node)).collect();
        let mut detail =
            "Each of these needs the next one first, and the last one needs the first:".to_owned();
        for (node, names) in cycle.iter().zip(&names) {
            detail.push_str("\n  - ");
            detail.push_str(&names.join(" and "));
            if let Some(place) = self.declaration(node) {
                detail.push_str(&format!(" (declared at {place})"));
            }
        }
        Diagnostic::error(format!("Cycle: {}", names.concat().join(", ")), detail)
    }

    /// Returns what a member of a cycle is called: of a variable, its value and its validation are members of their
    /// own.
    fn names_in(&self, cycle: &[Node], node: &Node) -> Vec<String> {
        let value = node.to_string();
        let variable = match &node.item {
            Item::Variable(name) => self.module(&node.module).and_then(|it| it.variables.get(name)),
            _ => None,
        };
        if variable.is_none_or(|it| it.validations.is_empty()) {
            return vec![value];
        }
        let validation = format!("{} (validation)", value.trim_end_matches(" (expand)"));
        let mut is_given_by_cycle = cycle.contains(&Item::Expansion.in_module(&node.module));
        self.visit_uses(&mut |unit| {
            if unit.node == node && *unit.scope != node.module {
                let references = unit.uses.iter().filter_map(|it| Reference::parse(&it.traversal).ok());
                let mut targets = references.filter_map(|it| self.target(unit.scope, &it.subject));
                is_given_by_cycle |= targets.any(|it| cycle.contains(&it));
            }
        });
        if is_given_by_cycle { vec![value, validation] } else { vec![validation] }
    }
}
