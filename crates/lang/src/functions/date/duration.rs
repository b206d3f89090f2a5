//! Durations such as `1h30m` and `-1.5s`.

/// Reads a duration; returns nanoseconds.
///
/// # Errors
/// What is missing or unknown.
pub(super) fn parse(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let integer = digits(&mut rest);
        let fraction = match rest.strip_prefix('.') {
            Some(after) => {
                rest = after;
                digits(&mut rest)
            }
            None => "",
        };
        if integer.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let length = rest.find(|it: char| it == '.' || it.is_ascii_digit()).unwrap_or(rest.len());
        let (unit, after) = rest.split_at(length);
        rest = after;
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {text:?}"));
        }
        let Some(scale) = unit_nanoseconds(unit) else {
            return Err(format!("time: unknown unit {unit:?} in duration {text:?}"));
        };
        let whole: u64 = if integer.is_empty() { 0 } else { integer.parse().map_err(|_| invalid())? };
        let part = whole.checked_mul(scale).and_then(|it| it.checked_add(fraction_of(fraction, scale)));
        total = part.and_then(|it| total.checked_add(it)).ok_or_else(invalid)?;
    }
    let signed = if negative { -i128::from(total) } else { i128::from(total) };
    i64::try_from(signed).map_err(|_| invalid())
}

fn digits<'a>(rest: &mut &'a str) -> &'a str {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(length);
    *rest = after;
    digits
}

fn unit_nanoseconds(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        // Both signs for "micro" that Unicode has.
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// Returns the nanoseconds of `0.fraction` units, rounded down.
fn fraction_of(fraction: &str, scale: u64) -> u64 {
    let mut nanoseconds = 0_u128;
    let mut place = u128::from(scale) * 1_000_000_000_000_000;
    for digit in fraction.bytes().take(15) {
        place /= 10;
        nanoseconds += place * u128::from(digit - b'0');
    }
    u64::try_from(nanoseconds / 1_000_000_000_000_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations() {
        let cases = [
            ("10m", Some(600_000_000_000)),
            ("-1.5h", Some(-5_400_000_000_000)),
            ("+1h2m3.004s", Some(3_723_004_000_000)),
            ("100ns", Some(100)),
            (".5us", Some(500)),
            ("1.µs", Some(1_000)),
            ("0", Some(0)),
            ("", None),
            ("10", None),
            ("1d", None),
            (".s", None),
            ("1h -5m", None),
            ("-", None),
            ("9999999999h", None),
            ("99999999999999999999s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).ok(), expected, "for {text}");
        }
    }
}
