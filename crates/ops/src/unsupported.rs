//! What the language has and this version does not do yet.

use rinfra_addr::Mode;
use rinfra_config::{Config, Resource};
use rinfra_diag::{Diagnostic, Diagnostics, Span};

/// Returns an error for everything that would have to be ignored: doing less than what is written can do harm.
pub(crate) fn unsupported(config: &Config) -> Diagnostics {
    config.resources().flat_map(|(_, it)| in_resource(it)).collect()
}

fn in_resource(resource: &Resource) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if resource.address.mode == Mode::Ephemeral {
        found.push(refusal("ephemeral resources", &resource.header));
    }
    found
}

fn refusal(what: &str, span: &Span) -> Diagnostic {
    Diagnostic::error(
        "Not supported yet",
        format!("This rinfra does not have {what} yet, and ignoring them could do harm."),
    )
    .at(span.clone())
    .hint("Take it out, or use Terraform for this step: both work on the same state")
}
