//! What goes on right now, in one line.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rinfra_addr::ResourceInstance;
use rinfra_change::Opcode;

use crate::apply_text::{doing, duration};

/// How many kinds of things in flight are named before the rest is only counted.
const NAMED: usize = 3;

/// One thing that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Running {
    /// A step of an apply.
    Step {
        /// The instance.
        address: ResourceInstance,
        /// What is done to it.
        opcode: Opcode,
    },
    /// The reading of what exists.
    Reading {
        /// The resource type, or the address of a data source.
        kind: String,
        /// The Region.
        region: Option<String>,
    },
}

/// Something that goes on, and since when.
#[derive(Clone, Debug)]
pub struct Ongoing {
    /// What it is.
    pub what: Running,
    /// When it began.
    pub since: Instant,
    /// How often it was mentioned that it takes its time.
    pub mentioned: u32,
}

/// What there is to do, what is done and what goes on.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// How many steps there are; 0 while nobody knows.
    pub total: usize,
    /// How many are done.
    pub done: usize,
    /// What goes on, the oldest first.
    pub running: Vec<Ongoing>,
}

impl Work {
    /// Notes that something begins.
    pub fn begin(&mut self, what: Running, now: Instant) {
        self.running.push(Ongoing { what, since: now, mentioned: 0 });
    }

    /// Notes that something is done, and returns when it began.
    pub fn end(&mut self, what: &Running) -> Option<Instant> {
        let position = self.running.iter().position(|it| it.what == *what)?;
        self.done += 1;
        Some(self.running.remove(position).since)
    }
}

/// Renders work as one line: how much is done, what is in flight by type, and what has run longest. It is
/// empty when nothing goes on.
pub fn status(work: &Work, now: Instant) -> String {
    let Some(oldest) = work.running.first() else { return String::new() };
    let counter = if work.total > 0 {
        format!("{} of {} done", work.done, work.total)
    } else {
        format!("{} done", work.done)
    };
    let mut kinds: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for ongoing in &work.running {
        let kind = match &ongoing.what {
            Running::Step { address, opcode } => (doing(*opcode), &**address.kind()),
            Running::Reading { kind, .. } => ("Reading", kind.as_str()),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named = kinds.iter().take(NAMED).map(|((doing, kind), count)| format!("{doing} {count} {kind}"));
    let mut parts: Vec<_> = named.collect();
    let rest: usize = kinds.iter().skip(NAMED).map(|(_, count)| count).sum();
    if rest > 0 {
        parts.push(format!("{rest} more"));
    }
    let name = match &oldest.what {
        Running::Step { address, .. } => address.to_string(),
        Running::Reading { kind, region: Some(region) } => format!("{kind} in {region}"),
        Running::Reading { kind, region: None } => kind.clone(),
    };
    let elapsed = now.saturating_duration_since(oldest.since);
    let longest = if elapsed >= Duration::from_secs(1) {
        format!(" · longest: {name} {}", duration(elapsed))
    } else {
        String::new()
    };
    format!("{counter} · {}{longest}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(address: &str, opcode: Opcode) -> Running {
        Running::Step { address: address.parse().unwrap(), opcode }
    }

    #[test]
    fn the_line_tells_the_truth() {
        let start = Instant::now();
        let later = |seconds| start + Duration::from_secs(seconds);
        let mut work = Work { total: 9, ..Work::default() };
        assert_eq!(status(&work, start), "");
        work.begin(step("aws_vpc.a", Opcode::Create), start);
        assert_eq!(status(&work, start), "0 of 9 done · Creating 1 aws_vpc");
        for name in ["a[0]", "a[1]"] {
            work.begin(step(&format!("aws_subnet.{name}"), Opcode::Create), later(1));
        }
        for (name, opcode) in [("aws_eip.a", Opcode::Delete), ("aws_route.a", Opcode::Update)] {
            work.begin(step(name, opcode), later(2));
        }
        assert_eq!(
            status(&work, later(65)),
            "0 of 9 done · Creating 2 aws_subnet, Creating 1 aws_vpc, Destroying 1 aws_eip, 1 more · longest: aws_vpc.a 1m5s"
        );
        assert_eq!(work.end(&step("aws_vpc.a", Opcode::Create)), Some(start));
        assert_eq!(work.end(&step("aws_vpc.a", Opcode::Create)), None);
        assert!(status(&work, later(65)).starts_with("1 of 9 done · Creating 2 aws_subnet, "));
    }

    #[test]
    fn reading_is_counted_too() {
        let start = Instant::now();
        let mut work = Work::default();
        work.begin(
            Running::Reading { kind: "aws_vpc".to_owned(), region: Some("eu-west-1".to_owned()) },
            start,
        );
        let text = status(&work, start + Duration::from_secs(2));
        assert_eq!(text, "0 done · Reading 1 aws_vpc · longest: aws_vpc in eu-west-1 2s");
    }
}
