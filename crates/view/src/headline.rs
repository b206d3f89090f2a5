//! What is said above a change: what will happen to which instance, where and why.

use rinfra_addr::InstanceKey;
use rinfra_change::{Action, Reason, ResourceChange};
use rinfra_provider::Region;

/// Returns what will happen to an instance, and in which Region.
pub(crate) fn headline(change: &ResourceChange) -> String {
    let address = address(change);
    let place = change.region.as_ref().map(place).unwrap_or_default();
    if let (Action::NoOp, Some(previous)) = (change.action, &change.previous_address) {
        return format!("{previous} has moved to {address}{place}");
    }
    let verb = match (change.action, change.reason) {
        (Action::Create, _) => "will be created",
        (Action::Read, _) => "will be read during apply",
        (Action::Update, _) => "will be updated in-place",
        (Action::Delete, _) => "will be destroyed",
        (Action::Forget, _) => "will no longer be managed, but will not be destroyed",
        (Action::NoOp, _) if change.importing.is_some() => "will be imported",
        (Action::NoOp, _) => "stays as it is",
        (_, Some(Reason::ReplaceBecauseTainted)) => "is tainted, so must be replaced",
        (_, Some(Reason::ReplaceByRequest)) => "will be replaced, as requested",
        (_, Some(Reason::ReplaceByTriggers)) => "will be replaced due to changes in replace_triggered_by",
        _ => "must be replaced",
    };
    format!("{address} {verb}{place}")
}

/// Returns what is changed: an instance, or an object that it once was.
pub(crate) fn address(change: &ResourceChange) -> String {
    match &change.deposed {
        Some(key) => format!("{} (deposed object {key})", change.address),
        None => change.address.to_string(),
    }
}

/// Returns where something happens, to be put behind what happens.
pub(crate) fn place(region: &Region) -> String {
    if region.is_global() { " (global)".to_owned() } else { format!(" in {region}") }
}

/// Returns what else there is to say, a line each.
pub(crate) fn notes(change: &ResourceChange) -> Vec<String> {
    let mut notes: Vec<String> = match change.action {
        Action::Forget => vec!["destroy = false is set in the configuration".to_owned()],
        _ => change.reason.and_then(|it| because(change, it)).into_iter().collect(),
    };
    if change.deposed.is_some() {
        notes.push("left over from a partially-failed replacement of this instance".to_owned());
    }
    if let (false, Some(previous)) = (change.action == Action::NoOp, &change.previous_address) {
        notes.push(format!("moved from {previous}"));
    }
    if let (false, Some(id)) = (change.action == Action::NoOp, &change.importing) {
        notes.push(format!("imported from {id:?}"));
    }
    if change.generated_config.is_some() {
        notes.push("config will be generated".to_owned());
    }
    notes
}

fn because(change: &ResourceChange, reason: Reason) -> Option<String> {
    let address = &change.address;
    Some(match reason {
        Reason::DeleteBecauseNoResourceConfig => {
            format!("because {} is not in configuration", address.resource.resource)
        }
        Reason::DeleteBecauseNoMoveTarget => match &change.previous_address {
            Some(previous) => {
                format!("because {previous} was moved to {address}, which is not in configuration")
            }
            None => format!("because {address} is not in configuration"),
        },
        Reason::DeleteBecauseNoModule => format!("because {} is not in configuration", address.module()),
        Reason::DeleteBecauseCountIndex => format!("because index {} is out of range for count", address.key),
        Reason::DeleteBecauseEachKey => format!("because key {} is not in for_each map", address.key),
        Reason::DeleteBecauseEnabledFalse => "because enabled is false".to_owned(),
        Reason::DeleteBecauseWrongRepetition => match address.key {
            InstanceKey::None => "because resource uses count or for_each".to_owned(),
            InstanceKey::Int(_) => "because resource does not use count".to_owned(),
            InstanceKey::String(_) => "because resource does not use for_each".to_owned(),
        },
        Reason::ReadBecauseConfigUnknown => "config refers to values not yet known".to_owned(),
        Reason::ReadBecauseDependencyPending => {
            "depends on a resource or a module with changes pending".to_owned()
        }
        Reason::ReadBecauseCheckNested => "config will be reloaded to verify a check block".to_owned(),
        Reason::ReplaceBecauseTainted
        | Reason::ReplaceBecauseCannotUpdate
        | Reason::ReplaceByRequest
        | Reason::ReplaceByTriggers => return None,
    })
}
