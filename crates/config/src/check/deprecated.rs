//! Uses of variables and outputs that their module wants nobody to use any more.

use rinfra_diag::{Diagnostic, Diagnostics};

use crate::config::Config;
use crate::reference::{Reference, Subject};
use crate::uses::Use;

impl Config {
    pub(super) fn check_deprecated(&self, found: &mut Diagnostics) {
        for module in self.modules() {
            for call in module.calls.values() {
                let Some(called) = self.called(&module.path, &call.name) else { continue };
                for argument in &call.arguments.attributes {
                    let variable = called.variables.get(&argument.name);
                    if let Some(message) = variable.and_then(|it| it.deprecated.as_deref()) {
                        let detail =
                            format!("The variable \"{}\" of {} says: {message}", argument.name, called.path);
                        let warning = Diagnostic::warning("Deprecated variable", detail);
                        found.push(warning.at(argument.name_span.clone()).within(argument.span.clone()));
                    }
                }
            }
        }
        found.extend(self.uses().iter().filter_map(|it| self.deprecated_output(it)));
    }

    fn deprecated_output(&self, written: &Use) -> Option<Diagnostic> {
        let Ok(Reference { subject: Subject::ModuleOutput(name, _, output), span, .. }) =
            Reference::parse(&written.traversal)
        else {
            return None;
        };
        let called = self.called(&written.scope, &name)?;
        let message = called.outputs.get(&output)?.deprecated.as_deref()?;
        let detail = format!("The output \"{output}\" of {} says: {message}", called.path);
        Some(Diagnostic::warning("Deprecated output", detail).at(span))
    }
}
