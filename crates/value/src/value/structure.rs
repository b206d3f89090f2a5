//! Walking and rebuilding nested values.

use super::Value;
use crate::{Entries, Path, PathStep, Type};
use std::sync::Arc;

impl Value {
    /// Returns the value with every part replaced by what `replace` makes of it: leaves first, the whole last.
    ///
    /// Parts of a collection are expected to keep their types.
    pub fn transform(&self, replace: &mut impl FnMut(&Path, Self) -> Self) -> Self {
        let mut path = Path::root();
        self.transform_at(&mut path, replace)
    }

    fn transform_at(&self, path: &mut Path, replace: &mut impl FnMut(&Path, Self) -> Self) -> Self {
        let rebuilt = self.map_children(|step, child| {
            path.push(step.clone());
            let replaced = child.transform_at(path, replace);
            path.pop();
            replaced
        });
        replace(path, rebuilt)
    }

    /// Returns the value with null in the place of every part that is not known.
    #[must_use]
    pub fn without_unknowns(&self) -> Self {
        if self.is_wholly_known() {
            return self.clone();
        }
        if !self.is_known() {
            return Self::null(self.ty.clone()).with_marks(self.marks);
        }
        self.map_children(|_, part| part.without_unknowns())
    }

    /// Calls `visit` with every part, the whole first; parts of a part are skipped when it returns `false`.
    pub fn walk(&self, visit: &mut impl FnMut(&Path, &Self) -> bool) {
        let mut path = Path::root();
        self.walk_at(&mut path, visit);
    }

    fn walk_at(&self, path: &mut Path, visit: &mut impl FnMut(&Path, &Self) -> bool) {
        if !visit(path, self) {
            return;
        }
        if let Some(elements) = self.elements() {
            let is_set = matches!(self.ty, Type::Set(_));
            for (index, element) in elements.iter().enumerate() {
                let key = if is_set { element.clone() } else { Self::number(index) };
                path.push(PathStep::Index(key));
                element.walk_at(path, visit);
                path.pop();
            }
        }
        if let Some(entries) = self.entries() {
            let is_map = matches!(self.ty, Type::Map(_));
            for (key, value) in entries {
                path.push(if is_map {
                    PathStep::Index(Self::string(Arc::clone(key)))
                } else {
                    PathStep::Attribute(Arc::clone(key))
                });
                value.walk_at(path, visit);
                path.pop();
            }
        }
    }

    /// Returns the part at a path, with the marks of everything it is inside of; `None` when there is no such part.
    ///
    /// A part of something unknown is unknown.
    pub fn at_path(&self, path: &Path) -> Option<Self> {
        let mut current = self.clone();
        for step in path.steps() {
            let marks = current.marks;
            current = current.step(step)?.with_marks(marks);
        }
        Some(current)
    }

    fn step(&self, step: &PathStep) -> Option<Self> {
        if self.is_null() {
            return None;
        }
        if !self.is_known() {
            return self.ty.at_step(step).map(Self::unknown);
        }
        match step {
            PathStep::Attribute(name) => self.attribute(name).cloned(),
            PathStep::Index(key) => match (&self.ty, self.elements()) {
                (Type::Set(_), Some(elements)) => elements.iter().find(|element| *element == key).cloned(),
                (_, Some(elements)) => elements.get(key.as_number()?.to_usize()?).cloned(),
                (_, None) => self.attribute(key.as_str()?).cloned(),
            },
        }
    }

    /// Returns this list, set or tuple with other elements.
    pub(super) fn rebuilt_elements(&self, elements: Vec<Self>) -> Self {
        match &self.ty {
            Type::Set(element) => Self::set(element_type(element, elements.iter()), elements),
            Type::List(element) => Self::list(element_type(element, elements.iter()), elements),
            _ => Self::tuple(elements),
        }
    }

    /// Returns this map or object with other entries.
    pub(super) fn rebuilt_entries(&self, entries: Entries) -> Self {
        match &self.ty {
            Type::Map(element) => Self::of_entries(element_type(element, entries.values()), entries),
            _ => Self::of_attributes(entries),
        }
    }
}

/// Returns the element type after a rebuild, which may have changed all elements in the same way.
fn element_type<'a>(before: &Type, mut elements: impl Iterator<Item = &'a Value>) -> Type {
    elements
        .find(|element| element.ty != Type::Dynamic)
        .map_or_else(|| before.clone(), |element| element.ty.clone())
}

impl Type {
    /// Returns the type of the part of a value of this type that a step leads to.
    pub fn at_step(&self, step: &PathStep) -> Option<Self> {
        match (self, step) {
            (Self::Dynamic, _) => Some(Self::Dynamic),
            (Self::Object(_), PathStep::Attribute(name)) => self.attribute_type(name).cloned(),
            (Self::Object(_), PathStep::Index(key)) => self.attribute_type(key.as_str()?).cloned(),
            (Self::Map(element), _) | (Self::List(element) | Self::Set(element), PathStep::Index(_)) => {
                Some(element.as_ref().clone())
            }
            (Self::Tuple(elements), PathStep::Index(key)) => {
                elements.get(key.as_number()?.to_usize()?).cloned()
            }
            _ => None,
        }
    }

    /// Returns the type of the part of a value of this type that a path leads to.
    pub fn at_path(&self, path: &Path) -> Option<Self> {
        path.steps().iter().try_fold(self.clone(), |ty, step| ty.at_step(step))
    }
}
