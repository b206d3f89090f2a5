//! What strings and numbers of JSON say.

use rinfra_value::Number;

/// Returns what a string token says.
///
/// # Errors
/// How many bytes of the token are sound, its opening quote included.
pub(super) fn string(token: &str) -> Result<String, usize> {
    let mut result = String::with_capacity(token.len());
    let mut at = 1;
    loop {
        let rest = token.get(at..).unwrap_or_default();
        let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(rest.len());
        result.push_str(&rest[..plain]);
        at += plain;
        match rest.as_bytes().get(plain) {
            None => return Err(token.len() - 1),
            Some(b'"') => return Ok(result),
            Some(_) => {}
        }
        let meaning = match token.as_bytes().get(at + 1) {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'u') => {
                let first = unit(token, at + 2)?;
                at += 4;
                let pair = (0xd800..0xdc00).contains(&first) && token[at + 2..].starts_with("\\u");
                match pair.then(|| unit(token, at + 4)).transpose()? {
                    Some(second @ 0xdc00..0xe000) => {
                        at += 6;
                        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
                    }
                    // Half a pair stands for no character.
                    _ => char::from_u32(first),
                }
                .unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return Err((at + 1).min(token.len() - 1)),
        };
        result.push(meaning);
        at += 2;
    }
}

fn unit(token: &str, at: usize) -> Result<u32, usize> {
    let mut unit = 0;
    for index in at..at + 4 {
        let digit = token.as_bytes().get(index).and_then(|&byte| char::from(byte).to_digit(16));
        unit = unit * 16 + digit.ok_or(index.min(token.len() - 1))?;
    }
    Ok(unit)
}

/// Returns the number a token is, if it is one.
pub(super) fn number(token: &str) -> Option<Number> {
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let valid = digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|it| digits(it.strip_prefix(['-', '+']).unwrap_or(it)));
    if valid { Number::parse(token) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read() {
        let check = |token: &str, expected: Result<&str, usize>| {
            assert_eq!(string(token), expected.map(str::to_owned), "{token}");
        };
        check(r#""""#, Ok(""));
        check(r#""a\n\"\\\/é""#, Ok("a\n\"\\/é"));
        check(r#""\u00e9\ud83d\ude00""#, Ok("é😀"));
        check(r#""\ud83dx\ude00\ud800A""#, Ok("\u{fffd}x\u{fffd}\u{fffd}A"));
        check(r#""a\qb""#, Err(3));
        check(r#""\u12x4""#, Err(5));
        check(r#""ab"#, Err(2));
        check("\"", Err(0));
        check("\"\\", Err(1));
    }

    #[test]
    fn numbers_are_strict() {
        let check = |token: &str, expected: bool| assert_eq!(number(token).is_some(), expected, "{token}");
        for valid in ["0", "-0", "10", "1.50", "1e5", "1E+5", "-1.2e-3"] {
            check(valid, true);
        }
        for invalid in ["", "-", "01", "1.", ".5", "+1", "1e", "1e+", "1-2", "--1", "1.2.3", "1e5e5"] {
            check(invalid, false);
        }
    }
}
