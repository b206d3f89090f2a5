//! What a plan does, a line for each instance.

use rinfra_change::{Action, Observation, Plan, Reason, ResourceChange};
use rinfra_provider::Catalogue;
use rinfra_value::Value;

use crate::change_text::{change_difference, drift_action, drift_difference, drift_headline};
use crate::difference::{Changed, Difference, changed};
use crate::headline::{address, notes, place};
use crate::style::Style;

/// Renders what will happen to an instance.
pub(crate) fn change(change: &ResourceChange, catalogue: &Catalogue, style: Style) -> String {
    let place = change.region.as_ref().map(place).unwrap_or_default();
    let gist = gist(change, catalogue, style);
    format!("{} {}{place}{gist}\n", style.action(change.action), style.bold(&address(change)))
}

/// Renders what changes of an instance, by name, and why: to be put behind its address.
pub(crate) fn gist(change: &ResourceChange, catalogue: &Catalogue, style: Style) -> String {
    let names = match change.action {
        Action::Update => names(&change_difference(change, catalogue), |_| true, style),
        // What a new object will be is not known yet; that is a consequence, and tells nothing.
        it if it.is_replace() => {
            names(&change_difference(change, catalogue), |it| it.forces || !it.is_unknown, style)
        }
        _ => String::new(),
    };
    let mut remarks: Vec<_> = why(change).map(str::to_owned).into_iter().chain(notes(change)).collect();
    if let (Action::NoOp, Some(id)) = (change.action, &change.importing) {
        remarks.push(format!("imported from {id:?}"));
    }
    let remarks =
        if remarks.is_empty() { String::new() } else { style.faint(&format!(" ({})", remarks.join("; "))) };
    names + &remarks
}

/// Returns why an instance is replaced, where it is not what changes.
fn why(change: &ResourceChange) -> Option<&'static str> {
    match change.reason? {
        Reason::ReplaceBecauseTainted => Some("tainted"),
        Reason::ReplaceByRequest => Some("as requested"),
        Reason::ReplaceByTriggers => Some("replace_triggered_by"),
        _ => None,
    }
}

/// Renders what happened to an instance without us.
pub(crate) fn drifted(observation: &Observation, catalogue: &Catalogue, style: Style) -> String {
    let names = match observation.after {
        Some(_) => names(&drift_difference(observation, catalogue), |_| true, style),
        None => String::new(),
    };
    let symbol = style.action(drift_action(observation));
    format!("{symbol} {}{names}\n", style.bold(&drift_headline(observation)))
}

fn names(difference: &Difference, tells: fn(&Changed) -> bool, style: Style) -> String {
    let name = |it: Changed| {
        let forces = if it.forces { style.red(" (forces replacement)") } else { String::new() };
        format!("{}{forces}", it.name)
    };
    let names: Vec<_> = changed(difference).into_iter().filter(tells).map(name).collect();
    if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
}

/// Renders which outputs change.
pub(crate) fn outputs(plan: &Plan, style: Style) -> String {
    let changed = plan.outputs.iter().filter(|(_, it)| it.action != Action::NoOp);
    let line = |(name, output): (&String, &rinfra_change::OutputChange)| {
        let vanishes = output.after.as_ref().is_none_or(Value::is_null);
        format!("{} {name}\n", style.action(if vanishes { Action::Delete } else { output.action }))
    };
    let lines: String = changed.map(line).collect();
    if lines.is_empty() { lines } else { format!("Changes to Outputs:\n{lines}") }
}
