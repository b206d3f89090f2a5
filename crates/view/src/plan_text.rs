use rinfra_change::{Action, Mode, Opcode, OutputChange, Plan, Reason, ResourceChange};
use rinfra_provider::Catalogue;
use rinfra_schema::Block;
use rinfra_value::{Marks, Value};

use crate::difference::Difference;
use crate::style::Style;

/// Renders a plan for people, in Terraform's symbols, with the effective Region of every instance.
pub fn plan(plan: &Plan, catalogue: &Catalogue, style: Style) -> String {
    let mut text = drift(plan, style);
    if !plan.has_changes() {
        text.push_str(&no_changes(plan, style));
        return text;
    }
    text.push_str(&legend(plan, style));
    let shown: Vec<_> = plan.changes.iter().filter(|it| it.action != Action::NoOp).collect();
    if !shown.is_empty() {
        text.push_str("The following actions will be performed:\n\n");
    }
    for change in shown {
        text.push_str(&resource_change(change, catalogue, style));
        text.push('\n');
    }
    text.push_str(&summary(plan, style));
    text.push_str(&outputs(plan, style));
    text
}

fn no_changes(plan: &Plan, style: Style) -> String {
    let sentence = match plan.mode {
        Mode::Normal => "Your infrastructure matches the configuration.",
        Mode::Destroy => "There is nothing to destroy.",
    };
    format!("{} {sentence}\n", style.bold(&style.green("No changes.")))
}

fn drift(plan: &Plan, style: Style) -> String {
    if plan.observations.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n\n", style.bold("Objects have changed outside of rinfra:"));
    for observation in &plan.observations {
        let what = if observation.after.is_some() { "has changed" } else { "has been deleted" };
        let deposed =
            observation.deposed.as_ref().map(|it| format!(" (deposed object {it})")).unwrap_or_default();
        text.push_str(&format!("  # {}{deposed} {what}\n", observation.address));
        if let Some(after) = &observation.after {
            for name in changed_names(&observation.before, after) {
                let side = |it: &Value| {
                    it.attribute(&name).map_or_else(|| "null".to_owned(), rinfra_lang::print::value)
                };
                text.push_str(&format!(
                    "      {} {name} = {} -> {}\n",
                    style.yellow("~"),
                    one_line(&side(&observation.before)),
                    one_line(&side(after))
                ));
            }
        }
    }
    text.push('\n');
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn changed_names(before: &Value, after: &Value) -> Vec<String> {
    let (Some(before), Some(after)) = (before.entries(), after.entries()) else { return Vec::new() };
    before
        .iter()
        .filter(|(name, value)| after.get(*name) != Some(value))
        .map(|(name, _)| name.to_string())
        .collect()
}

fn legend(plan: &Plan, style: Style) -> String {
    let words = [
        (Action::Create, "create"),
        (Action::Update, "update in-place"),
        (Action::Delete, "destroy"),
        (Action::DeleteThenCreate, "destroy and then create replacement"),
        (Action::CreateThenDelete, "create replacement and then destroy"),
        (Action::Read, "read (data resources)"),
        (Action::Forget, "forget"),
    ];
    let used = words.into_iter().filter(|(action, _)| plan.changes.iter().any(|it| it.action == *action));
    let lines: String = used.map(|(action, words)| format!("{} {words}\n", style.action(action))).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("The plan uses these symbols for its actions:\n{lines}\n")
}

/// Returns what is said above the block of a change.
fn headline(change: &ResourceChange) -> String {
    let address = match &change.deposed {
        Some(key) => format!("{} (deposed object {key})", change.address),
        None => change.address.to_string(),
    };
    let verb = match (change.action, change.reason) {
        (Action::Create, _) => "will be created".to_owned(),
        (Action::Read, _) => "will be read during apply".to_owned(),
        (Action::Update, _) => "will be updated in-place".to_owned(),
        (Action::Delete, _) => "will be destroyed".to_owned(),
        (Action::Forget, _) => "will no longer be managed, but will not be destroyed".to_owned(),
        (Action::NoOp, _) => "stays as it is".to_owned(),
        (_, Some(Reason::ReplaceBecauseTainted)) => "is tainted, so must be replaced".to_owned(),
        (_, Some(Reason::ReplaceByRequest)) => "will be replaced, as requested".to_owned(),
        _ => "must be replaced".to_owned(),
    };
    let place = change.region.as_ref().map(|it| format!(" in {it}")).unwrap_or_default();
    format!("{address} {verb}{place}")
}

fn reason(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::DeleteBecauseNoResourceConfig => "because it is not in the configuration",
        Reason::DeleteBecauseCountIndex => "because its index is out of the range of count",
        Reason::DeleteBecauseEachKey => "because its key is not in the for_each map",
        Reason::DeleteBecauseWrongRepetition => "because the resource is repeated in another way now",
        Reason::DeleteBecauseNoModule => "because its module is not in the configuration",
        Reason::ReadBecauseConfigUnknown => "because its configuration refers to values not yet known",
        Reason::ReadBecauseDependencyPending => "because something it depends on has changes pending",
        Reason::ReplaceBecauseTainted | Reason::ReplaceBecauseCannotUpdate | Reason::ReplaceByRequest => {
            return None;
        }
    })
}

