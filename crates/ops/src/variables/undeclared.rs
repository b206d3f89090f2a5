//! Values for variables that the root module does not declare.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_config::Module;
use rinfra_diag::{Diagnostic, Diagnostics, did_you_mean};
use rinfra_lang::static_value;

use super::collecting::{By, Written};

/// More warnings than these are counted only: a file may be for many projects.
const WARNINGS: usize = 2;

/// Returns what is to be said of values for variables that are not declared.
///
/// What the command line sets is meant for this run, so it is an error. The environment may be for other projects,
/// and so may files, but a name in a file that is not declared is often misspelt.
pub(super) fn undeclared(written: &BTreeMap<Arc<str>, Written>, root: &Module) -> Diagnostics {
    let mut found = Diagnostics::new();
    let mut in_files = Vec::new();
    for (name, written) in written.iter().filter(|(name, _)| !root.variables.contains_key(&**name)) {
        match written {
            Written::Text { by: By::Environment | By::Directory, .. } => {}
            Written::Text { by: By::CommandLine, .. } => {
                let detail = format!(
                    "A variable named \"{name}\" was assigned on the command line, but the root module does not declare a variable of that name."
                );
                let diagnostic = Diagnostic::error("Value for undeclared variable", detail);
                found.push(suggest(diagnostic, name, root));
            }
            // What is no value is not said to be one.
            Written::Expression { expression, file, .. } if static_value::constant(expression).is_ok() => {
                in_files.push((name, file));
            }
            Written::Expression { .. } => {}
        }
    }
    for (name, file) in in_files.iter().take(WARNINGS) {
        let detail = format!(
            "The root module does not declare a variable named \"{name}\" but a value was found in file \"{file}\"."
        );
        let diagnostic = Diagnostic::warning("Value for undeclared variable", detail);
        found.push(suggest(diagnostic, name, root));
    }
    let further = in_files.len().saturating_sub(WARNINGS);
    if further > 0 {
        let names: Vec<String> =
            in_files.iter().skip(WARNINGS).map(|(name, _)| format!("\"{name}\"")).collect();
        let detail =
            format!("Files have values for {further} others that are not declared: {}.", names.join(", "));
        found.push(Diagnostic::warning("Values for undeclared variables", detail));
    }
    found
}

fn suggest(diagnostic: Diagnostic, name: &str, root: &Module) -> Diagnostic {
    let names = root.variables.keys().map(AsRef::as_ref);
    match did_you_mean(name, names) {
        Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
        None => diagnostic.hint(format!("declare it with: variable \"{name}\" {{}}")),
    }
}
