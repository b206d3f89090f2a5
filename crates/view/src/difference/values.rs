use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_lang::print;
use rinfra_value::{Marks, Path, Type, Value};

use super::encoded;
use super::sequence::{Pair, pair_lists, pair_positions, pair_sets};
use super::{Content, Difference, Names, Turn};

const BECOMES_SECRET: &str = "Warning: this attribute value will be marked as sensitive and will not\ndisplay in UI output after applying this change.";
const BECOMES_PUBLIC: &str =
    "Warning: this attribute value will no longer be marked as sensitive\nafter applying this change.";
const STAYS_AND_BECOMES_SECRET: &str = "Warning: this attribute value will be marked as sensitive and will not\ndisplay in UI output after applying this change. The value is unchanged.";
const STAYS_AND_BECOMES_PUBLIC: &str = "Warning: this attribute value will no longer be marked as sensitive\nafter applying this change. The value is unchanged.";

/// Compares values. A side that is `None` is absent, which is not the same as null.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'p> {
    replace_paths: &'p [Path],
}

impl<'p> Comparison<'p> {
    pub(super) fn new(replace_paths: &'p [Path]) -> Self {
        Self { replace_paths }
    }

    /// Tells whether a place is one that makes a replacement necessary.
    pub(super) fn forces(self, path: &Path) -> bool {
        self.replace_paths.contains(path)
    }

    /// Compares two values of a type; below a dynamic type, nulls and the kinds of collections are shown as
    /// JSON has them.
    pub(super) fn compare(
        self,
        ty: &Type,
        old: Option<&Value>,
        new: Option<&Value>,
        path: &Path,
    ) -> Difference {
        let content = if is_secret(old) || is_secret(new) {
            return self.hidden(old, new, path);
        } else if new.is_some_and(|it| !it.is_known()) {
            let was = |_| Box::new(Difference { forces: false, ..self.compare(ty, old, None, path) });
            Content::Unknown(old.map(was))
        } else {
            self.known(ty, old, new, path)
        };
        let turn = match (old, new, &content) {
            (None, _, _) => Turn::Comes,
            (_, None, _) => Turn::Goes,
            (_, _, Content::Members { members, .. }) if members.values().all(Difference::stays) => {
                Turn::Stays
            }
            (_, _, Content::Elements { elements, .. }) if elements.iter().all(Difference::stays) => {
                Turn::Stays
            }
            (_, _, Content::Members { .. } | Content::Elements { .. }) => Turn::Changes,
            (Some(old), Some(new), _) if same(old, new) => Turn::Stays,
            _ => Turn::Changes,
        };
        self.at(path, turn, content)
    }

    fn at(self, path: &Path, turn: Turn, content: Content) -> Difference {
        Difference { turn, forces: turn != Turn::Stays && self.forces(path), content }
    }

    /// Compares values of which at least one is a secret.
    pub(super) fn hidden(self, old: Option<&Value>, new: Option<&Value>, path: &Path) -> Difference {
        let (turn, note) = match (old, new) {
            (None, _) => (Turn::Comes, None),
            (_, None) => (Turn::Goes, None),
            (Some(before), Some(after)) => match (is_secret(old), is_secret(new), same(before, after)) {
                (true, false, true) => (Turn::Changes, Some(STAYS_AND_BECOMES_PUBLIC)),
                (true, false, false) => (Turn::Changes, Some(BECOMES_PUBLIC)),
                (false, true, true) => (Turn::Changes, Some(STAYS_AND_BECOMES_SECRET)),
                (false, true, false) => (Turn::Changes, Some(BECOMES_SECRET)),
                (_, _, true) => (Turn::Stays, None),
                (_, _, false) => (Turn::Changes, None),
            },
        };
        self.at(path, turn, Content::Hidden(note))
    }

