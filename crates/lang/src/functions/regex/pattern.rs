//! Compiled patterns, and what they find.

use std::cell::RefCell;
use std::rc::Rc;

use super::syntax::{SyntaxError, translate};

/// A compiled pattern.
pub(super) struct Pattern {
    expression: regex::Regex,
    /// The names of the capture groups, in order.
    pub(super) groups: Vec<Option<String>>,
}

/// How many patterns are kept compiled: an expression in a loop uses one or two, many times.
const KEPT: usize = 8;

thread_local! {
    static RECENT: RefCell<Vec<(Box<str>, Rc<Pattern>)>> = const { RefCell::new(Vec::new()) };
}

impl Pattern {
    /// Compiles a pattern, unless it has been compiled a moment ago.
    ///
    /// # Errors
    /// What Go's parser refuses, and what would take too much memory.
    pub(super) fn cached(text: &str) -> Result<Rc<Self>, SyntaxError> {
        RECENT.with_borrow_mut(|recent| {
            if let Some(position) = recent.iter().position(|(known, _)| **known == *text) {
                recent[..=position].rotate_right(1);
            } else {
                let pattern = Rc::new(Self::compile(text)?);
                recent.truncate(KEPT - 1);
                recent.insert(0, (text.into(), pattern));
            }
            Ok(Rc::clone(&recent[0].1))
        })
    }

    fn compile(text: &str) -> Result<Self, SyntaxError> {
        let translated = translate(text)?;
        let expression = regex::Regex::new(&translated.text)
            .map_err(|_| SyntaxError::new("expression too large", text))?;
        Ok(Self { expression, groups: translated.groups })
    }

    /// Returns all matches that do not overlap, from left to right.
    pub(super) fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Match<'a>> {
        self.expression.captures_iter(text).map(Match)
    }

    /// Replaces every match by the template, in which `$1`, `${1}` and `${name}` stand for groups and `$$` for a
    /// dollar sign.
    pub(super) fn replace_all(&self, text: &str, template: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut end = 0;
        for found in self.matches(text) {
            let range = found.range();
            result.push_str(&text[end..range.start]);
            self.expand(template, &found, &mut result);
            end = range.end;
        }
        result.push_str(&text[end..]);
        result
    }

    fn expand(&self, template: &str, found: &Match<'_>, result: &mut String) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            result.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                result.push('$');
                rest = after;
                continue;
            }
            match reference(after) {
                Some((name, after)) => {
                    result
                        .push_str(self.group_index(name).and_then(|it| found.group(it)).unwrap_or_default());
                    rest = after;
                }
                None => {
                    result.push('$');
                    rest = after;
                }
            }
        }
        result.push_str(rest);
    }

    fn group_index(&self, name: &str) -> Option<usize> {
        if name.bytes().all(|it| it.is_ascii_digit()) {
            return name.parse().ok();
        }
        self.groups.iter().position(|it| it.as_deref() == Some(name)).map(|it| it + 1)
    }
}

/// Reads the longest name after a dollar sign, in braces or not.
fn reference(text: &str) -> Option<(&str, &str)> {
    let is_name = |it: char| it.is_alphanumeric() || it == '_';
    let (name, rest) = match text.strip_prefix('{') {
        Some(inner) => inner.split_once('}')?,
        None => text.split_at(text.find(|it| !is_name(it)).unwrap_or(text.len())),
    };
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, rest))
}

/// One match.
pub(super) struct Match<'a>(regex::Captures<'a>);

impl<'a> Match<'a> {
    /// Returns the text of all of it.
    pub(super) fn whole(&self) -> &'a str {
        self.group(0).unwrap_or_default()
    }

    /// Returns the text of a group, if it took part.
    pub(super) fn group(&self, index: usize) -> Option<&'a str> {
        self.0.get(index).map(|it| it.as_str())
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.0.get_match().range()
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn replaces_by_template() {
        let cases = [
            ("abc", "b*", "-", "-a-c-"),
            ("abc", "(b)", "$1x", "ac"),
            ("abc", "(b)", "${1}x$$", "abx$c"),
            ("abc", "(?P<l>b)", "<$l|${l}|$9|${x!}>", "a<b|b||${x!}>c"),
            ("abc", "(a)(z)?", "<$1|$2>", "<a|>bc"),
        ];
        for (text, pattern, template, expected) in cases {
            assert_eq!(
                Pattern::cached(pattern).unwrap().replace_all(text, template),
                expected,
                "for {pattern}"
            );
        }
    }

    #[test]
    fn finds_as_go_does() {
        let cases = [
            ("a*", "baac", vec!["", "aa", ""]),
            (".", "日本", vec!["日", "本"]),
            ("", "ab", vec!["", "", ""]),
        ];
        for (pattern, text, expected) in cases {
            let pattern = Pattern::cached(pattern).unwrap();
            let found: Vec<&str> = pattern.matches(text).map(|it| it.whole()).collect();
            assert_eq!(found, expected, "for {text}");
        }
    }
}
