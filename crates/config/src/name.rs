//! Names that the configuration gives to things.

use rinfra_diag::{Diagnostic, Diagnostics, Span};

pub(crate) const BAD_NAME: &str = "A name must start with a letter or underscore and may contain only \
                                   letters, digits, underscores, and dashes.";

/// Reports a name that is no identifier.
pub(crate) fn check(name: &str, summary: &str, span: Span, found: &mut Diagnostics) {
    if !rinfra_addr::is_identifier(name) {
        found.push(Diagnostic::error(summary, BAD_NAME).at(span));
    }
}
