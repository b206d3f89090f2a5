//! Which parts of a value the schema hides from people.

use rinfra_value::{Marks, Path, Value};

use crate::{Attribute, Block};

/// Returns the paths of the sensitive attributes of `value`, nested ones too.
///
/// A sensitive attribute inside a set makes the whole set sensitive, because the elements of a set have no place.
pub fn sensitive_paths(block: &Block, value: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    collect(block, value, &Path::root(), &mut paths);
    paths
}

/// Returns `value` with its sensitive attributes marked.
#[must_use]
pub fn mark_sensitive(block: &Block, value: Value) -> Value {
    let marks: Vec<_> =
        sensitive_paths(block, &value).into_iter().map(|path| (path, Marks::SENSITIVE)).collect();
    value.mark_paths(&marks)
}

fn collect(block: &Block, value: &Value, path: &Path, paths: &mut Vec<Path>) {
    let Some(entries) = value.entries() else { return };
    for (name, attribute) in &block.attributes {
        match (entries.get(name), &attribute.object) {
            (Some(_), _) if attribute.sensitive => paths.push(path.attribute(name.as_ref())),
            (Some(value), Some(object)) => collect_each(object, value, &path.attribute(name.as_ref()), paths),
            _ => {}
        }
    }
    for (name, nested) in &block.blocks {
        if let Some(value) = entries.get(name) {
            collect_each(&nested.block, value, &path.attribute(name.as_ref()), paths);
        }
    }
}

fn collect_each(block: &Block, value: &Value, path: &Path, paths: &mut Vec<Path>) {
    if !has_sensitive(block) {
        return;
    }
    match (value.ty(), value.elements(), value.entries()) {
        (rinfra_value::Type::Set(_), Some(elements), _) if !elements.is_empty() => paths.push(path.clone()),
        (rinfra_value::Type::Set(_), _, _) => {}
        (_, Some(elements), _) => {
            for (index, element) in elements.iter().enumerate() {
                collect_each(block, element, &path.position(index), paths);
            }
        }
        (rinfra_value::Type::Map(_), _, Some(entries)) => {
            for (key, element) in entries {
                collect_each(block, element, &path.index(key.as_ref()), paths);
            }
        }
        _ => collect(block, value, path, paths),
    }
}

fn has_sensitive(block: &Block) -> bool {
    let nested = |attribute: &Attribute| attribute.object.as_deref().is_some_and(has_sensitive);
    block.attributes.values().any(|it| it.sensitive || nested(it))
        || block.blocks.values().any(|it| has_sensitive(&it.block))
}
