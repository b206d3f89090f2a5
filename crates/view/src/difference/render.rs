use std::collections::BTreeMap;
use std::sync::Arc;

use super::quoted::{line, name, quoted};
use super::sequence::{excerpts, pair_lists};
use super::{Body, Content, Difference, Names, Nested, Turn};
use crate::Style;

/// Attributes that tell objects apart and are shown even when they stay the same.
const IDENTIFYING: [&str; 3] = ["id", "name", "tags"];

const UNKNOWN: &str = "(known after apply)";
const HIDDEN: &str = "(sensitive value)";
const WRITE_ONLY: &str = "(write-only attribute)";

/// Turns differences into lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Painter {
    style: Style,
    /// Whether lines start with the symbol of what happens to them; without, nothing does.
    symbols: bool,
}

/// What the surroundings of a difference say about how to show it.
#[derive(Clone, Copy, Debug, Default)]
struct Manner {
    /// Whether to show also what stays.
    whole: bool,
    /// Whether it goes without saying that what goes becomes null.
    bare: bool,
}

impl Painter {
    /// Returns a painter of changes.
    pub(crate) fn changes(style: Style) -> Self {
        Self { style, symbols: true }
    }

    /// Returns a painter of objects as they are.
    pub(crate) fn objects(style: Style) -> Self {
        Self { style, symbols: false }
    }

    /// Renders a difference that starts on a line indented by so many steps.
    pub(crate) fn paint(self, difference: &Difference, indent: usize) -> String {
        self.value(difference, indent, Manner { whole: !self.symbols, bare: false })
    }

    /// Renders what a line starts with: its indentation and its symbol.
    fn lead(self, indent: usize, turn: Turn) -> String {
        let space = "    ".repeat(indent);
        let symbol = match turn {
            _ if !self.symbols => return space,
            Turn::Comes => self.style.green("+"),
            Turn::Goes => self.style.red("-"),
            Turn::Changes => self.style.yellow("~"),
            Turn::Stays => " ".to_owned(),
        };
        format!("{space}  {symbol} ")
    }

    fn forces(self, difference: &Difference) -> String {
        if difference.forces { format!(" {}", self.style.red("# forces replacement")) } else { String::new() }
    }

