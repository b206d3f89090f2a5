use std::time::Duration;

use rinfra_addr::ResourceInstance;
use rinfra_apply::{Event, Tally};
use rinfra_change::{Mode, Opcode};
use rinfra_eval::{EphemeralEvent, EphemeralOperation, Stage};

use crate::Style;
use crate::headline::place;

/// Renders one event of an apply as a line; `elapsed` is how long the step took, where it is done.
pub fn apply_event(event: &Event, elapsed: Option<Duration>, style: Style) -> Option<String> {
    let took = elapsed.map(|it| format!(" after {}", duration(it))).unwrap_or_default();
    let id =
        |identity: &Option<String>| identity.as_ref().map(|it| format!(" [id={it}]")).unwrap_or_default();
    Some(match event {
        Event::Began { .. } | Event::Unneeded { .. } => return None,
        Event::Ephemeral(event) => return Some(ephemeral(event, elapsed, style)),
        Event::Started { address, opcode, region, identity, .. } => {
            let place = region.as_ref().map(place).unwrap_or_default();
            format!("{}: {}{place}...{}", style.bold(&address.to_string()), doing(*opcode), id(identity))
        }
        Event::Finished { address, opcode, identity, .. } => {
            format!("{}: {} complete{took}{}", style.bold(&address.to_string()), done(*opcode), id(identity))
        }
        Event::Failed { address, opcode, .. } => {
            let words = format!("{} failed{took}", done(*opcode));
            format!("{}: {}", style.bold(&address.to_string()), style.red(&words))
        }
        Event::Skipped { address, opcode, .. } => {
            let words = format!("{} skipped: something it needs failed", done(*opcode));
            format!("{}: {}", style.bold(&address.to_string()), style.yellow(&words))
        }
        Event::Provisioning { address, kind } => {
            format!("{}: Provisioning with '{kind}'...", style.bold(&address.to_string()))
        }
        Event::ProvisionerOutput { address, kind, line } => {
            format!("{} {line}", style.bold(&format!("{address} ({kind}):")))
        }
        Event::Provisioned { .. } => return None,
        Event::ProvisioningFailed { address, kind } => {
            let words = format!("Provisioner '{kind}' failed");
            format!("{}: {}", style.bold(&address.to_string()), style.yellow(&words))
        }
        Event::Stopping { in_flight } => {
            let operations = match in_flight {
                0 => "nothing is in flight".to_owned(),
                1 => "the operation in flight is being finished and recorded".to_owned(),
                more => format!("the {more} operations in flight are being finished and recorded"),
            };
            format!("Stopping: nothing new is started; {operations}.")
        }
    })
}

/// Renders that a step takes its time; `identity` is what identifies the object, where it is known.
pub fn still(
    address: &ResourceInstance,
    opcode: Opcode,
    identity: Option<&str>,
    elapsed: Duration,
    style: Style,
) -> String {
    let doing = doing(opcode).to_lowercase();
    let id = identity.map(|it| format!("id={it}, ")).unwrap_or_default();
    format!("{}: Still {doing}... [{id}{} elapsed]", style.bold(&address.to_string()), duration(elapsed))
}

/// Returns a duration as people say it: `3s`, `2m5s`, `1h0m5s`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}

/// Renders what happens to an ephemeral object as a line.
pub(crate) fn ephemeral(event: &EphemeralEvent, elapsed: Option<Duration>, style: Style) -> String {
    let EphemeralEvent { address, operation, stage } = event;
    let doing = match operation {
        EphemeralOperation::Open => "Opening",
        EphemeralOperation::Close => "Closing",
    };
    let took = duration(elapsed.unwrap_or_default());
    let how = match stage {
        Stage::Started => "...".to_owned(),
        Stage::Done => format!(" complete after {took}"),
        Stage::Failed => format!(" errored after {took}"),
    };
    format!("{}: {doing}{how}", style.bold(&address.to_string()))
}

/// Renders one event of a plan as a line; `elapsed` is how long it took, where something is done.
pub fn plan_event(event: &rinfra_plan::Event, elapsed: Option<Duration>, style: Style) -> Option<String> {
    match event {
        rinfra_plan::Event::Refreshing { kind, region, objects } => {
            let place = region.as_ref().map(place).unwrap_or_default();
            let plural = if *objects == 1 { "object" } else { "objects" };
            Some(format!("{}: Refreshing {objects} {plural}{place}...", style.bold(kind)))
        }
        rinfra_plan::Event::Reading(address) => {
            Some(format!("{}: Reading...", style.bold(&address.to_string())))
        }
        rinfra_plan::Event::Importing { address, id } => {
            Some(format!("{}: Importing from ID {id:?}...", style.bold(&address.to_string())))
        }
        rinfra_plan::Event::Refreshed { .. }
        | rinfra_plan::Event::Read(_)
        | rinfra_plan::Event::Unread(_) => None,
        rinfra_plan::Event::Ephemeral(event) => Some(ephemeral(event, elapsed, style)),
    }
}

/// Renders what an apply did.
pub fn apply_summary(mode: Mode, tally: Tally, complete: bool, style: Style) -> String {
    let verb = match (mode, complete) {
        (Mode::Normal | Mode::RefreshOnly, true) => "Apply complete!",
        (Mode::Destroy, true) => "Destroy complete!",
        (Mode::Normal | Mode::RefreshOnly, false) => "Apply incomplete.",
        (Mode::Destroy, false) => "Destroy incomplete.",
    };
    let headline = if complete { style.green(verb) } else { style.red(verb) };
    let counts = match mode {
        Mode::Normal | Mode::RefreshOnly => {
            let imports = match tally.imported {
                0 => String::new(),
                count => format!("{count} imported, "),
            };
            format!(
                "Resources: {imports}{} added, {} changed, {} destroyed.",
                tally.added, tally.changed, tally.destroyed
            )
        }
        Mode::Destroy => format!("Resources: {} destroyed.", tally.destroyed),
    };
    format!("\n{} {counts}\n", style.bold(&headline))
}

/// Returns what a step is about while it runs.
pub fn doing(opcode: Opcode) -> &'static str {
    match opcode {
        Opcode::Read => "Reading",
        Opcode::Create => "Creating",
        Opcode::Update => "Modifying",
        Opcode::Delete => "Destroying",
        Opcode::Forget => "Forgetting",
        Opcode::Join => "Joining",
    }
}

fn done(opcode: Opcode) -> &'static str {
    match opcode {
        Opcode::Read => "Read",
        Opcode::Create => "Creation",
        Opcode::Update => "Modifications",
        Opcode::Delete => "Destruction",
        Opcode::Forget => "Removal from the state",
        Opcode::Join => "Join",
    }
}
