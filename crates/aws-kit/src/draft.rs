//! A plan for one object, while a resource type may still add to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_value::{Entries, Path, Type, Value};

/// A proposed value that a resource type finishes.
#[derive(Debug)]
pub struct Draft<'a> {
    prior: Option<&'a Value>,
    config: &'a Value,
    planned: BTreeMap<Arc<str>, Value>,
    replace: Vec<Path>,
}

impl<'a> Draft<'a> {
    /// Returns a draft of a proposal.
    pub(crate) fn new(prior: Option<&'a Value>, config: &'a Value, proposed: &Value) -> Self {
        let planned = proposed.entries().map(Entries::to_map).unwrap_or_default();
        Self { prior, config, planned, replace: Vec::new() }
    }

    /// Returns the finished value and the attributes that need a new object.
    pub(crate) fn finish(self) -> (Value, Vec<Path>) {
        (Value::object(self.planned), self.replace)
    }

    /// Tells whether the object is to be created.
    pub fn is_create(&self) -> bool {
        self.prior.is_none()
    }

    /// Returns an attribute of the configuration; null when it is not set.
    pub fn config(&self, name: &str) -> Value {
        attribute(Some(self.config), name)
    }

    /// Returns an attribute of the object as it is; null when it is to be created.
    pub fn prior(&self, name: &str) -> Value {
        attribute(self.prior, name)
    }

    /// Returns an attribute as it is planned.
    pub fn planned(&self, name: &str) -> Value {
        self.planned.get(name).cloned().unwrap_or_else(Value::dynamic_null)
    }

    /// Tells whether the plan changes an attribute of an object that exists.
    pub fn changes(&self, name: &str) -> bool {
        self.prior.is_some() && self.prior(name) != self.planned(name)
    }

    /// Plans a value for an attribute.
    pub fn set(&mut self, name: &str, value: Value) {
        self.planned.insert(Arc::from(name), value);
    }

    /// Plans that only the apply will tell the value of an attribute.
    pub fn set_unknown(&mut self, name: &str) {
        let ty = self.planned.get(name).map_or(Type::Dynamic, |it| it.ty().clone());
        self.set(name, Value::unknown(ty));
    }

    /// Plans a new object because of an attribute.
    pub fn replace(&mut self, name: &str) {
        self.replace.push(Path::root().attribute(name));
    }
}

fn attribute(object: Option<&Value>, name: &str) -> Value {
    object.and_then(|it| it.attribute(name)).cloned().unwrap_or_else(Value::dynamic_null)
}