    fn known(self, ty: &Type, old: Option<&Value>, new: Option<&Value>, path: &Path) -> Content {
        let kinds: BTreeSet<Kind> = [old, new].into_iter().flatten().map(kind).collect();
        match kinds.first() {
            // No plan of ours says so, but a file that was changed may.
            None => Content::Plain { old: None, new: None },
            Some(Kind::Mapping) if kinds.len() == 1 => self.members(ty, old, new, path),
            Some(Kind::Sequence) if kinds.len() == 1 => self.elements(ty, old, new, path),
            Some(Kind::Text) if kinds.len() == 1 => self.texts(old, new),
            Some(Kind::Plain) if kinds.len() == 1 => {
                Content::Plain { old: old.map(plain), new: new.map(plain) }
            }
            _ => {
                let one = |old, new| Box::new(self.compare(ty, old, new, path));
                let (before, after) = (one(old, None), one(None, new));
                match (&before.content, &after.content) {
                    (Content::Plain { old, .. }, Content::Plain { new, .. }) => {
                        Content::Plain { old: old.clone(), new: new.clone() }
                    }
                    _ => Content::Other { old: before, new: after },
                }
            }
        }
    }

    fn texts(self, old: Option<&Value>, new: Option<&Value>) -> Content {
        let text = |it: Option<&Value>| it.and_then(Value::as_text).cloned();
        let (before, after) = (text(old), text(new));
        let inside = |old: Option<&Value>, new: Option<&Value>| {
            Box::new(Comparison::new(&[]).compare(&Type::Dynamic, old, new, &Path::root()))
        };
        let parsed = |it: &Option<Arc<str>>| it.as_ref().map(|it| encoded::json(it));
        match (parsed(&before), parsed(&after)) {
            (Some(None), _) | (_, Some(None)) => {}
            (old, new) => {
                let inner = inside(old.flatten().as_ref(), new.flatten().as_ref());
                return Content::Encoded("jsonencode", inner);
            }
        }
        let is_json = |it: &Option<Arc<str>>| it.as_ref().is_some_and(|it| encoded::json(it).is_some());
        if is_json(&before) || is_json(&after) {
            let one = |old, new| Box::new(self.compare(&Type::String, old, new, &Path::root()));
            return Content::Other { old: one(old, None), new: one(None, new) };
        }
        if let (Some(before), Some(after)) = (&before, &after)
            && let Some((old, new)) = encoded::yaml_pair(before, after)
        {
            return Content::Encoded("yamlencode", inside(Some(&old), Some(&new)));
        }
        let has_lines = |it: &Option<Arc<str>>| it.as_ref().is_some_and(|it| it.contains('\n'));
        if has_lines(&before) || has_lines(&after) {
            return Content::Lines { old: before, new: after };
        }
        Content::Plain { old: old.map(plain), new: new.map(plain) }
    }

    fn members(self, ty: &Type, old: Option<&Value>, new: Option<&Value>, path: &Path) -> Content {
        let entries = |it: Option<&Value>| it.and_then(Value::entries).cloned().unwrap_or_default();
        let (old, new) = (entries(old), entries(new));
        let names: BTreeSet<&Arc<str>> = old.keys().chain(new.keys()).collect();
        let mut members = BTreeMap::new();
        for name in names {
            let (before, after) = (old.get(name), new.get(name));
            let difference = match ty {
                Type::Object(_) => {
                    let ty = ty.attribute_type(name).unwrap_or(&Type::Dynamic);
                    self.attribute(ty, before, after, &path.attribute(name.clone()))
                }
                _ => {
                    let place = path.index(Value::string(name.clone()));
                    Some(self.compare(ty.element_type().unwrap_or(&Type::Dynamic), before, after, &place))
                }
            };
            members.extend(difference.map(|it| (name.clone(), it)));
        }
        let names = if matches!(ty, Type::Map(_)) { Names::Keys } else { Names::Attributes };
        Content::Members { members, names }
    }

    /// Compares an attribute, for which null and, unless any type will do, the empty string are as good as
    /// absent. `None` if it is null on both sides.
    pub(super) fn attribute(
        self,
        ty: &Type,
        old: Option<&Value>,
        new: Option<&Value>,
        path: &Path,
    ) -> Option<Difference> {
        if is_secret(old) || is_secret(new) {
            let there = |it: &&Value| !it.is_null();
            let (old, new) = (old.filter(there), new.filter(there));
            return (old.is_some() || new.is_some()).then(|| self.hidden(old, new, path));
        }
        let filled = |it| filled(it, ty);
        if let (None, None) = (filled(old), filled(new)) {
            let is_empty = [old, new].into_iter().flatten().any(|it| !it.is_null());
            let empty = || Some("\"\"".to_owned());
            let content = Content::Plain { old: empty(), new: empty() };
            return is_empty.then_some(Difference { turn: Turn::Stays, forces: false, content });
        }
        Some(self.compare(ty, filled(old), filled(new), path))
    }

