//! Names that lead nowhere, and what they may have been meant to be.

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, did_you_mean};

use crate::module::Module;

impl Module {
    pub(crate) fn undeclared_variable(&self, name: &str) -> Diagnostic {
        let detail = format!("An input variable with the name \"{name}\" has not been declared.");
        let diagnostic = Diagnostic::error("Reference to undeclared input variable", detail);
        match did_you_mean(name, self.variables.keys().map(AsRef::as_ref)) {
            None => diagnostic
                .hint(format!("This variable can be declared with a variable \"{name}\" {{}} block.")),
            known => suggest(diagnostic, known),
        }
    }

    pub(crate) fn undeclared_local(&self, name: &str) -> Diagnostic {
        let detail = format!("A local value with the name \"{name}\" has not been declared.");
        let diagnostic = Diagnostic::error("Reference to undeclared local value", detail);
        suggest(diagnostic, did_you_mean(name, self.locals.keys().map(AsRef::as_ref)))
    }

    pub(super) fn undeclared_module(&self, name: &str) -> Diagnostic {
        let detail = format!("No module call named \"{name}\" is declared in {}.", self.title());
        let diagnostic = Diagnostic::error("Reference to undeclared module", detail);
        suggest(diagnostic, did_you_mean(name, self.calls.keys().map(AsRef::as_ref)))
    }

    pub(super) fn undeclared_resource(&self, address: &rinfra_addr::Resource) -> Diagnostic {
        let (kind, name, title) = (&address.kind, &address.name, self.title());
        let what = match address.mode {
            Mode::Managed => "A managed",
            Mode::Data => "A data",
            Mode::Ephemeral => "An ephemeral",
        };
        let detail = format!("{what} resource \"{kind}\" \"{name}\" has not been declared in {title}.");
        let diagnostic = Diagnostic::error("Reference to undeclared resource", detail);
        let of_other_mode = self.resources.keys().find(|it| it.kind == *kind && it.name == *name);
        if let Some(other) = of_other_mode {
            return diagnostic.hint(format!("Did you mean {other}?"));
        }
        let addresses: Vec<String> = self.resources.keys().map(ToString::to_string).collect();
        suggest(diagnostic, did_you_mean(&address.to_string(), addresses.iter().map(String::as_str)))
    }
}

/// Adds a suggestion to a diagnostic, if there is one.
pub(super) fn suggest(diagnostic: Diagnostic, known: Option<&str>) -> Diagnostic {
    match known {
        Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
        None => diagnostic,
    }
}
