use std::collections::BTreeSet;
use std::fmt::Write as _;

use rinfra_change::{Action, Mode, Observation, OutputChange, Plan, ResourceChange};
use rinfra_provider::Catalogue;
use rinfra_value::{Marks, Value};

use crate::difference::{self, Painter};
use crate::headline::headline;
use crate::style::Style;
use crate::{change_text, concise_text, plan_summary};

/// Renders a plan for people, in Terraform's symbols, with the effective Region of every instance.
pub fn plan(plan: &Plan, catalogue: &Catalogue, style: Style) -> String {
    let form = |it: &ResourceChange| change_text::change(it, catalogue, style) + "\n";
    let drifted = |it: &Observation| change_text::drifted(it, catalogue, style) + "\n";
    whole(plan, catalogue, style, &Forms { change: &form, drifted: &drifted, outputs: &outputs })
}

/// Renders a plan for people in a hurry: a line for each instance, with the names of what changes.
pub fn concise_plan(plan: &Plan, catalogue: &Catalogue, style: Style) -> String {
    let change = |it: &ResourceChange| concise_text::change(it, catalogue, style);
    let drifted = |it: &Observation| concise_text::drifted(it, catalogue, style);
    whole(
        plan,
        catalogue,
        style,
        &Forms { change: &change, drifted: &drifted, outputs: &concise_text::outputs },
    )
}

/// How the parts of a plan are rendered.
struct Forms<'f> {
    change: &'f dyn Fn(&ResourceChange) -> String,
    drifted: &'f dyn Fn(&Observation) -> String,
    outputs: &'f dyn Fn(&Plan, Style) -> String,
}

fn whole(plan: &Plan, catalogue: &Catalogue, style: Style, forms: &Forms<'_>) -> String {
    let outputs = (forms.outputs)(plan, style);
    let is_moved = |it: &&ResourceChange| it.action == Action::NoOp && it.importing.is_none();
    let mut shown: Vec<_> = plan.changes.iter().filter(|it| is_shown(it)).collect();
    // As in Terraform, modules inside others come after all that are not.
    shown.sort_by_key(|it| it.address.module().steps().len());
    let (moved, changed): (Vec<_>, Vec<_>) = shown.into_iter().partition(is_moved);
    let mut text = drift(plan, style, forms);
    if plan.mode == Mode::RefreshOnly && !plan.observations.is_empty() {
        let separator = if outputs.is_empty() { "" } else { "\n" };
        return text + &limits(plan, style) + RECORDING + separator + &outputs;
    }
    if !text.is_empty() {
        text.push_str(if changed.is_empty() { "" } else { UNDOING });
        text.push_str(RULE);
    }
    text.push_str(&limits(plan, style));
    if moved.is_empty() && changed.is_empty() && outputs.is_empty() {
        return text + &if plan.errored { failed(style) } else { no_changes(plan, style) };
    }
    if moved.is_empty() && changed.is_empty() && plan.errored {
        return text + &outputs;
    }
    if moved.is_empty() && changed.is_empty() {
        return text
            + &outputs
            + "\nApplying this plan saves these output values in the state, and changes no real infrastructure.\n";
    }
    text.push_str(&legend(&changed, style));
    let mut actions = changes(plan, &changed, forms);
    actions.push_str(&moves(&moved, style));
    text.push_str(&actions);
    if actions.lines().count() > SCREEN && (changed.len() + moved.len() > 1 || loses_data(plan, catalogue)) {
        text.push_str(&plan_summary::summary(plan, catalogue, style));
    }
    text.push_str(&counts(plan, style));
    if !outputs.is_empty() {
        text.push('\n');
    }
    text + &outputs
}

/// Tells whether a plan does away with something that new objects would not bring back.
fn loses_data(plan: &Plan, catalogue: &Catalogue) -> bool {
    plan.changes.iter().any(|it| plan_summary::loses_data(it, catalogue))
}

/// How many lines of actions are seen at once; a plan of more lines has a summary.
const SCREEN: usize = 40;

const RECORDING: &str = "This is a refresh-only plan, so rinfra takes no action to undo these changes. If you expected them,\n\
                         applying this plan records them in the state, and changes no real infrastructure.\n";

const UNDOING: &str = "Unless the configuration says the same, or ignores it with ignore_changes, the plan below may undo or\n\
                       respond to these changes.\n\n";

const RULE: &str = "─────────────────────────────────────────────────────────────────────────────\n\n";

/// Tells whether a change is worth a reader's attention.
pub(crate) fn is_shown(change: &ResourceChange) -> bool {
    change.action != Action::NoOp || change.previous_address.is_some() || change.importing.is_some()
}

fn changes(plan: &Plan, changed: &[&ResourceChange], forms: &Forms<'_>) -> String {
    if changed.is_empty() {
        return String::new();
    }
    let title = if plan.errored {
        "rinfra planned the following actions, but then encountered a problem:\n\n"
    } else {
        "rinfra will perform the following actions:\n\n"
    };
    let mut text = title.to_owned();
    for change in changed {
        text.push_str(&(forms.change)(change));
    }
    if !text.ends_with("\n\n") {
        text.push('\n');
    }
    text
}

/// Renders the instances that only get another address.
fn moves(moved: &[&ResourceChange], style: Style) -> String {
    if moved.is_empty() {
        return String::new();
    }
    let mut text = "These instances get another address, and stay as they are:\n\n".to_owned();
    for change in moved {
        let _ = writeln!(text, "  {}", style.bold(&format!("# {}", headline(change))));
    }
    text + "\n"
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
pub(crate) fn limits(plan: &Plan, style: Style) -> String {
    if plan.regions.is_empty() {
        return String::new();
    }
    let regions: Vec<_> = plan.regions.iter().map(ToString::to_string).collect();
    let note =
        format!("This plan is limited to {}; everything elsewhere stays as it is.", regions.join(", "));
    format!("{}\n\n", style.bold(&note))
}

/// Renders what changed without us.
fn drift(plan: &Plan, style: Style, forms: &Forms<'_>) -> String {
    let observations = drifted(plan);
    if observations.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "{} Objects have changed outside of rinfra\n\nrinfra detected the following changes made outside of rinfra since the last apply:\n\n",
        style.bold(&style.cyan("Note:"))
    );
    for observation in observations {
        text.push_str(&(forms.drifted)(observation));
    }
    if !text.ends_with("\n\n") {
        text.push('\n');
    }
    text
}

/// Returns what changed without us, as far as it matters to this plan: objects that are gone, and those the plan
/// changes. An address that got its network interface, or an attribute that an older provider did not record, is
/// no news; the JSON form lists these too.
pub(crate) fn drifted(plan: &Plan) -> Vec<&Observation> {
    let touched: BTreeSet<_> =
        plan.changes.iter().filter(|it| it.action != Action::NoOp).map(|it| &it.address).collect();
    let everything = plan.mode == Mode::RefreshOnly;
    let matters = |it: &&Observation| everything || it.after.is_none() || touched.contains(&it.address);
    plan.drift().iter().filter(matters).collect()
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

pub(crate) fn counts(plan: &Plan, style: Style) -> String {
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

pub(crate) fn outputs(plan: &Plan, style: Style) -> String {
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
