//! `module`: a call of another module.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::{ModulePath, ModuleSource, ModuleSourceError};
use rinfra_diag::{Diagnostic, Diagnostics, Result, Span};
use rinfra_lang::{Attribute, Block, Body, Expression, ObjectKey, Traversal, static_value};
use rinfra_value::Value;

use super::meta::{self, LocalProvider, ProviderReference, Repetition};
use super::terraform::RequiredVersion;
use crate::content::{Grammar, label, label_span, read, read_part};
use crate::early::{early_string, without_secrets};
use crate::{constant, name};

/// A call of another module.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleCall {
    /// The name of the call.
    pub name: Arc<str>,
    /// Where the called module comes from.
    pub source: ModuleSource,
    /// The source as it is written, or as what is written there evaluates.
    pub source_text: Arc<str>,
    /// Where the source is written.
    pub source_span: Span,
    /// Which versions of a registry module will do.
    pub version: Option<RequiredVersion>,
    /// How many instances of the module there are.
    pub repetition: Repetition,
    /// What must be done before anything in the module.
    pub depends_on: Vec<Traversal>,
    /// Which of the caller's provider configurations the called module uses under which of its names.
    pub providers: BTreeMap<LocalProvider, PassedProvider>,
    /// Everything else: the values of the called module's variables.
    pub arguments: Body,
    /// The header of the block.
    pub header: Span,
}

/// A provider configuration that is handed to a called module.
#[derive(Clone, Debug, PartialEq)]
pub struct PassedProvider {
    /// Where the called module's name of the provider stands.
    pub child_span: Span,
    /// What the caller calls it.
    pub parent: ProviderReference,
}

pub(crate) const GRAMMAR: Grammar = Grammar { required: &["source"], ..OVERRIDE };

/// What an override file may say about a call.
const OVERRIDE: Grammar = Grammar {
    required: &[],
    optional: &["source", "version", "count", "for_each", "depends_on", "providers"],
    blocks: &[("_", &[]), ("lifecycle", &[]), ("locals", &[]), ("provider", &["type"])],
};

const LIFECYCLE: Grammar = Grammar { required: &[], optional: &["enabled"], blocks: &[] };

/// What blocks say about a call whose source is not known yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UnresolvedCall {
    name: Arc<str>,
    pub(crate) source: Option<Attribute>,
    pub(crate) version: Option<Attribute>,
    pub(crate) repetition: Repetition,
    pub(crate) depends_on: Vec<Traversal>,
    pub(crate) providers: BTreeMap<LocalProvider, PassedProvider>,
    pub(crate) arguments: Body,
    pub(crate) header: Span,
}

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> UnresolvedCall {
    read_call(block, &GRAMMAR, found)
}

/// Reads what an override file says about a call; it need not say everything.
pub(crate) fn decode_override(block: &Block, found: &mut Diagnostics) -> UnresolvedCall {
    read_call(block, &OVERRIDE, found)
}

fn read_call(block: &Block, grammar: &Grammar, found: &mut Diagnostics) -> UnresolvedCall {
    let (content, mut arguments) = read_part(&block.body, grammar, found);
    name::check(&label(block, 0), "Invalid module instance name", label_span(block, 0), found);
    let mut repetition = Repetition::decode(&content, found);
    for block in content.blocks() {
        // What else a `lifecycle` block could say is reserved, as the block is in Terraform.
        let enabled = block.body.attribute("enabled").filter(|_| &*block.kind == "lifecycle");
        if enabled.is_some() {
            if let Some(enabled) = read(&block.body, &LIFECYCLE, found).argument("enabled") {
                repetition.enable(enabled, found);
            }
            continue;
        }
        if &*block.kind == "_" {
            arguments.attributes.extend(block.body.attributes.iter().cloned());
            arguments.blocks.extend(block.body.blocks.iter().cloned());
            continue;
        }
        let detail = format!(
            "The block type name \"{}\" is reserved for use by Terraform in a future version.",
            block.kind
        );
        let diagnostic = Diagnostic::error("Reserved block type name in module block", detail);
        found.push(diagnostic.at(block.kind_span.clone()));
    }
    let depends_on = meta::depends_on(content.argument("depends_on"), found);
    let providers = content.argument("providers").map(|it| decode_providers(it, found)).unwrap_or_default();
    UnresolvedCall {
        name: label(block, 0),
        source: content.argument("source").cloned(),
        version: content.argument("version").cloned(),
        repetition,
        depends_on,
        providers,
        arguments,
        header: block.header.clone(),
    }
}

