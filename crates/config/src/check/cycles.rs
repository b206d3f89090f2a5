//! Things that need each other.

use rinfra_diag::{Diagnostic, Diagnostics};

use crate::config::Config;
use crate::node::Node;

impl Config {
    pub(super) fn check_cycles(&self, found: &mut Diagnostics) {
        found.extend(self.references().cycles().iter().map(|cycle| self.describe(cycle)));
    }

    fn describe(&self, cycle: &[Node]) -> Diagnostic {
        let names: Vec<String> = cycle.iter().map(ToString::to_string).collect();
        let mut detail =
            "Each of these needs the next one first, and the last one needs the first:".to_owned();
        for (node, name) in cycle.iter().zip(&names) {
            detail.push_str("\n  - ");
            detail.push_str(name);
            if let Some(place) = self.declaration(node) {
                detail.push_str(&format!(" (declared at {place})"));
            }
        }
        Diagnostic::error(format!("Cycle: {}", names.join(", ")), detail)
    }
}
