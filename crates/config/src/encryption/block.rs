//! The block as it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Body, Expression, syntax};

use crate::constant;
use crate::content::{Grammar, label, label_span, read};
use crate::name;

/// How messages call what the environment says.
const ENVIRONMENT: &str = "TF_ENCRYPTION";

/// An `encryption` block as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EncryptionBlock {
    /// By type and name.
    pub(super) key_providers: BTreeMap<Name, Declared>,
    /// By type and name.
    pub(super) methods: BTreeMap<Name, Declared>,
    pub(super) state: Option<TargetBlock>,
    pub(super) plan: Option<TargetBlock>,
    pub(super) remote_default: Option<TargetBlock>,
    pub(super) remotes: BTreeMap<Arc<str>, TargetBlock>,
    pub(super) header: Span,
}

/// The type and the name of a key provider or method.
pub(super) type Name = (Arc<str>, Arc<str>);

/// A key provider or a method.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Declared {
    pub(super) header: Span,
    pub(super) body: Body,
}

/// `state`, `plan`, or what is said of the states of other configurations.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TargetBlock {
    pub(super) header: Span,
    pub(super) enforced: Option<bool>,
    pub(super) method: Option<Expression>,
    pub(super) fallback: Option<Box<TargetBlock>>,
}

const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &[],
    blocks: &[
        ("key_provider", &["type", "name"]),
        ("method", &["type", "name"]),
        ("state", &[]),
        ("plan", &[]),
        ("remote_state_data_sources", &[]),
    ],
};

const REMOTES: Grammar = Grammar {
    required: &[],
    optional: &[],
    blocks: &[("default", &[]), ("remote_state_data_source", &["name"])],
};

const ENFORCEABLE: Grammar =
    Grammar { required: &[], optional: &["method", "enforced"], blocks: &[("fallback", &[])] };

const TARGET: Grammar = Grammar { required: &[], optional: &["method"], blocks: &[("fallback", &[])] };

/// Reads what the environment says: the inside of an `encryption` block, in native syntax or in JSON.
///
/// Nobody gets to know the text as the source of something: it may hold passphrases, which must not be quoted.
pub(crate) fn given(text: &str, found: &mut Diagnostics) -> Option<EncryptionBlock> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let file: Arc<str> = ENVIRONMENT.into();
    let is_json = text.starts_with('{');
    let (body, wrong) =
        if is_json { syntax::parse_json(&file, text) } else { syntax::parse_native(&file, text) };
    let has_errors = wrong.has_errors();
    found.extend(wrong);
    (!has_errors).then(|| decode(&body, Span::start_of(file), found))
}

/// Reads the inside of an `encryption` block.
pub(crate) fn decode(body: &Body, header: Span, found: &mut Diagnostics) -> EncryptionBlock {
    let content = read(body, &GRAMMAR, found);
    let mut block = EncryptionBlock {
        key_providers: BTreeMap::new(),
        methods: BTreeMap::new(),
        state: None,
        plan: None,
        remote_default: None,
        remotes: BTreeMap::new(),
        header,
    };
    for nested in content.blocks() {
        match &*nested.kind {
            "key_provider" => declare(&mut block.key_providers, nested, found),
            "method" => declare(&mut block.methods, nested, found),
            "state" => put(&mut block.state, nested, &ENFORCEABLE, found),
            "plan" => put(&mut block.plan, nested, &ENFORCEABLE, found),
            _ => remotes(&mut block, nested, found),
        }
    }
    block
}

fn declare(all: &mut BTreeMap<Name, Declared>, block: &Block, found: &mut Diagnostics) {
    let name = (label(block, 0), label(block, 1));
    for part in 0..2 {
        name::check(
            &label(block, part),
            &format!("Invalid {} name", block.kind),
            label_span(block, part),
            found,
        );
    }
    let declared = Declared { header: block.header.clone(), body: block.body.clone() };
    if let Some(earlier) = all.insert(name, declared) {
        found.push(duplicate(block, &earlier.header));
    }
}

fn put(place: &mut Option<TargetBlock>, block: &Block, grammar: &Grammar, found: &mut Diagnostics) {
    if let Some(earlier) = place {
        found.push(duplicate(block, &earlier.header));
    } else {
        *place = Some(target(block, grammar, found));
    }
}

fn target(block: &Block, grammar: &Grammar, found: &mut Diagnostics) -> TargetBlock {
    let content = read(&block.body, grammar, found);
    let enforced = content.argument("enforced").and_then(|it| constant::boolean(it, found));
    let method = content.argument("method").map(|it| it.expression.clone());
    let mut fallback = None;
    for nested in content.blocks() {
        put(&mut fallback, nested, &TARGET, found);
    }
    TargetBlock { header: block.header.clone(), enforced, method, fallback: fallback.map(Box::new) }
}

fn remotes(into: &mut EncryptionBlock, block: &Block, found: &mut Diagnostics) {
    for nested in read(&block.body, &REMOTES, found).blocks() {
        if &*nested.kind == "default" {
            put(&mut into.remote_default, nested, &TARGET, found);
            continue;
        }
        let mut place = into.remotes.remove(&label(nested, 0));
        put(&mut place, nested, &TARGET, found);
        into.remotes.extend(place.map(|it| (label(nested, 0), it)));
    }
}

fn duplicate(block: &Block, earlier: &Span) -> Diagnostic {
    let names: Vec<String> = block.labels.iter().map(|it| format!(" \"{}\"", it.text)).collect();
    let detail = format!("There is one at {earlier} already.");
    let summary = format!("Duplicate {}{} block", block.kind, names.concat());
    Diagnostic::error(summary, detail).at(block.header.clone())
}
