//! What goes on right now, in one line.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rinfra_change::Opcode;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::apply_text::{doing, duration};
use crate::work::{Ongoing, Running, Work};

/// How many kinds of things in flight are named before the rest is only counted.
const NAMED: usize = 3;

/// Where a line is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// How many columns there are.
    pub columns: usize,
    /// Whether it shows more than the characters of ASCII.
    pub is_unicode: bool,
}

impl Surface {
    pub(crate) fn separator(self) -> &'static str {
        if self.is_unicode { " · " } else { " | " }
    }

    fn ellipsis(self) -> &'static str {
        if self.is_unicode { "…" } else { "..." }
    }

    /// Returns a text with nothing in it that the surface cannot show on one line.
    fn shown(self, text: &str) -> String {
        let show = |it: char| if it.is_control() || !(self.is_unicode || it.is_ascii()) { '?' } else { it };
        text.chars().map(show).collect()
    }

    /// Returns as much of a text as there is room for.
    fn cut(self, text: &str) -> String {
        if text.width() <= self.columns {
            return text.to_owned();
        }
        let ellipsis = self.ellipsis();
        let Some(room) = self.columns.checked_sub(ellipsis.width()) else { return String::new() };
        let mut columns = 0;
        let fits = |it: &char| {
            columns += it.width().unwrap_or_default();
            columns <= room
        };
        text.chars().take_while(fits).chain(ellipsis.chars()).collect()
    }
}

/// Renders work as one line: how much is done, what is in flight by type, what has run longest, and how long it will
/// still take. Where there is not room for all of it, the least important goes first. It is empty when nothing goes on.
pub fn status(work: &mut Work, now: Instant, surface: Surface) -> String {
    let remaining = work.remaining(now);
    let Some(oldest) = work.running().next() else { return String::new() };
    let head = head(work);
    let (many, few) = (in_flight(work, NAMED), in_flight(work, 1));
    let count = format!("{} in flight", work.running().count());
    let (longest, left) = (longest(oldest, now), left(remaining));
    let versions: [&[&Option<String>]; 6] = [
        &[&head, &Some(many), &longest, &left],
        &[&head, &Some(few), &longest, &left],
        &[&head, &Some(count.clone()), &longest, &left],
        &[&head, &Some(count), &left],
        &[&head, &left],
        &[&head],
    ];
    let mut lines = versions.iter().map(|parts| {
        let parts: Vec<_> = parts.iter().filter_map(|it| it.as_deref()).map(|it| surface.shown(it)).collect();
        parts.join(surface.separator())
    });
    let fitting = lines.find(|it| !it.is_empty() && it.width() <= surface.columns);
    fitting.unwrap_or_else(|| surface.cut(&surface.shown(head.as_deref().unwrap_or_default())))
}

/// Returns how much is done.
fn head(work: &Work) -> Option<String> {
    let (steps, objects) = (work.steps(), work.objects());
    if steps.total > 0 {
        Some(format!("{} of {} done", steps.done, steps.total))
    } else if objects.total > 0 {
        Some(format!("Refreshing: {}/{} objects", objects.done, objects.total))
    } else {
        None
    }
}

/// Returns what is in flight, by type.
fn in_flight(work: &Work, named: usize) -> String {
    let mut kinds: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for ongoing in work.running() {
        let (kind, count) = match &ongoing.what {
            Running::Step { address, opcode, .. } => ((doing(*opcode), &**address.kind()), 1),
            Running::Refresh { kind, objects, .. } => (("Reading", kind.as_str()), *objects),
            Running::Reading { address } => ((doing(Opcode::Read), &**address.kind()), 1),
        };
        *kinds.entry(kind).or_default() += count;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| Reverse(*count));
    let mut before = "";
    let named_kinds = kinds.iter().take(named).map(|((doing, kind), count)| {
        let verb = if *doing == before { String::new() } else { format!("{doing} ") };
        before = doing;
        format!("{verb}{count} {kind}")
    });
    let mut parts: Vec<_> = named_kinds.collect();
    let rest: usize = kinds.iter().skip(named).map(|(_, count)| count).sum();
    if rest > 0 {
        parts.push(format!("{rest} more"));
    }
    parts.join(", ")
}

/// Returns what has run longest, if anything has for a while.
fn longest(oldest: &Ongoing, now: Instant) -> Option<String> {
    let elapsed = now.saturating_duration_since(oldest.since);
    if elapsed < Duration::from_secs(1) {
        return None;
    }
    let name = match &oldest.what {
        Running::Step { address, .. } | Running::Reading { address } => address.to_string(),
        Running::Refresh { kind, region: Some(region), .. } => format!("{kind} in {region}"),
        Running::Refresh { kind, region: None, .. } => kind.clone(),
    };
    Some(format!("longest: {name} {}", duration(elapsed)))
}

/// Returns how long it will still take, no more exactly than anybody can tell.
fn left(remaining: Option<Duration>) -> Option<String> {
    let seconds = u64::try_from(remaining?.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
    let grain = match seconds {
        0 => return None,
        1..60 => 1,
        60..600 => 10,
        _ => 60,
    };
    Some(format!("about {} left", duration(Duration::from_secs(seconds.next_multiple_of(grain)))))
}

#[cfg(test)]
mod tests;
