//! Names that mean something at certain places only.

use rinfra_diag::{Diagnostic, did_you_mean};

use super::undeclared::suggest;
use crate::reference::Subject;
use crate::uses::{Keys, Place};

impl Place {
    /// Tells whether validating has nothing to say of an instance key: it knows no instances of calls.
    pub(super) fn defers(&self, subject: &Subject) -> bool {
        let is_known = match subject {
            Subject::Count(name) => &**name == "index",
            Subject::Each(name) => matches!(&**name, "key" | "value"),
            _ => false,
        };
        self.is_argument && is_known
    }

    pub(super) fn check_count(&self, name: &str) -> Option<Diagnostic> {
        if name != "index" {
            let detail = format!(
                "The \"count\" object does not have an attribute named \"{name}\". The only supported \
                 attribute is count.index, which is the index of each instance of a resource block that has \
                 the \"count\" argument set."
            );
            return Some(Diagnostic::error("Invalid \"count\" attribute", detail));
        }
        if self.keys == Keys::Count {
            return None;
        }
        let detail = "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" \
                      blocks, and only when the \"count\" argument is set.";
        Some(Diagnostic::error("Reference to \"count\" in non-counted context", detail))
    }

    pub(super) fn check_each(&self, name: &str) -> Option<Diagnostic> {
        match (name, self.keys) {
            ("key" | "value", Keys::ForEach) => None,
            ("key", _) => {
                let detail = "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and \
                              only when the \"for_each\" argument is set.";
                Some(Diagnostic::error("Reference to \"each\" in context without for_each", detail))
            }
            ("value", _) => {
                let detail = "A reference to \"each.value\" has been used in a context in which it is \
                              unavailable, such as when the configuration no longer contains the value in \
                              its \"for_each\" expression. Remove this reference to each.value in your \
                              configuration to work around this error.";
                Some(Diagnostic::error("each.value cannot be used in this context", detail))
            }
            _ => {
                let detail = format!(
                    "The \"each\" object does not have an attribute named \"{name}\". The supported \
                     attributes are each.key and each.value, the current key and value pair of the \
                     \"for_each\" attribute set."
                );
                Some(Diagnostic::error("Invalid \"each\" attribute", detail))
            }
        }
    }

    pub(super) fn check_self(&self) -> Option<Diagnostic> {
        if self.has_self {
            return None;
        }
        let detail = "The \"self\" object is not available in this context. This object can be used only in \
                      resource provisioner, connection, and postcondition blocks.";
        Some(Diagnostic::error("Invalid \"self\" reference", detail))
    }
}

pub(super) fn check_path(name: &str) -> Option<Diagnostic> {
    check_known("path", name, &["cwd", "module", "root"])
}

pub(super) fn check_terraform(name: &str) -> Option<Diagnostic> {
    check_known("terraform", name, &["workspace", "applying"])
}

fn check_known(object: &str, name: &str, known: &[&'static str]) -> Option<Diagnostic> {
    if known.contains(&name) {
        return None;
    }
    let all: Vec<String> = known.iter().map(|it| format!("{object}.{it}")).collect();
    let detail = format!(
        "The \"{object}\" object does not have an attribute named \"{name}\". The supported attributes are \
         {}.",
        all.join(", ")
    );
    let diagnostic = Diagnostic::error(format!("Invalid \"{object}\" attribute"), detail);
    Some(suggest(diagnostic, did_you_mean(name, known.iter().copied())))
}
