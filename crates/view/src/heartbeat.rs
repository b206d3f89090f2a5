//! That work goes on, where nobody sees a line that changes.

use std::time::{Duration, Instant};

use crate::apply_text::{duration, still};
use crate::messages::{Message, still_message};
use crate::status::{Surface, status};
use crate::style::Style;
use crate::work::{Running, Work};

/// How often what takes its time is mentioned, as Terraform does.
const PAUSE: Duration = Duration::from_secs(10);

/// How many steps may be in flight for each to be mentioned by itself; of more there is one line for all.
const ONE_BY_ONE: usize = 10;

/// What is to be told.
#[derive(Debug, Default)]
pub struct Heartbeat {
    /// As text.
    pub lines: Vec<String>,
    /// As Terraform's machine-readable messages: one for each step, however many there are.
    pub messages: Vec<Message>,
}

/// Returns what is to be told of all that has gone on for another ten seconds. It is to be asked about every second.
pub fn heartbeat(work: &mut Work, now: Instant, surface: Surface, style: Style) -> Heartbeat {
    let overdue = work.overdue(PAUSE, now);
    let mut heartbeat = Heartbeat::default();
    let (mut lines, mut is_all_steps) = (Vec::new(), true);
    for (what, elapsed) in &overdue {
        let Running::Step { address, opcode, identity, .. } = what else {
            is_all_steps = false;
            continue;
        };
        heartbeat.messages.extend(still_message(address, *opcode, *elapsed));
        lines.push(still(address, *opcode, identity.as_deref(), *elapsed, style));
    }
    if is_all_steps && work.running().count() <= ONE_BY_ONE {
        heartbeat.lines = lines;
    } else if !overdue.is_empty() && work.summarize(PAUSE, now) {
        let elapsed = duration(now.saturating_duration_since(work.since()));
        let everything = Surface { columns: usize::MAX, ..surface };
        let line = format!("Still working... [{elapsed} elapsed] {}", status(work, now, everything));
        heartbeat.lines.push(line);
    }
    heartbeat
}

#[cfg(test)]
mod tests {
    use rinfra_change::Opcode;

    use super::*;

    fn begin(work: &mut Work, number: usize, opcode: Opcode, now: Instant) {
        let address = format!("a_b.c[{number}]").parse().unwrap();
        let identity = (opcode == Opcode::Delete).then(|| "i-1".to_owned());
        work.begin(Running::Step { operation: number, address, opcode, identity }, now);
    }

    /// Asks every second, and returns what was told and when.
    fn told(work: &mut Work, start: Instant, seconds: u64) -> Vec<(u64, String)> {
        let surface = Surface { columns: 80, is_unicode: false };
        let mut told = Vec::new();
        for second in 1..=seconds {
            let heartbeat =
                heartbeat(work, start + Duration::from_secs(second), surface, Style { colour: false });
            told.extend(heartbeat.lines.into_iter().map(|it| (second, it)));
        }
        told
    }

    #[test]
    fn a_few_steps_are_mentioned_one_by_one() {
        let start = Instant::now();
        let mut work = Work::new(None, start);
        work.expect(2);
        begin(&mut work, 0, Opcode::Create, start);
        begin(&mut work, 1, Opcode::Delete, start + Duration::from_secs(3));
        let expected = [
            (10, "a_b.c[0]: Still creating... [10s elapsed]"),
            (13, "a_b.c[1]: Still destroying... [id=i-1, 10s elapsed]"),
            (20, "a_b.c[0]: Still creating... [20s elapsed]"),
            (23, "a_b.c[1]: Still destroying... [id=i-1, 20s elapsed]"),
        ];
        assert_eq!(told(&mut work, start, 29), expected.map(|(second, line)| (second, line.to_owned())));
    }

    #[test]
    fn many_steps_are_mentioned_in_one_line() {
        let start = Instant::now();
        let mut work = Work::new(None, start);
        work.expect(500);
        for number in 0..400 {
            // They begin one after the other, and are mentioned together nevertheless.
            let since = start + Duration::from_millis(20 * u64::try_from(number).unwrap());
            begin(&mut work, number, Opcode::Create, since);
        }
        let line = |elapsed: u64| {
            let line = format!(
                "Still working... [{elapsed}s elapsed] 0 of 500 done | Creating 400 a_b | longest: a_b.c[0] {elapsed}s"
            );
            (elapsed, line)
        };
        assert_eq!(told(&mut work, start, 35), [line(10), line(20), line(30)]);
        let all = heartbeat(
            &mut work,
            start + Duration::from_secs(60),
            Surface { columns: 80, is_unicode: false },
            Style { colour: false },
        );
        assert_eq!(all.messages.len(), 400);
    }

    #[test]
    fn a_long_refresh_is_mentioned_too() {
        let start = Instant::now();
        let mut work = Work::new(None, start);
        work.begin(Running::Refresh { kind: "a_b".to_owned(), region: None, objects: 3 }, start);
        let line = |elapsed: u64| {
            let line = format!(
                "Still working... [{elapsed}s elapsed] Refreshing: 0/3 objects | Reading 3 a_b | longest: a_b {elapsed}s"
            );
            (elapsed, line)
        };
        assert_eq!(told(&mut work, start, 29), [line(10), line(20)]);
    }
}
