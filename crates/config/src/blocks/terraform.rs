//! `terraform`: settings of the module as a whole.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Body};

use super::required_providers;
use crate::constant;
use crate::content::{Grammar, label, read};
use crate::module::Module;
use crate::version::VersionConstraint;

/// Which versions of something will do: of the engine for a module, or of a called module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequiredVersion {
    /// What is asked for.
    pub constraint: VersionConstraint,
    /// The text of it.
    pub text: Arc<str>,
    /// Where the argument stands.
    pub span: Span,
}

/// Where the state is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// The type of the backend, or `cloud` for a `cloud` block.
    pub kind: Arc<str>,
    /// Its settings.
    pub body: Body,
    /// The header of the block.
    pub header: Span,
}

const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &["required_version", "experiments", "language"],
    blocks: &[
        ("backend", &["type"]),
        ("cloud", &[]),
        ("required_providers", &[]),
        ("provider_meta", &["provider"]),
    ],
};

/// Reads the block into the module it belongs to.
pub(crate) fn decode(block: &Block, module: &mut Module, found: &mut Diagnostics) {
    let content = read(&block.body, &GRAMMAR, found);
    if let Some(argument) = content.argument("required_version")
        && let Some(text) = constant::string(argument, found)
        && let Some(constraint) = required_providers::constraint(&text, &argument.expression, found)
    {
        module.required_versions.push(RequiredVersion { constraint, text, span: argument.span.clone() });
    }
    for nested in content.blocks() {
        match &*nested.kind {
            "backend" => take_backend(label(nested, 0), nested, module, found),
            "cloud" => take_backend("cloud".into(), nested, module, found),
            "required_providers" => take_required_providers(nested, module, found),
            // Data for the provider's maker, which has no use for it here.
            _ => {}
        }
    }
}

fn take_backend(kind: Arc<str>, block: &Block, module: &mut Module, found: &mut Diagnostics) {
    if let Some(earlier) = module.backend.as_ref().filter(|it| (&*it.kind == "cloud") != (&*kind == "cloud"))
    {
        let detail = format!(
            "A module may declare either one \"cloud\" block or one \"backend\" block: they are at {} and \
             {}.",
            earlier.header, block.header
        );
        let backend = if &*kind == "cloud" { &earlier.header } else { &block.header };
        let summary = "Both a backend and cloud configuration are present";
        found.push(Diagnostic::error(summary, detail).at(backend.clone()));
        return;
    }
    if let Some(earlier) = &module.backend {
        let detail = format!(
            "A module may have only one backend configuration. The backend was previously configured at {}.",
            earlier.header
        );
        found.push(Diagnostic::error("Duplicate backend configuration", detail).at(block.header.clone()));
        return;
    }
    module.backend = Some(Backend { kind, body: block.body.clone(), header: block.header.clone() });
}

fn take_required_providers(block: &Block, module: &mut Module, found: &mut Diagnostics) {
    if let Some(earlier) = &module.required_providers_span {
        let detail = format!(
            "A module may have only one required providers configuration. The required providers were \
             previously configured at {earlier}."
        );
        let diagnostic = Diagnostic::error("Duplicate required providers configuration", detail);
        found.push(diagnostic.at(block.header.clone()));
        return;
    }
    module.required_providers_span = Some(block.header.clone());
    module.required_providers = required_providers::decode(block, found);
}
