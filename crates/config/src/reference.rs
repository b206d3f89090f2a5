//! What a reference in an expression refers to.

use std::fmt;
use std::sync::Arc;

use rinfra_addr::{InstanceKey, Mode};
use rinfra_diag::{Diagnostic, Result, Span};
use rinfra_lang::{Traversal, TraversalStep};

use crate::form::step_name;
use crate::object_address::instance_key;

/// A reference, taken apart into what it refers to and the path within that.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference<'t> {
    /// What is referred to.
    pub subject: Subject,
    /// The part of the text that names the subject.
    pub span: Span,
    /// The steps into the value of the subject.
    pub rest: &'t [TraversalStep],
}

/// Something an expression can refer to, within its module.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Subject {
    /// `var.x`
    Variable(Arc<str>),
    /// `local.x`
    Local(Arc<str>),
    /// `aws_vpc.x`, `data.aws_vpc.x["a"]`; without a key the resource as a whole.
    Resource(rinfra_addr::Resource, InstanceKey),
    /// `module.x`, `module.x[0]`; without a key the call as a whole.
    Module(Arc<str>, InstanceKey),
    /// `module.x.out`, `module.x[0].out`
    ModuleOutput(Arc<str>, InstanceKey, Arc<str>),
    /// `count.index`
    Count(Arc<str>),
    /// `each.key`, `each.value`
    Each(Arc<str>),
    /// `path.module`, `path.root`, `path.cwd`
    Path(Arc<str>),
    /// `terraform.workspace`, `terraform.applying`
    Terraform(Arc<str>),
    /// `self`
    Itself,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "var.{name}"),
            Self::Local(name) => write!(f, "local.{name}"),
            Self::Resource(resource, key) => write!(f, "{resource}{key}"),
            Self::Module(name, key) => write!(f, "module.{name}{key}"),
            Self::ModuleOutput(name, key, output) => write!(f, "module.{name}{key}.{output}"),
            Self::Count(name) => write!(f, "count.{name}"),
            Self::Each(name) => write!(f, "each.{name}"),
            Self::Path(name) => write!(f, "path.{name}"),
            Self::Terraform(name) => write!(f, "terraform.{name}"),
            Self::Itself => f.write_str("self"),
        }
    }
}

impl<'t> Reference<'t> {
    /// Returns what a traversal refers to.
    ///
    /// # Errors
    /// When it is not the form of a reference, such as `var` alone.
    pub fn parse(traversal: &'t Traversal) -> Result<Self> {
        let named = |subject: fn(Arc<str>) -> Subject| {
            let Some(name) = step_name(traversal.steps.first()) else { return Err(incomplete(traversal)) };
            Ok(cut(traversal, subject(name.clone()), 1))
        };
        match &*traversal.root {
            "var" => named(Subject::Variable),
            "local" => named(Subject::Local),
            "count" => named(Subject::Count),
            "each" => named(Subject::Each),
            "path" => named(Subject::Path),
            "terraform" => named(Subject::Terraform),
            "self" => Ok(cut(traversal, Subject::Itself, 0)),
            "module" => module(traversal),
            "data" => resource(traversal, Mode::Data, 1),
            "ephemeral" => resource(traversal, Mode::Ephemeral, 1),
            "resource" => resource(traversal, Mode::Managed, 1),
            "template" | "lazy" | "arg" => Err(reserved(traversal)),
            _ => resource(traversal, Mode::Managed, 0),
        }
    }
}

impl Reference<'_> {
    /// Returns the steps into the value of the subject as far as they are constant: those before a splat.
    pub fn constant_steps(&self) -> &[TraversalStep] {
        let is_splat = |it: &TraversalStep| matches!(it, TraversalStep::Splat { .. });
        let end = self.rest.iter().position(is_splat).unwrap_or(self.rest.len());
        &self.rest[..end]
    }
}

/// Splits a traversal after the first `length` steps.
fn cut(traversal: &Traversal, subject: Subject, length: usize) -> Reference<'_> {
    let (named, rest) = traversal.steps.split_at(length.min(traversal.steps.len()));
    let span =
        named.last().map_or_else(|| traversal.root_span.clone(), |it| traversal.root_span.to(it.span()));
    Reference { subject, span, rest }
}

