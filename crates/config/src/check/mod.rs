//! What is wrong with a configuration, as far as its text alone can tell.

mod arguments;
mod cycles;
mod deprecated;
mod imports;
mod iterated_providers;
mod outputs;
mod places;
mod providers;
mod references;
mod requirements;
mod self_reference;
mod undeclared;

use std::collections::BTreeMap;

use rinfra_addr::{ModulePath, Resource};
use rinfra_diag::{Diagnostics, Span};

use crate::config::Config;
use crate::node::Node;
use crate::reference::Reference;

/// What is known of the types of resources.
pub trait Types: Sync {
    /// Returns what is wrong with what a reference in a module names inside of a resource that is there.
    fn check_path(&self, module: &ModulePath, resource: &Resource, reference: &Reference<'_>) -> Diagnostics;

    /// Returns the parts of the body of a resource that its type does not know: nobody looks at what they say.
    fn unread(&self, module: &ModulePath, resource: &Resource) -> Vec<Span>;
}

/// Nothing is known of any type.
struct NoTypes;

impl Types for NoTypes {
    fn check_path(&self, _: &ModulePath, _: &Resource, _: &Reference<'_>) -> Diagnostics {
        Diagnostics::new()
    }

    fn unread(&self, _: &ModulePath, _: &Resource) -> Vec<Span> {
        Vec::new()
    }
}

/// What [`Config::check`] found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Arguments of modules that do not fit, and cycles. With errors here nothing can be evaluated in any
    /// order.
    pub structure: Diagnostics,
    /// What is wrong with single nodes: references that lead nowhere or stand in the wrong place, and outputs that may
    /// not be.
    pub references: BTreeMap<Node, Diagnostics>,
    /// `count` and `each` in arguments of module calls that have no such thing. Terraform reports these when it
    /// plans, not when it validates.
    pub instance_keys: BTreeMap<Node, Diagnostics>,
    /// References in `replace_triggered_by` that lead nowhere. Terraform reports these when it plans, not
    /// when it validates.
    pub planning: BTreeMap<Node, Diagnostics>,
}

impl Findings {
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
        self.check_with(&NoTypes)
    }

    /// Returns what is wrong with the references of the whole tree, with those into resources.
    ///
    /// # Assumptions
    /// As of [`check`](Self::check).
    pub fn check_with(&self, types: &dyn Types) -> Findings {
        let mut findings = Findings::default();
        self.check_arguments(&mut findings.structure);
        self.check_import_blocks(&mut findings.structure);
        self.check_deprecated(&mut findings.structure);
        self.check_iterated_providers(&mut findings.structure);
        findings.structure.extend(self.cycles());
        self.check_references(types, &mut findings);
        self.check_import_targets(&mut findings);
        self.check_root_outputs(&mut findings);
        findings
    }
}
