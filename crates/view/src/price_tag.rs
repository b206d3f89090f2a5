//! What a command asked of the cloud, and what that took.

use std::time::Duration;

use rinfra_provider::{Asked, Line, Spent, Usage};

use crate::apply_text::duration;
use crate::{Style, Surface};

/// What a command took.
#[derive(Clone, Debug)]
pub struct PriceTag {
    /// How many resource instances it was about; nothing where it ended before that was known.
    pub resources: Option<usize>,
    /// What was asked of the cloud.
    pub usage: Usage,
    /// From the beginning of the command to its end, without the time that it waited for an answer of a person.
    pub wall: Duration,
}

/// Renders what a command took as one line; nothing when nobody was asked anything.
pub fn price_tag(tag: &PriceTag, style: Style, surface: Surface) -> String {
    if tag.usage.lines.is_empty() {
        return String::new();
    }
    style.faint(&price_line(tag, surface.separator())) + "\n"
}

pub(crate) fn price_line(tag: &PriceTag, separator: &str) -> String {
    let Spent { calls, throttled, retried, .. } = tag.usage.total();
    let services: Vec<_> = tag.usage.by_service().into_iter().collect();
    let services: Vec<_> =
        services.iter().map(|(service, spent)| format!("{service} {}", grouped(spent.calls))).collect();
    let mut asked = format!("{} ({})", counted(calls, "API call"), services.join(", "));
    asked += &match throttled {
        0 => ", none throttled".to_owned(),
        some => format!(", {} throttled", grouped(some)),
    };
    if retried > 0 {
        asked += &format!(", {} sent again", grouped(retried));
    }
    let took =
        format!("{} ({} at least by the services' own limits)", length(tag.wall), length(tag.usage.floor()));
    let about = tag.resources.map(|it| counted(it as u64, "resource"));
    about.into_iter().chain([asked, took]).collect::<Vec<_>>().join(separator)
}

/// Renders everything that was asked as a table, by on whose behalf it was asked; nothing when nobody was asked
/// anything.
pub fn explained_calls(usage: &Usage, style: Style) -> String {
    if usage.lines.is_empty() {
        return String::new();
    }
    let mut accounts: Vec<&str> = usage.lines.iter().map(|it| &*it.asked.account).collect();
    accounts.retain(|it| !it.is_empty());
    accounts.sort_unstable();
    accounts.dedup();
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    for (position, line) in usage.lines.iter().enumerate() {
        let is_new = position == 0 || usage.lines[position - 1].asked.on_behalf_of != line.asked.on_behalf_of;
        if is_new {
            let mut name = Row::default();
            name[0] = whom(&line.asked);
            rows.push(name);
        }
        rows.push(row(line, accounts.len() > 1));
    }
    let total = usage.total();
    rows.push(cells("all".to_owned(), total, length(usage.floor()), String::new()));
    let mut text = "\n".to_owned();
    let widths: [usize; 6] = std::array::from_fn(|column| {
        // What names a group may be as long as it likes.
        let cells = rows.iter().filter(|it| !it[1].is_empty()).map(|it| it[column].chars().count());
        cells.max().unwrap_or_default()
    });
    for row in rows {
        let [what, numbers @ .., last] = &row;
        let mut shown = format!("{what:<width$}", width = widths[0]);
        for (number, width) in numbers.iter().zip(&widths[1..]) {
            shown += &format!("  {number:>width$}");
        }
        let shown = format!("{shown}  {last}");
        text += &style.faint(shown.trim_end());
        text.push('\n');
    }
    text
}

/// What the columns hold.
const HEADINGS: [&str; 7] = ["", "calls", "throttled", "sent again", "time", "at least", "token bucket"];

/// A row of the table.
type Row = [String; 7];

/// Says on whose behalf something was asked.
fn whom(asked: &Asked) -> String {
    match asked.on_behalf_of.as_slice() {
        [] => "(provider)".to_owned(),
        several => several.join(", "),
    }
}

fn row(line: &Line, names_account: bool) -> Row {
    let Asked { account, region, service, operation, .. } = &line.asked;
    let mut what = format!("  {service} {operation}");
    if !region.is_empty() {
        what += &format!(" in {region}");
    }
    if names_account && !account.is_empty() {
        what += &format!(" of {account}");
    }
    // Mostly an operation has a bucket of its own.
    let own = format!("{service} {operation}: ");
    let bucket = line.bucket.as_ref().map(|it| it.strip_prefix(&own).unwrap_or(it).to_owned());
    let floor = bucket.as_ref().map(|_| length(line.floor));
    cells(what, line.spent, floor.unwrap_or_default(), bucket.unwrap_or_default())
}

fn cells(what: String, spent: Spent, floor: String, bucket: String) -> Row {
    let Spent { calls, throttled, retried, time } = spent;
    [what, grouped(calls), grouped(throttled), grouped(retried), length(time), floor, bucket]
}

/// Returns how many of something there are, in words.
fn counted(count: u64, of: &str) -> String {
    format!("{} {of}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// Returns a number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    parts.join(",")
}

/// Returns a length of time to the tenth of a second, while that matters.
fn length(time: Duration) -> String {
    if time < Duration::from_secs(60) { format!("{:.1} s", time.as_secs_f64()) } else { duration(time) }
}

#[cfg(test)]
mod tests {
    use super::{grouped, length};
    use std::time::Duration;

    #[test]
    fn thousands_stand_apart() {
        for (number, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn tenths_of_a_second_matter_for_a_minute() {
        for (milliseconds, expected) in
            [(0, "0.0 s"), (1_440, "1.4 s"), (59_900, "59.9 s"), (90_100, "1m30s")]
        {
            assert_eq!(length(Duration::from_millis(milliseconds)), expected);
        }
    }
}
