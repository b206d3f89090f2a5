//! Marks on values.

use super::{Payload, Summary, Value};
use crate::{Marks, Path, PathStep};
use std::collections::HashMap;
use std::sync::Arc;

impl Value {
    /// Returns the marks of the value itself.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Returns the marks of the value and of everything inside it.
    pub fn marks_deep(&self) -> Marks {
        self.summary.marks
    }

    /// Returns whether the value itself has all of these marks.
    pub fn has_mark(&self, marks: Marks) -> bool {
        self.marks.contains(marks)
    }

    /// Returns whether the value itself has any mark.
    pub fn is_marked(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Returns the value with these marks added.
    #[must_use]
    pub fn with_marks(mut self, marks: Marks) -> Self {
        self.marks |= marks;
        self.summary.marks |= marks;
        self
    }

    /// Returns the value without its own marks, and these marks.
    pub fn without_marks(mut self) -> (Self, Marks) {
        let marks = std::mem::take(&mut self.marks);
        if !marks.is_empty() {
            self.summary.marks = self.children_summary().marks;
        }
        (self, marks)
    }

    /// Returns the value without any mark at any depth.
    #[must_use]
    pub fn unmark_deep(&self) -> Self {
        if self.summary.marks.is_empty() {
            return self.clone();
        }
        let payload = match &self.payload {
            Payload::Elements(elements) => {
                Payload::Elements(elements.iter().map(Self::unmark_deep).collect())
            }
            Payload::Entries(entries) => {
                Payload::Entries(entries.with_values(|_, value| value.unmark_deep()))
            }
            other => other.clone(),
        };
        let summary = Summary { marks: Marks::NONE, ..self.summary };
        Self { ty: self.ty.clone(), payload, marks: Marks::NONE, summary }
    }

    /// Returns the value without any mark, and where which marks were, outermost first.
    pub fn unmark_deep_with_paths(&self) -> (Self, Vec<(Path, Marks)>) {
        let mut found = Vec::new();
        if !self.summary.marks.is_empty() {
            self.walk(&mut |path, value| {
                if value.is_marked() {
                    found.push((path.clone(), value.marks));
                }
                !value.summary.marks.is_empty()
            });
        }
        (self.unmark_deep(), found)
    }

    /// Returns the value with marks added at these paths; paths that lead nowhere are ignored.
    ///
    /// A path into a set marks the set.
    #[must_use]
    pub fn mark_paths(mut self, paths: &[(Path, Marks)]) -> Self {
        if paths.is_empty() {
            return self;
        }
        let paths: Vec<(&[PathStep], Marks)> =
            paths.iter().map(|(path, marks)| (path.steps(), *marks)).collect();
        self.mark_steps(&paths);
        self
    }

    fn mark_steps(&mut self, paths: &[(&[PathStep], Marks)]) {
        let mut own = Marks::NONE;
        let mut below: HashMap<&PathStep, Vec<(&[PathStep], Marks)>> = HashMap::new();
        for (steps, marks) in paths {
            match steps.split_first() {
                None => own |= *marks,
                Some((first, rest)) => below.entry(first).or_default().push((rest, *marks)),
            }
        }
        if matches!(self.payload, Payload::Entries(_)) {
            below.iter().for_each(|(step, paths)| self.mark_entry(step, paths));
        } else if !below.is_empty() {
            *self = self.map_children(|step, mut child| {
                below.get(step).into_iter().for_each(|paths| child.mark_steps(paths));
                child
            });
        }
        self.marks |= own;
        self.summary.marks |= own;
    }

    /// Marks parts of one entry. Marks change no type, so that the value need not be built anew.
    fn mark_entry(&mut self, step: &PathStep, paths: &[(&[PathStep], Marks)]) {
        let key = match (step, &self.ty) {
            (PathStep::Index(key), crate::Type::Map(_)) => key.as_str(),
            (PathStep::Attribute(name), crate::Type::Object(_)) => Some(&**name),
            _ => None,
        };
        let Payload::Entries(entries) = &mut self.payload else { return };
        if let Some(entry) = key.and_then(|key| entries.get_mut(key)) {
            entry.mark_steps(paths);
            self.summary.marks |= entry.summary.marks;
        }
    }

    /// Returns the summary of the children alone, unknownness of the value itself included.
    pub(super) fn children_summary(&self) -> Summary {
        match &self.payload {
            Payload::Elements(elements) => Summary::of(elements.iter()),
            Payload::Entries(entries) => Summary::of(entries.values()),
            Payload::Unknown(_) => Summary { unknown: true, ..Summary::default() },
            Payload::Null | Payload::String(_) | Payload::Number(_) | Payload::Bool(_) => Summary::default(),
        }
    }

    /// Returns the value with every direct child replaced; type and marks follow.
    pub(super) fn map_children(&self, mut replace: impl FnMut(&PathStep, Self) -> Self) -> Self {
        let rebuilt = match (&self.payload, &self.ty) {
            (Payload::Elements(elements), ty) => {
                let is_set = matches!(ty, crate::Type::Set(_));
                let replaced: Vec<Self> = elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| {
                        let key = if is_set { element.clone() } else { Self::number(index) };
                        replace(&PathStep::Index(key), element.clone())
                    })
                    .collect();
                self.rebuilt_elements(replaced)
            }
            (Payload::Entries(entries), ty) => {
                let is_map = matches!(ty, crate::Type::Map(_));
                let replaced = entries.with_values(|key, value| {
                    let step = if is_map {
                        PathStep::Index(Self::string(Arc::clone(key)))
                    } else {
                        PathStep::Attribute(Arc::clone(key))
                    };
                    replace(&step, value.clone())
                });
                self.rebuilt_entries(replaced)
            }
            _ => return self.clone(),
        };
        rebuilt.with_marks(self.marks)
    }
}
