use std::time::Duration;

/// The shortest first pause.
const SHORT: Duration = Duration::from_millis(200);

/// The longest first pause, and the longest pause of all where things take no time.
const MIDDLE: Duration = Duration::from_secs(5);

/// The longest pause of all.
const LONG: Duration = Duration::from_secs(30);

/// How long a wait may take, and how long it usually takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// After that it is given up.
    pub(crate) limit: Duration,
    /// What takes minutes is looked at less often.
    pub(crate) typical: Duration,
}

impl Span {
    /// Returns how long to pause after so many looks and one more: twice as long each time, in the proportions of what
    /// the wait usually takes.
    pub(super) fn pause(self, looks: u32) -> Duration {
        let first = (self.typical / 20).clamp(SHORT, MIDDLE);
        let longest = (self.typical / 10).clamp(MIDDLE, LONG);
        (first * 2_u32.pow(looks.min(10))).min(longest)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;
    use std::time::Duration;

    #[test]
    fn what_takes_long_is_looked_at_less_often() {
        for (typical, expected) in [
            (1, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]),
            (60, [3_000, 6_000, 6_000, 6_000, 6_000, 6_000, 6_000]),
            (100, [5_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000]),
            (900, [5_000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000]),
        ] {
            let span = Span { limit: Duration::from_secs(3600), typical: Duration::from_secs(typical) };
            let pauses: Vec<_> = (0..7).map(|looks| span.pause(looks).as_millis()).collect();
            assert_eq!(pauses, expected, "{typical}");
        }
    }
}
