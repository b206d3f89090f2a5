//! What the literal pieces of strings say.

use std::ops::Range;

/// An escape sequence that says nothing: where it stands in the piece, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongEscape {
    pub(crate) range: Range<usize>,
    pub(crate) why: String,
}

/// Returns what a piece of a quoted string says once its escapes are resolved, and the escapes that say nothing.
pub(crate) fn unescape(piece: &str) -> (String, Vec<WrongEscape>) {
    let mut result = String::with_capacity(piece.len());
    let mut wrong = Vec::new();
    let mut at = 0;
    while let Some(character) = piece[at..].chars().next() {
        let rest = &piece[at..];
        let length = match character {
            '\\' => match escape(rest) {
                Ok((meaning, length)) => {
                    result.push(meaning);
                    length
                }
                Err((why, length)) => {
                    wrong.push(WrongEscape { range: at..at + length, why });
                    length
                }
            },
            '$' | '%' => match marker(rest) {
                Some(meaning) => {
                    result.push_str(meaning);
                    3
                }
                None => {
                    result.push(character);
                    1
                }
            },
            _ => {
                result.push(character);
                character.len_utf8()
            }
        };
        at += length;
    }
    (result, wrong)
}

/// Returns what a piece of a heredoc or template file says: only `$${` and `%%{` are special there.
pub(crate) fn plain(piece: &str) -> String {
    match marker(piece) {
        Some(meaning) => format!("{meaning}{}", &piece[3..]),
        None => piece.to_owned(),
    }
}

fn marker(text: &str) -> Option<&'static str> {
    if text.starts_with("$${") {
        Some("${")
    } else if text.starts_with("%%{") {
        Some("%{")
    } else {
        None
    }
}

fn escape(text: &str) -> Result<(char, usize), (String, usize)> {
    let Some(selector) = text[1..].chars().next() else {
        return Err(("A backslash starts an escape sequence and needs something after it.".to_owned(), 1));
    };
    let digits = match selector {
        'n' => return Ok(('\n', 2)),
        'r' => return Ok(('\r', 2)),
        't' => return Ok(('\t', 2)),
        '"' => return Ok(('"', 2)),
        '\\' => return Ok(('\\', 2)),
        'u' => 4,
        'U' => 8,
        other => {
            let why = format!("\"\\{other}\" is not an escape sequence. Write \"\\\\\" for a backslash.");
            return Err((why, 1 + other.len_utf8()));
        }
    };
    let given = text[2..].bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
    if given != digits {
        return Err((format!("\\{selector} needs {digits} hexadecimal digits after it."), 2 + given));
    }
    match u32::from_str_radix(&text[2..2 + digits], 16).ok().and_then(char::from_u32) {
        Some(character) => Ok((character, 2 + digits)),
        None => Err((format!("There is no character {}.", &text[..2 + digits]), 2 + digits)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        let check = |piece: &str, expected: &str| {
            assert_eq!(unescape(piece), (expected.to_owned(), vec![]), "{piece}");
        };
        check(r#"a\n\t\r\"\\b"#, "a\n\t\r\"\\b");
        check(r"\u00e9\U0001F600", "é😀");
        check("$${a}%%{b}$x%", "${a}%{b}$x%");
    }

    #[test]
    fn wrong_escapes_are_located() {
        let check =
            |piece: &str, expected: Range<usize>| assert_eq!(unescape(piece).1[0].range, expected, "{piece}");
        check(r"ab\q", 2..4);
        check(r"\u12x", 0..4);
        check(r"\ud800", 0..6);
        check(r"\é", 0..3);
    }
}
