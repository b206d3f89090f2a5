//! A moment and the offset from UTC it was written with.

use std::fmt;

const DAY: i64 = 86_400;

/// A moment with the offset from UTC it is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Timestamp {
    /// Since 1970 began in UTC.
    seconds: i64,
    nanoseconds: u32,
    /// In seconds, east of Greenwich.
    offset: i32,
}

/// A moment by the calendar and the clock, where it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: u32,
    pub(super) day: u32,
    /// Sunday is 0.
    pub(super) weekday: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
}

impl Timestamp {
    /// Returns a moment in UTC.
    pub(super) fn from_unix(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0, offset: 0 }
    }

    /// Returns the moment that calendar and clock show at an offset; `None` if they never do.
    pub(in super::super) fn from_civil(
        (year, month, day): (u32, u32, u32),
        (hour, minute, second): (u32, u32, u32),
        nanoseconds: u32,
        offset: i32,
    ) -> Option<Self> {
        if !(1..=12).contains(&month) || day < 1 || day > days_in(month, i64::from(year)) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = days_from_civil(i64::from(year), month, day);
        let clock = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Some(Self { seconds: days * DAY + clock - i64::from(offset), nanoseconds, offset })
    }

    /// Reads a timestamp strictly by RFC 3339.
    ///
    /// # Errors
    /// What is missing or out of range.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text;
        let year = number(&mut rest, 4, "year")?;
        separator(&mut rest, '-')?;
        let month = number(&mut rest, 2, "month")?;
        separator(&mut rest, '-')?;
        let day = number(&mut rest, 2, "day of month")?;
        rest = rest.strip_prefix('T').ok_or("missing required time introducer 'T'")?;
        let hour = number(&mut rest, 2, "hour")?;
        separator(&mut rest, ':')?;
        let minute = number(&mut rest, 2, "minute")?;
        separator(&mut rest, ':')?;
        let second = number(&mut rest, 2, "second")?;
        let nanoseconds = fraction(&mut rest)?;
        if rest.is_empty() {
            return Err("end of string before UTC offset".to_owned());
        }
        let offset =
            Self::parse_offset(rest).ok_or_else(|| format!("cannot use \"{rest}\" as UTC offset"))?;
        if !(1..=12).contains(&month) {
            return Err("month out of range".to_owned());
        }
        if hour > 23 {
            return Err("hour must be between 0 and 23 inclusive".to_owned());
        }
        if minute > 59 {
            return Err("minute must be between 0 and 59 inclusive".to_owned());
        }
        if second > 59 {
            return Err("second must be between 0 and 59 inclusive".to_owned());
        }
        Self::from_civil((year, month, day), (hour, minute, second), nanoseconds, offset)
            .ok_or_else(|| "day out of range".to_owned())
    }

    /// Reads `Z`, `+02:00` and the like.
    pub(in super::super) fn parse_offset(text: &str) -> Option<i32> {
        if text == "Z" {
            return Some(0);
        }
        let sign = match text.as_bytes().first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let (hours, minutes) = text[1..].split_once(':')?;
        let field = |it: &str, limit: i32| {
            let valid = it.len() == 2 && it.bytes().all(|byte| byte.is_ascii_digit());
            it.parse().ok().filter(|number: &i32| valid && *number < limit)
        };
        Some(sign * (field(hours, 24)? * 3600 + field(minutes, 60)? * 60))
    }

    /// Returns the moment so many nanoseconds later, told at the same offset.
    pub(super) fn add(self, nanoseconds: i64) -> Self {
        const SECOND: i64 = 1_000_000_000;
        let total = i64::from(self.nanoseconds) + nanoseconds.rem_euclid(SECOND);
        Self {
            seconds: self.seconds + nanoseconds.div_euclid(SECOND) + total / SECOND,
            nanoseconds: u32::try_from(total % SECOND).unwrap_or(0),
            offset: self.offset,
        }
    }

    /// Returns what orders moments, wherever they are told.
    pub(super) fn instant(&self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }

    /// Returns the offset as hours and minutes, with a sign.
    pub(super) fn offset_text(&self, separator: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs() / 60;
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }

    /// Returns whether it is told in UTC.
    pub(super) fn is_utc(&self) -> bool {
        self.offset == 0
    }

    /// Returns what calendar and clock show.
    pub(super) fn civil(&self) -> Civil {
        let local = self.seconds + i64::from(self.offset);
        let (days, clock) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(days);
        let part = |it: i64| u32::try_from(it).unwrap_or(0);
        Civil {
            year,
            month,
            day,
            // The first of January 1970 was a Thursday.
            weekday: part((days + 4).rem_euclid(7)),
            hour: part(clock / 3600),
            minute: part(clock / 60 % 60),
            second: part(clock % 60),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, hour, minute, second, .. } = self.civil();
        let (sign, year) = (if year < 0 { "-" } else { "" }, year.unsigned_abs());
        write!(f, "{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.is_utc() { f.write_str("Z") } else { f.write_str(&self.offset_text(":")) }
    }
}