    fn becomes_null(self, difference: &Difference, manner: Manner) -> &'static str {
        if difference.turn == Turn::Goes && self.symbols && !manner.bare { " -> null" } else { "" }
    }

    /// Renders how many things stay and are not shown.
    fn hidden(self, indent: usize, count: usize, what: &str) -> String {
        if count == 0 {
            return String::new();
        }
        let plural = if count == 1 { "" } else { "s" };
        let note = self.style.faint(&format!("# ({count} unchanged {what}{plural} hidden)"));
        format!("{}{note}\n", self.lead(indent, Turn::Stays))
    }

    fn value(self, it: &Difference, indent: usize, manner: Manner) -> String {
        let bare = Manner { bare: true, ..manner };
        let end = || format!("{}{}", self.becomes_null(it, manner), self.forces(it));
        match &it.content {
            Content::Plain { old, new } => format!("{}{}", sides(it.turn, old, new), end()),
            Content::Lines { old, new } => self.lines(it, old.as_ref(), new.as_ref(), indent, manner),
            Content::Encoded(function, inner) => self.encoded(it, function, inner, indent, manner),
            Content::WriteOnly => format!("{WRITE_ONLY}{}", end()),
            Content::Hidden(_) => format!("{HIDDEN}{}", end()),
            Content::Unknown(None) => format!("{UNKNOWN}{}", self.forces(it)),
            Content::Unknown(Some(old)) => {
                format!("{} -> {UNKNOWN}{}", self.value(old, indent, bare), self.forces(it))
            }
            Content::Other { old, new } => {
                let (old, new) = (Difference { forces: false, ..(**old).clone() }, &**new);
                format!("{} -> {}", self.value(&old, indent, bare), self.value(new, indent, bare))
            }
            Content::Members { members, names } => self.members(it, members, *names, indent, manner),
            Content::Elements { elements, ordered } => self.elements(it, elements, *ordered, indent, manner),
            Content::Block(body) => self.block(it, body, indent, manner),
        }
    }

    /// Renders a text of several lines.
    fn lines(
        self,
        it: &Difference,
        old: Option<&Arc<str>>,
        new: Option<&Arc<str>>,
        indent: usize,
        manner: Manner,
    ) -> String {
        let split = |text: Option<&Arc<str>>| {
            text.map(|it| it.trim_end_matches('\n').split('\n').map(line).collect::<Vec<_>>())
                .unwrap_or_default()
        };
        let (before, after) = (split(old), split(new));
        let pairs: Vec<_> = match it.turn {
            Turn::Comes | Turn::Goes => before.iter().chain(&after).map(|it| (Turn::Stays, it)).collect(),
            Turn::Changes | Turn::Stays => line_turns(&before, &after),
        };
        let shown = match it.turn {
            Turn::Changes => excerpts(pairs.iter().map(|(turn, _)| *turn != Turn::Stays)),
            Turn::Comes | Turn::Goes | Turn::Stays => vec![true; pairs.len()],
        };
        let mut rows = String::new();
        let mut unchanged = 0;
        for ((turn, text), shown) in pairs.into_iter().zip(shown) {
            if shown {
                rows.push_str(&self.hidden(indent + 1, std::mem::take(&mut unchanged), "line"));
                rows.push_str(&format!("{}{text}\n", self.lead(indent + 1, turn)));
            } else {
                unchanged += 1;
            }
        }
        rows.push_str(&self.hidden(indent + 1, unchanged, "line"));
        let same = it.turn == Turn::Changes && before == after;
        let note =
            if same { self.style.faint(" # only the empty lines at the end change") } else { String::new() };
        let (forces, null) = (self.forces(it), self.becomes_null(it, manner));
        format!("<<-EOT{forces}{note}\n{rows}{}EOT{null}", self.lead(indent, Turn::Stays))
    }

    /// Renders a string by the JSON or YAML it holds.
    fn encoded(
        self,
        it: &Difference,
        function: &str,
        inner: &Difference,
        indent: usize,
        manner: Manner,
    ) -> String {
        let only_spelling = it.turn == Turn::Changes && inner.stays();
        let turn = if it.turn == Turn::Changes && !only_spelling { inner.turn } else { Turn::Stays };
        let whole = manner.whole || only_spelling;
        let text = self.value(inner, indent + 1, Manner { whole, bare: true });
        let note = match (only_spelling, it.forces) {
            (true, true) => self.style.red(" # whitespace changes force replacement"),
            (true, false) => " # whitespace changes".to_owned(),
            (false, _) => String::new(),
        };
        let (forces, null) =
            (if only_spelling { String::new() } else { self.forces(it) }, self.becomes_null(it, manner));
        if text.contains('\n') {
            let (open, close) = (self.lead(indent + 1, turn), self.lead(indent, Turn::Stays));
            format!("{function}({note}\n{open}{text}{forces}\n{close}){null}")
        } else {
            format!("{function}({text}){note}{forces}{null}")
        }
    }

    fn members(
        self,
        it: &Difference,
        members: &BTreeMap<Arc<str>, Difference>,
        names: Names,
        indent: usize,
        manner: Manner,
    ) -> String {
        let forces = self.forces(it);
        let null = self.becomes_null(it, manner);
        if members.is_empty() {
            return format!("{{}}{null}{forces}");
        }
        let bare = names == Names::Attributes || manner.bare || it.turn == Turn::Goes;
        let rows = self.rows(members, names, indent + 1, Manner { bare, ..manner });
        format!("{{{forces}\n{rows}{}}}{null}", self.lead(indent, Turn::Stays))
    }

    /// Renders named members, one after the other, and how many more there are.
    fn rows(
        self,
        members: &BTreeMap<Arc<str>, Difference>,
        names: Names,
        indent: usize,
        manner: Manner,
    ) -> String {
        let (label, what): (fn(&str) -> String, _) = match names {
            Names::Attributes => (name, "attribute"),
            Names::Keys => (quoted, "element"),
        };
        let width = members.keys().map(|it| label(it).chars().count()).max().unwrap_or_default();
        let mut text = String::new();
        let mut unchanged = 0;
        for (name, member) in members {
            let identifying = names == Names::Attributes && IDENTIFYING.contains(&&**name);
            if member.stays() && !manner.whole && !identifying {
                unchanged += 1;
                continue;
            }
            let manner = Manner { whole: manner.whole || member.stays(), ..manner };
            let value = self.value(member, indent, manner);
            text.push_str(&self.warning(member, indent));
            text.push_str(&format!("{}{:width$} = {value}\n", self.lead(indent, member.turn), label(name)));
        }
        text + &self.hidden(indent, unchanged, what)
    }

    fn warning(self, it: &Difference, indent: usize) -> String {
        let Content::Hidden(Some(note)) = it.content else { return String::new() };
        let space = "    ".repeat(indent);
        note.lines().map(|line| format!("{space}  {}\n", self.style.yellow(&format!("# {line}")))).collect()
    }

    fn elements(
        self,
        it: &Difference,
        elements: &[Difference],
        ordered: bool,
        indent: usize,
        manner: Manner,
    ) -> String {
        let (forces, null) = (self.forces(it), self.becomes_null(it, manner));
        if elements.is_empty() {
            return format!("[]{null}{forces}");
        }
        let mut text = format!("[{forces}\n");
        let mut unchanged = 0;
        for (position, element) in elements.iter().enumerate() {
            // In an order, what stands beside a change tells where it is.
            let near = [position.wrapping_sub(1), position + 1];
            let beside = ordered && near.iter().any(|it| elements.get(*it).is_some_and(|it| !it.stays()));
            if element.stays() && !manner.whole && !beside {
                unchanged += 1;
                continue;
            }
            if ordered {
                text.push_str(&self.hidden(indent + 1, std::mem::take(&mut unchanged), "element"));
            }
            let manner = Manner { whole: manner.whole || element.stays(), bare: true };
            let value = self.value(element, indent + 1, manner);
            text.push_str(&self.warning(element, indent + 1));
            text.push_str(&format!("{}{value},\n", self.lead(indent + 1, element.turn)));
        }
        text.push_str(&self.hidden(indent + 1, unchanged, "element"));
        text + &format!("{}]{null}", self.lead(indent, Turn::Stays))
    }

    fn block(self, it: &Difference, body: &Body, indent: usize, manner: Manner) -> String {
        let forces = self.forces(it);
        if body.attributes.is_empty() && body.blocks.is_empty() {
            return format!("{{}}{forces}");
        }
        let mut text = format!("{{{forces}\n");
        text.push_str(&self.rows(&body.attributes, Names::Attributes, indent + 1, manner));
        let mut unchanged = 0;
        for (name, blocks) in &body.blocks {
            let shown: Vec<_> = blocks.iter().filter(|it| manner.whole || !it.difference.stays()).collect();
            unchanged += blocks.len() - shown.len();
            if !shown.is_empty() && !body.attributes.is_empty() {
                text.push('\n');
            }
            for nested in shown {
                text.push_str(&self.nested(name, nested, indent + 1, manner));
            }
        }
        if unchanged > 0 {
            text.push('\n');
        }
        text.push_str(&self.hidden(indent + 1, unchanged, "block"));
        text + &format!("{}}}", self.lead(indent, Turn::Stays))
    }

    fn nested(self, name: &str, nested: &Nested, indent: usize, manner: Manner) -> String {
        let it = &nested.difference;
        let label = nested.label.as_ref().map(|it| format!(" {}", quoted(it))).unwrap_or_default();
        let lead = self.lead(indent, it.turn);
        if let Content::Hidden(_) = it.content {
            let inside = self.lead(indent + 1, Turn::Stays);
            let (forces, close) = (self.forces(it), self.lead(indent, Turn::Stays));
            return format!(
                "{}{lead}{name}{label} {{{forces}\n{inside}# At least one attribute in this block is (or was) sensitive,\n{inside}# so its contents will not be displayed.\n{close}}}\n",
                self.warning(it, indent)
            );
        }
        format!("{lead}{name}{label} {}\n", self.value(it, indent, Manner { bare: false, ..manner }))
    }
}

/// Returns the sides of a value on one line.
fn sides(turn: Turn, old: &Option<String>, new: &Option<String>) -> String {
    let side = |it: &Option<String>| it.clone().unwrap_or_else(|| "null".to_owned());
    match turn {
        Turn::Comes | Turn::Stays => side(new),
        Turn::Goes => side(old),
        Turn::Changes => format!("{} -> {}", side(old), side(new)),
    }
}

/// Returns the lines of both texts in the order they are shown, with what happens to each.
fn line_turns<'l>(old: &'l [String], new: &'l [String]) -> Vec<(Turn, &'l String)> {
    let turn = |pair: (Option<usize>, Option<usize>)| match pair {
        (Some(_), Some(at)) => (Turn::Stays, &new[at]),
        (Some(at), None) => (Turn::Goes, &old[at]),
        (None, at) => (Turn::Comes, &new[at.unwrap_or_default()]),
    };
    pair_lists(old, new, |_, _| false).into_iter().map(turn).collect()
}
