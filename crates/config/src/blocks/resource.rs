//! `resource`, `data` and `ephemeral`: what is to exist, and what is to be read.

use std::sync::{Arc, OnceLock};

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Body, Traversal};

use super::lifecycle::{self, Lifecycle};
use super::meta::{self, LocalProvider, ProviderReference, Repetition};
use super::provisioner::{self, Provisioner, When};
use crate::content::{Content, Grammar, label, label_span, read_part};
use crate::name;

/// A resource: managed, only read, or ephemeral.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its address within the module.
    pub address: rinfra_addr::Resource,
    /// How many instances it has.
    pub repetition: Repetition,
    /// The provider configuration it asks for; otherwise its type decides.
    pub provider: Option<Box<ProviderReference>>,
    /// What must be done before it.
    pub depends_on: Vec<Traversal>,
    /// How it is changed and replaced.
    pub lifecycle: Lifecycle,
    /// How provisioners reach it.
    pub connection: Option<Box<Block>>,
    /// The commands that run when it is created or destroyed.
    pub provisioners: Vec<Provisioner>,
    /// Everything else, for the schema of the resource type to read.
    pub body: Body,
    /// Whether its arguments are yet to be written: they follow from the object that is imported as it.
    pub is_awaited: bool,
    /// The check it is declared in: no other block may refer to it.
    pub check: Option<Arc<str>>,
    /// The header of the block.
    pub header: Span,
    /// Where the resource type stands.
    pub kind_span: Span,
    /// Where the name stands.
    pub name_span: Span,
    references: OnceLock<Arc<[Arc<Traversal>]>>,
}

impl Resource {
    /// Returns a resource that nobody wrote, and whose arguments are awaited. `span` is what asks for it.
    pub(crate) fn awaited(
        address: rinfra_addr::Resource,
        provider: Option<Box<ProviderReference>>,
        span: Span,
    ) -> Self {
        Self {
            address,
            repetition: Repetition::Single,
            provider,
            depends_on: Vec::new(),
            lifecycle: Lifecycle::default(),
            connection: None,
            provisioners: Vec::new(),
            body: Body {
                attributes: Vec::new(),
                blocks: Vec::new(),
                span: span.clone(),
                end: span.clone(),
                json: None,
            },
            is_awaited: true,
            check: None,
            header: span.clone(),
            kind_span: span.clone(),
            name_span: span,
            references: OnceLock::new(),
        }
    }

    /// Returns the references its arguments make.
    ///
    /// They are looked for once: every instance needs them.
    pub fn references(&self) -> &Arc<[Arc<Traversal>]> {
        self.references.get_or_init(|| rinfra_lang::body_references(&self.body).into())
    }

    /// Returns what its module calls the provider configuration it uses.
    ///
    /// Without a `provider` argument it is the default configuration of the provider its type starts with.
    pub fn local_provider(&self) -> LocalProvider {
        match &self.provider {
            Some(reference) => reference.provider.clone(),
            None => LocalProvider::implied_by(&self.address.kind),
        }
    }
}

const ARGUMENTS: &[&str] = &["count", "for_each", "provider", "depends_on"];

const MANAGED: Grammar = Grammar {
    required: &[],
    optional: ARGUMENTS,
    blocks: &[
        ("locals", &[]),
        ("lifecycle", &[]),
        ("connection", &[]),
        ("provisioner", &["type"]),
        ("_", &[]),
    ],
};

const OTHER: Grammar = Grammar {
    required: &[],
    optional: ARGUMENTS,
    blocks: &[("lifecycle", &[]), ("locals", &[]), ("_", &[])],
};

/// Returns what the language itself knows in a block of this mode.
pub(crate) fn grammar(mode: Mode) -> &'static Grammar {
    if mode == Mode::Managed { &MANAGED } else { &OTHER }
}

