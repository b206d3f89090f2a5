//! States that were stored before.

use std::fmt;
use std::str::FromStr;

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, Time, UtcOffset};

/// A state that a store holds or has held.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Version {
    /// What the store calls it.
    pub id: String,
    /// The serial of the state.
    pub serial: u64,
    /// When it was written.
    pub written: OffsetDateTime,
    /// How many bytes the store keeps for it.
    pub size: u64,
}

/// Which of the states that were stored is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Moment {
    /// The one with this serial; the latest, where states of several lineages have it.
    Serial(u64),
    /// The one that was stored at this time.
    Time(OffsetDateTime),
}

impl Moment {
    /// Returns the version that is meant among some.
    pub fn find(self, versions: &[Version]) -> Option<&Version> {
        let meant = |it: &&Version| match self {
            Self::Serial(serial) => it.serial == serial,
            Self::Time(time) => it.written <= time,
        };
        versions.iter().filter(meant).max_by_key(|it| (it.written, it.serial))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(serial) => write!(f, "serial {serial}"),
            Self::Time(time) => write!(f, "{}", time.format(&Rfc3339).map_err(|_error| fmt::Error)?),
        }
    }
}

/// A text that says neither a serial nor a time.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "neither a serial, such as 42, nor a time, such as 2026-11-23T08:00:00Z or 2026-11-23 for its beginning in UTC"
)]
pub struct NoMoment;

impl FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        if let Ok(serial) = text.parse() {
            return Ok(Self::Serial(serial));
        }
        if let Ok(time) = OffsetDateTime::parse(text, &Rfc3339) {
            return Ok(Self::Time(time.to_offset(UtcOffset::UTC)));
        }
        let day = time::macros::format_description!("[year]-[month]-[day]");
        let date = Date::parse(text, day).map_err(|_error| NoMoment)?;
        Ok(Self::Time(date.with_time(Time::MIDNIGHT).assume_utc()))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::{Moment, OffsetDateTime, Version};

    #[test]
    fn a_serial_or_a_time_says_which_is_meant() {
        let start = OffsetDateTime::from_unix_timestamp(1_795_392_000).unwrap();
        assert_eq!(start.to_string(), "2026-11-23 0:00:00.0 +00:00:00");
        let version = |id: &str, serial, hours| Version {
            id: id.to_owned(),
            serial,
            written: start + Duration::hours(hours),
            size: 1,
        };
        let versions = [version("a", 1, 0), version("b", 2, 2), version("c", 2, 4), version("d", 3, 5)];
        let check = |text: &str, expected: Option<&str>| {
            let moment: Moment = text.parse().unwrap();
            assert_eq!(moment.find(&versions).map(|it| &*it.id), expected, "{text}");
        };
        check("1", Some("a"));
        check("2", Some("c"));
        check("7", None);
        check("2026-11-23", Some("a"));
        check("2026-11-22", None);
        check("2026-11-23T02:00:00Z", Some("b"));
        check("2026-11-23T01:59:59Z", Some("a"));
        check("2026-11-23T05:30:00+02:00", Some("b"));
        check("2027-01-01", Some("d"));
        for text in ["", "-1", "yesterday", "2026-13-01", "2026-11-23 10:00"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
