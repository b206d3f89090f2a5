//! Durations as configurations write them.

use std::time::Duration;

/// Reads a duration such as `90s`, `1h30m` or `1.5h`.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let amount: f64 = rest[..digits].parse().ok()?;
        let letters = rest[digits..].find(|c: char| c.is_ascii_digit() || c == '.');
        let end = letters.map_or(rest.len(), |it| digits + it);
        let unit = match &rest[digits..end] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        seconds += amount * unit;
        rest = &rest[end..];
    }
    Duration::try_from_secs_f64(seconds).ok()
}

/// Writes a duration the way people say it: `10m`, `1h30m`, `45s`.
pub(crate) fn text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let text: String = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{parse, text};
    use std::time::Duration;

    #[test]
    fn durations_are_read_and_written() {
        let cases =
            [("90s", 90, "1m30s"), ("1h30m", 5400, "1h30m"), ("1.5h", 5400, "1h30m"), ("0s", 0, "0s")];
        for (given, seconds, written) in cases {
            let duration = parse(given);
            assert_eq!(duration, Some(Duration::from_secs(seconds)), "{given}");
            assert_eq!(duration.map(text).as_deref(), Some(written), "{given}");
        }
        for given in ["", "10", "m", "10x", "1h 30m", "-1s", "1..5h"] {
            assert_eq!(parse(given), None, "{given}");
        }
    }
}