fn resource_change(change: &ResourceChange, catalogue: &Catalogue, style: Style) -> String {
    let mut text = format!("  {}\n", style.bold(&format!("# {}", headline(change))));
    if let Some(reason) = change.reason.and_then(reason) {
        text.push_str(&format!("  # ({reason})\n"));
    }
    let resource = &change.address.resource.resource;
    let symbol = style.action(change.action);
    text.push_str(&format!(
        "{symbol} {} {:?} {:?} {{\n",
        resource.mode.block(),
        &*resource.kind,
        &*resource.name
    ));
    let fallback = Block::new();
    let block = block_of(change, catalogue).unwrap_or(&fallback);
    let after = change.after.as_ref();
    let before = change.before.as_ref().filter(|_| change.action != Action::Read);
    text.push_str(&Difference::render(block, before, after, &change.replace_paths, style));
    text.push_str("    }\n");
    text
}

/// Returns the schema of a change's type.
pub(crate) fn block_of<'c>(change: &ResourceChange, catalogue: &'c Catalogue) -> Option<&'c Block> {
    let provider = catalogue.get(&change.provider.source)?;
    match change.address.mode() {
        rinfra_addr::Mode::Data => provider.data_source(change.address.kind()).map(|it| &it.schema().block),
        _ => provider.resource_type(change.address.kind()).map(|it| &it.schema().block),
    }
}

fn summary(plan: &Plan, style: Style) -> String {
    let counts = plan.counts();
    format!(
        "{} {} to add, {} to change, {} to destroy.\n",
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
    let mut text = "\nChanges to Outputs:\n".to_owned();
    for (name, output) in changed {
        let symbol = style.action(output.action);
        text.push_str(&format!("{symbol} {name:width$} = {}\n", output_value(output)));
    }
    text
}

fn output_value(output: &OutputChange) -> String {
    let side = |value: Option<&Value>| match value {
        None => "null".to_owned(),
        Some(_) if output.sensitive => "(sensitive value)".to_owned(),
        Some(value) => whole_value(value).replace('\n', "\n    "),
    };
    match (output.action, &output.before, &output.after) {
        (Action::Update, before, after) if !output.sensitive => {
            format!("{} -> {}", side(before.as_ref()), side(after.as_ref()))
        }
        (Action::Delete, before, _) => format!("{} -> null", side(before.as_ref())),
        (_, _, after) => side(after.as_ref()),
    }
}

/// Returns a value that may be unknown in parts.
fn whole_value(value: &Value) -> String {
    if value.marks_deep().contains(Marks::SENSITIVE) {
        return "(sensitive value)".to_owned();
    }
    if !value.is_known() {
        return "(known after apply)".to_owned();
    }
    rinfra_lang::print::value(&value.unmark_deep())
}

/// Renders the execution graph of a plan in the DOT language of Graphviz.
pub fn execution_graph(plan: &Plan) -> String {
    let name = |position: usize| {
        let node = &plan.graph.nodes[position];
        let opcode = match node.opcode {
            Opcode::Read => "read",
            Opcode::Create => "create",
            Opcode::Update => "update",
            Opcode::Delete => "delete",
            Opcode::Forget => "forget",
            Opcode::Join => "join",
        };
        format!("{opcode} {}", node.address)
    };
    let mut text =
        "digraph execution {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n"
            .to_owned();
    for position in 0..plan.graph.nodes.len() {
        text.push_str(&format!("  n{position} [label = {:?}];\n", name(position)));
    }
    for (waiter, awaited) in &plan.graph.edges {
        text.push_str(&format!("  n{waiter} -> n{awaited};\n"));
    }
    text.push_str("}\n");
    text
}
