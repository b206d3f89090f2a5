//! `locals`: named values.

use std::sync::Arc;

use rinfra_diag::{Diagnostics, Span};
use rinfra_lang::{Block, Expression};

use crate::content::just_attributes;
use crate::name;

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// Its name.
    pub name: Arc<str>,
    /// What it stands for.
    pub value: Expression,
    /// The name and the value.
    pub span: Span,
}

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> Vec<Local> {
    let attributes = just_attributes(&block.body, found);
    let local = |attribute: &rinfra_lang::Attribute| {
        name::check(&attribute.name, "Invalid local value name", attribute.name_span.clone(), found);
        let value = attribute.expression.clone();
        Local { name: attribute.name.clone(), value, span: attribute.span.clone() }
    };
    attributes.iter().map(local).collect()
}