    fn elements(self, ty: &Type, old: Option<&Value>, new: Option<&Value>, path: &Path) -> Content {
        let elements =
            |it: Option<&Value>| it.and_then(Value::elements).map(<[Value]>::to_vec).unwrap_or_default();
        let (before, after) = (elements(old), elements(new));
        let pairs = match ty {
            Type::Set(_) => pair_sets(&unmarked(&before), &unmarked(&after)),
            _ if old.is_none() || new.is_none() => pair_positions(before.len(), after.len()),
            _ => list_pairs(&before, &after),
        };
        let one = |(at_old, at_new): Pair| {
            let position = at_new.or(at_old).unwrap_or_default();
            let ty = match ty {
                Type::Tuple(types) => types.get(position).unwrap_or(&Type::Dynamic),
                _ => ty.element_type().unwrap_or(&Type::Dynamic),
            };
            let (old, new) = (at_old.map(|it| &before[it]), at_new.map(|it| &after[it]));
            self.compare(ty, old, new, &path.position(position))
        };
        let elements = pairs.into_iter().map(one).collect();
        Content::Elements { elements, ordered: !matches!(ty, Type::Set(_)) }
    }
}

impl Difference {
    pub(super) fn stays(&self) -> bool {
        self.turn == Turn::Stays
    }
}

/// Returns a side of an attribute of a type, unless it is as good as absent.
fn filled<'v>(side: Option<&'v Value>, ty: &Type) -> Option<&'v Value> {
    side.filter(|it| !it.is_null() && (*ty == Type::Dynamic || it.as_str() != Some("")))
}

/// Pairs the elements of two lists: by position if they are equally long, as Terraform does, unless by what they
/// share there is less to show.
pub(super) fn list_pairs(old: &[Value], new: &[Value]) -> Vec<Pair> {
    let related = |old: &Value, new: &Value| kind(old) == Kind::Mapping && kind(new) == Kind::Mapping;
    let (old, new) = (unmarked(old), unmarked(new));
    if old.len() != new.len() {
        return pair_lists(&old, &new, related);
    }
    let positions = pair_positions(old.len(), new.len());
    let changes = |pairs: &[Pair]| {
        let same = |(at_old, at_new): &Pair| match (*at_old, *at_new) {
            (Some(at_old), Some(at_new)) => old[at_old] == new[at_new],
            _ => false,
        };
        pairs.iter().filter(|it| !same(it)).count()
    };
    // Two changes can be no fewer than one of each side.
    if changes(&positions) <= 2 {
        return positions;
    }
    let shared = pair_lists(&old, &new, related);
    if changes(&shared) < changes(&positions) { shared } else { positions }
}

pub(super) fn unmarked(values: &[Value]) -> Vec<Value> {
    values.iter().map(Value::unmark_deep).collect()
}

pub(super) fn is_secret(value: Option<&Value>) -> bool {
    value.is_some_and(|it| it.has_mark(Marks::SENSITIVE))
}

fn same(old: &Value, new: &Value) -> bool {
    old.unmark_deep() == new.unmark_deep()
}

/// What a known value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Plain,
    Text,
    Sequence,
    Mapping,
}

fn kind(value: &Value) -> Kind {
    if value.entries().is_some() {
        Kind::Mapping
    } else if value.elements().is_some() {
        Kind::Sequence
    } else if value.as_str().is_some() {
        Kind::Text
    } else {
        Kind::Plain
    }
}

/// Returns a value that is neither a collection nor of several lines.
fn plain(value: &Value) -> String {
    if value.is_null() { "null".to_owned() } else { print::value(&value.unmark_deep()) }
}

#[cfg(test)]
mod tests {
    use rinfra_value::{Path, Type};

    use super::Comparison;
    use crate::difference::Content;

    #[test]
    fn nothing_may_become_nothing() {
        let found = Comparison::new(&[]).compare(&Type::String, None, None, &Path::root());
        assert!(matches!(found.content, Content::Plain { old: None, new: None }));
    }
}
