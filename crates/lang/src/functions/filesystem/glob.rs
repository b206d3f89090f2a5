//! Finding files by pattern: `*`, `**`, `?`, `[a-z]` and `{a,b}`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::files::{FileKind, Files};

const BAD_PATTERN: &str = "syntax error in pattern";
/// More alternatives than this are refused: nobody means them.
const MOST_ALTERNATIVES: usize = 10_000;
/// Nor may they be longer than this, all together.
const LONGEST_ALTERNATIVES: usize = 16 * 1024 * 1024;
/// No system has paths of more parts.
const MOST_PARTS: usize = 2048;
/// Directories nested deeper than this are links that lead back.
const MAX_DEPTH: usize = 64;

/// Returns the regular files a pattern matches; where a directory cannot be read there are none.
///
/// # Errors
/// The pattern is malformed, and the directory it is to be looked for in is there.
pub(super) fn find(files: &dyn Files, pattern: &str) -> Result<BTreeSet<PathBuf>, &'static str> {
    let found = matching(files, pattern);
    if found.is_err() && !is_searched(files, pattern) { Ok(BTreeSet::new()) } else { found }
}

/// Returns whether the directory before the first part that is no plain name is there.
fn is_searched(files: &dyn Files, pattern: &str) -> bool {
    let plain = pattern.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default();
    match plain.rsplit_once('/') {
        Some((directory, _)) if !directory.is_empty() => {
            matches!(files.kind(Path::new(directory)), Ok(Some(FileKind::Directory)))
        }
        _ => true,
    }
}

fn matching(files: &dyn Files, pattern: &str) -> Result<BTreeSet<PathBuf>, &'static str> {
    let mut search = Search { files, found: BTreeSet::new(), walked: BTreeSet::new() };
    for pattern in alternatives(pattern)? {
        let (start, pattern) = match pattern.strip_prefix('/') {
            Some(rest) => (PathBuf::from("/"), rest.to_owned()),
            None => (PathBuf::new(), pattern),
        };
        let parts = pattern.split('/').map(Part::read).collect::<Result<Vec<_>, _>>()?;
        if parts.len() > MOST_PARTS {
            return Err("too many parts");
        }
        search.walked.clear();
        search.descend(&start, &parts, 0);
    }
    Ok(search.found)
}

/// The files found so far.
struct Search<'s> {
    files: &'s dyn Files,
    found: BTreeSet<PathBuf>,
    /// The directories a `**` was applied to, each with how many parts were left: several of them lead to the same
    /// place in more ways than can be walked.
    walked: BTreeSet<(PathBuf, usize)>,
}

impl Search<'_> {
    fn descend(&mut self, at: &Path, parts: &[Part], depth: usize) {
        let Some((part, rest)) = parts.split_first() else {
            if matches!(self.files.kind(at), Ok(Some(FileKind::File))) {
                self.found.insert(at.to_owned());
            }
            return;
        };
        if let Part::Fixed(name) = part {
            return self.descend(&at.join(name), rest, depth);
        }
        if depth > MAX_DEPTH {
            return;
        }
        let directory = if at.as_os_str().is_empty() { Path::new(".") } else { at };
        match part {
            Part::AnyDepth => {
                if !self.walked.insert((at.to_owned(), parts.len())) {
                    return;
                }
                if !rest.is_empty() {
                    self.descend(at, rest, depth);
                }
                for entry in self.files.list(directory).unwrap_or_default() {
                    let path = at.join(&entry.name);
                    if entry.is_directory {
                        self.descend(&path, parts, depth + 1);
                    } else if rest.is_empty() {
                        self.descend(&path, rest, depth + 1);
                    }
                }
            }
            Part::Pattern(tokens) => {
                for entry in self.files.list(directory).unwrap_or_default() {
                    if (entry.is_directory || rest.is_empty()) && matches(tokens, &entry.name) {
                        self.descend(&at.join(&entry.name), rest, depth + 1);
                    }
                }
            }
            Part::Fixed(_) => {}
        }
    }
}

/// Writes out the alternatives in braces.
fn alternatives(pattern: &str) -> Result<Vec<String>, &'static str> {
    let mut pending = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(next) = pending.pop() {
        match braces(&next)? {
            None => done.push(next),
            Some((before, choices, after)) => {
                pending.extend(choices.iter().map(|choice| format!("{before}{choice}{after}")));
            }
        }
        let written = pending.len() + done.len();
        // Each is at most as long as the pattern.
        if written > MOST_ALTERNATIVES
            || written.saturating_mul(pattern.len()) > LONGEST_ALTERNATIVES && written > 1
        {
            return Err("too many alternatives");
        }
    }
    Ok(done)
}

/// What is before a pair of braces, the choices inside and what is after.
type Braces<'a> = (&'a str, Vec<&'a str>, &'a str);

