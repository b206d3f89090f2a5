//! The account of a recovery, as people read it.

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_state::journal::{Intent, Opcode, Unfinished};

use super::outcome::{Outcome, Resolved};

/// The words for what became of operations: of many together, and of one of them.
fn words(outcome: &Outcome) -> Option<(&'static str, String)> {
    Some(match outcome {
        Outcome::Adopted(identity) => ("found and adopted", format!("found and adopted: {identity}")),
        Outcome::Completed(identity) => ("made and usable", format!("made and usable: {identity}")),
        Outcome::Unusable(identity, error) => (
            "made and not usable",
            format!("made and not usable, so it will be replaced: {identity} ({error})"),
        ),
        Outcome::NotStarted => ("had not started", "had not started".to_owned()),
        Outcome::Occupied(identity) => {
            ("had made nothing", format!("made nothing; something else has its place: {identity}"))
        }
        Outcome::Recorded(identity, address) => {
            ("on record already", format!("on record already, as {address}: {identity}"))
        }
        Outcome::Gone(identity) => ("gone since", format!("gone since: {identity}")),
        Outcome::Observed(identity) => ("recorded as it is", format!("recorded as it is: {identity}")),
        Outcome::Deleted(identity) => ("deleted", format!("deleted: {identity}")),
        Outcome::Kept(identity) => ("not deleted", format!("not deleted: {identity}")),
        Outcome::Superseded => ("resolved by hand", "the state no longer has the object".to_owned()),
        Outcome::Unknown(_) => return None,
    })
}

/// Returns the account of what became of interrupted operations.
pub(crate) fn account(resolved: &[Resolved]) -> Diagnostics {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    let mut lines = String::new();
    let mut unknown = String::new();
    let mut hints: Vec<&str> = Vec::new();
    for Resolved { intent, outcome } in resolved {
        let verb = verb(intent.opcode);
        match (outcome, words(outcome)) {
            (Outcome::Unknown(error), _) => {
                unknown.push_str(&format!("\n  {}: {verb}, {error}", place(intent)));
                hints.extend(error.hint.as_deref());
            }
            (_, Some((many, one))) => {
                match counts.iter_mut().find(|(word, _)| *word == many) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((many, 1)),
                }
                lines.push_str(&format!("\n  {}: {verb}, {one}", place(intent)));
            }
            (_, None) => {}
        }
    }
    let mut diagnostics = Diagnostics::new();
    if !counts.is_empty() {
        let total = counts.iter().map(|(_, count)| count).sum();
        let parts: Vec<_> = counts.iter().map(|(words, count)| format!("{count} {words}")).collect();
        let detail = format!("{} interrupted: {}.{lines}", operations(total), parts.join(", "));
        let diagnostic = Diagnostic::warning("Interrupted operations were resolved", detail);
        diagnostics.push(match resolved.iter().any(|it| matches!(it.outcome, Outcome::Occupied(_))) {
            true => diagnostic.hint("import what has the place already, or choose another"),
            false => diagnostic,
        });
    }
    if !unknown.is_empty() {
        let total = resolved.iter().filter(|it| matches!(it.outcome, Outcome::Unknown(_))).count();
        let detail = format!(
            "{} interrupted, and what became of {} is not known. Nothing is made at these addresses until it is.{unknown}",
            operations(total),
            if total == 1 { "it" } else { "them" }
        );
        let again = "plan again when they can be looked up; what you know to exist can be imported, and what you know not to exist can be taken off with `rinfra state rm`";
        let hint = match hints.first() {
            Some(hint) => format!("{hint}; then {again}"),
            None => again.to_owned(),
        };
        diagnostics.push(Diagnostic::warning("Interrupted operations are in doubt", detail).hint(hint));
    }
    diagnostics
}

/// Returns what is to be said of operations that nobody looked up.
pub fn report(unfinished: &[Unfinished]) -> Diagnostics {
    let doubts: Vec<_> = unfinished.iter().filter(|it| !it.is_marked_only).collect();
    if doubts.is_empty() {
        return Diagnostics::new();
    }
    let line = |it: &&Unfinished| {
        let identity = it.identity.as_ref().map_or_else(String::new, |it| format!(", {it}"));
        format!("\n  {}: {}{identity}", place(&it.intent), verb(it.intent.opcode))
    };
    let lines: String = doubts.iter().map(line).collect();
    let detail = format!(
        "{} interrupted, and nobody has looked yet what became of it.{lines}",
        operations(doubts.len())
    );
    let hint = "`rinfra plan` looks it up and records it";
    Diagnostic::warning("Interrupted operations are in doubt", detail).hint(hint).into()
}

fn operations(count: usize) -> String {
    if count == 1 { "1 operation was".to_owned() } else { format!("{count} operations were") }
}

fn verb(opcode: Opcode) -> &'static str {
    match opcode {
        Opcode::Create => "creation",
        Opcode::Update => "change",
        Opcode::Delete => "deletion",
    }
}

fn place(intent: &Intent) -> String {
    match &intent.deposed {
        Some(key) => format!("{} (deposed object {key})", intent.address),
        None => intent.address.to_string(),
    }
}
