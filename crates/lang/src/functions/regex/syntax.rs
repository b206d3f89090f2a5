//! Go's regular expression syntax (RE2), rewritten into the syntax of the `regex` crate.
//!
//! The two engines agree on what a parsed expression matches, but not on what text means: `\d` is ASCII here
//! and Unicode there, `[a&&b]` is a list of characters here and an intersection there, `x{,2}` is literal here
//! and a repetition there. So every construct is parsed by Go's rules and written out in a form that has only
//! one reading.

use super::class;

/// A pattern in the `regex` crate's syntax, with the names of its capture groups in order.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) text: String,
    pub(super) groups: Vec<Option<String>>,
}

/// What is wrong with a pattern, in the words of Go's parser: a reason and the offending part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) reason: &'static str,
    pub(super) part: String,
}

impl SyntaxError {
    pub(super) fn new(reason: &'static str, part: &str) -> Self {
        Self { reason, part: part.to_owned() }
    }
}

/// Go refuses to repeat anything more often than this.
const MAX_REPEAT: u32 = 1000;
/// Deeper nesting than this is refused, as by Go, so that no pattern can exhaust the stack.
const MAX_DEPTH: usize = 250;

/// Translates `pattern`.
///
/// # Errors
/// Everything Go's parser refuses.
pub(super) fn translate(pattern: &str) -> Result<Translated, SyntaxError> {
    let mut parser =
        Parser { pattern, rest: pattern, output: String::new(), groups: Vec::new(), depth: 0, atom: false };
    parser.run()?;
    Ok(Translated { text: parser.output, groups: parser.groups })
}

struct Parser<'a> {
    pattern: &'a str,
    rest: &'a str,
    output: String,
    groups: Vec<Option<String>>,
    depth: usize,
    /// Whether something stands to the left that a repetition can apply to.
    atom: bool,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<(), SyntaxError> {
        let mut last_repeat: Option<&'a str> = None;
        while let Some(next) = self.rest.chars().next() {
            let before = self.rest;
            let mut repeat = None;
            match next {
                '(' => self.open()?,
                '|' => self.push_plain("|", false),
                ')' => self.close()?,
                '^' | '$' | '.' => self.push_plain(&before[..1], true),
                '[' => {
                    let (text, rest) = class::bracketed(before)?;
                    self.atom(&text, rest);
                }
                '*' | '+' | '?' => {
                    self.repeat(before, &before[1..], &before[..1], last_repeat)?;
                    repeat = Some(before);
                }
                '{' => match counted(before) {
                    None => self.literal('{', &before[1..]),
                    Some((minimum, maximum, after)) => {
                        if minimum > MAX_REPEAT || maximum.is_some_and(|it| it > MAX_REPEAT || it < minimum) {
                            let part = &before[..before.len() - after.len()];
                            return Err(SyntaxError::new("invalid repeat count", part));
                        }
                        let operator = match maximum {
                            Some(maximum) => format!("{{{minimum},{maximum}}}"),
                            None => format!("{{{minimum},}}"),
                        };
                        self.repeat(before, after, &operator, last_repeat)?;
                        repeat = Some(before);
                    }
                },
                '\\' => self.backslash(before)?,
                other => self.literal(other, &before[other.len_utf8()..]),
            }
            last_repeat = repeat;
        }
        if self.depth > 0 {
            return Err(SyntaxError::new("missing closing )", self.pattern));
        }
        Ok(())
    }

    fn push_plain(&mut self, text: &str, is_atom: bool) {
        self.output.push_str(text);
        self.rest = &self.rest[text.len()..];
        self.atom = is_atom;
    }

    fn atom(&mut self, text: &str, rest: &'a str) {
        self.output.push_str(text);
        self.rest = rest;
        self.atom = true;
    }

    fn literal(&mut self, character: char, rest: &'a str) {
        class::push_character(&mut self.output, character);
        self.rest = rest;
        self.atom = true;
    }

    fn repeat(
        &mut self,
        before: &'a str,
        mut after: &'a str,
        operator: &str,
        last_repeat: Option<&'a str>,
    ) -> Result<(), SyntaxError> {
        let lazy = after.strip_prefix('?');
        after = lazy.unwrap_or(after);
        if let Some(last) = last_repeat {
            let part = &last[..last.len() - after.len()];
            return Err(SyntaxError::new("invalid nested repetition operator", part));
        }
        if !self.atom {
            let part = &before[..before.len() - after.len()];
            return Err(SyntaxError::new("missing argument to repetition operator", part));
        }
        self.output.push_str(operator);
        if lazy.is_some() {
            self.output.push('?');
        }
        self.rest = after;
        Ok(())
    }

    fn close(&mut self) -> Result<(), SyntaxError> {
        if self.depth == 0 {
            return Err(SyntaxError::new("unexpected )", self.pattern));
        }
        self.depth -= 1;
        self.push_plain(")", true);
        Ok(())
    }

    fn open(&mut self) -> Result<(), SyntaxError> {
        let text = self.rest;
        if text.starts_with("(?P<") || text.starts_with("(?<") {
            let start = if text.starts_with("(?P<") { 4 } else { 3 };
            return self.named_group(text, start);
        }
        if text.starts_with("(?") {
            return self.flags(text);
        }
        self.groups.push(None);
        self.enter("(", &text[1..])
    }

    fn enter(&mut self, written: &str, rest: &'a str) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError::new("expression nests too deeply", self.pattern));
        }
        self.output.push_str(written);
        self.rest = rest;
        self.atom = false;
        Ok(())
    }

    fn named_group(&mut self, text: &'a str, start: usize) -> Result<(), SyntaxError> {
        const REASON: &str = "invalid named capture";
        let Some(length) = text[start..].find('>') else { return Err(SyntaxError::new(REASON, text)) };
        let name = &text[start..start + length];
        let after = start + length + 1;
        if name.is_empty() || !name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_') {
            return Err(SyntaxError::new(REASON, &text[..after]));
        }
        // The name stays on our side: Go allows names that the `regex` crate does not.
        self.groups.push(Some(name.to_owned()));
        self.enter("(", &text[after..])
    }

    /// `(?flags)` or `(?flags:…`, where only Go's four flags exist.
    fn flags(&mut self, text: &'a str) -> Result<(), SyntaxError> {
        let mut negative = false;
        let mut seen = false;
        let mut end = 2;
        for character in text[2..].chars() {
            end += character.len_utf8();
            match character {
                'i' | 'm' | 's' | 'U' => seen = true,
                '-' if !negative => {
                    negative = true;
                    seen = false;
                }
                ':' | ')' if !negative || seen => {
                    let rest = &text[end..];
                    if character == ':' {
                        return self.enter(&text[..end], rest);
                    }
                    if seen {
                        self.output.push_str(&text[..end]);
                    }
                    self.rest = rest;
                    // A flag is nothing to repeat, but neither does it hide what stands before it.
                    return Ok(());
                }
                _ => break,
            }
        }
        Err(SyntaxError::new("invalid or unsupported Perl syntax", &text[..end]))
    }

    fn backslash(&mut self, text: &'a str) -> Result<(), SyntaxError> {
        let mut characters = text[1..].chars();
        match characters.next() {
            Some('A') => self.atom(r"\A", &text[2..]),
            Some('z') => self.atom(r"\z", &text[2..]),
            Some('b') => self.atom(r"(?-u:\b)", &text[2..]),
            Some('B') => self.atom(r"(?-u:\B)", &text[2..]),
            Some('C') => return Err(SyntaxError::new("invalid escape sequence", &text[..2])),
            Some('Q') => {
                let quoted = &text[2..];
                let (quoted, rest) = quoted.split_once(r"\E").unwrap_or((quoted, ""));
                for character in quoted.chars() {
                    self.literal(character, rest);
                }
                self.rest = rest;
            }
            _ => {
                if let Some((items, rest)) = class::shorthand(text)? {
                    self.atom(&format!("[{items}]"), rest);
                } else {
                    let (character, rest) = class::escape(text)?;
                    self.literal(character, rest);
                }
            }
        }
        Ok(())
    }
}

