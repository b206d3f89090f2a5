//! A block inside a block.

use std::collections::BTreeMap;

use rinfra_value::{Type, Value};

use crate::{Block, Rules};

/// How many blocks of one kind stand beside each other, and how they are told apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Nesting {
    /// One or none; none is null.
    Single,
    /// One; none is an object full of nulls.
    Group,
    /// Any number, told apart by their order. The norm, also for what may appear only once.
    List,
    /// Any number, told apart by what they hold.
    Set,
    /// Any number, told apart by their label.
    Map,
}

/// A kind of block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// What each of them holds.
    pub block: Block,
    /// How they stand beside each other.
    pub nesting: Nesting,
    /// The least number of them.
    pub min: u64,
    /// The greatest number of them.
    pub max: Option<u64>,
    /// Whether a change of them needs a new object.
    pub force_new: bool,
    /// Whether the cloud may choose them when the configuration has none.
    pub computed: bool,
    /// What they demand of their siblings.
    pub rules: Rules,
    /// Why they should no longer be used.
    pub deprecated: Option<String>,
    /// What they are for.
    pub description: String,
}

impl NestedBlock {
    /// Returns any number of such blocks, nested in this way.
    pub fn new(nesting: Nesting, block: Block) -> Self {
        Self {
            block,
            nesting,
            min: 0,
            max: None,
            force_new: false,
            computed: false,
            rules: Rules::default(),
            deprecated: None,
            description: String::new(),
        }
    }

    /// Sets the least number of them.
    #[must_use]
    pub fn min(mut self, min: u64) -> Self {
        self.min = min;
        self
    }

    /// Sets the greatest number of them.
    #[must_use]
    pub fn max(mut self, max: u64) -> Self {
        self.max = Some(max);
        self
    }

    /// Makes a change of them need a new object.
    #[must_use]
    pub fn force_new(mut self) -> Self {
        self.force_new = true;
        self
    }

    /// Lets the cloud choose them when the configuration has none.
    #[must_use]
    pub fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// Returns the type all of them together decode to.
    ///
    /// A list or map of blocks whose types are not the same in all of them is a tuple or an object, which only
    /// the value tells; here it is dynamic.
    pub fn implied_type(&self) -> Type {
        let object = self.block.implied_type();
        match self.nesting {
            Nesting::Single | Nesting::Group => object,
            Nesting::List | Nesting::Map if object.has_dynamic() => Type::Dynamic,
            Nesting::List => Type::list(object),
            Nesting::Map => Type::map(object),
            Nesting::Set => Type::set(object),
        }
    }

    /// Returns what no block of this kind decodes to.
    pub fn empty_value(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::null(self.block.implied_type()),
            Nesting::Group => self.block.empty_value(),
            Nesting::List | Nesting::Map | Nesting::Set => self.collection(Vec::new()),
        }
    }

    /// Returns the value of these blocks, keyed by their label when they are a map.
    ///
    /// For [`Nesting::Single`] and [`Nesting::Group`] the first counts.
    pub(crate) fn collection(&self, blocks: Vec<(Option<std::sync::Arc<str>>, Value)>) -> Value {
        let object = self.block.implied_type();
        let dynamic = object.has_dynamic();
        match self.nesting {
            Nesting::Single | Nesting::Group => match blocks.into_iter().next() {
                Some((_, value)) => value,
                None => self.empty_value(),
            },
            Nesting::List => {
                let values = blocks.into_iter().map(|(_, value)| value).collect();
                if dynamic { Value::tuple(values) } else { Value::list(object, values) }
            }
            Nesting::Set => Value::set(object, blocks.into_iter().map(|(_, value)| value)),
            Nesting::Map => {
                let entries: BTreeMap<_, _> =
                    blocks.into_iter().filter_map(|(key, value)| Some((key?, value))).collect();
                if dynamic { Value::object(entries) } else { Value::map(object, entries) }
            }
        }
    }
}