/// Splits at the first pair of braces.
fn braces(pattern: &str) -> Result<Option<Braces<'_>>, &'static str> {
    let mut open = None;
    let mut depth = 0_usize;
    let mut choice = 0;
    let mut choices = Vec::new();
    let mut in_class = false;
    let mut escaped = false;
    for (index, character) in pattern.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match character {
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '{' => {
                depth += 1;
                if depth == 1 {
                    open = Some(index);
                    choice = index + 1;
                }
            }
            ',' if depth == 1 => {
                choices.push(&pattern[choice..index]);
                choice = index + 1;
            }
            '}' => {
                depth = depth.checked_sub(1).ok_or(BAD_PATTERN)?;
                if let (0, Some(open)) = (depth, open) {
                    choices.push(&pattern[choice..index]);
                    return Ok(Some((&pattern[..open], choices, &pattern[index + 1..])));
                }
            }
            _ => {}
        }
    }
    if depth > 0 { Err(BAD_PATTERN) } else { Ok(None) }
}

/// What stands between two slashes.
enum Part {
    Fixed(String),
    /// `**`: any directories, or none.
    AnyDepth,
    Pattern(Vec<Token>),
}

enum Token {
    Character(char),
    AnyCharacter,
    AnyText,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Part {
    fn read(text: &str) -> Result<Self, &'static str> {
        if text == "**" {
            return Ok(Self::AnyDepth);
        }
        let mut tokens = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' => Token::AnyText,
                '?' => Token::AnyCharacter,
                '\\' => Token::Character(characters.next().ok_or(BAD_PATTERN)?),
                '[' => class(&mut characters)?,
                other => Token::Character(other),
            });
        }
        let fixed: Option<String> = tokens
            .iter()
            .map(|it| match it {
                Token::Character(character) => Some(*character),
                _ => None,
            })
            .collect();
        Ok(fixed.map_or(Self::Pattern(tokens), Self::Fixed))
    }
}

fn class(characters: &mut std::str::Chars<'_>) -> Result<Token, &'static str> {
    let mut ranges = Vec::new();
    let negated = characters.as_str().starts_with('^');
    if negated {
        characters.next();
    }
    loop {
        let low = match characters.next().ok_or(BAD_PATTERN)? {
            ']' if !ranges.is_empty() => return Ok(Token::Class { negated, ranges }),
            ']' => return Err(BAD_PATTERN),
            '\\' => characters.next().ok_or(BAD_PATTERN)?,
            other => other,
        };
        let rest = characters.as_str();
        let high = if rest.starts_with('-') && !rest.starts_with("-]") {
            characters.next();
            match characters.next().ok_or(BAD_PATTERN)? {
                '\\' => characters.next().ok_or(BAD_PATTERN)?,
                other => other,
            }
        } else {
            low
        };
        if high < low {
            return Err(BAD_PATTERN);
        }
        ranges.push((low, high));
    }
}

/// Matches a name, going back to the last star where the rest does not fit.
fn matches(tokens: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut token, mut index) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        let fits = match (tokens.get(token), name.get(index)) {
            (None, None) => return true,
            (Some(Token::AnyText), _) => {
                star = Some((token, index));
                token += 1;
                continue;
            }
            (Some(Token::Character(wanted)), Some(character)) => wanted == character,
            (Some(Token::AnyCharacter), Some(_)) => true,
            (Some(Token::Class { negated, ranges }), Some(character)) => {
                ranges.iter().any(|(low, high)| (low..=high).contains(&character)) != *negated
            }
            _ => false,
        };
        if fits {
            token += 1;
            index += 1;
            continue;
        }
        match star {
            Some((at, consumed)) if consumed < name.len() => {
                star = Some((at, consumed + 1));
                token = at + 1;
                index = consumed + 1;
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::files::MemoryFiles;

    #[test]
    fn finds() {
        let names = ["a.txt", "d/.hidden", "d/one.txt", "d/two.txt", "d/s/three.txt", "d/s/four.json"];
        let files = MemoryFiles::from_iter(names.map(|it| (it, "")));
        let cases = [
            ("*.txt", "a.txt"),
            ("d/*", "d/.hidden d/one.txt d/two.txt"),
            ("d/**", "d/.hidden d/one.txt d/s/four.json d/s/three.txt d/two.txt"),
            ("**/*.txt", "a.txt d/one.txt d/s/three.txt d/two.txt"),
            ("d/**/*.{json,t?t}", "d/one.txt d/s/four.json d/s/three.txt d/two.txt"),
            ("d/[nop]*", "d/one.txt"),
            ("d/[^a-o]*.txt", "d/two.txt"),
            ("d/[!a-o]*.txt", "d/one.txt"),
            ("a.txt/**", ""),
            ("missing/[", ""),
            ("d", ""),
            ("{d/o,a}*", "a.txt d/one.txt"),
            ("missing/*", ""),
            ("d/**/t*", "d/s/three.txt d/two.txt"),
        ];
        for (pattern, expected) in cases {
            let found: Vec<String> =
                find(&files, pattern).unwrap().iter().map(|it| it.to_string_lossy().into_owned()).collect();
            assert_eq!(found.join(" "), expected, "for {pattern}");
        }
        let deep = MemoryFiles::from_iter([("a/".repeat(50) + "f", "")]);
        assert_eq!(
            find(&deep, &("**/".repeat(50) + "f")).unwrap().len(),
            1,
            "without walking every way there"
        );
        for pattern in [
            "[",
            "[]",
            "{a",
            "a}",
            "\\",
            "[b-a]",
            &"{a,b}".repeat(20),
            &("x".repeat(1 << 20) + &"{a,b}".repeat(6)),
        ] {
            assert!(find(&files, pattern).is_err(), "{pattern} is no pattern");
        }
    }
}
