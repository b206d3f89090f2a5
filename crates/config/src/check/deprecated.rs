//! Uses of variables and outputs that their module wants nobody to use any more.

use rinfra_addr::ModulePath;
use rinfra_diag::{Diagnostic, Diagnostics};

use crate::config::Config;
use crate::reference::{Reference, Subject};

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
        found.extend(self.analysis().deprecated.clone());
    }

    /// Returns the warning about a reference to an output that nobody is to use any more.
    pub(crate) fn deprecated_output(
        &self,
        scope: &ModulePath,
        reference: &Reference<'_>,
    ) -> Option<Diagnostic> {
        let Subject::ModuleOutput(name, _, output) = &reference.subject else { return None };
        let called = self.called(scope, name)?;
        let message = called.outputs.get(output)?.deprecated.as_deref()?;
        let detail = format!("The output \"{output}\" of {} says: {message}", called.path);
        Some(Diagnostic::warning("Deprecated output", detail).at(reference.span.clone()))
    }
}