/// Reads `{n}`, `{n,}` or `{n,m}`; anything else that starts with a brace is literal text.
fn counted(text: &str) -> Option<(u32, Option<u32>, &str)> {
    let (minimum, rest) = count(&text[1..])?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((minimum, Some(minimum), rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((minimum, None, rest));
    }
    let (maximum, rest) = count(rest)?;
    Some((minimum, Some(maximum), rest.strip_prefix('}')?))
}

/// Reads a count, which has no leading zero; one too large to matter is capped, to be refused by its size.
fn count(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || (digits > 1 && text.starts_with('0')) {
        return None;
    }
    Some((text[..digits].parse().unwrap_or(u32::MAX), &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::translate;

    fn check(pattern: &str, expected: &str) {
        assert_eq!(translate(pattern).unwrap().text, expected, "for {pattern}");
        regex::Regex::new(expected).unwrap();
    }

    fn check_error(pattern: &str, expected: &str) {
        let error = translate(pattern).unwrap_err();
        assert_eq!(format!("{}: {}", error.reason, error.part), expected, "for {pattern}");
    }

    #[test]
    fn rewrites_what_means_something_else_elsewhere() {
        check("a.b$", "a.b$");
        check(r"\d+", "[0-9]+");
        check(r"\bx\B", r"(?-u:\b)x(?-u:\B)");
        check("[a&&b]", "[a\\x{26}\\x{26}b]");
        check("x{,2}", r"x\x{7B}\x{2C}2\x{7D}");
        check("x{2}y{3,}z{1,4}?", "x{2,2}y{3,}z{1,4}?");
        check(r"\Qa.b\E+", r"a\x{2E}b+");
        check("(?P<1st>a)(?<b>c)", "(a)(c)");
        check("(?i)a(?s-m:.)", "(?i)a(?s-m:.)");
        check("(?)a", "a");
    }

    #[test]
    fn refuses_what_go_refuses() {
        check_error("(", "missing closing ): (");
        check_error(")", "unexpected ): )");
        check_error("a++", "invalid nested repetition operator: ++");
        check_error("a**", "invalid nested repetition operator: **");
        check_error("*a", "missing argument to repetition operator: *");
        check_error("(*a)", "missing argument to repetition operator: *");
        check_error("a|*", "missing argument to repetition operator: *");
        check_error("a{1001}", "invalid repeat count: {1001}");
        check_error("a{3,2}", "invalid repeat count: {3,2}");
        check_error("a{99999999999}", "invalid repeat count: {99999999999}");
        check_error("(?=a)", "invalid or unsupported Perl syntax: (?=");
        check_error("(?x)a", "invalid or unsupported Perl syntax: (?x");
        check_error("(?i-)a", "invalid or unsupported Perl syntax: (?i-)");
        check_error("(?P<n!>a)", "invalid named capture: (?P<n!>");
        check_error(r"(a)\1", r"invalid escape sequence: \1");
        check_error(&"(".repeat(300), &format!("expression nests too deeply: {}", "(".repeat(300)));
    }
}
