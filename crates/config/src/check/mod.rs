//! What is wrong with a configuration, as far as its text alone can tell.

mod arguments;
mod cycles;
mod deprecated;
mod imports;
mod iterated_providers;
mod places;
mod providers;
mod references;
mod requirements;
mod self_reference;
mod undeclared;

use std::collections::BTreeMap;

use rinfra_addr::{ModulePath, Resource};
use rinfra_diag::Diagnostics;

use crate::config::Config;
use crate::node::Node;
use crate::reference::Reference;

/// Tells what is wrong with the steps of a reference, which stands in a module and leads into one of its resources.
pub type Inside<'a> = &'a dyn Fn(&ModulePath, &Resource, &Reference) -> Diagnostics;

/// What [`Config::check`] found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Arguments of modules that do not fit, and cycles. With errors here nothing can be evaluated in any
    /// order.
    pub structure: Diagnostics,
    /// References that lead nowhere or stand in the wrong place, by the node that makes them.
    pub references: BTreeMap<Node, Diagnostics>,
    /// `count` and `each` in arguments of module calls that have no such thing. Terraform reports these when it
    /// plans, not when it validates.
    pub instance_keys: BTreeMap<Node, Diagnostics>,
    /// References in `replace_triggered_by` that lead nowhere. Terraform reports these when it plans, not
    /// when it validates.
    pub planning: BTreeMap<Node, Diagnostics>,
}

impl Findings {
    /// Returns what was found about one node.
    pub fn of(&self, node: &Node) -> Option<&Diagnostics> {
        self.references.get(node)
    }

    /// Returns everything that keeps a plan from being made, in the order of the files; only the structure when
    /// that has errors.
    pub fn into_diagnostics(self) -> Diagnostics {
        let mut all = self.structure;
        if !all.has_errors() {
            self.references
                .into_values()
                .chain(self.instance_keys.into_values())
                .for_each(|it| all.extend(it));
        }
        all.dedup();
        all.sort();
        all
    }
}

impl Config {
    /// Returns what is wrong with the references of the whole tree.
    ///
    /// # Assumptions
    /// Loading found no errors; otherwise things may seem to be undeclared that only could not be read.
    pub fn check(&self) -> Findings {
        self.check_with(&|_, _, _| Diagnostics::new())
    }

    /// Returns what is wrong with the references of the whole tree, with those into resources.
    ///
    /// `inside` tells what is wrong with what a reference in a module names inside of a resource that is there.
    ///
    /// # Assumptions
    /// As of [`check`](Self::check).
    pub fn check_with(&self, inside: Inside<'_>) -> Findings {
        let mut findings = Findings::default();
        self.check_arguments(&mut findings.structure);
        self.check_import_blocks(&mut findings.structure);
        self.check_deprecated(&mut findings.structure);
        self.check_iterated_providers(&mut findings.structure);
        self.check_cycles(&mut findings.structure);
        self.check_references(inside, &mut findings);
        self.check_import_targets(&mut findings);
        findings
    }
}
