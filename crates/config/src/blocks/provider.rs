//! `provider`: a configuration of a provider.

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Body, Expression, static_value};

use super::meta::LocalProvider;
use super::required_providers::{BAD_PROVIDER_NAME, is_provider_name};
use super::terraform::RequiredVersion;
use crate::content::{Grammar, label, read_part};
use crate::{constant, name};

/// A configuration of a provider, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderBlock {
    /// What its module calls it.
    pub provider: LocalProvider,
    /// Which versions of the provider will do; an old way to say so.
    pub version: Option<RequiredVersion>,
    /// One instance of the configuration for each element of this map or set.
    pub for_each: Option<Expression>,
    /// Everything else, for the provider's schema to read.
    pub body: Body,
    /// The header of the block.
    pub header: Span,
}

const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &["version", "alias", "count", "depends_on", "for_each", "source"],
    blocks: &[("_", &[]), ("lifecycle", &[]), ("locals", &[])],
};

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> Option<ProviderBlock> {
    let (content, mut body) = read_part(&block.body, &GRAMMAR, found);
    let local = label(block, 0);
    if !is_provider_name(&local) {
        let diagnostic = Diagnostic::error("Invalid provider local name", BAD_PROVIDER_NAME);
        found.push(diagnostic.at(block.header.clone()));
        return None;
    }
    let alias = content.argument("alias").and_then(|it| {
        let alias = constant::string(it, found)?;
        name::check(&alias, "Invalid provider configuration alias", it.expression.span.clone(), found);
        Some(alias)
    });
    let version = content.argument("version").and_then(|it| {
        let detail = "Version constraints inside provider configuration blocks are deprecated. Move the \
                      provider version constraint into the required_providers block.";
        let summary = "Version constraints inside provider configuration blocks are deprecated";
        found.push(Diagnostic::warning(summary, detail).at(it.expression.span.clone()));
        RequiredVersion::read(it, static_value::constant(&it.expression), found)
    });
    for reserved in ["count", "depends_on", "source"].iter().filter_map(|it| content.argument(it)) {
        let detail = format!(
            "The provider argument name \"{}\" is reserved for use by Terraform in a future version.",
            reserved.name
        );
        let diagnostic = Diagnostic::error("Reserved argument name in provider block", detail);
        found.push(diagnostic.at(reserved.name_span.clone()));
    }
    for nested in content.blocks() {
        if &*nested.kind == "_" {
            body.attributes.extend(nested.body.attributes.iter().cloned());
            body.blocks.extend(nested.body.blocks.iter().cloned());
            continue;
        }
        let detail = format!(
            "The block type name \"{}\" is reserved for use by Terraform in a future version.",
            nested.kind
        );
        let diagnostic = Diagnostic::error("Reserved block type name in provider block", detail);
        found.push(diagnostic.at(nested.kind_span.clone()));
    }
    let for_each = content.argument("for_each").map(|it| {
        if alias.is_none() {
            let detail = "Only a configuration with an alias can have several instances: the default one is \
                          chosen without saying which.";
            let diagnostic = Diagnostic::error("Alias required when using \"for_each\"", detail).hint(
                "Add \"alias = …\", and refer to an instance by its key: aws.by_region[\"eu-west-1\"].",
            );
            found.push(diagnostic.at(it.expression.span.clone()));
        }
        it.expression.clone()
    });
    let provider = LocalProvider { name: local, alias };
    Some(ProviderBlock { provider, version, for_each, body, header: block.header.clone() })
}
