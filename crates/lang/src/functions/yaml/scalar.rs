//! What the text of a scalar stands for: YAML 1.1's words for truth, 1.2's numbers, and times.

use base64::Engine as _;
use rinfra_value::{Number, Value};

use super::super::date::timestamp::Timestamp;

const STRING: &str = "tag:yaml.org,2002:str";
const BOOL: &str = "tag:yaml.org,2002:bool";
const INTEGER: &str = "tag:yaml.org,2002:int";
const FLOAT: &str = "tag:yaml.org,2002:float";
const NULL: &str = "tag:yaml.org,2002:null";
const TIMESTAMP: &str = "tag:yaml.org,2002:timestamp";
const BINARY: &str = "tag:yaml.org,2002:binary";
pub(super) const SEQUENCE: &str = "tag:yaml.org,2002:seq";
pub(super) const MAPPING: &str = "tag:yaml.org,2002:map";
pub(super) const MERGE: &str = "tag:yaml.org,2002:merge";

/// Returns the value of a scalar with this tag, empty if there is none.
///
/// # Errors
/// The tag is not supported, or the text is nothing of the tag's kind.
pub(super) fn resolve(tag: &str, text: &str, quoted: bool) -> Result<Value, String> {
    let cannot = || format!("cannot parse \"{text}\" as {tag}");
    match tag {
        STRING => return Ok(Value::string(text)),
        BINARY => {
            return match base64::engine::general_purpose::STANDARD.decode(text.replace(['\r', '\n'], "")) {
                Ok(_) => Ok(Value::string(text)),
                Err(_) => Err(format!("{}: not valid base64", cannot())),
            };
        }
        "" | BOOL | INTEGER | FLOAT | NULL | TIMESTAMP => {}
        _ => return Err(format!("unsupported tag \"{tag}\"")),
    }
    if let Some(value) = guess(tag, text, quoted)? {
        return Ok(value);
    }
    match tag {
        INTEGER | FLOAT => number(text).ok_or_else(cannot),
        NULL => Ok(Value::dynamic_null()),
        "" => Ok(Value::string(text)),
        _ => Err(cannot()),
    }
}

/// Returns the value of text that says by its form what it is.
fn guess(tag: &str, text: &str, quoted: bool) -> Result<Option<Value>, String> {
    let first = text.bytes().next();
    let telling = first.is_none_or(|it| b"+-.~yYnNtTfFoO".contains(&it) || it.is_ascii_digit());
    if !telling {
        return Ok(None);
    }
    if quoted {
        return Ok(Some(Value::string(text)));
    }
    if let Some(value) = word(text) {
        return Ok(Some(value));
    }
    if tag.is_empty() && matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("floating point NaN is not supported".to_owned());
    }
    match first {
        Some(b'.') => Ok(Number::parse(text).map(Value::number)),
        Some(byte) if byte.is_ascii_digit() || byte == b'+' || byte == b'-' => {
            if (tag.is_empty() || tag == TIMESTAMP)
                && let Some(time) = time(text)
            {
                return Ok(Some(Value::string(time.to_string())));
            }
            let plausible = is_integer(text) || is_decimal(text);
            if !plausible {
                return Ok(None);
            }
            number(text).map(Some).ok_or_else(|| format!("cannot parse \"{text}\" as {INTEGER}"))
        }
        _ => Ok(None),
    }
}

fn word(text: &str) -> Option<Value> {
    let value = match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Value::dynamic_null(),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::number(Number::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::number(Number::NEGATIVE_INFINITY),
        _ => return None,
    };
    Some(value)
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn all_digits(text: &str, base: u32) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_digit(base))
}

fn is_integer(text: &str) -> bool {
    match (text.strip_prefix("0o"), text.strip_prefix("0x")) {
        (Some(octal), _) => all_digits(octal, 8),
        (_, Some(hexadecimal)) => all_digits(hexadecimal, 16),
        _ => all_digits(unsigned(text), 10),
    }
}

