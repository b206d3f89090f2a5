//! Resource instances whose configuration refers to themselves.

use rinfra_addr::InstanceKey;
use rinfra_diag::{Diagnostic, Diagnostics};

use crate::blocks::resource::Resource;
use crate::reference::{Reference, Subject};

impl Resource {
    /// Returns the references with which the configuration of one instance refers to that instance itself, or
    /// to the resource as a whole. Other instances of the same resource are no mistake.
    ///
    /// Terraform finds these when it plans, not when it validates.
    pub fn self_references(&self, key: &InstanceKey) -> Diagnostics {
        let mut found = Diagnostics::new();
        for traversal in self.references().iter() {
            let Ok(Reference { subject: Subject::Resource(address, named), span, .. }) =
                Reference::parse(traversal)
            else {
                continue;
            };
            if address == self.address && (named.is_none() || named == *key) {
                let detail = format!("Configuration for {address}{named} may not refer to itself.");
                found.push(Diagnostic::error("Self-referential block", detail).at(span));
            }
        }
        found
    }
}
