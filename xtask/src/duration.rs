//! Durations for people.

use std::time::Duration;

/// Returns `0.4 s`, `12 s` or `3 min 07 s`.
pub(crate) fn text(duration: Duration) -> String {
    if duration < Duration::from_secs(10) {
        return format!("{:.1} s", duration.as_secs_f64());
    }
    // Rounding before splitting keeps 59.9 s from reading "60 s".
    match (duration + Duration::from_millis(500)).as_secs() {
        seconds @ ..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_well() {
        for (milliseconds, expected) in
            [(40, "0.0 s"), (420, "0.4 s"), (12_300, "12 s"), (59_900, "1 min 00 s"), (187_000, "3 min 07 s")]
        {
            assert_eq!(text(Duration::from_millis(milliseconds)), expected);
        }
    }
}
