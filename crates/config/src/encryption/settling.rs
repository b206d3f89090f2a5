//! From the block as it is written to what it means.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Result, Span};
use rinfra_lang::{Expression, ExpressionKind, TraversalStep, static_value};
use rinfra_value::Value;

use super::block::{EncryptionBlock, Name};
use super::{Encryption, Target, key_providers};

/// Evaluates an expression, which is a part of what the text calls like this.
pub(super) type Evaluate<'e> = dyn FnMut(&str, &Expression) -> Result<Value> + 'e;

/// What a block means, as far as it is known.
pub(super) struct Settling<'s, 'e> {
    pub(super) block: &'s EncryptionBlock,
    pub(super) evaluate: &'s mut Evaluate<'e>,
    /// What is wrong with it.
    pub(super) found: &'s mut Diagnostics,
    /// What is wrong that others may put right, such as by giving a variable a value.
    pub(super) problems: Diagnostics,
    pub(super) key_providers: Vec<super::KeyProvider>,
    pub(super) methods: Vec<super::Method>,
    /// The places of those that are settled; `None` for those that cannot be, or are on their way.
    pub(super) known_providers: BTreeMap<Name, Option<usize>>,
    pub(super) known_methods: BTreeMap<Name, Option<usize>>,
}

impl EncryptionBlock {
    /// Returns what the block means.
    pub(crate) fn settled(&self, evaluate: &mut Evaluate<'_>, found: &mut Diagnostics) -> Encryption {
        let mut settling = Settling {
            block: self,
            evaluate,
            found,
            problems: Diagnostics::new(),
            key_providers: Vec::new(),
            methods: Vec::new(),
            known_providers: BTreeMap::new(),
            known_methods: BTreeMap::new(),
        };
        let state = self.state.as_ref().map(|it| settling.target(it));
        let plan = self.plan.as_ref().map(|it| settling.target(it));
        let remote_default = self.remote_default.as_ref().map(|it| settling.target(it));
        let remotes: BTreeMap<Arc<str>, Target> =
            self.remotes.iter().map(|(name, it)| (name.clone(), settling.target(it))).collect();
        settling.check_unused();
        let Settling { problems, key_providers, methods, .. } = settling;
        let header = self.header.clone();
        Encryption { key_providers, methods, state, plan, remote_default, remotes, header, problems }
    }
}

impl Settling<'_, '_> {
    /// Warns of what nothing refers to, and checks its type all the same.
    fn check_unused(&mut self) {
        for ((kind, name), declared) in &self.block.methods {
            if self.known_methods.contains_key(&(kind.clone(), name.clone())) {
                continue;
            }
            self.check_method_type(kind, declared);
            let detail = format!("Neither a state nor a plan is encrypted with method.{kind}.{name}.");
            self.found
                .push(Diagnostic::warning("Unused encryption method", detail).at(declared.header.clone()));
        }
        for ((kind, name), declared) in &self.block.key_providers {
            if self.known_providers.contains_key(&(kind.clone(), name.clone())) {
                continue;
            }
            key_providers::check_type(kind, declared, self.found);
            let detail = format!("No method that is used takes its keys from key_provider.{kind}.{name}.");
            self.found.push(Diagnostic::warning("Unused key provider", detail).at(declared.header.clone()));
        }
    }
}

/// Returns the type and the name in a reference such as `method.TYPE.NAME`.
///
/// *Errors*: everything else.
pub(super) fn reference(expression: &Expression, root: &str) -> std::result::Result<Name, Diagnostic> {
    // In JSON a reference is a text, with `${}` around it or not.
    let bare = match &expression.kind {
        ExpressionKind::JsonString(text) => {
            let inside = text.text.trim().strip_prefix("${").and_then(|it| it.strip_suffix('}'));
            inside.and_then(|it| {
                let span = &expression.span;
                rinfra_lang::syntax::parse_expression(&span.file, it, span.start).ok()
            })
        }
        ExpressionKind::TemplateWrap(inside) => Some((**inside).clone()),
        _ => None,
    };
    let traversal = static_value::as_traversal(bare.as_ref().unwrap_or(expression));
    if let Some(traversal) = traversal.filter(|it| &*it.root == root)
        && let [TraversalStep::Attribute { name: kind, .. }, TraversalStep::Attribute { name, .. }] =
            &*traversal.steps
    {
        return Ok((kind.clone(), name.clone()));
    }
    let what = root.replace('_', " ");
    let detail = format!("A {what} is named as {root}.TYPE.NAME, the labels of its block.");
    Err(Diagnostic::error(format!("Invalid reference to a {what}"), detail).at(expression.span.clone()))
}

/// Returns the error about something that is not declared.
pub(super) fn undeclared<'n>(
    root: &str,
    name: &Name,
    known: impl Iterator<Item = &'n Name>,
    place: &Span,
) -> Diagnostic {
    let what = root.replace('_', " ");
    let (kind, label) = name;
    let detail = format!("There is no {root} \"{kind}\" \"{label}\" block in the encryption block.");
    let diagnostic = Diagnostic::error(format!("Reference to undeclared {what}"), detail).at(place.clone());
    let known: Vec<String> = known.map(|(kind, name)| format!("{root}.{kind}.{name}")).collect();
    match rinfra_diag::did_you_mean(&format!("{root}.{kind}.{label}"), known.iter().map(String::as_str)) {
        Some(near) => diagnostic.hint(format!("Did you mean {near}?")),
        None => diagnostic,
    }
}