fn number(rest: &mut &str, length: usize, name: &str) -> Result<u32, String> {
    if rest.is_empty() {
        return Err(format!("end of string before {name}"));
    }
    let digits = rest.get(..length).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(digits) = digits else { return Err(format!("cannot use {rest:?} as {name}")) };
    *rest = &rest[length..];
    digits.parse().map_err(|_| format!("cannot use {digits:?} as {name}"))
}

fn separator(rest: &mut &str, wanted: char) -> Result<(), String> {
    match rest.strip_prefix(wanted) {
        Some(after) => {
            *rest = after;
            Ok(())
        }
        None if rest.is_empty() => Err(format!("end of string where \"{wanted}\" is expected")),
        None => Err(format!("found {rest:?} where \"{wanted}\" is expected")),
    }
}

fn fraction(rest: &mut &str) -> Result<u32, String> {
    let Some(after) = rest.strip_prefix('.') else { return Ok(0) };
    let length = after.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &after[..length];
    *rest = &after[length..];
    if digits.is_empty() {
        return Err("no digits after the decimal point".to_owned());
    }
    format!("{digits:0<9}")[..9].parse().map_err(|_| format!("cannot use {digits:?} as fraction"))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(month: u32, year: i64) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Counts days from the first of January 1970; years begin in March here, so that the leap day is the last one.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = i64::from((month + 9) % 12);
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = u32::try_from(day_of_year - (153 * month + 2) / 5 + 1).unwrap_or(1);
    let month = u32::try_from(if month < 10 { month + 3 } else { month - 9 }).unwrap_or(1);
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn reads_and_writes() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("2000-02-29T23:59:59Z", 951_868_799, "2000-02-29T23:59:59Z"),
            ("2018-01-02T23:12:01-08:00", 1_514_963_521, "2018-01-02T23:12:01-08:00"),
            ("2018-01-02T23:12:01.999+00:00", 1_514_934_721, "2018-01-02T23:12:01Z"),
            ("0000-01-01T00:00:00Z", -62_167_219_200, "0000-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", 253_402_300_799, "9999-12-31T23:59:59Z"),
        ];
        for (text, seconds, written) in cases {
            let time = Timestamp::parse(text).unwrap();
            assert_eq!((time.seconds, time.to_string().as_str()), (seconds, written), "for {text}");
        }
    }

    #[test]
    fn every_day_is_its_own_inverse() {
        for days in (-800_000..3_000_000).step_by(13) {
            let (year, month, day) = super::civil_from_days(days);
            assert_eq!(super::days_from_civil(year, month, day), days);
        }
    }

    #[test]
    fn refuses() {
        let texts = [
            "",
            "2018",
            "2018-01-02",
            "2018-02-30T00:00:00Z",
            "2018-13-01T00:00:00Z",
            "2018-1-01T00:00:00Z",
            "2018-01-02T25:00:00Z",
            "2018-01-02T00:60:00Z",
            "2018-01-02T00:00:60Z",
            "2018-01-02T00:00:00",
            "2018-01-02T00:00:00.Z",
            "2018-01-02T00:00:00+24:00",
            "2018-01-02T00:00:00Zx",
            "2018-01-02t00:00:00z",
            "２０１８-01-02T00:00:00Z",
        ];
        for text in texts {
            assert!(Timestamp::parse(text).is_err(), "{text} is not a timestamp");
        }
    }
}
