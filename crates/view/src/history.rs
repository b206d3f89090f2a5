//! The states that were stored before.

use std::fmt::Write as _;

use rinfra_store::Version;
use serde_json::{Value as Json, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Renders the states that are and were stored, for people, the latest first.
pub fn history(versions: &[Version]) -> String {
    let rows: Vec<_> =
        versions.iter().map(|it| [it.serial.to_string(), written(it.written), it.size.to_string()]).collect();
    let width = |column: usize| rows.iter().map(|it| it[column].len()).max().unwrap_or_default();
    let widths = [width(0).max("serial".len()), width(1), width(2).max("size".len())];
    let [of_serial, of_time, of_size] = widths;
    let mut text = format!("{:<of_serial$}  {:<of_time$}  {:>of_size$}\n", "serial", "written", "size");
    for (index, [serial, written, size]) in rows.iter().enumerate() {
        let is_current = if index == 0 { "  current" } else { "" };
        let _ = writeln!(text, "{serial:<of_serial$}  {written:<of_time$}  {size:>of_size$}{is_current}");
    }
    text
}

/// Returns the states that are and were stored as JSON, the latest first.
pub fn history_json(versions: &[Version]) -> Json {
    let version =
        |it: &Version| json!({ "serial": it.serial, "written": written(it.written), "size": it.size });
    versions.iter().map(version).collect()
}

fn written(time: OffsetDateTime) -> String {
    let whole = time.replace_nanosecond(0).unwrap_or(time);
    whole.format(&Rfc3339).unwrap_or_else(|_error| time.to_string())
}
