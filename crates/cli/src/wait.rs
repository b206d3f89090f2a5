//! Lengths of time as they are written on the command line.

use std::str::FromStr;
use std::time::Duration;

/// How long to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl FromStr for Wait {
    type Err = String;

    /// Reads a number with a unit, or several: `30s`, `1m30s`, `1.5h`, `250ms`, `0`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem = || "expected a length of time, such as 30s, 5m or 1h30m".to_owned();
        if text == "0" {
            return Ok(Self::default());
        }
        let mut total = Duration::ZERO;
        let mut rest = text;
        while !rest.is_empty() {
            let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.').ok_or_else(problem)?;
            let (number, tail) = rest.split_at(digits);
            let end = tail.find(|it: char| it.is_ascii_digit() || it == '.').unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(end);
            let seconds = match unit {
                "ms" => 0.001,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return Err(problem()),
            };
            let number: f64 = number.parse().map_err(|_| problem())?;
            let part = Duration::try_from_secs_f64(number * seconds).map_err(|_| problem())?;
            total = total.checked_add(part).ok_or_else(problem)?;
            rest = tail;
        }
        if text.is_empty() { Err(problem()) } else { Ok(Self(total)) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Wait;

    #[test]
    fn lengths_of_time_are_read_as_terraform_does() {
        let check = |given: &str, milliseconds: Option<u64>| {
            let read = given.parse::<Wait>().ok().map(|it| it.0);
            assert_eq!(read, milliseconds.map(Duration::from_millis), "{given}");
        };
        check("0", Some(0));
        check("0s", Some(0));
        check("30s", Some(30_000));
        check("1m30s", Some(90_000));
        check("1.5h", Some(5_400_000));
        check("250ms", Some(250));
        for wrong in ["", "3", "3x", "s", "-3s", "1..2s", "99999999999999999999h", "3s4"] {
            check(wrong, None);
        }
    }
}
