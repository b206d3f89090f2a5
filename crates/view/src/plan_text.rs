use std::collections::BTreeSet;
use std::fmt::Write as _;

use rinfra_addr::ResourceInstance;
use rinfra_change::{Action, Mode, Observation, OutputChange, Plan, ResourceChange};
use rinfra_provider::Catalogue;
use rinfra_schema::Block;
use rinfra_value::{Marks, Value};

use crate::difference::{self, Painter};
use crate::headline::{headline, notes};
use crate::schema_of::schema_of;
use crate::style::Style;

/// Renders a plan for people, in Terraform's symbols, with the effective Region of every instance.
pub fn plan(plan: &Plan, catalogue: &Catalogue, style: Style) -> String {
    let mut text = drift(plan, catalogue, style);
    text.push_str(&limits(plan, style));
    let mut shown: Vec<_> = plan.changes.iter().filter(|it| is_shown(it)).collect();
    // As in Terraform, modules inside others come after all that are not.
    shown.sort_by_key(|it| it.address.module().steps().len());
    let outputs = outputs(plan, style);
    if plan.mode == Mode::RefreshOnly && !plan.observations.is_empty() {
        let separator = if outputs.is_empty() { "" } else { "\n" };
        return text + RECORDING + separator + &outputs;
    }
    if shown.is_empty() && outputs.is_empty() {
        return text + &if plan.errored { failed(style) } else { no_changes(plan, style) };
    }
    if shown.is_empty() && plan.errored {
        return text + &outputs;
    }
    if shown.is_empty() {
        return text
            + &outputs
            + "\nApplying this plan saves these output values in the state, and changes no real infrastructure.\n";
    }
    text.push_str(&legend(&shown, style));
    text.push_str(if plan.errored {
        "rinfra planned the following actions, but then encountered a problem:\n\n"
    } else {
        "rinfra will perform the following actions:\n\n"
    });
    for change in shown {
        text.push_str(&resource_change(change, catalogue, style));
        text.push('\n');
    }
    text.push_str(&summary(plan, style));
    if !outputs.is_empty() {
        text.push('\n');
    }
    text + &outputs
}

const RECORDING: &str = "This is a refresh-only plan, so rinfra takes no action to undo these changes. If you expected them,\n\
                         applying this plan records them in the state, and changes no real infrastructure.\n";

/// Tells whether a change is worth a reader's attention.
fn is_shown(change: &ResourceChange) -> bool {
    change.action != Action::NoOp || change.previous_address.is_some() || change.importing.is_some()
}

fn no_changes(plan: &Plan, style: Style) -> String {
    let (sentence, details) = match plan.mode {
        Mode::Normal => (
            "Your infrastructure matches the configuration.",
            "rinfra has compared your real infrastructure against your configuration\nand found no differences, so no changes are needed.",
        ),
        Mode::RefreshOnly => (
            "Your infrastructure still matches the configuration.",
            "rinfra has checked that the real objects still match the result of your most\nrecent changes, and found no differences.",
        ),
        Mode::Destroy => (
            "No objects need to be destroyed.",
            "Either you have not created any objects yet or the existing objects were\nalready deleted outside of rinfra.",
        ),
    };
    format!("{} {sentence}\n\n{details}\n", style.bold(&style.green("No changes.")))
}

fn failed(style: Style) -> String {
    let what = "rinfra encountered an error while generating this plan.";
    format!("{} {}\n", style.bold(&style.red("Planning failed.")), style.bold(what))
}

/// Renders what the plan leaves out.
fn limits(plan: &Plan, style: Style) -> String {
    if plan.regions.is_empty() {
        return String::new();
    }
    let regions: Vec<_> = plan.regions.iter().map(ToString::to_string).collect();
    let note =
        format!("This plan is limited to {}; everything elsewhere stays as it is.", regions.join(", "));
    format!("{}\n\n", style.bold(&note))
}

/// Renders what changed without us, as far as it matters to this plan: objects that are gone, and those the plan
/// changes. An address that got its network interface, or an attribute that an older provider did not record, is
/// no news; the JSON form lists these too.
fn drift(plan: &Plan, catalogue: &Catalogue, style: Style) -> String {
    let touched: BTreeSet<_> =
        plan.changes.iter().filter(|it| it.action != Action::NoOp).map(|it| &it.address).collect();
    let everything = plan.mode == Mode::RefreshOnly;
    let matters = |it: &&Observation| everything || it.after.is_none() || touched.contains(&it.address);
    let observations: Vec<_> = plan.observations.iter().filter(matters).collect();
    if observations.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "{} Objects have changed outside of rinfra\n\nrinfra detected the following changes made outside of rinfra since the last apply:\n\n",
        style.bold(&style.cyan("Note:"))
    );
    for observation in observations {
        text.push_str(&drifted(observation, catalogue, style));
        text.push('\n');
    }
    text
}

