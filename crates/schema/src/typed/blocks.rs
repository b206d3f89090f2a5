//! Fields that are nested blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_value::Value;

use super::{BlockType, DecodeError, OrComputed, wrong_type};
use crate::{NestedBlock, Nesting};

/// The type of a field that is a kind of nested block.
///
/// Terraform stores even a block that may appear only once as a list, and so do we: one block is a list of one
/// unless the field says otherwise.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a nested block",
    note = "a nested block is a struct that derives `Schema`, or `Option`, `Vec`, `Set`, `Map` or `OrComputed` of it"
)]
pub trait BlockField: Sized {
    /// What each block holds.
    type Element: BlockType;

    /// Returns what the field's type says about the blocks.
    fn nested() -> NestedBlock;

    /// Returns the field that holds these blocks; the keys are the labels of [`Nesting::Map`].
    ///
    /// # Errors
    /// More or fewer blocks than the field can hold.
    fn from_blocks(blocks: Vec<(Arc<str>, Self::Element)>) -> Result<Self, DecodeError>;

    /// Returns the blocks the field holds.
    fn to_blocks(&self) -> Vec<(&str, &Self::Element)>;
}

/// Returns the field `name` of the object `value`; blocks that are absent or not known yet count as none.
///
/// # Errors
/// Values that are not blocks, and what the field cannot hold.
pub fn decode_blocks<F: BlockField>(value: &Value, name: &str) -> Result<F, DecodeError> {
    let entries = value.entries().ok_or_else(|| wrong_type("an object", value))?;
    let blocks = match entries.get(name) {
        Some(value) => decode_each(value, F::nested().nesting),
        None => Ok(Vec::new()),
    };
    blocks.and_then(F::from_blocks).map_err(|error| error.under(name))
}

fn decode_each<B: BlockType>(value: &Value, nesting: Nesting) -> Result<Vec<(Arc<str>, B)>, DecodeError> {
    if value.is_null() || !value.is_known() {
        return Ok(Vec::new());
    }
    if let Some(elements) = value.elements() {
        let decode = |(index, it)| match B::decode(it) {
            Ok(block) => Ok((Arc::from(""), block)),
            Err(error) => Err(error.at(index)),
        };
        return elements.iter().enumerate().map(decode).collect();
    }
    match value.entries() {
        Some(entries) if nesting == Nesting::Map => {
            let decode = |(key, it): (&Arc<str>, &Value)| match B::decode(it) {
                Ok(block) => Ok((Arc::clone(key), block)),
                Err(error) => Err(error.at(format_args!("{key:?}"))),
            };
            entries.iter().map(decode).collect()
        }
        Some(_) => Ok(vec![(Arc::from(""), B::decode(value)?)]),
        None => Err(wrong_type("a block", value)),
    }
}

/// Returns the value of the blocks `field` holds, nested as `nesting` says.
pub fn encode_blocks<F: BlockField>(field: &F, nesting: Nesting) -> Value {
    let blocks = field.to_blocks().into_iter().map(|(key, it)| (Some(Arc::from(key)), it.encode())).collect();
    NestedBlock::new(nesting, F::Element::block()).collection(blocks)
}

/// One block that must be there.
impl<B: BlockType> BlockField for B {
    type Element = B;

    fn nested() -> NestedBlock {
        NestedBlock::new(Nesting::List, B::block()).min(1).max(1)
    }

    fn from_blocks(blocks: Vec<(Arc<str>, B)>) -> Result<Self, DecodeError> {
        Option::from_blocks(blocks)?.ok_or_else(|| DecodeError::new("a block is required"))
    }

    fn to_blocks(&self) -> Vec<(&str, &B)> {
        vec![("", self)]
    }
}

impl<B: BlockType> BlockField for Option<B> {
    type Element = B;

    fn nested() -> NestedBlock {
        NestedBlock::new(Nesting::List, B::block()).max(1)
    }

    fn from_blocks(blocks: Vec<(Arc<str>, B)>) -> Result<Self, DecodeError> {
        let mut blocks = blocks.into_iter().map(|(_, block)| block);
        let first = blocks.next();
        if blocks.next().is_some() {
            return Err(DecodeError::new("only one block is allowed"));
        }
        Ok(first)
    }

    fn to_blocks(&self) -> Vec<(&str, &B)> {
        self.iter().map(|it| ("", it)).collect()
    }
}

impl<B: BlockType> BlockField for Vec<B> {
    type Element = B;

    fn nested() -> NestedBlock {
        NestedBlock::new(Nesting::List, B::block())
    }

    fn from_blocks(blocks: Vec<(Arc<str>, B)>) -> Result<Self, DecodeError> {
        Ok(blocks.into_iter().map(|(_, block)| block).collect())
    }

    fn to_blocks(&self) -> Vec<(&str, &B)> {
        self.iter().map(|it| ("", it)).collect()
    }
}

impl<B: BlockType + Ord> BlockField for BTreeSet<B> {
    type Element = B;

    fn nested() -> NestedBlock {
        NestedBlock::new(Nesting::Set, B::block())
    }

    fn from_blocks(blocks: Vec<(Arc<str>, B)>) -> Result<Self, DecodeError> {
        Ok(blocks.into_iter().map(|(_, block)| block).collect())
    }

    fn to_blocks(&self) -> Vec<(&str, &B)> {
        self.iter().map(|it| ("", it)).collect()
    }
}

impl<B: BlockType> BlockField for BTreeMap<String, B> {
    type Element = B;

    fn nested() -> NestedBlock {
        NestedBlock::new(Nesting::Map, B::block())
    }

    fn from_blocks(blocks: Vec<(Arc<str>, B)>) -> Result<Self, DecodeError> {
        Ok(blocks.into_iter().map(|(key, block)| (key.as_ref().to_owned(), block)).collect())
    }

    fn to_blocks(&self) -> Vec<(&str, &B)> {
        self.iter().map(|(key, it)| (key.as_str(), it)).collect()
    }
}

/// Blocks the cloud chooses when the configuration has none.
impl<F: BlockField> BlockField for OrComputed<F> {
    type Element = F::Element;

    fn nested() -> NestedBlock {
        F::nested().min(0).computed()
    }

    fn from_blocks(blocks: Vec<(Arc<str>, F::Element)>) -> Result<Self, DecodeError> {
        if blocks.is_empty() { Ok(Self(None)) } else { F::from_blocks(blocks).map(|it| Self(Some(it))) }
    }

    fn to_blocks(&self) -> Vec<(&str, &F::Element)> {
        self.0.as_ref().map(F::to_blocks).unwrap_or_default()
    }
}
