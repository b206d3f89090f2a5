//! `provisioner` and `connection`: commands that run when a resource is created or destroyed.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Attribute, Block, Body, ExpressionKind, static_value};

use super::resource::duplicate_escape;
use crate::content::{Grammar, label, label_span, read_part};
use crate::form;

/// A command that runs when a resource is created or destroyed.
#[derive(Clone, Debug, PartialEq)]
pub struct Provisioner {
    /// The type of the provisioner, such as `local-exec`.
    pub kind: Arc<str>,
    /// When it runs.
    pub when: When,
    /// What a failure of it means.
    pub on_failure: OnFailure,
    /// Its own way to reach the resource, instead of the resource's.
    pub connection: Option<Box<Block>>,
    /// Everything else, for the provisioner type to read.
    pub body: Body,
    /// The header of the block.
    pub header: Span,
}

/// When a provisioner runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum When {
    /// After the resource was created.
    Create,
    /// Before it is destroyed.
    Destroy,
}

/// What the failure of a provisioner means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnFailure {
    /// The resource counts as failed.
    Fail,
    /// It is reported, and nothing more.
    Continue,
}

const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &["when", "on_failure"],
    blocks: &[("connection", &[]), ("lifecycle", &[]), ("_", &[])],
};

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> Provisioner {
    let (content, mut body) = read_part(&block.body, &GRAMMAR, found);
    let mut when = When::Create;
    if let Some(argument) = content.argument("when") {
        match word(argument, found).as_deref() {
            Some("create") => {}
            Some("destroy") => when = When::Destroy,
            _ => found.push(unknown_word(argument, "create or destroy")),
        }
    }
    let mut on_failure = OnFailure::Fail;
    if let Some(argument) = content.argument("on_failure") {
        match word(argument, found).as_deref() {
            Some("fail") => {}
            Some("continue") => on_failure = OnFailure::Continue,
            _ => found.push(unknown_word(argument, "continue or fail")),
        }
    }
    let mut connection = None;
    let mut escape_span: Option<Span> = None;
    for nested in content.blocks() {
        match &*nested.kind {
            "_" => {
                if let Some(earlier) = &escape_span {
                    found.push(duplicate_escape(nested, "provisioner", earlier));
                    continue;
                }
                escape_span = Some(nested.header.clone());
                body.attributes.extend(nested.body.attributes.iter().cloned());
                body.blocks.extend(nested.body.blocks.iter().cloned());
            }
            "connection" => take_connection(&mut connection, nested, "provisioner", found),
            reserved => {
                let detail = format!(
                    "The block type name \"{reserved}\" is reserved for use by Terraform in a future version."
                );
                let diagnostic = Diagnostic::error("Reserved block type name in provisioner block", detail);
                found.push(diagnostic.at(nested.kind_span.clone()));
            }
        }
    }
    if when == When::Destroy {
        only_own_references(&body, found);
        if let Some(connection) = &connection {
            only_own_references(&connection.body, found);
        }
    }
    if matches!(&*label(block, 0), "chef" | "habitat" | "puppet" | "salt-masterless") {
        let detail = format!(
            "The \"{kind}\" provisioner was deprecated in Terraform 0.13.4 and removed in Terraform 0.15.0: it is \
             no longer supported.",
            kind = label(block, 0)
        );
        let summary = format!("The \"{}\" provisioner has been removed", label(block, 0));
        found.push(Diagnostic::error(summary, detail).at(label_span(block, 0)));
    }
    Provisioner { kind: label(block, 0), when, on_failure, connection, body, header: block.header.clone() }
}

/// Remembers a `connection` block, of which there may be one.
pub(crate) fn take_connection(
    known: &mut Option<Box<Block>>,
    block: &Block,
    what: &str,
    found: &mut Diagnostics,
) {
    if let Some(earlier) = known {
        let detail = format!("This {what} already has a connection block at {}.", earlier.header);
        found.push(Diagnostic::error("Duplicate connection block", detail).at(block.header.clone()));
        return;
    }
    *known = Some(Box::new(block.clone()));
}

/// Returns the bare word an argument is set to; quotes around it are tolerated with a warning.
fn word(argument: &Attribute, found: &mut Diagnostics) -> Option<String> {
    let expression = &argument.expression;
    let Some(quoted) = static_value::literal_string(expression) else {
        return static_value::as_keyword(expression).map(str::to_owned);
    };
    // JSON has no other way to write a word.
    if matches!(expression.kind, ExpressionKind::JsonString(_)) {
        return Some(quoted.to_string());
    }
    let detail = "In this context, keywords are expected literally rather than in quotes. Remove the quotes \
                  surrounding this keyword to silence this warning.";
    found.push(Diagnostic::warning("Quoted keywords are deprecated", detail).at(expression.span.clone()));
    Some(quoted.to_string())
}

fn unknown_word(argument: &Attribute, words: &str) -> Diagnostic {
    let name = &argument.name;
    let detail = format!("The \"{name}\" argument requires one of the following keywords: {words}.");
    Diagnostic::error(format!("Invalid \"{name}\" keyword"), detail).at(argument.expression.span.clone())
}

/// What else there is may be gone already when a resource is destroyed.
pub(super) fn only_own_references(body: &Body, found: &mut Diagnostics) {
    for attribute in &body.attributes {
        let foreign = rinfra_lang::references(&attribute.expression).into_iter().any(|it| match &*it.root {
            "self" | "path" | "terraform" => false,
            "count" => form::step_name(it.steps.first()).is_none_or(|it| &**it != "index"),
            "each" => form::step_name(it.steps.first()).is_none_or(|it| &**it != "key"),
            _ => true,
        });
        if foreign {
            let detail = "Destroy-time provisioners and their connection configurations may only reference \
                          attributes of the related resource, via 'self', 'count.index', or \
                          'each.key'.\n\nReferences to other resources during the destroy phase can cause \
                          dependency cycles and interact poorly with create_before_destroy.";
            let diagnostic = Diagnostic::error("Invalid reference from destroy provisioner", detail);
            found.push(diagnostic.at(attribute.expression.span.clone()));
        }
    }
    for block in &body.blocks {
        only_own_references(&block.body, found);
    }
}
