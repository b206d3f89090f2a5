//! What the words at the beginning of a block stand for.

use std::borrow::Cow;

use rinfra_lang::Body;
use rinfra_value::Type;

use crate::{Attribute, Block, NestedBlock};

/// What blocks with a certain word are in a body.
pub(super) enum Item<'a> {
    /// Nested blocks.
    Nested(&'a NestedBlock),
    /// The elements of an attribute that is a list or set of objects, and what each holds.
    Elements(Cow<'a, Block>),
}

impl Item<'_> {
    /// Returns what each block holds.
    pub(super) fn block(&self) -> &Block {
        match self {
            Self::Nested(nested) => &nested.block,
            Self::Elements(block) => block,
        }
    }
}

/// Returns what blocks starting with `name` are in this body.
///
/// An attribute is written as blocks only where it is not written as an attribute.
pub(super) fn item<'a>(body: &Body, block: &'a Block, name: &str) -> Option<Item<'a>> {
    if let Some(nested) = block.blocks.get(name) {
        return Some(Item::Nested(nested));
    }
    let attribute = block.attributes.get(name).filter(|_| body.attribute(name).is_none())?;
    element_block(attribute).map(Item::Elements)
}

/// Returns what a block that is an element of the attribute holds, if the attribute may be written as blocks.
pub(super) fn element_block(attribute: &Attribute) -> Option<Cow<'_, Block>> {
    if !attribute.accepts_blocks() {
        return None;
    }
    match &attribute.object {
        Some(block) => Some(Cow::Borrowed(block)),
        None => attribute.ty.element_type().map(|ty| Cow::Owned(of_type(ty))),
    }
}

/// Returns a block that decodes to an object of this type; a type tells less, so everything is optional.
fn of_type(ty: &Type) -> Block {
    let attributes = ty.attribute_types().into_iter().flatten();
    attributes.fold(Block::new(), |block, (name, ty)| {
        block.attribute(name.as_ref(), Attribute::optional(ty.clone()))
    })
}