fn drifted(observation: &Observation, catalogue: &Catalogue, style: Style) -> String {
    let (what, action) = match observation.after {
        Some(_) => ("has changed", Action::Update),
        None => ("has been deleted", Action::Delete),
    };
    let deposed =
        observation.deposed.as_ref().map(|it| format!(" (deposed object {it})")).unwrap_or_default();
    let mut text = format!("  {}\n", style.bold(&format!("# {}{deposed} {what}", observation.address)));
    let block = catalogue.iter().find_map(|it| it.resource_type(observation.address.kind()));
    let empty = Block::new();
    let block = block.map_or(&empty, |it| &it.schema().block);
    let body = difference::of_block(block, Some(&observation.before), observation.after.as_ref(), &[]);
    text.push_str(&object(&observation.address, action, &Painter::changes(style).paint(&body, 0), style));
    text
}

fn legend(shown: &[&ResourceChange], style: Style) -> String {
    let words = [
        (Action::Create, "create"),
        (Action::Update, "update in-place"),
        (Action::Delete, "destroy"),
        (Action::DeleteThenCreate, "destroy and then create replacement"),
        (Action::CreateThenDelete, "create replacement and then destroy"),
        (Action::Read, "read (data resources)"),
        (Action::Forget, "forget: no longer manage, leave as it is"),
    ];
    let used = words.into_iter().filter(|(action, _)| shown.iter().any(|it| it.action == *action));
    let lines: String = used.map(|(action, words)| format!("{} {words}\n", style.action(action))).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("Resource actions are indicated with the following symbols:\n{lines}\n")
}

fn resource_change(change: &ResourceChange, catalogue: &Catalogue, style: Style) -> String {
    let mut text = format!("  {}\n", style.bold(&format!("# {}", headline(change))));
    for note in notes(change) {
        let _ = writeln!(text, "  # ({note})");
    }
    let fallback = Block::new();
    let address = &change.address;
    let schema = schema_of(catalogue, &change.provider.source, address.mode(), address.kind());
    let block = schema.map_or(&fallback, |it| &it.block);
    let before = change.before.as_ref().filter(|_| change.action != Action::Read);
    let after = match change.action {
        Action::Forget => change.before.as_ref(),
        _ => change.after.as_ref(),
    };
    let body = difference::of_block(block, before, after, &change.replace_paths);
    text.push_str(&object(&change.address, change.action, &Painter::changes(style).paint(&body, 0), style));
    text
}

/// Renders the block of a resource instance.
fn object(address: &ResourceInstance, action: Action, body: &str, style: Style) -> String {
    let resource = &address.resource.resource;
    let symbol = style.action(action);
    format!("{symbol} {} {:?} {:?} {body}\n", resource.mode.block(), &*resource.kind, &*resource.name)
}

fn summary(plan: &Plan, style: Style) -> String {
    let counts = plan.counts();
    let imports = match counts.import {
        0 => String::new(),
        count => format!("{count} to import, "),
    };
    format!(
        "{} {imports}{} to add, {} to change, {} to destroy.\n",
        style.bold("Plan:"),
        counts.add,
        counts.change,
        counts.destroy
    )
}

fn outputs(plan: &Plan, style: Style) -> String {
    let changed: Vec<_> = plan.outputs.iter().filter(|(_, it)| it.action != Action::NoOp).collect();
    if changed.is_empty() {
        return String::new();
    }
    let width = changed.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut text = "Changes to Outputs:\n".to_owned();
    for (name, output) in changed {
        let value = Painter::changes(style).paint(&output_difference(output), 0);
        // An output that is null is as good as none.
        let vanishes = output.after.as_ref().is_none_or(Value::is_null);
        let symbol = style.action(if vanishes { Action::Delete } else { output.action });
        let _ = writeln!(text, "{symbol} {name:width$} = {value}");
    }
    text
}

fn output_difference(output: &OutputChange) -> difference::Difference {
    let marks = if output.sensitive { Marks::SENSITIVE } else { Marks::NONE };
    let side = |it: &Option<Value>| it.clone().filter(|it| !it.is_null()).map(|it| it.with_marks(marks));
    difference::of_value(side(&output.before).as_ref(), side(&output.after).as_ref())
}
