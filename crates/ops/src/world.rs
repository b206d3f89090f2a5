use rinfra_lang::functions::World;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The time and chance of this machine.
pub(crate) struct ClockAndDice;

impl World for ClockAndDice {
    fn now(&self) -> i64 {
        OffsetDateTime::now_utc().unix_timestamp()
    }

    fn randomise(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes once it has booted");
    }
}

/// Returns the time now in RFC 3339, to the second.
pub fn timestamp() -> String {
    let now = OffsetDateTime::now_utc();
    let now = now.replace_nanosecond(0).unwrap_or(now);
    now.format(&Rfc3339).unwrap_or_default()
}
