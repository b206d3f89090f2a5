//! The lines of a change: what of an object comes, goes, changes or stays.

use std::collections::BTreeSet;
use std::sync::Arc;

use rinfra_lang::print;
use rinfra_schema::{Block, Nesting};
use rinfra_value::{Marks, Path, Type, Value};

use crate::Style;

/// Attributes that tell objects apart and are shown even when they stay the same.
const IDENTIFYING: [&str; 3] = ["id", "name", "tags"];

/// What happens to one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Comes,
    Goes,
    Changes,
    Stays,
}

/// Renders how an object changes, as the lines between the braces of its block.
pub(crate) struct Difference<'d> {
    style: Style,
    /// The attributes that make a replacement necessary.
    replace_paths: &'d [Path],
    text: String,
}

impl<'d> Difference<'d> {
    /// Returns the lines of a change of an object of this schema.
    pub(crate) fn render(
        block: &Block,
        before: Option<&Value>,
        after: Option<&Value>,
        replace_paths: &'d [Path],
        style: Style,
    ) -> String {
        let mut difference = Self { style, replace_paths, text: String::new() };
        difference.block(block, before, after, &Path::root(), 3);
        difference.text
    }

    fn line(&mut self, turn: Turn, depth: usize, text: &str) {
        let indent = "    ".repeat(depth.saturating_sub(2));
        let symbol = match turn {
            Turn::Comes => self.style.green("+"),
            Turn::Goes => self.style.red("-"),
            Turn::Changes => self.style.yellow("~"),
            Turn::Stays => " ".to_owned(),
        };
        self.text.push_str(&format!("  {indent}{symbol} {text}\n"));
    }

    fn hidden(&mut self, depth: usize, count: usize, what: &str) {
        if count > 0 {
            let plural = if count == 1 { "" } else { "s" };
            let note = self.style.faint(&format!("# ({count} unchanged {what}{plural} hidden)"));
            self.line(Turn::Stays, depth, &note);
        }
    }

