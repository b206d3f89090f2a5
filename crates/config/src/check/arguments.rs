//! Arguments of module calls against the variables of the called modules.

use rinfra_diag::{Diagnostic, Diagnostics};

use crate::config::Config;
use crate::content::{missing_argument, unsupported_argument};

impl Config {
    pub(super) fn check_arguments(&self, found: &mut Diagnostics) {
        for module in self.modules() {
            for call in module.calls.values() {
                let Some(called) = self.called(&module.path, &call.name) else { continue };
                let arguments = &call.arguments;
                for attribute in &arguments.attributes {
                    if !called.variables.contains_key(&attribute.name) {
                        found.push(unsupported_argument(
                            attribute,
                            called.variables.keys().map(AsRef::as_ref),
                        ));
                    }
                }
                for block in &arguments.blocks {
                    let detail = format!("Blocks of type \"{}\" are not expected here.", block.kind);
                    let diagnostic = Diagnostic::error("Unsupported block type", detail);
                    found.push(diagnostic.at(block.kind_span.clone()));
                }
                for variable in called.variables.values() {
                    if variable.default.is_none() && arguments.attribute(&variable.name).is_none() {
                        found.push(missing_argument(arguments, &variable.name));
                    }
                }
            }
        }
    }
}
