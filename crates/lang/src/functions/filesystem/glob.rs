//! Finding files by pattern: `*`, `**`, `?`, `[a-z]` and `{a,b}`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::files::{FileKind, Files};

const BAD_PATTERN: &str = "syntax error in pattern";
/// More alternatives than this are refused: nobody means them.
const MOST_ALTERNATIVES: usize = 10_000;
/// Directories nested deeper than this are links that lead back.
const MAX_DEPTH: usize = 64;

/// Returns the regular files a pattern matches; where a directory cannot be read there are none.
///
/// # Errors
/// The pattern is malformed.
pub(super) fn find(files: &dyn Files, pattern: &str) -> Result<BTreeSet<PathBuf>, &'static str> {
    let mut found = BTreeSet::new();
    for pattern in alternatives(pattern)? {
        let (start, pattern) = match pattern.strip_prefix('/') {
            Some(rest) => (PathBuf::from("/"), rest.to_owned()),
            None => (PathBuf::new(), pattern),
        };
        let parts = pattern.split('/').map(Part::read).collect::<Result<Vec<_>, _>>()?;
        descend(files, &start, &parts, 0, &mut found);
    }
    Ok(found)
}

fn descend(files: &dyn Files, at: &Path, parts: &[Part], depth: usize, found: &mut BTreeSet<PathBuf>) {
    let Some((part, rest)) = parts.split_first() else {
        if matches!(files.kind(at), Ok(Some(FileKind::File))) {
            found.insert(at.to_owned());
        }
        return;
    };
    if let Part::Fixed(name) = part {
        return descend(files, &at.join(name), rest, depth, found);
    }
    if depth > MAX_DEPTH {
        return;
    }
    let directory = if at.as_os_str().is_empty() { Path::new(".") } else { at };
    let entries = files.list(directory).unwrap_or_default();
    match part {
        Part::AnyDepth => {
            descend(files, at, rest, depth, found);
            for entry in entries {
                let path = at.join(&entry.name);
                if entry.is_directory {
                    descend(files, &path, parts, depth + 1, found);
                } else if rest.is_empty() {
                    descend(files, &path, rest, depth + 1, found);
                }
            }
        }
        Part::Pattern(tokens) => {
            for entry in entries {
                if (entry.is_directory || rest.is_empty()) && matches(tokens, &entry.name) {
                    descend(files, &at.join(&entry.name), rest, depth + 1, found);
                }
            }
        }
        Part::Fixed(_) => {}
    }
}

/// Writes out the alternatives in braces.
fn alternatives(pattern: &str) -> Result<Vec<String>, &'static str> {
    let mut pending = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(pattern) = pending.pop() {
        match braces(&pattern)? {
            None => done.push(pattern),
            Some((before, choices, after)) => {
                pending.extend(choices.iter().map(|choice| format!("{before}{choice}{after}")));
            }
        }
        if pending.len() + done.len() > MOST_ALTERNATIVES {
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
    let negated = characters.as_str().starts_with(['^', '!']);
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
            ("d/[!a-o]*.txt", "d/two.txt"),
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
        for pattern in ["[", "[]", "{a", "a}", "\\", "[b-a]", &"{a,b}".repeat(20)] {
            assert!(find(&files, pattern).is_err(), "{pattern} is no pattern");
        }
    }
}
