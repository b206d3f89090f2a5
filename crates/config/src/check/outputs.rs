//! Outputs of the root module, which the state keeps.

use rinfra_diag::Diagnostic;

use super::Findings;
use crate::config::Config;
use crate::node::Item;

impl Config {
    /// Refuses ephemeral outputs. As in Terraform, nothing else is said of them.
    pub(super) fn check_root_outputs(&self, findings: &mut Findings) {
        let root = self.root();
        for (name, output) in root.outputs.iter().filter(|(_, it)| it.ephemeral) {
            let detail =
                "Ephemeral outputs are not allowed in the root module: its outputs are stored in the state.";
            let diagnostic =
                Diagnostic::error("Ephemeral output not allowed", detail).at(output.header.clone());
            let node = Item::Output(name.clone()).in_module(&root.path);
            findings.references.insert(node, diagnostic.into());
        }
    }
}
