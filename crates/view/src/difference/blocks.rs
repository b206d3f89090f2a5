use std::sync::Arc;

use rinfra_schema::{Attribute, Block, NestedBlock, Nesting};
use rinfra_value::{Marks, Path, Value};

use super::sequence::pair_sets;
use super::values::{Comparison, list_pairs, unmarked};
use super::{Body, Content, Difference, Nested, Turn};

/// Compares what two blocks of a schema hold.
pub(super) fn compare(
    block: &Block,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &Path,
    replace_paths: &[Path],
) -> Difference {
    let comparison = Comparison::new(replace_paths);
    let mut body = Body::default();
    for (name, attribute) in block.attributes.iter().filter(|(_, it)| !it.write_only) {
        let place = path.attribute(name.clone());
        let difference =
            attribute_difference(comparison, attribute, member(old, name), member(new, name), &place);
        body.attributes.extend(difference.map(|it| (name.clone(), it)));
    }
    for (name, nested) in &block.blocks {
        let place = path.attribute(name.clone());
        let blocks = nested_differences(nested, member(old, name), member(new, name), &place, replace_paths);
        if !blocks.is_empty() {
            body.blocks.insert(name.clone(), blocks);
        }
    }
    // What is kept nowhere comes and goes with its block; nobody knows whether it changes.
    let turn = match (old, new) {
        (None, _) => Turn::Comes,
        (_, None) => Turn::Goes,
        _ => Turn::Stays,
    };
    for (name, _) in block.attributes.iter().filter(|(_, it)| it.write_only) {
        let forces = comparison.forces(&path.attribute(name.clone()));
        body.attributes.insert(name.clone(), Difference { turn, forces, content: Content::WriteOnly });
    }
    let turn = match (old, new) {
        (None, _) => Turn::Comes,
        (_, None) => Turn::Goes,
        _ if body.stays() => Turn::Stays,
        _ => Turn::Changes,
    };
    let forces = turn != Turn::Stays && comparison.forces(path) && !path.is_root();
    Difference { turn, forces, content: Content::Block(body) }
}

impl Body {
    fn stays(&self) -> bool {
        self.attributes.values().all(Difference::stays)
            && self.blocks.values().flatten().all(|it| it.difference.stays())
    }
}

fn member<'v>(object: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    object.and_then(|it| it.attribute(name))
}

fn attribute_difference(
    comparison: Comparison<'_>,
    attribute: &Attribute,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &Path,
) -> Option<Difference> {
    if !attribute.sensitive {
        return comparison.attribute(&attribute.ty, old, new, path);
    }
    let secret = |it: Option<&Value>| it.map(|it| it.clone().with_marks(Marks::SENSITIVE));
    comparison.attribute(&attribute.ty, secret(old).as_ref(), secret(new).as_ref(), path)
}

fn nested_differences(
    nested: &NestedBlock,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &Path,
    replace_paths: &[Path],
) -> Vec<Nested> {
    let comparison = Comparison::new(replace_paths);
    let there = |it: &&Value| !it.is_null();
    let (old, new) = (old.filter(there), new.filter(there));
    let is_secret = |it: Option<&Value>| it.is_some_and(|it| it.has_mark(Marks::SENSITIVE));
    if is_secret(old) || is_secret(new) {
        let difference = comparison.hidden(old, new, path);
        return vec![Nested { label: None, difference }];
    }
    let one = |label: Option<Arc<str>>, old: Option<&Value>, new: Option<&Value>, place: &Path| {
        let mut difference = if new.is_some_and(|it| !it.is_known()) {
            unknown(old)
        } else {
            compare(&nested.block, old, new, place, replace_paths)
        };
        difference.forces |= difference.turn != Turn::Stays && comparison.forces(path);
        Nested { label, difference }
    };
    let is_single = matches!(nested.nesting, Nesting::Single | Nesting::Group);
    if new.is_some_and(|it| !it.is_known()) && !is_single {
        // What there is goes, for all anybody knows; what comes only the apply tells.
        let gone = nested_differences(nested, old, None, path, replace_paths);
        let turn = if old.is_some() { Turn::Changes } else { Turn::Comes };
        let difference = Difference { turn, ..unknown(None) };
        return [Nested { label: None, difference }].into_iter().chain(gone).collect();
    }
    match nested.nesting {
        Nesting::Single | Nesting::Group if old.is_none() && new.is_none() => Vec::new(),
        Nesting::Single | Nesting::Group => vec![one(None, old, new, path)],
        Nesting::Map => {
            let entries = |it: Option<&Value>| it.and_then(Value::entries).cloned().unwrap_or_default();
            let (old, new) = (entries(old), entries(new));
            let mut labels: Vec<_> = old.keys().chain(new.keys()).cloned().collect();
            labels.sort();
            labels.dedup();
            let place = |label: &Arc<str>| path.index(Value::string(label.clone()));
            labels
                .into_iter()
                .map(|it| one(Some(it.clone()), old.get(&it), new.get(&it), &place(&it)))
                .collect()
        }
        Nesting::List | Nesting::Set => {
            let elements =
                |it: Option<&Value>| it.and_then(Value::elements).map(<[Value]>::to_vec).unwrap_or_default();
            let (old, new) = (elements(old), elements(new));
            let pairs = match nested.nesting {
                Nesting::Set => pair_sets(&unmarked(&old), &unmarked(&new)),
                _ => list_pairs(&old, &new),
            };
            let blocks = pairs.into_iter().map(|(at_old, at_new)| {
                let place = path.position(at_new.or(at_old).unwrap_or_default());
                one(None, at_old.map(|it| &old[it]), at_new.map(|it| &new[it]), &place)
            });
            blocks.collect()
        }
    }
}

/// Returns how a block changes that only the apply tells.
fn unknown(old: Option<&Value>) -> Difference {
    let turn = if old.is_some() { Turn::Changes } else { Turn::Comes };
    Difference { turn, forces: false, content: Content::Unknown(None) }
}

#[cfg(test)]
mod tests {
    use rinfra_value::Type;

    use super::*;

    #[test]
    fn what_is_kept_nowhere_comes_and_goes_with_its_block() {
        let secret = Attribute::optional(Type::String).write_only();
        let block =
            Block::new().attribute("a", Attribute::optional(Type::String)).attribute("secret_wo", secret);
        let (empty, full) = (block.empty_value(), block.empty_value());
        let check = |old: Option<&Value>, new: Option<&Value>, expected: &str| {
            let difference = compare(&block, old, new, &Path::root(), &[]);
            let painter = crate::difference::Painter::changes(crate::Style::plain());
            assert_eq!(painter.paint(&difference, 0), expected);
        };
        check(None, Some(&full), "{\n      + secret_wo = (write-only attribute)\n    }");
        check(Some(&full), None, "{\n      - secret_wo = (write-only attribute) -> null\n    }");
        check(Some(&empty), Some(&full), "{\n        # (1 unchanged attribute hidden)\n    }");
    }

    #[test]
    fn a_block_that_holds_nothing_stays() {
        let block = Block::new().attribute("a", Attribute::optional(Type::String));
        let empty = block.empty_value();
        let difference = compare(&block, Some(&empty), Some(&empty), &Path::root(), &[]);
        assert_eq!(difference.turn, Turn::Stays);
    }
}