fn module(traversal: &Traversal) -> Result<Reference<'_>> {
    let Some(name) = step_name(traversal.steps.first()) else { return Err(incomplete(traversal)) };
    let (key, length) = key_at(traversal, 1)?;
    if let Some(TraversalStep::Index { span, .. }) = traversal.steps.get(length) {
        let detail = "An instance of a module has outputs, and only those, by their names: .NAME.";
        return Err(Diagnostic::error("Invalid reference", detail).at(span.clone()).into());
    }
    Ok(match step_name(traversal.steps.get(length)) {
        Some(output) => cut(traversal, Subject::ModuleOutput(name.clone(), key, output.clone()), length + 1),
        None => cut(traversal, Subject::Module(name.clone(), key), length),
    })
}

fn resource(traversal: &Traversal, mode: Mode, skip: usize) -> Result<Reference<'_>> {
    let kind = match skip {
        0 => Some(&traversal.root),
        _ => step_name(traversal.steps.first()),
    };
    let (Some(kind), Some(name)) = (kind, step_name(traversal.steps.get(skip))) else {
        return Err(incomplete(traversal));
    };
    let (key, length) = key_at(traversal, skip + 1)?;
    let address = rinfra_addr::Resource::new(mode, kind.clone(), name.clone());
    Ok(cut(traversal, Subject::Resource(address, key), length))
}

/// Returns the instance key at a place in a traversal, and the place after it.
fn key_at(traversal: &Traversal, place: usize) -> Result<(InstanceKey, usize)> {
    let Some(TraversalStep::Index { key, span }) = traversal.steps.get(place) else {
        return Ok((InstanceKey::None, place));
    };
    match instance_key(key) {
        Some(key) => Ok((key, place + 1)),
        None => {
            let detail = "Instances have strings or whole numbers for keys, and this is neither.";
            Err(Diagnostic::error("Invalid index key", detail).at(span.clone()).into())
        }
    }
}

fn incomplete(traversal: &Traversal) -> rinfra_diag::Diagnostics {
    let root = &traversal.root;
    let is_step = |it: &&TraversalStep| !matches!(it, TraversalStep::Splat { .. });
    let steps: Vec<_> = traversal.steps.iter().take_while(is_step).collect();
    let whole =
        steps.last().map_or_else(|| traversal.root_span.clone(), |it| traversal.root_span.to(it.span()));
    let unsupported = || format!("The \"{root}\" object does not support this operation.");
    let unnamed = "A reference to a resource type must be followed by at least one attribute access, specifying the \
                   resource name.";
    let (detail, place) = match (&**root, &*steps) {
        ("var" | "local" | "count" | "each" | "path" | "terraform" | "module", [first, ..]) => {
            (unsupported(), first.span().clone())
        }
        ("var" | "local" | "count" | "each" | "path" | "terraform" | "module", []) => {
            let detail = format!(
                "The \"{root}\" object cannot be accessed directly. Instead, access one of its attributes."
            );
            (detail, whole)
        }
        ("data" | "ephemeral" | "resource", [] | [_]) => {
            let detail = format!(
                "The \"{root}\" object must be followed by two attribute names: the resource type and the \
                 resource name."
            );
            (detail, whole)
        }
        ("data" | "ephemeral" | "resource", [first, second, ..]) => match step_name(Some(first)) {
            None => (unsupported(), first.span().clone()),
            Some(_) => (unnamed.to_owned(), second.span().clone()),
        },
        (_, [first, ..]) => (unnamed.to_owned(), first.span().clone()),
        (_, []) => (unnamed.to_owned(), whole),
    };
    Diagnostic::error("Invalid reference", detail).at(place).into()
}

fn reserved(traversal: &Traversal) -> rinfra_diag::Diagnostics {
    let detail = format!(
        "The symbol name \"{root}\" is reserved for use in a future Terraform version. If you are using a \
         provider that already uses this as a resource type name then you can force interpretation as a \
         resource type by writing \"resource.{root}\".",
        root = traversal.root
    );
    Diagnostic::error("Reserved symbol name", detail).at(traversal.root_span.clone()).into()
}