fn is_decimal(text: &str) -> bool {
    let text = unsigned(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let only_digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    only_digits(integer)
        && only_digits(fraction)
        && !(integer.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|it| all_digits(unsigned(it), 10))
}

fn number(text: &str) -> Option<Value> {
    let plain = text.replace('_', "");
    if let Some(number) = Number::parse(&plain) {
        return Some(Value::number(number));
    }
    let negative = plain.starts_with('-');
    let digits = unsigned(&plain);
    let (digits, base) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (&digits[2..], 16),
        Some("0o") => (&digits[2..], 8),
        Some("0b") => (&digits[2..], 2),
        _ => return None,
    };
    // Such numbers are read as machine integers.
    let magnitude = u64::from_str_radix(digits, base).ok()?;
    let number = i128::from(magnitude) * if negative { -1 } else { 1 };
    (number >= i128::from(i64::MIN)).then(|| Value::number(number))
}

/// Reads a date or a time in one of YAML's forms.
fn time(text: &str) -> Option<Timestamp> {
    let (year, rest) = text.split_once('-')?;
    if year.len() != 4 || !all_digits(year, 10) {
        return None;
    }
    let (month, rest) = rest.split_once('-')?;
    let day_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (day, rest) = rest.split_at(day_length);
    let date = (field(year, 4)?, field(month, 2)?, field(day, 2)?);
    match rest.chars().next() {
        None => Timestamp::from_civil(date, (0, 0, 0), 0, 0),
        Some('T' | 't') => {
            let zone = rest.rfind(['Z', '+', '-'])?;
            let offset = Timestamp::parse_offset(&rest[zone..])?;
            let (time, nanoseconds) = clock(&rest[1..zone])?;
            Timestamp::from_civil(date, time, nanoseconds, offset)
        }
        Some(' ') => {
            let (time, nanoseconds) = clock(&rest[1..])?;
            Timestamp::from_civil(date, time, nanoseconds, 0)
        }
        Some(_) => None,
    }
}

fn field(text: &str, longest: usize) -> Option<u32> {
    if text.len() > longest || !all_digits(text, 10) { None } else { text.parse().ok() }
}

fn clock(text: &str) -> Option<((u32, u32, u32), u32)> {
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    if !all_digits(fraction, 10) {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}")[..9].parse().ok()?;
    Some(((field(hour, 2)?, field(minute, 2)?, field(second, 2)?), nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use crate::functions::json::encode;

    fn check(tag: &str, text: &str, expected: &str) {
        assert_eq!(encode(&resolve(tag, text, false).unwrap()).unwrap(), expected, "for {tag} {text}");
    }

    #[test]
    fn says_what_text_stands_for() {
        for (text, expected) in [
            ("yes", "true"),
            ("Off", "false"),
            ("~", "null"),
            ("nil", "\"nil\""),
            ("017", "17"),
            ("0o17", "15"),
            ("0x1F", "31"),
            ("1_000", "\"1_000\""),
            ("0b11", "\"0b11\""),
            ("12e03", "12000"),
            ("1.", "1"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("+5", "5"),
            ("10:30", "\"10:30\""),
            ("1.2.3", "\"1.2.3\""),
            ("2020-01-01", "\"2020-01-01T00:00:00Z\""),
            ("2020-1-2 3:4:5.5", "\"2020-01-02T03:04:05Z\""),
            ("2020-01-01T10:00:00+02:00", "\"2020-01-01T10:00:00+02:00\""),
            ("2020-13-01", "\"2020-13-01\""),
            ("2020-02-30", "\"2020-02-30\""),
            ("word", "\"word\""),
        ] {
            check("", text, expected);
        }
        check(super::STRING, "yes", "\"yes\"");
        check(super::INTEGER, "1_000", "1000");
        check(super::BINARY, "YQ==", "\"YQ==\"");
        assert!(resolve(super::BOOL, "maybe", false).is_err());
        assert!(resolve(super::BINARY, "!", false).is_err());
        assert!(resolve("!custom", "x", false).is_err());
    }
}
