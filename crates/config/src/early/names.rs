//! Which names an early expression needs, and those it must not use.

use std::fmt;
use std::sync::Arc;

use rinfra_addr::ModulePath;
use rinfra_diag::{Diagnostic, Diagnostics, Result, did_you_mean};
use rinfra_lang::{Expression, references};

use crate::module::Module;
use crate::reference::{Reference, Subject};

/// A variable or a named value of some module.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Name {
    pub(super) module: ModulePath,
    pub(super) kind: Kind,
    pub(super) name: Arc<str>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Kind {
    Variable,
    Local,
}

/// As texts call it.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Variable => "var",
            Kind::Local => "local",
        };
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "{kind}.{}", self.name)
    }
}

const PATHS: [&str; 3] = ["cwd", "module", "root"];

/// Returns the names an expression of a module needs, apart from what is known from the start.
///
/// # Errors
/// Everything in it that is not known early; `holder` is what the expression is the value of.
pub(super) fn needed(module: &Module, expression: &Expression, holder: &str) -> Result<Vec<Name>> {
    let mut found = Diagnostics::new();
    let mut names = Vec::new();
    for traversal in references(expression) {
        let Some(reference) = found.absorb(Reference::parse(&traversal)) else { continue };
        match name(module, &reference, holder) {
            Ok(name) => names.extend(name),
            Err(diagnostic) => found.push(diagnostic.at(reference.span)),
        }
    }
    found.into_result(names)
}

fn name(
    module: &Module,
    reference: &Reference,
    holder: &str,
) -> std::result::Result<Option<Name>, Diagnostic> {
    let named =
        |kind, name: &Arc<str>| Ok(Some(Name { module: module.path.clone(), kind, name: name.clone() }));
    let refused = |summary: &str, what: &str| {
        let detail = format!(
            "{what} is not known yet: {holder} is needed before anything is planned, so it can depend on \
             variables, named values, path and terraform.workspace only."
        );
        Err(Diagnostic::error(summary, detail))
    };
    match &reference.subject {
        Subject::Variable(name) => match module.variables.get(name) {
            None => Err(module.undeclared_variable(name)),
            Some(variable) if variable.early == Some(false) => {
                let detail = format!(
                    "The variable \"{name}\" is declared with \"const = false\", so {holder}, which is needed \
                     before anything is planned, cannot depend on it."
                );
                Err(Diagnostic::error("Unable to use variable in static context", detail))
            }
            Some(_) => named(Kind::Variable, name),
        },
        Subject::Local(name) if module.locals.contains_key(name) => named(Kind::Local, name),
        Subject::Local(name) => Err(module.undeclared_local(name)),
        Subject::Path(name) if PATHS.contains(&&**name) => Ok(None),
        Subject::Path(name) => {
            let detail = format!("The \"path\" object does not have an attribute named \"{name}\".");
            let diagnostic = Diagnostic::error("Invalid \"path\" attribute", detail);
            Err(match did_you_mean(name, PATHS.into_iter()) {
                Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
                None => diagnostic,
            })
        }
        Subject::Terraform(name) if &**name == "workspace" => Ok(None),
        Subject::Terraform(name) if &**name == "applying" => {
            refused("Invalid attribute in static context", "terraform.applying")
        }
        Subject::Terraform(name) => {
            let detail = format!(
                "The \"terraform\" object does not have an attribute named \"{name}\". The only supported \
                 attribute is terraform.workspace, the name of the currently-selected workspace."
            );
            Err(Diagnostic::error("Invalid \"terraform\" attribute", detail))
        }
        Subject::Module(call, _) | Subject::ModuleOutput(call, ..) => {
            refused("Module output not supported in static context", &format!("module.{call}"))
        }
        Subject::Resource(resource, _) => refused("Dynamic value in static context", &resource.to_string()),
        Subject::Count(name) => refused("Dynamic value in static context", &format!("count.{name}")),
        Subject::Each(name) => refused("Dynamic value in static context", &format!("each.{name}")),
        Subject::Itself => refused("Dynamic value in static context", "self"),
    }
}
