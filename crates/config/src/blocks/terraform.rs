//! `terraform`: settings of the module as a whole.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Result, Span};
use rinfra_lang::{Attribute, Block, static_value};
use rinfra_value::convert::convert;
use rinfra_value::{Type, Value};

use super::backend;
use super::required_providers::{self, BAD_PROVIDER_NAME, is_provider_name};
use crate::content::{Grammar, just_attributes, label, read};
use crate::encryption;
use crate::module::Module;
use crate::version::VersionConstraint;

/// Which versions of something will do: of the engine for a module, of a called module, or of a provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequiredVersion {
    /// What is asked for.
    pub constraint: VersionConstraint,
    /// The text of it.
    pub text: Arc<str>,
    /// Where the argument stands.
    pub span: Span,
}

impl RequiredVersion {
    /// Returns what an argument of this value asks for; nothing if it is null.
    pub(crate) fn read(argument: &Attribute, value: Result<Value>, found: &mut Diagnostics) -> Option<Self> {
        let expression = &argument.expression;
        let value = found.absorb(value)?;
        let mut invalid = |detail: &str| {
            let diagnostic = Diagnostic::error("Invalid version constraint", detail);
            found.push(diagnostic.at(expression.span.clone()));
        };
        let Ok(value) = convert(&value, &Type::String) else {
            invalid("A version constraint must be a string.");
            return None;
        };
        if !value.is_known() {
            invalid("A version constraint must be known before anything is planned.");
        }
        let text: Arc<str> = value.as_str()?.into();
        let constraint = required_providers::constraint(&text, expression, found)?;
        Some(Self { constraint, text, span: argument.span.clone() })
    }
}

const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &["required_version", "experiments", "language"],
    blocks: &[
        ("backend", &["type"]),
        ("cloud", &[]),
        ("encryption", &[]),
        ("required_providers", &[]),
        ("provider_meta", &["provider"]),
    ],
};

/// Reads the block into the module it belongs to.
pub(crate) fn decode(block: &Block, module: &mut Module, found: &mut Diagnostics) {
    let content = read(&block.body, &GRAMMAR, found);
    if let Some(argument) = content.argument("required_version") {
        let value = static_value::constant(&argument.expression);
        module.required_versions.extend(RequiredVersion::read(argument, value, found));
    }
    if let Some(argument) = content.argument("language") {
        check_language(argument, found);
    }
    if let Some(argument) = content.argument("experiments") {
        let detail = "Experimental features are for alpha releases of Terraform only.";
        let diagnostic = Diagnostic::error("Module uses experimental features", detail);
        found.push(diagnostic.at(argument.name_span.clone()).hint("remove the argument"));
    }
    for nested in content.blocks() {
        match &*nested.kind {
            "backend" => backend::take(label(nested, 0), nested, module, found),
            "cloud" => backend::take("cloud".into(), nested, module, found),
            "encryption" => take_encryption(nested, module, found),
            "required_providers" => take_required_providers(nested, module, found),
            _ => check_provider_meta(nested, module, found),
        }
    }
}

/// There is one edition of the language so far.
fn check_language(argument: &Attribute, found: &mut Diagnostics) {
    const EDITION: &str = "TF2021";
    let keyword = static_value::as_keyword(&argument.expression);
    // What is in quotes is no keyword, but in JSON.
    let (summary, detail) = match keyword {
        Some(EDITION) => return,
        Some(other) => (
            "Unsupported language edition",
            format!("There is no edition {other} of the language. The only one is {EDITION}."),
        ),
        None => (
            "Invalid language edition",
            format!("The edition of the language is a word without quotes: the only one is {EDITION}."),
        ),
    };
    found.push(
        Diagnostic::error(summary, detail)
            .at(argument.expression.span.clone())
            .hint(format!("write {EDITION}, or leave the argument out")),
    );
}

/// What is in it is for the provider's maker, who has no use for it here.
fn check_provider_meta(block: &Block, module: &mut Module, found: &mut Diagnostics) {
    let provider = label(block, 0);
    if !is_provider_name(&provider) {
        let diagnostic = Diagnostic::error("Invalid provider local name", BAD_PROVIDER_NAME);
        found.push(diagnostic.at(block.header.clone()));
    }
    if let Some(earlier) = module.provider_meta.get(&provider) {
        let detail = format!(
            "There is a provider_meta block for \"{provider}\" at {earlier} already. A module may have one for each \
             provider."
        );
        found.push(Diagnostic::error("Duplicate provider_meta block", detail).at(block.header.clone()));
    } else {
        module.provider_meta.insert(provider, block.header.clone());
    }
    for attribute in just_attributes(&block.body, found) {
        found.absorb(static_value::constant(&attribute.expression));
    }
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

fn take_encryption(block: &Block, module: &mut Module, found: &mut Diagnostics) {
    let decoded = encryption::decode(&block.body, block.header.clone(), found);
    if let Some(earlier) = &module.encryption {
        let detail = format!(
            "A module may have only one encryption block. There is one at {} already.",
            earlier.header()
        );
        found.push(Diagnostic::error("Duplicate encryption configuration", detail).at(block.header.clone()));
    } else {
        module.encryption = Some(decoded);
    }
}
