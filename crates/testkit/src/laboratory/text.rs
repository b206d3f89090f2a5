//! What came out, as lines a test can compare.

use std::collections::BTreeMap;

use rinfra_change::{Action, Plan};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_state::journal::Event;

/// Returns `address: action` for everything that is not left alone, with the reason if there is one, the address it
/// had before and what it is imported from.
pub fn actions(plan: &Plan) -> Vec<String> {
    let is_told = |it: &&rinfra_change::ResourceChange| {
        it.action != Action::NoOp || it.previous_address.is_some() || it.importing.is_some()
    };
    let changed = plan.changes.iter().filter(is_told);
    let line = |it: &rinfra_change::ResourceChange| {
        let deposed = if it.deposed.is_some() { " (deposed)" } else { "" };
        let reason = it.reason.map_or_else(String::new, |it| format!(", {}", it.name()));
        let moved = it.previous_address.as_ref().map_or_else(String::new, |it| format!(", was {it}"));
        let imported = it.importing.as_ref().map_or_else(String::new, |it| format!(", importing {it}"));
        format!("{}{deposed}: {}{reason}{moved}{imported}", it.address, it.action.names().join(" then "))
    };
    let mut lines: Vec<_> = changed.map(line).collect();
    lines.sort();
    lines
}

/// Returns `summary` or `address: summary` for every error.
pub fn errors(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().filter(|it| it.is_error()).map(line).collect()
}

/// Returns `summary` or `address: summary` for every warning.
pub fn warnings(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().filter(|it| !it.is_error()).map(line).collect()
}

fn line(diagnostic: &Diagnostic) -> String {
    match &diagnostic.address {
        Some(address) => format!("{address}: {}", diagnostic.summary),
        None => diagnostic.summary.clone(),
    }
}

/// Returns a journal as `event address` lines.
pub fn journal(events: &[Event]) -> Vec<String> {
    let mut intents = BTreeMap::new();
    let mut lines = Vec::new();
    for event in events {
        if let Event::Intent(intent) = event {
            let deposed = if intent.deposed.is_some() { " (deposed)" } else { "" };
            let what = format!("{:?} {}{deposed}", intent.opcode, intent.address).to_lowercase();
            intents.insert(intent.sequence, what);
        }
        let of = |what: &str| {
            let intent = event.sequence().and_then(|it| intents.get(&it));
            format!("{what} {}", intent.map_or("?", String::as_str))
        };
        lines.push(match event {
            Event::Began { .. } => "began".to_owned(),
            Event::Intent(_) => of("intent"),
            Event::Identified { .. } => of("identified"),
            Event::Settled { .. } => of("settled"),
            Event::Removed { .. } => of("removed"),
            Event::Ended { .. } => of("ended"),
            Event::Unmarked { sequences } => format!("unmarked {}", sequences.len()),
            Event::Failed { effect, .. } => of(&format!("failed ({effect:?})")),
            Event::Recorded { address, .. } => format!("recorded {address}"),
            Event::Forgotten { address, .. } => format!("forgotten {address}"),
            Event::Arranged { address, .. } => format!("arranged {address}"),
            Event::Moved { from, to, .. } => format!("moved {from} to {to}"),
            Event::Output { name, .. } => format!("output {name}"),
            Event::Checked { .. } => "checked".to_owned(),
            Event::Projected { .. } => "projected".to_owned(),
        });
    }
    lines
}