pub(crate) fn decode(block: &Block, mode: Mode, found: &mut Diagnostics) -> Resource {
    let (content, body) = read_part(&block.body, grammar(mode), found);
    let (kind, given_name) = (label(block, 0), label(block, 1));
    let (what_kind, what_name) = match mode {
        Mode::Managed => ("Invalid resource type name", "Invalid resource name"),
        Mode::Data => ("Invalid data source name", "Invalid data resource name"),
        Mode::Ephemeral => ("Invalid ephemeral resource type", "Invalid ephemeral resource name"),
    };
    name::check(&kind, what_kind, label_span(block, 0), found);
    name::check(&given_name, what_name, label_span(block, 1), found);
    let mut resource = Resource {
        address: rinfra_addr::Resource { mode, kind, name: given_name },
        repetition: Repetition::decode(&content, found),
        provider: content
            .argument("provider")
            .and_then(|it| ProviderReference::decode(&it.expression, "provider", found))
            .map(Box::new),
        depends_on: meta::depends_on(content.argument("depends_on"), found),
        lifecycle: Lifecycle::default(),
        connection: None,
        provisioners: Vec::new(),
        body,
        is_awaited: false,
        check: None,
        header: block.header.clone(),
        kind_span: label_span(block, 0),
        name_span: label_span(block, 1),
        references: OnceLock::new(),
    };
    decode_blocks(&content, &mut resource, found);
    let is_destroyed_by_some = resource.provisioners.iter().any(|it| it.when == When::Destroy);
    if let Some(connection) = resource.connection.as_ref().filter(|_| is_destroyed_by_some) {
        provisioner::only_own_references(&connection.body, found);
    }
    let lifecycle = &resource.lifecycle;
    for (kind, conditions) in
        [("precondition", &lifecycle.preconditions), ("postcondition", &lifecycle.postconditions)]
    {
        conditions.iter().for_each(|it| it.check_own_name(kind, &resource.address, found));
    }
    resource
}

fn decode_blocks(content: &Content<'_>, resource: &mut Resource, found: &mut Diagnostics) {
    let mut lifecycle_span: Option<Span> = None;
    let mut escape_span: Option<Span> = None;
    for block in content.blocks() {
        match &*block.kind {
            "lifecycle" => match &lifecycle_span {
                Some(earlier) => {
                    let detail = format!("This resource already has a lifecycle block at {earlier}.");
                    found.push(
                        Diagnostic::error("Duplicate lifecycle block", detail).at(block.header.clone()),
                    );
                }
                None => {
                    lifecycle_span = Some(block.header.clone());
                    let (mode, repetition) = (resource.address.mode, &mut resource.repetition);
                    resource.lifecycle = lifecycle::decode(block, mode, repetition, found);
                }
            },
            "connection" => provisioner::take_connection(&mut resource.connection, block, "resource", found),
            "provisioner" => resource.provisioners.push(provisioner::decode(block, found)),
            "_" => {
                if let Some(earlier) = &escape_span {
                    found.push(duplicate_escape(block, "resource", earlier));
                    continue;
                }
                escape_span = Some(block.header.clone());
                resource.body.attributes.extend(block.body.attributes.iter().cloned());
                resource.body.blocks.extend(block.body.blocks.iter().cloned());
            }
            reserved => {
                let what = resource.address.mode.block();
                let detail = format!(
                    "The block type name \"{reserved}\" is reserved for use by Terraform in a future version."
                );
                let summary = format!("Reserved block type name in {what} block");
                found.push(Diagnostic::error(summary, detail).at(block.kind_span.clone()));
            }
        }
    }
}

/// Returns the diagnostic about a second block `_`.
pub(super) fn duplicate_escape(block: &Block, what: &str, earlier: &Span) -> Diagnostic {
    let detail = format!(
        "The block \"_\" makes arguments belong to the type of the {what} even where they look like \
         meta-arguments. There is one at {earlier} already."
    );
    Diagnostic::error("Duplicate escaping block", detail).at(block.header.clone())
}
