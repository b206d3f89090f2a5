//! What stands between a pair of braces.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use rinfra_value::{Path, PathStep, Type, Value};

use crate::{Attribute, NestedBlock};

/// What a block may hold.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The attributes by name.
    pub attributes: BTreeMap<Arc<str>, Attribute>,
    /// The nested blocks by the word they start with.
    pub blocks: BTreeMap<Arc<str>, NestedBlock>,
    /// What it is for.
    pub description: String,
    /// Why it should no longer be used.
    pub deprecated: Option<String>,
    /// What is wrong with a decoded block in ways that no rule of an attribute expresses.
    pub check: Option<Check>,
    implied: Implied,
}

/// The type a block implies, once somebody asked for it. Every instance of a resource asks several times.
///
/// It is not copied with its block, because whoever copies a block may want to change it.
#[derive(Debug, Default)]
struct Implied(OnceLock<Type>);

impl Clone for Implied {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What is wrong with a decoded block, which has no marks. What is not known yet satisfies every check.
#[derive(Clone)]
pub struct Check(Arc<FindFaults>);

type FindFaults = dyn Fn(&Value) -> Vec<Fault> + Send + Sync;

impl Check {
    /// Returns what is wrong with a decoded block.
    pub fn faults(&self, decoded: &Value) -> Vec<Fault> {
        (self.0)(decoded)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Check")
    }
}

/// Something wrong with a decoded block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    /// What is wrong, from the block.
    pub path: Path,
    /// The kind of fault, in a few words.
    pub summary: &'static str,
    /// What exactly is wrong.
    pub detail: String,
}

impl Fault {
    /// Returns a fault of one attribute.
    pub fn of(attribute: &str, summary: &'static str, detail: impl Into<String>) -> Self {
        Self { path: Path::root().attribute(attribute), summary, detail: detail.into() }
    }
}

impl Block {
    /// Returns a block that holds nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<Arc<str>>, attribute: Attribute) -> Self {
        self.attributes.insert(name.into(), attribute);
        self
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(mut self, name: impl Into<Arc<str>>, nested: NestedBlock) -> Self {
        self.blocks.insert(name.into(), nested);
        self
    }

    /// Adds a check of the decoded block.
    #[must_use]
    pub fn check(mut self, check: impl Fn(&Value) -> Vec<Fault> + Send + Sync + 'static) -> Self {
        self.check = Some(Check(Arc::new(check)));
        self
    }

    /// Returns the type of the object such a block decodes to.
    ///
    /// *Assumptions*: the attributes and the blocks do not change any more.
    pub fn implied_type(&self) -> Type {
        let implied = || {
            let attributes = self.attributes.iter().map(|(name, it)| (Arc::clone(name), it.ty.clone()));
            let blocks = self.blocks.iter().map(|(name, it)| (Arc::clone(name), it.implied_type()));
            Type::object(attributes.chain(blocks))
        };
        self.implied.0.get_or_init(implied).clone()
    }

    /// Returns what an empty body decodes to: every attribute null, every collection of blocks empty.
    pub fn empty_value(&self) -> Value {
        let attributes =
            self.attributes.iter().map(|(name, it)| (Arc::clone(name), Value::null(it.ty.clone())));
        let blocks = self.blocks.iter().map(|(name, it)| (Arc::clone(name), it.empty_value()));
        Value::object(attributes.chain(blocks))
    }

    /// Returns `value` with everything this block has and it lacks: null attributes and empty blocks.
    ///
    /// What the block does not know is dropped. A value that is not a known object is returned unchanged.
    #[must_use]
    pub fn complete(&self, value: &Value) -> Value {
        let (bare, marks) = value.clone().without_marks();
        let Some(given) = bare.entries() else { return value.clone() };
        let pick = |name: &Arc<str>| given.get(name).cloned();
        let attributes = self
            .attributes
            .iter()
            .map(|(name, it)| (Arc::clone(name), pick(name).unwrap_or_else(|| Value::null(it.ty.clone()))));
        let blocks = self
            .blocks
            .iter()
            .map(|(name, it)| (Arc::clone(name), pick(name).unwrap_or_else(|| it.empty_value())));
        Value::object(attributes.chain(blocks)).with_marks(marks)
    }

    /// Returns true when `name` is an attribute or a nested block.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name) || self.blocks.contains_key(name)
    }

    /// Returns the attribute at `path`, or the innermost one the path leads through.
    pub fn attribute_at(&self, path: &Path) -> Option<&Attribute> {
        let mut block = self;
        let mut found = None;
        for step in path.steps() {
            let PathStep::Attribute(name) = step else { continue };
            if let Some(nested) = block.blocks.get(name) {
                block = &nested.block;
                continue;
            }
            let Some(attribute) = block.attributes.get(name) else { return found };
            found = Some(attribute);
            match &attribute.object {
                Some(object) => block = object,
                None => return found,
            }
        }
        found
    }
}
