//! Character classes and escapes of Go's regular expressions, written for the `regex` crate.

use super::syntax::SyntaxError;

const INVALID_ESCAPE: &str = "invalid escape sequence";
const INVALID_RANGE: &str = "invalid character class range";

/// Go's names of Unicode general categories; anything longer than these is the name of a script.
const CATEGORIES: &[&str] = &[
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl",
    "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
];

const POSIX: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// Writes a character so that it stands for itself inside and outside of brackets.
pub(super) fn push_character(output: &mut String, character: char) {
    if character.is_ascii_alphanumeric() || !character.is_ascii() {
        output.push(character);
    } else {
        output.push_str(&format!("\\x{{{:X}}}", u32::from(character)));
    }
}

/// Translates the bracketed class that `text` starts with; returns it and what follows.
pub(super) fn bracketed(text: &str) -> Result<(String, &str), SyntaxError> {
    let mut rest = &text[1..];
    let mut output = String::from("[");
    if let Some(after) = rest.strip_prefix('^') {
        output.push('^');
        rest = after;
    }
    let mut first = true;
    loop {
        match rest.chars().next() {
            None => return Err(SyntaxError::new("missing closing ]", text)),
            Some(']') if !first => break,
            _ => {}
        }
        first = false;
        if let Some((items, after)) = named(rest)? {
            output.push_str(&items);
            rest = after;
            continue;
        }
        if let Some((items, after)) = shorthand(rest)? {
            output.push_str(&items);
            rest = after;
            continue;
        }
        let range = rest;
        let (low, after) = character(rest, text)?;
        rest = after;
        push_character(&mut output, low);
        // A hyphen before the closing bracket stands for itself.
        if let Some(after) = rest.strip_prefix('-').filter(|it| !it.is_empty() && !it.starts_with(']')) {
            let (high, after) = character(after, text)?;
            rest = after;
            if high < low {
                return Err(SyntaxError::new(INVALID_RANGE, &range[..range.len() - rest.len()]));
            }
            output.push('-');
            push_character(&mut output, high);
        }
    }
    output.push(']');
    Ok((output, &rest[1..]))
}

fn character<'a>(text: &'a str, class: &str) -> Result<(char, &'a str), SyntaxError> {
    match text.chars().next() {
        None => Err(SyntaxError::new("missing closing ]", class)),
        Some('\\') => escape(text),
        Some(other) => Ok((other, &text[other.len_utf8()..])),
    }
}

/// `[:alpha:]` and its kin, which exist only inside of brackets.
fn named(text: &str) -> Result<Option<(String, &str)>, SyntaxError> {
    let Some(inner) = text.strip_prefix("[:") else { return Ok(None) };
    let Some(length) = inner.find(":]") else { return Ok(None) };
    let name = &inner[..length];
    if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(SyntaxError::new(INVALID_RANGE, &text[..length + 4]));
    }
    Ok(Some((format!("[:{name}:]"), &inner[length + 2..])))
}

/// `\d`, `\S`, `\pL`, `\p{Greek}` …: the items of a class, and what follows.
pub(super) fn shorthand(text: &str) -> Result<Option<(String, &str)>, SyntaxError> {
    let Some(escaped) = text.strip_prefix('\\') else { return Ok(None) };
    let items = match escaped.chars().next() {
        Some('d') => "0-9",
        Some('D') => "[^0-9]",
        Some('s') => r"\t\n\x0C\r\x20",
        Some('S') => r"[^\t\n\x0C\r\x20]",
        Some('w') => "0-9A-Za-z_",
        Some('W') => "[^0-9A-Za-z_]",
        Some('p' | 'P') => return unicode(text).map(Some),
        _ => return Ok(None),
    };
    Ok(Some((items.to_owned(), &escaped[1..])))
}

fn unicode(text: &str) -> Result<(String, &str), SyntaxError> {
    let mut negative = text[1..].starts_with('P');
    let (name, rest) = match text[2..].chars().next() {
        None => return Err(SyntaxError::new(INVALID_RANGE, text)),
        Some('{') => match text[3..].split_once('}') {
            None => return Err(SyntaxError::new(INVALID_RANGE, text)),
            Some(parts) => parts,
        },
        Some(letter) => text[2..].split_at(letter.len_utf8()),
    };
    let written = &text[..text.len() - rest.len()];
    let mut name = name;
    if let Some(inner) = name.strip_prefix('^') {
        negative = !negative;
        name = inner;
    }
    let property = match name {
        // No string holds a surrogate.
        "Cs" => {
            return Ok((if negative { r"\x00-\x{10FFFF}" } else { r"[^\x00-\x{10FFFF}]" }.to_owned(), rest));
        }
        "Any" => "Any".to_owned(),
        _ if CATEGORIES.contains(&name) => name.to_owned(),
        _ => format!("Script={name}"),
    };
    let items = format!(r"\{}{{{property}}}", if negative { 'P' } else { 'p' });
    let is_name = name.starts_with(|it: char| it.is_ascii_uppercase())
        && name.chars().all(|it| it.is_ascii_alphabetic() || it == '_');
    if !is_name || regex::Regex::new(&items).is_err() {
        return Err(SyntaxError::new(INVALID_RANGE, written));
    }
    Ok((items, rest))
}

