//! What names mean while an expression is evaluated.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rinfra_value::Value;

use crate::functions::{Function, Functions, of_own_provider};

/// The names an expression may use, and the functions it may call.
///
/// Scopes nest: a `for` expression evaluates its body in a child of the scope it stands in.
#[derive(Clone)]
pub struct Scope<'a> {
    functions: &'a Functions,
    parent: Option<&'a Scope<'a>>,
    names: BTreeMap<Arc<str>, Value>,
    /// What the provider that belongs to the language is called, in this scope and those inside.
    own_provider: Vec<Arc<str>>,
    /// The element a splat is at.
    element: Option<Value>,
    /// How many elements loops may still look at, in this scope and all that are inside or around it.
    steps: Rc<Cell<u32>>,
}

/// What loops inside loops come to multiplies: beyond this it would take minutes, and all of the memory.
const MOST_STEPS: u32 = 10_000_000;

impl<'a> Scope<'a> {
    /// Returns a scope without names.
    pub fn new(functions: &'a Functions) -> Self {
        Self {
            functions,
            parent: None,
            names: BTreeMap::new(),
            own_provider: Vec::new(),
            element: None,
            steps: Rc::new(Cell::new(MOST_STEPS)),
        }
    }

    /// Returns this scope, in which the provider that belongs to the language has these names: its functions may be
    /// called as `provider::NAME::…`.
    pub fn with_own_provider(self, names: impl IntoIterator<Item = Arc<str>>) -> Self {
        Self { own_provider: names.into_iter().collect(), ..self }
    }

    /// Gives a name a meaning, hiding what an outer scope says about it.
    pub fn set(&mut self, name: impl Into<Arc<str>>, value: Value) {
        self.names.insert(name.into(), value);
    }

    /// Returns an empty scope inside this one.
    pub fn child(&'a self) -> Scope<'a> {
        Scope {
            functions: self.functions,
            parent: Some(self),
            names: BTreeMap::new(),
            own_provider: Vec::new(),
            element: None,
            steps: Rc::clone(&self.steps),
        }
    }

    /// Returns what a name means here.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let mut scope = self;
        loop {
            if let Some(value) = scope.names.get(name) {
                return Some(value);
            }
            scope = scope.parent?;
        }
    }

    /// Returns a scope inside this one in which a splat is at `element`.
    pub(crate) fn with_element(&'a self, element: Value) -> Scope<'a> {
        Scope { element: Some(element), ..self.child() }
    }

    /// Returns the element the innermost splat is at.
    pub(crate) fn element(&self) -> Option<&Value> {
        std::iter::successors(Some(self), |scope| scope.parent).find_map(|scope| scope.element.as_ref())
    }

    /// Leaves loops this many elements.
    #[cfg(test)]
    pub(crate) fn limit(&self, steps: u32) {
        self.steps.set(steps);
    }

    /// Counts another element of a loop. Returns whether there may be so many.
    pub(crate) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// Returns the functions that may be called.
    pub fn functions(&self) -> &'a Functions {
        self.functions
    }

    /// Returns the function called `name`, of the language or of a provider.
    pub(crate) fn function(&self, name: &str) -> Option<&'a Function> {
        let own = || {
            let (provider, name) = name.strip_prefix("provider::")?.split_once("::")?;
            let mut scopes = std::iter::successors(Some(self), |scope| scope.parent);
            let is_own = scopes.any(|it| it.own_provider.iter().any(|it| &**it == provider));
            is_own.then(|| of_own_provider(name))?
        };
        self.functions.get(name).or_else(own)
    }

    /// Returns all names with a meaning here, innermost first, possibly repeated.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self), |scope| scope.parent)
            .flat_map(|scope| scope.names.keys().map(AsRef::as_ref))
    }

    /// Returns whether nothing may be named or called here, so that strings in JSON are just text.
    pub(crate) fn is_constant(&self) -> bool {
        !self.has_names() && self.functions.names().next().is_none()
    }

    /// Returns whether any name has a meaning here.
    pub(crate) fn has_names(&self) -> bool {
        self.names().next().is_some()
    }
}