    fn block(
        &mut self,
        block: &Block,
        before: Option<&Value>,
        after: Option<&Value>,
        path: &Path,
        depth: usize,
    ) {
        let member = |object: Option<&Value>, name: &str| {
            object.and_then(|it| it.attribute(name)).filter(|it| !it.is_null()).cloned()
        };
        let mut rows = Vec::new();
        let mut unchanged = 0;
        for (name, attribute) in &block.attributes {
            let (old, new) = (member(before, name), member(after, name));
            if old.is_none() && new.is_none() {
                continue;
            }
            let same = before.is_some()
                && old.as_ref().map(Value::unmark_deep) == new.as_ref().map(Value::unmark_deep);
            if same && !(path.is_root() && IDENTIFYING.contains(&&**name)) {
                unchanged += 1;
                continue;
            }
            let hide = attribute.sensitive;
            rows.push((name.clone(), old, new, hide));
        }
        let width = rows.iter().map(|it| it.0.chars().count()).max().unwrap_or_default();
        for (name, old, new, hide) in rows {
            let place = path.attribute(name.clone());
            let label = format!("{name:width$} = ");
            self.value(&label, old.as_ref(), new.as_ref(), hide, &place, depth);
        }
        self.hidden(depth, unchanged, "attribute");
        let mut unchanged_blocks = 0;
        for (name, nested) in &block.blocks {
            let (old, new) = (members(before, name, nested.nesting), members(after, name, nested.nesting));
            let place = path.attribute(name.clone());
            unchanged_blocks += self.blocks(name, &nested.block, nested.nesting, &old, &new, &place, depth);
        }
        self.hidden(depth, unchanged_blocks, "block");
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one row of a table: its name, shape, both sides and its place"
    )]
    fn blocks(
        &mut self,
        name: &str,
        block: &Block,
        nesting: Nesting,
        old: &[Value],
        new: &[Value],
        path: &Path,
        depth: usize,
    ) -> usize {
        let pairs: Vec<(Option<&Value>, Option<&Value>)> = if nesting == Nesting::Set {
            let gone = old.iter().filter(|it| !new.contains(it)).map(|it| (Some(it), None));
            let kept = old.iter().filter(|it| new.contains(it)).map(|it| (Some(it), Some(it)));
            let come = new.iter().filter(|it| !old.contains(it)).map(|it| (None, Some(it)));
            gone.chain(kept).chain(come).collect()
        } else {
            (0..old.len().max(new.len())).map(|it| (old.get(it), new.get(it))).collect()
        };
        let mut unchanged = 0;
        for (index, (old, new)) in pairs.into_iter().enumerate() {
            let turn = match (old, new) {
                (Some(old), Some(new)) if old.unmark_deep() == new.unmark_deep() => {
                    unchanged += 1;
                    continue;
                }
                (Some(_), Some(_)) => Turn::Changes,
                (None, _) => Turn::Comes,
                (_, None) => Turn::Goes,
            };
            let place = path.position(index);
            let note = self.note(&place, turn);
            if new.is_some_and(|it| !it.is_known()) {
                self.line(turn, depth, &format!("{name} (known after apply){note}"));
                continue;
            }
            self.line(turn, depth, &format!("{name} {{{note}"));
            self.block(block, old, new, &place, depth + 1);
            self.line(Turn::Stays, depth, "}");
        }
        unchanged
    }

    fn note(&self, path: &Path, turn: Turn) -> String {
        let forces = turn != Turn::Stays && self.replace_paths.iter().any(|it| it == path);
        if forces { format!(" {}", self.style.red("# forces replacement")) } else { String::new() }
    }

    fn value(
        &mut self,
        label: &str,
        old: Option<&Value>,
        new: Option<&Value>,
        hide: bool,
        path: &Path,
        depth: usize,
    ) {
        let turn = match (old, new) {
            (Some(old), Some(new)) if old.unmark_deep() == new.unmark_deep() => Turn::Stays,
            (Some(_), Some(_)) => Turn::Changes,
            (None, _) => Turn::Comes,
            (_, None) => Turn::Goes,
        };
        let hide = hide || [old, new].into_iter().flatten().any(|it| it.has_mark(Marks::SENSITIVE));
        let note = self.note(path, turn);
        if hide {
            self.line(turn, depth, &format!("{label}(sensitive value){note}"));
            return;
        }
        if let (Some(sides), true) = (entries_of(old, new), turn != Turn::Stays || is_shallow(new)) {
            self.line(turn, depth, &format!("{label}{{{note}"));
            self.entries(&sides, path, depth + 1);
            self.line(Turn::Stays, depth, "}");
            return;
        }
        if let Some((old, new)) = elements_of(old, new).filter(|_| turn != Turn::Stays) {
            self.line(turn, depth, &format!("{label}[{note}"));
            self.elements(&old, &new, path, depth + 1);
            self.line(Turn::Stays, depth, "]");
            return;
        }
        let text = match (turn, old, new) {
            (Turn::Changes, Some(old), Some(new)) => format!("{} -> {}", scalar(old), scalar(new)),
            (Turn::Goes, Some(old), _) => format!("{} -> null", scalar(old)),
            (_, _, Some(new)) => scalar(new),
            _ => "null".to_owned(),
        };
        self.line(turn, depth, &format!("{label}{text}{note}"));
    }

    fn entries(&mut self, sides: &Sides, path: &Path, depth: usize) {
        let names: BTreeSet<&Arc<str>> = sides.old.keys().chain(sides.new.keys()).collect();
        let quoted = |name: &str| if sides.quoted { format!("{name:?}") } else { name.to_owned() };
        let width = names.iter().map(|it| quoted(it).chars().count()).max().unwrap_or_default();
        let mut unchanged = 0;
        for name in names {
            let old = sides.old.get(name).filter(|it| !it.is_null());
            let new = sides.new.get(name).filter(|it| !it.is_null());
            let same = old.map(Value::unmark_deep) == new.map(Value::unmark_deep);
            if old.is_none() && new.is_none() {
                continue;
            }
            if same && !sides.whole {
                unchanged += 1;
                continue;
            }
            let label = format!("{:width$} = ", quoted(name));
            self.value(&label, old, new, false, &path.attribute(name.clone()), depth);
        }
        self.hidden(depth, unchanged, "element");
    }

    fn elements(&mut self, old: &[Value], new: &[Value], path: &Path, depth: usize) {
        let mut unchanged = 0;
        for value in old {
            if new.contains(value) {
                unchanged += 1;
            } else {
                self.element(Some(value), None, path, depth);
            }
        }
        for value in new.iter().filter(|it| !old.contains(it)) {
            self.element(None, Some(value), path, depth);
        }
        self.hidden(depth, unchanged, "element");
    }

    fn element(&mut self, old: Option<&Value>, new: Option<&Value>, path: &Path, depth: usize) {
        let before = self.text.len();
        self.value("", old, new, false, path, depth);
        // Elements end in a comma, as in a list that is written.
        if self.text.len() > before && self.text.ends_with('\n') {
            self.text.pop();
            self.text.push_str(",\n");
        }
    }
}