/// Reads an escape that stands for one character.
pub(super) fn escape(text: &str) -> Result<(char, &str), SyntaxError> {
    let body = &text[1..];
    let Some(first) = body.chars().next() else {
        return Err(SyntaxError::new("trailing backslash at end of expression", ""));
    };
    let rest = &body[first.len_utf8()..];
    let invalid = || SyntaxError::new(INVALID_ESCAPE, &text[..1 + first.len_utf8()]);
    match first {
        '0'..='7' => {
            let digits = body.bytes().take(3).take_while(|it| (b'0'..=b'7').contains(it)).count();
            // One digit other than zero would be a back reference, which RE2 does not have.
            if digits == 1 && first != '0' {
                return Err(invalid());
            }
            let code = u32::from_str_radix(&body[..digits], 8).ok().and_then(char::from_u32);
            Ok((code.ok_or_else(invalid)?, &body[digits..]))
        }
        'x' => hexadecimal(text, rest),
        'a' => Ok(('\x07', rest)),
        'f' => Ok(('\x0C', rest)),
        'n' => Ok(('\n', rest)),
        'r' => Ok(('\r', rest)),
        't' => Ok(('\t', rest)),
        'v' => Ok(('\x0B', rest)),
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => Ok((other, rest)),
        _ => Err(invalid()),
    }
}

fn hexadecimal<'a>(text: &str, rest: &'a str) -> Result<(char, &'a str), SyntaxError> {
    let (digits, after) = match rest.strip_prefix('{') {
        Some(inner) => match inner.split_once('}') {
            Some(parts) => parts,
            None => return Err(SyntaxError::new(INVALID_ESCAPE, text)),
        },
        None => match rest.get(..2) {
            Some(digits) => (digits, &rest[2..]),
            None => return Err(SyntaxError::new(INVALID_ESCAPE, text)),
        },
    };
    let written = &text[..text.len() - after.len()];
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err(SyntaxError::new(INVALID_ESCAPE, written));
    }
    let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    character.map(|it| (it, after)).ok_or_else(|| SyntaxError::new(INVALID_ESCAPE, written))
}

#[cfg(test)]
mod tests {
    use super::{bracketed, escape, shorthand};

    fn check(text: &str, expected: &str) {
        let (class, rest) = bracketed(text).unwrap();
        assert_eq!((class.as_str(), rest), (expected, ""), "for {text}");
        regex::Regex::new(&class).unwrap();
    }

    fn check_error(text: &str, expected: &str) {
        let error = bracketed(text).unwrap_err();
        assert_eq!(format!("{}: {}", error.reason, error.part), expected, "for {text}");
    }

    #[test]
    fn classes() {
        check("[]a]", r"[\x{5D}a]");
        check("[^]a]", r"[^\x{5D}a]");
        check("[a-]", r"[a\x{2D}]");
        check("[a-z0]", "[a-z0]");
        check("[--/]", r"[\x{2D}-\x{2F}]");
        check("[[:^alpha:]x]", "[[:^alpha:]x]");
        check("[[:alpha]", r"[\x{5B}\x{3A}alpha]");
        check(r"[\d\S]", r"[0-9[^\t\n\x0C\r\x20]]");
        check(r"[\p{Greek}\PL]", r"[\p{Script=Greek}\P{L}]");
        check(r"[\x41\x{1F600}]", "[A😀]");
        check_error("[", "missing closing ]: [");
        check_error("[]", "missing closing ]: []");
        check_error("[z-a]", "invalid character class range: z-a");
        check_error("[[:foo:]]", "invalid character class range: [:foo:]");
        check_error(r"[\p{greek}]", r"invalid character class range: \p{greek}");
        check_error(r"[\p{Alphabetic}]", r"invalid character class range: \p{Alphabetic}");
    }

    #[test]
    fn escapes() {
        let cases =
            [(r"\n", '\n'), (r"\.", '.'), (r"\_", '_'), (r"\101", 'A'), (r"\0", '\0'), (r"\x7a", 'z')];
        for (text, expected) in cases {
            assert_eq!(escape(text).unwrap(), (expected, ""), "for {text}");
        }
        for text in [r"\", r"\q", r"\8", r"\1", r"\x4", r"\x{}", r"\x{110000}", r"\é"] {
            assert!(escape(text).is_err(), "{text} is no escape");
        }
        assert_eq!(shorthand(r"\wx").unwrap(), Some(("0-9A-Za-z_".to_owned(), "x")));
    }
}
