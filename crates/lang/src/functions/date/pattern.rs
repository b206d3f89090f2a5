//! The patterns of `formatdate`: repeated letters stand for parts of a time, quoted text for itself.

use super::timestamp::{Civil, Timestamp};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Writes a time by a pattern.
///
/// # Errors
/// The pattern has letters that mean nothing, or an open quote.
pub(super) fn format(pattern: &str, time: &Timestamp) -> Result<String, String> {
    let civil = time.civil();
    let mut output = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(rest, &mut output)?;
        } else if first.is_ascii_alphabetic() {
            let length = rest.chars().take_while(|it| *it == first).count();
            let (verb, after) = rest.split_at(length);
            output.push_str(&part(verb, first, &civil, time)?);
            rest = after;
        } else {
            output.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(output)
}

/// Copies quoted text, in which two quotes stand for one; two quotes alone are one quote.
fn quoted<'a>(text: &'a str, output: &mut String) -> Result<&'a str, String> {
    if let Some(rest) = text.strip_prefix("''") {
        output.push('\'');
        return Ok(rest);
    }
    let mut rest = &text[1..];
    while let Some((part, after)) = rest.split_once('\'') {
        output.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                output.push('\'');
                rest = after;
            }
            None => return Ok(after),
        }
    }
    Err("unterminated literal '".to_owned())
}

fn part(verb: &str, letter: char, civil: &Civil, time: &Timestamp) -> Result<String, String> {
    let expected = match (letter, verb.len()) {
        ('Y', 2) => return Ok(format!("{:02}", civil.year % 100)),
        ('Y', 4) => return Ok(format!("{:04}", civil.year)),
        ('Y', _) => "year must either be \"YY\" or \"YYYY\"",
        ('M', length @ (3 | 4)) => {
            return Ok(name(&MONTHS, civil.month.saturating_sub(1), length == 3));
        }
        ('E', length @ (3 | 4)) => return Ok(name(&DAYS, civil.weekday, length == 3)),
        ('M', length @ (1 | 2)) => return Ok(padded(civil.month, length)),
        ('D', length @ (1 | 2)) => return Ok(padded(civil.day, length)),
        ('h', length @ (1 | 2)) => return Ok(padded(civil.hour, length)),
        ('H', length @ (1 | 2)) => return Ok(padded((civil.hour + 11) % 12 + 1, length)),
        ('m', length @ (1 | 2)) => return Ok(padded(civil.minute, length)),
        ('s', length @ (1 | 2)) => return Ok(padded(civil.second, length)),
        ('A', 2) => return Ok(if civil.hour < 12 { "AM" } else { "PM" }.to_owned()),
        ('a', 2) => return Ok(if civil.hour < 12 { "am" } else { "pm" }.to_owned()),
        ('Z', 1) if time.is_utc() => return Ok("Z".to_owned()),
        ('Z', 3) if time.is_utc() => return Ok("UTC".to_owned()),
        ('Z', 3 | 4) => return Ok(time.offset_text("")),
        ('Z', 1 | 5) => return Ok(time.offset_text(":")),
        ('M', _) => "month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
        ('D', _) => "day of month must either be \"D\" or \"DD\"",
        ('E', _) => "day of week must either be \"EEE\" or \"EEEE\"",
        ('h', _) => "24-hour must either be \"h\" or \"hh\"",
        ('H', _) => "12-hour must either be \"H\" or \"HH\"",
        ('m', _) => "minute must either be \"m\" or \"mm\"",
        ('s', _) => "second must either be \"s\" or \"ss\"",
        ('A', _) => "must be \"AA\"",
        ('a', _) => "must be \"aa\"",
        ('Z', _) => "timezone must be Z, ZZZ, ZZZZ, or ZZZZZ",
        _ => return Err(format!("invalid date format verb \"{verb}\"")),
    };
    Err(format!("invalid date format verb \"{verb}\": {expected}"))
}

fn padded(number: u32, length: usize) -> String {
    format!("{number:0length$}")
}

fn name(names: &[&str], index: u32, short: bool) -> String {
    let name = usize::try_from(index).ok().and_then(|it| names.get(it)).copied().unwrap_or_default();
    if short { name.chars().take(3).collect() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, format};

    #[test]
    fn patterns() {
        let cases = [
            ("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z", "02 Jan 2018 23:12 UTC"),
            ("EEEE, D-MMMM-YY h:m:s", "2018-12-30T03:02:01Z", "Sunday, 30-December-18 3:2:1"),
            ("HH:mmaa AA", "2018-01-02T23:12:01Z", "11:12pm PM"),
            ("H H", "2018-01-02T00:12:01Z", "12 12"),
            ("Z ZZZ ZZZZ ZZZZZ", "2018-01-02T00:12:01+05:30", "+05:30 +0530 +0530 +05:30"),
            ("'o''clock' '' é", "2018-01-02T00:12:01Z", "o'clock ' é"),
        ];
        for (pattern, time, expected) in cases {
            let time = Timestamp::parse(time).unwrap();
            assert_eq!(format(pattern, &time).as_deref(), Ok(expected), "for {pattern}");
        }
        let time = Timestamp::from_unix(0);
        for pattern in ["YYY", "QQ", "E", "ZZ", "DDD", "A", "'open", "'a''"] {
            assert!(format(pattern, &time).is_err(), "{pattern} is no pattern");
        }
    }
}
