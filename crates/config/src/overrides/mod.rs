//! Override files: what they say replaces what other files say about the same thing.
//!
//! Each block of an override file is read like any other and laid over the one it names, argument by argument. It may
//! lack what a block must otherwise have, and there must be something to override.

mod body;
mod call;
mod output;
mod provider;
mod resource;
mod settings;
mod variable;

pub(crate) use body::merge as merge_bodies;

use std::sync::Arc;

use rinfra_addr::Mode;
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Body, Traversal};

use crate::blocks::local;
use crate::content::{label, read};
use crate::module::{GRAMMAR, Module};

impl Module {
    /// Lays what one override file says over what is known.
    pub(crate) fn override_with(&mut self, file: &Body, found: &mut Diagnostics) {
        let content = read(file, &GRAMMAR, found);
        self.override_settings(content.blocks_of("terraform"), found);
        for block in content.blocks() {
            match &*block.kind {
                "terraform" => {}
                "provider" => self.override_provider(block, found),
                "variable" => match self.variables.get_mut(&label(block, 0)) {
                    Some(base) => variable::merge(base, block, found),
                    None => {
                        let summary = "Missing base variable declaration to override";
                        found.push(missing(summary, "variable", &label(block, 0), &block.header));
                    }
                },
                "locals" => self.override_locals(block, found),
                "output" => match self.outputs.get_mut(&label(block, 0)) {
                    Some(base) => output::merge(base, block, found),
                    None => {
                        let summary = "Missing base output definition to override";
                        found.push(missing(summary, "output", &label(block, 0), &block.header));
                    }
                },
                "module" => match self.unresolved_calls.get_mut(&label(block, 0)) {
                    Some(base) => call::merge(base, block, found),
                    None => {
                        let summary = "Missing module call to override";
                        found.push(missing(summary, "module call", &label(block, 0), &block.header));
                    }
                },
                "resource" => self.override_resource(block, Mode::Managed, found),
                "data" => self.override_resource(block, Mode::Data, found),
                "ephemeral" => self.override_resource(block, Mode::Ephemeral, found),
                kind => found.push(only_elsewhere(kind, &block.header)),
            }
        }
    }

    fn override_locals(&mut self, block: &Block, found: &mut Diagnostics) {
        for over in local::decode(block, found) {
            match self.locals.get_mut(&over.name) {
                Some(base) => *base = over,
                None => {
                    let summary = "Missing base local value definition to override";
                    found.push(missing(summary, "local value", &over.name, &over.span));
                }
            }
        }
    }
}

fn missing(summary: &str, what: &str, name: &Arc<str>, place: &Span) -> Diagnostic {
    let detail = format!(
        "There is no {what} named \"{name}\". An override file can only change what another file of the module \
         declares."
    );
    Diagnostic::error(summary, detail).at(place.clone())
}

/// Returns the error about a block that means nothing in an override file.
fn only_elsewhere(kind: &str, place: &Span) -> Diagnostic {
    let summary = match kind {
        "check" => "Can't override check blocks".to_owned(),
        _ => format!("Cannot override '{kind}' blocks"),
    };
    let detail = format!("Blocks of type \"{kind}\" can appear only in normal files, not in override files.");
    Diagnostic::error(summary, detail).at(place.clone())
}

/// Reports conditions, which cannot be overridden.
fn refuse_conditions<'a>(conditions: impl Iterator<Item = &'a Block>, found: &mut Diagnostics) {
    for block in conditions {
        let kind = &block.kind;
        let detail = format!("Override files cannot override \"{kind}\" blocks.");
        let diagnostic = Diagnostic::error(format!("Can't override {kind} blocks"), detail);
        found.push(diagnostic.at(block.header.clone()));
    }
}

/// Reports `depends_on`, which cannot be overridden.
fn refuse_dependencies(depends_on: &[Traversal], found: &mut Diagnostics) {
    if let Some(first) = depends_on.first() {
        let detail = "The depends_on argument may not be overridden.";
        found.push(Diagnostic::error("Unsupported override", detail).at(first.span.clone()));
    }
}
