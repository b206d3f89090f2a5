//! One instance of a plan: what will happen to it, or has without us.

use std::fmt::Write as _;

use rinfra_addr::ResourceInstance;
use rinfra_change::{Action, Observation, ResourceChange};
use rinfra_provider::Catalogue;
use rinfra_schema::Block;

use crate::difference::{self, Difference, Painter};
use crate::headline::{headline, notes};
use crate::schema_of::schema_of;
use crate::style::Style;

/// Renders what will happen to an instance.
pub(crate) fn change(change: &ResourceChange, catalogue: &Catalogue, style: Style) -> String {
    let mut text = format!("  {}\n", style.bold(&format!("# {}", headline(change))));
    for note in notes(change) {
        let _ = writeln!(text, "  # ({note})");
    }
    let body = change_difference(change, catalogue);
    text.push_str(&object(&change.address, change.action, &Painter::changes(style).paint(&body, 0), style));
    text
}

/// Returns how a plan changes an instance.
pub(crate) fn change_difference(change: &ResourceChange, catalogue: &Catalogue) -> Difference {
    let fallback = Block::new();
    let address = &change.address;
    let schema = schema_of(catalogue, &change.provider.source, address.mode(), address.kind());
    let block = schema.map_or(&fallback, |it| &it.block);
    let before = change.before.as_ref().filter(|_| change.action != Action::Read);
    let after = match change.action {
        Action::Forget => change.before.as_ref(),
        _ => change.after.as_ref(),
    };
    difference::of_block(block, before, after, &change.replace_paths)
}

/// Renders what happened to an instance without us.
pub(crate) fn drifted(observation: &Observation, catalogue: &Catalogue, style: Style) -> String {
    let mut text = format!("  {}\n", style.bold(&format!("# {}", drift_headline(observation))));
    let body = drift_difference(observation, catalogue);
    let action = drift_action(observation);
    text.push_str(&object(&observation.address, action, &Painter::changes(style).paint(&body, 0), style));
    text
}

/// Returns what happened to an instance without us, in a few words.
pub(crate) fn drift_headline(observation: &Observation) -> String {
    let what = match observation.after {
        Some(_) => "has changed",
        None => "has been deleted",
    };
    let deposed =
        observation.deposed.as_ref().map(|it| format!(" (deposed object {it})")).unwrap_or_default();
    format!("{}{deposed} {what}", observation.address)
}

/// Returns what somebody did to an instance.
pub(crate) fn drift_action(observation: &Observation) -> Action {
    if observation.after.is_some() { Action::Update } else { Action::Delete }
}

/// Returns how an instance changed without us.
pub(crate) fn drift_difference(observation: &Observation, catalogue: &Catalogue) -> Difference {
    let block = catalogue.iter().find_map(|it| it.resource_type(observation.address.kind()));
    let empty = Block::new();
    let block = block.map_or(&empty, |it| &it.schema().block);
    difference::of_block(block, Some(&observation.before), observation.after.as_ref(), &[])
}

/// Renders the block of a resource instance.
fn object(address: &ResourceInstance, action: Action, body: &str, style: Style) -> String {
    let resource = &address.resource.resource;
    let symbol = style.action(action);
    format!("{symbol} {} {:?} {:?} {body}\n", resource.mode.block(), &*resource.kind, &*resource.name)
}