impl UnresolvedCall {
    /// Returns the call, if its source is one. `evaluate` returns the value of an expression, and is told what it is
    /// the value of.
    pub(crate) fn resolve(
        self,
        address: &ModulePath,
        mut evaluate: impl FnMut(&str, &Expression) -> Result<Value>,
        found: &mut Diagnostics,
    ) -> Option<ModuleCall> {
        let version = self.version.as_ref().map(|argument| {
            let holder = format!("the version of {address}");
            let value = evaluate(&holder, &argument.expression)
                .and_then(|it| without_secrets(it, &argument.expression, &holder));
            (argument, value)
        });
        // Null is as good as none.
        let is_versioned =
            version.as_ref().is_some_and(|(_, value)| !value.as_ref().is_ok_and(Value::is_null));
        let required = version.and_then(|(argument, value)| RequiredVersion::read(argument, value, found));
        let argument = self.source.as_ref()?;
        let holder = format!("the source of {address}");
        let value = evaluate(&holder, &argument.expression);
        let text = early_string(argument, &holder, value, found)?;
        let parse = if is_versioned { ModuleSource::parse_versioned } else { ModuleSource::parse };
        let source_span = argument.expression.span.clone();
        let refuse = |error| found.push(refusal(&error, is_versioned).at(source_span.clone()));
        let source = parse(&text).map_err(refuse).ok()?;
        Some(ModuleCall {
            name: self.name,
            source,
            source_text: text,
            source_span,
            version: required,
            repetition: self.repetition,
            depends_on: self.depends_on,
            providers: self.providers,
            arguments: self.arguments,
            header: self.header,
        })
    }
}

/// Says why a text is no module source.
fn refusal(error: &ModuleSourceError, is_versioned: bool) -> Diagnostic {
    match (error, is_versioned) {
        (ModuleSourceError::MaybeRelative(address), _) => {
            let detail = format!(
                "The address {address:?} does not tell how the module is to be fetched. A module in a \
                 directory beside the calling one has a source that begins with \"./\" or \"../\", one from a \
                 registry has the form NAMESPACE/NAME/SYSTEM."
            );
            Diagnostic::error("Invalid module source address", detail)
                .hint(format!("for the directory of that name, write \"./{address}\""))
        }
        (error, true) => {
            let detail = format!(
                "Failed to parse module registry address: {error}. The argument \"version\" is for modules \
                 from a registry only."
            );
            Diagnostic::error("Invalid registry module source address", detail)
        }
        (error, false) => {
            let detail = format!("Failed to parse module source address: {error}.");
            Diagnostic::error("Invalid module source address", detail)
        }
    }
}

fn decode_providers(
    argument: &Attribute,
    found: &mut Diagnostics,
) -> BTreeMap<LocalProvider, PassedProvider> {
    let mut providers: BTreeMap<LocalProvider, PassedProvider> = BTreeMap::new();
    let Some(items) = static_value::as_map(&argument.expression) else {
        let diagnostic = Diagnostic::error("Invalid expression", "A static map expression is required.");
        let whole = argument.expression.span.clone();
        found.push(diagnostic.at(constant::start(&argument.expression)).within(whole));
        return providers;
    };
    for (key, value) in items {
        let child = decode_key(key, found);
        let parent = ProviderReference::decode(value, "providers", found);
        let (Some((child, child_span)), Some(parent)) = (child, parent) else { continue };
        if let Some(earlier) = providers.get(&child) {
            let detail = format!(
                "A provider configuration was already passed to {child} at {}. Each child provider \
                 configuration can be assigned only once.",
                earlier.child_span
            );
            let diagnostic = Diagnostic::error("Duplicate provider address", detail);
            found.push(diagnostic.at(parent.span));
            continue;
        }
        providers.insert(child, PassedProvider { child_span, parent });
    }
    providers
}

fn decode_key(key: &ObjectKey, found: &mut Diagnostics) -> Option<(LocalProvider, Span)> {
    match key {
        ObjectKey::Name { name, span } => Some((LocalProvider::default_for(name.clone()), span.clone())),
        ObjectKey::Expression(expression) => {
            let reference = ProviderReference::decode(expression, "providers", found)?;
            let ProviderReference { provider, name_span, .. } = reference.without_key(found);
            Some((provider, name_span))
        }
    }
}
