//! Checks on decoded values: what a type accepts beyond names and types.
//!
//! A value that is not known yet satisfies every check; so does a rule among siblings that an unknown sibling may
//! still satisfy.

mod locate;
mod rules;

use std::collections::BTreeSet;

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::Body;
use rinfra_value::{Marks, Path, Value};

pub use locate::locate;

use crate::{Attribute, Block};

/// Returns what is wrong with a decoded configuration, reported at the arguments in `body` it came from.
pub fn validate(block: &Block, value: &Value, body: &Body) -> Diagnostics {
    let mut validation = Validation { body, diagnostics: Diagnostics::new() };
    validation.object(block, value, &Path::root());
    validation.diagnostics.sort();
    validation.diagnostics
}

/// Returns an error for every argument with an ephemeral value that would have to be stored.
pub fn forbid_ephemeral(block: &Block, value: &Value, body: &Body) -> Diagnostics {
    let (_, marked) = value.unmark_deep_with_paths();
    let stored = marked.iter().filter(|(path, marks)| {
        marks.contains(Marks::EPHEMERAL) && !block.attribute_at(path).is_some_and(|it| it.write_only)
    });
    // However much of an attribute is ephemeral: it is the attribute that cannot hold it.
    let whole = |path: &Path| {
        let prefixes = (1..=path.steps().len()).map(|end| Path::new(path.steps()[..end].iter().cloned()));
        prefixes.into_iter().find(|it| block.attribute_at(it).is_some()).unwrap_or_else(|| path.clone())
    };
    let attributes: BTreeSet<Path> = stored.map(|(path, _)| whole(path)).collect();
    attributes
        .iter()
        .map(|path| {
            let detail = format!(
                "Ephemeral values are not valid for \"{}\", because it is not a write-only attribute and must be \
                 persisted to state.",
                dotted(path)
            );
            error("Invalid use of ephemeral value", detail, body, path)
        })
        .collect()
}

struct Validation<'a> {
    body: &'a Body,
    diagnostics: Diagnostics,
}

impl Validation<'_> {
    fn object(&mut self, block: &Block, value: &Value, path: &Path) {
        let Some(entries) = value.entries() else { return };
        for (name, attribute) in &block.attributes {
            let Some(value) = entries.get(name) else { continue };
            let path = path.attribute(name.as_ref());
            self.leaves(attribute, value, &path);
            if let Some(object) = &attribute.object {
                self.objects(object, value, &path);
            }
        }
        for (name, nested) in &block.blocks {
            if let Some(value) = entries.get(name) {
                self.objects(&nested.block, value, &path.attribute(name.as_ref()));
            }
        }
        self.rules(block, entries, path);
        for fault in block.check.iter().flat_map(|check| check.faults(&value.unmark_deep())) {
            let steps = path.steps().iter().chain(fault.path.steps()).cloned();
            self.report(fault.summary, &fault.detail, &Path::new(steps));
        }
    }

    /// Looks into the objects a value of any shape holds.
    fn objects(&mut self, block: &Block, value: &Value, path: &Path) {
        if let Some(elements) = value.elements() {
            for (index, element) in elements.iter().enumerate() {
                self.objects(block, element, &path.position(index));
            }
        } else if matches!(value.ty(), rinfra_value::Type::Map(_)) {
            for (key, element) in value.entries().into_iter().flatten() {
                self.objects(block, element, &path.index(key.as_ref()));
            }
        } else {
            self.object(block, value, path);
        }
    }

    /// Checks the texts and numbers in a value.
    fn leaves(&mut self, attribute: &Attribute, value: &Value, path: &Path) {
        if attribute.object.is_some() {
            return;
        }
        let mut wrong = Vec::new();
        value.walk(&mut |inner, it| {
            let hidden =
                attribute.sensitive || value.has_mark(Marks::SENSITIVE) || it.has_mark(Marks::SENSITIVE);
            if let Some(problem) = problem(attribute, it, hidden) {
                wrong.push((inner.clone(), problem));
            }
            true
        });
        for (inner, problem) in wrong {
            let path = Path::new(path.steps().iter().chain(inner.steps()).cloned());
            self.report(&format!("expected {} {problem}", dotted(&path)), "", &path);
        }
    }

    fn report(&mut self, summary: &str, detail: &str, path: &Path) {
        self.diagnostics.push(error(summary, detail.to_owned(), self.body, path));
    }
}

fn error(summary: &str, detail: String, body: &Body, path: &Path) -> Diagnostic {
    Diagnostic::error(summary, detail).at(locate(body, path)).attribute(path.to_string())
}

/// Returns what is wrong with one text or number, as a fragment that fits after "expected x".
fn problem(attribute: &Attribute, value: &Value, hidden: bool) -> Option<String> {
    let got = |text: &str| if hidden { "a sensitive value".to_owned() } else { text.to_owned() };
    if let Some(text) = value.as_str() {
        let choices = attribute.choices;
        if !choices.is_empty() && !choices.contains(&text) {
            let choices: Vec<_> = choices.iter().map(|it| format!("{it:?}")).collect();
            return Some(format!("to be one of [{}], got {}", choices.join(" "), got(text)));
        }
        let why = attribute.accepts?(text).err()?;
        return Some(format!("to be {why}, got {}", got(text)));
    }
    let number = value.as_number()?;
    let bounds = &attribute.bounds;
    let low = bounds.least.as_ref().is_some_and(|least| number < least);
    let high = bounds.greatest.as_ref().is_some_and(|greatest| number > greatest);
    if !low && !high {
        return None;
    }
    let expected = match (&bounds.least, &bounds.greatest) {
        (Some(least), Some(greatest)) => format!("to be in the range ({least} - {greatest})"),
        (Some(least), None) => format!("to be at least ({least})"),
        (None, Some(greatest)) => format!("to be at most ({greatest})"),
        (None, None) => return None,
    };
    Some(format!("{expected}, got {}", got(&number.to_string())))
}

/// Returns a path as `a.0.b`, which is how messages name arguments.
fn dotted(path: &Path) -> String {
    let steps = path.steps().iter().map(|step| match step {
        rinfra_value::PathStep::Attribute(name) => name.to_string(),
        rinfra_value::PathStep::Index(key) => match (key.as_str(), key.as_number()) {
            (Some(text), _) => text.to_owned(),
            (_, Some(number)) => number.to_string(),
            _ => "*".to_owned(),
        },
    });
    steps.collect::<Vec<_>>().join(".")
}
