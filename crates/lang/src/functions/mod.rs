//! The function library: what may be called from an expression.
//!
//! [`call`] holds what is common to every call; every other module is one subject. `try` and `can` are not here:
//! they must see their arguments unevaluated, so the evaluator knows them by name.

mod call;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use call::{Function, FunctionError, Parameter};
pub use world::{FunctionContext, World};

/// All functions of a configuration.
#[derive(Clone, Default)]
pub struct Functions {
    functions: BTreeMap<&'static str, Arc<Function>>,
}

impl Functions {
    /// Returns Terraform's functions.
    pub fn standard(context: FunctionContext) -> Self {
        let _context = Arc::new(context);
        let all: Vec<Function> = Vec::new();
        Self { functions: all.into_iter().map(|it| (it.name, Arc::new(it))).collect() }
    }

    /// Returns the function called `name`.
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.functions.get(name).map(Arc::as_ref)
    }

    /// Returns the names of all functions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.functions.keys().copied()
    }
}
