//! Writing YAML exactly as Terraform does, which people compare with what they deployed.
//!
//! All strings are quoted, or blocks if they have several lines; sequences in mappings are not indented; quoted
//! strings are folded at spaces beyond the eightieth column.

use std::fmt::Write as _;

use rinfra_value::Value;

const INDENT: usize = 2;
const WIDTH: usize = 80;
/// Longer keys are written with a question mark.
const LONGEST_KEY: usize = 128;

/// Writes a value as a document.
pub(super) fn document(value: &Value) -> String {
    let mut emitter = Emitter { output: String::new(), column: 0, spaced: true, indented: true };
    let mut plain = false;
    match Node::of(value) {
        Node::Plain(text) => {
            emitter.text(&text);
            plain = true;
        }
        node => emitter.node(&node, None, Context::Other),
    }
    emitter.line(0);
    // Without quotes it is not plain where such a document ends.
    if plain {
        emitter.text("...");
        emitter.line(0);
    }
    emitter.output
}

/// What a value is written as.
enum Node<'a> {
    Plain(String),
    Text(&'a str),
    Sequence(&'a [Value]),
    Mapping(Vec<(&'a str, &'a Value)>),
}

impl<'a> Node<'a> {
    fn of(value: &'a Value) -> Self {
        if let Some(text) = value.as_str() {
            return Self::Text(text);
        }
        if let Some(number) = value.as_number() {
            return Self::Plain(number.to_string());
        }
        if let Some(truth) = value.as_bool() {
            return Self::Plain(truth.to_string());
        }
        match (value.elements(), value.entries()) {
            (Some(elements), _) => Self::Sequence(elements),
            (_, Some(entries)) => Self::Mapping(entries.iter().map(|(key, it)| (key.as_ref(), it)).collect()),
            _ => Self::Plain("null".to_owned()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    /// After a key on the same line.
    Value,
    /// As a key that is short and of one line.
    SimpleKey,
    Other,
}

struct Emitter {
    output: String,
    column: usize,
    /// Whether a space would be superfluous here.
    spaced: bool,
    /// Whether there is nothing but indentation and indicators on the line so far.
    indented: bool,
}

impl Emitter {
    fn node(&mut self, node: &Node<'_>, indent: Option<usize>, context: Context) {
        match node {
            Node::Plain(text) => {
                self.space();
                self.text(text);
            }
            Node::Text(text) => {
                let inner = indent.map_or(INDENT, |it| it + INDENT);
                if text.contains('\n') && context != Context::SimpleKey && may_be_block(text) {
                    self.block(text, inner);
                } else {
                    self.quoted(text, inner, context != Context::SimpleKey);
                }
            }
            Node::Sequence([]) => {
                self.space();
                self.text("[]");
            }
            Node::Mapping(entries) if entries.is_empty() => {
                self.space();
                self.text("{}");
            }
            Node::Sequence(elements) => {
                let inner = match indent {
                    None => 0,
                    Some(indent) if context == Context::Value && !self.indented => indent,
                    Some(indent) => indent + INDENT,
                };
                for element in *elements {
                    self.line(inner);
                    self.indicator("-");
                    self.node(&Node::of(element), Some(inner), Context::Other);
                }
            }
            Node::Mapping(entries) => {
                let inner = indent.map_or(0, |it| it + INDENT);
                for (key, value) in entries {
                    self.entry(key, value, inner);
                }
            }
        }
    }

    fn entry(&mut self, key: &str, value: &Value, indent: usize) {
        self.line(indent);
        if key.len() <= LONGEST_KEY && !key.contains(is_break) {
            self.node(&Node::Text(key), Some(indent), Context::SimpleKey);
            self.text(":");
        } else {
            self.indicator("?");
            self.node(&Node::Text(key), Some(indent), Context::Value);
            self.line(indent);
            self.indicator(":");
        }
        self.node(&Node::of(value), Some(indent), Context::Value);
    }

    /// Goes to a new line, unless this one has nothing on it, and indents.
    fn line(&mut self, indent: usize) {
        if !self.indented || self.column > indent || (self.column == indent && !self.spaced) {
            self.output.push('\n');
            self.column = 0;
        }
        while self.column < indent {
            self.put(' ');
        }
        self.spaced = true;
        self.indented = true;
    }

    fn put(&mut self, character: char) {
        self.output.push(character);
        self.column += 1;
    }

    fn space(&mut self) {
        if !self.spaced {
            self.put(' ');
        }
    }

    fn text(&mut self, text: &str) {
        for character in text.chars() {
            self.put(character);
        }
        self.spaced = false;
        self.indented = false;
    }

    /// Writes what introduces an item, behind which a block may begin on the same line.
    fn indicator(&mut self, indicator: &str) {
        let indented = self.indented;
        self.space();
        self.text(indicator);
        self.indented = indented;
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.space();
        self.text("|");
        if text.starts_with(|it| it == ' ' || is_break(it)) {
            self.text(&INDENT.to_string());
        }
        let mut from_end = text.chars().rev();
        match (from_end.next(), from_end.next()) {
            (Some(last), _) if !is_break(last) => self.text("-"),
            (_, None) => self.text("+"),
            (_, Some(before)) if is_break(before) => self.text("+"),
            _ => {}
        }
        self.output.push('\n');
        self.column = 0;
        self.indented = true;
        self.spaced = true;
        let mut at_start = true;
        for character in text.chars() {
            if is_break(character) {
                self.output.push(character);
                self.column = 0;
                self.indented = true;
                at_start = true;
            } else {
                if at_start {
                    self.line(indent);
                }
                self.put(character);
                self.indented = false;
                at_start = false;
            }
        }
    }

    fn quoted(&mut self, text: &str, indent: usize, may_fold: bool) {
        self.space();
        self.text("\"");
        let mut after_space = false;
        let mut characters = text.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            if character == ' ' {
                let inside = index > 0 && index < text.len() - 1;
                if may_fold && !after_space && self.column > WIDTH && inside {
                    self.line(indent);
                    if characters.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                after_space = true;
                continue;
            }
            after_space = false;
            if is_printable(character) && !is_break(character) && character != '"' && character != '\\' {
                self.put(character);
            } else {
                self.escape(character);
            }
        }
        self.text("\"");
    }

    fn escape(&mut self, character: char) {
        let short = match character {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => character,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(character);
                let mut escaped = String::new();
                let _ = match code {
                    0..=0xFF => write!(escaped, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(escaped, "\\u{code:04X}"),
                    _ => write!(escaped, "\\U{code:08X}"),
                };
                return self.text(&escaped);
            }
        };
        self.put('\\');
        self.put(short);
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What stands for itself; characters beyond the basic plane do not.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && character != '\u{feff}'
}

/// Whether nothing would be lost in a block, which has no escapes and in which spaces before a break vanish.
fn may_be_block(text: &str) -> bool {
    let mut previous = ' ';
    let mut first = true;
    let safe = text.chars().all(|character| {
        let lost = is_break(character) && previous == ' ' && !first;
        previous = character;
        first = false;
        is_printable(character) && !lost
    });
    safe && !text.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::document;
    use rinfra_value::Value;

    fn check(value: &Value, expected: &str) {
        assert_eq!(document(value), expected);
    }

    fn list(values: impl IntoIterator<Item = Value>) -> Value {
        Value::tuple(values.into_iter().collect())
    }

    #[test]
    fn scalars() {
        check(&Value::number(1), "1\n...\n");
        check(&Value::dynamic_null(), "null\n...\n");
        check(&Value::string("a\tb\u{1f600}"), "\"a\\tb\\U0001F600\"\n");
        check(&Value::string("multi\nline"), "|-\n  multi\n  line\n");
        check(&Value::string("\n"), "|2+\n\n");
        check(&Value::string("a \nb"), "\"a \\nb\"\n");
    }

    #[test]
    fn structures() {
        let one = || Value::number(1);
        check(&list([list([one(), Value::number(2)]), list([list([one()])])]), "- - 1\n  - 2\n- - - 1\n");
        let nested = Value::object([("x", Value::dynamic_null())]);
        let object = Value::object([("foo", list([Value::string("a")])), ("bar", nested)]);
        check(&object, "\"bar\":\n  \"x\": null\n\"foo\":\n- \"a\"\n");
        check(&list([Value::object([("v", list([]))])]), "- \"v\": []\n");
        check(&list([Value::string("a\n"), Value::string("b\n\n")]), "- |\n  a\n- |+\n  b\n\n");
        check(
            &Value::object([("x\ny", Value::object([("b", Value::string("z\n"))]))]),
            "? |-\n  x\n  y\n: \"b\": |\n    z\n",
        );
        let long = "k".repeat(130);
        check(&Value::object([(long.as_str(), list([one()]))]), &format!("? \"{long}\"\n: - 1\n"));
    }

    #[test]
    fn folds_long_strings() {
        let text = format!("{} {} {}  c", "a".repeat(40), "b".repeat(40), "c".repeat(3));
        let expected = format!("\"{} {}\n  {}  c\"\n", "a".repeat(40), "b".repeat(40), "c".repeat(3));
        check(&Value::string(text), &expected);
    }
}