/// Both sides of something with named members.
struct Sides {
    old: std::collections::BTreeMap<Arc<str>, Value>,
    new: std::collections::BTreeMap<Arc<str>, Value>,
    /// Whether the names are keys of a map.
    quoted: bool,
    /// Whether to show the members that stay, too.
    whole: bool,
}

fn entries_of(old: Option<&Value>, new: Option<&Value>) -> Option<Sides> {
    let known = [old, new].into_iter().flatten().collect::<Vec<_>>();
    let all_have = known.iter().all(|it| it.entries().is_some());
    let quoted = known.iter().any(|it| matches!(it.ty(), Type::Map(_)));
    let side = |it: Option<&Value>| it.and_then(Value::entries).cloned().unwrap_or_default();
    let stays = old.map(Value::unmark_deep) == new.map(Value::unmark_deep);
    let whole = old.is_none() || new.is_none() || stays;
    (all_have && !known.is_empty()).then(|| Sides { old: side(old), new: side(new), quoted, whole })
}

fn elements_of(old: Option<&Value>, new: Option<&Value>) -> Option<(Vec<Value>, Vec<Value>)> {
    let known = [old, new].into_iter().flatten().collect::<Vec<_>>();
    let all_have = known.iter().all(|it| it.elements().is_some());
    let filled = known.iter().any(|it| it.len().is_some_and(|length| length > 0));
    let side = |it: Option<&Value>| it.and_then(Value::elements).map(<[Value]>::to_vec).unwrap_or_default();
    (all_have && filled).then(|| (side(old), side(new)))
}

fn is_shallow(value: Option<&Value>) -> bool {
    value.and_then(Value::entries).is_some_and(|it| !it.is_empty())
}

fn members(object: Option<&Value>, name: &str, nesting: Nesting) -> Vec<Value> {
    let Some(value) = object.and_then(|it| it.attribute(name)).filter(|it| !it.is_null()) else {
        return Vec::new();
    };
    match nesting {
        Nesting::Single | Nesting::Group => vec![value.clone()],
        Nesting::Map => value.entries().map(|it| it.values().cloned().collect()).unwrap_or_default(),
        Nesting::List | Nesting::Set => match value.elements() {
            Some(elements) => elements.to_vec(),
            None => vec![value.clone()],
        },
    }
}

/// Returns a value on one line, as far as it has only one.
fn scalar(value: &Value) -> String {
    if value.marks_deep().contains(Marks::SENSITIVE) {
        return "(sensitive value)".to_owned();
    }
    if !value.is_known() {
        return "(known after apply)".to_owned();
    }
    print::value(&value.unmark_deep())
}
