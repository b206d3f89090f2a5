//! How one state differs from another.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rinfra_addr::ResourceInstance;
use rinfra_change::Action;
use rinfra_provider::Catalogue;
use rinfra_schema::Block;
use rinfra_state::{Object, Output, State};
use rinfra_value::{Marks, Value, json};

use crate::Style;
use crate::difference::{self, Painter};
use crate::schema_of::schema_of;

/// Renders how a state differs from an earlier one, for people; `None` when both say the same.
pub fn state_difference(
    before: &State,
    after: &State,
    catalogue: &Catalogue,
    style: Style,
) -> Option<String> {
    let instances: BTreeSet<ResourceInstance> =
        before.instances().chain(after.instances()).map(|(address, ..)| address).collect();
    let mut text = String::new();
    let mut counts = Counts::default();
    for address in &instances {
        let (old, new) = (before.instance(address), after.instance(address));
        let objects = |it| Option::into_iter(it).flat_map(rinfra_state::InstanceState::objects);
        let keys: BTreeSet<_> = objects(old).chain(objects(new)).map(|(key, _)| key).collect();
        for key in keys {
            let sides = Sides {
                address,
                deposed: key,
                old: before.object(address, key),
                new: after.object(address, key),
            };
            if sides.old == sides.new {
                continue;
            }
            counts.count(sides.action());
            let source = after.provider(address).or_else(|| before.provider(address)).map(|it| it.source);
            let schema = source.and_then(|it| schema_of(catalogue, &it, address.mode(), address.kind()));
            text.push_str(&sides.render(schema.map(|it| &it.block), style));
            text.push('\n');
        }
    }
    text.push_str(&outputs(before, after, style));
    if text.is_empty() {
        return None;
    }
    let Counts { added, changed, removed } = counts;
    let _ = writeln!(text, "{} {added} added, {changed} changed, {removed} removed.", style.bold("Objects:"));
    Some(text)
}

#[derive(Default)]
struct Counts {
    added: usize,
    changed: usize,
    removed: usize,
}

impl Counts {
    fn count(&mut self, action: Action) {
        match action {
            Action::Create => self.added += 1,
            Action::Delete => self.removed += 1,
            _ => self.changed += 1,
        }
    }
}

/// An object in both states.
struct Sides<'s> {
    address: &'s ResourceInstance,
    deposed: Option<&'s str>,
    old: Option<&'s Object>,
    new: Option<&'s Object>,
}

impl Sides<'_> {
    fn action(&self) -> Action {
        match (self.old, self.new) {
            (None, _) => Action::Create,
            (_, None) => Action::Delete,
            _ => Action::Update,
        }
    }

    fn render(&self, block: Option<&Block>, style: Style) -> String {
        let resource = &self.address.resource.resource;
        let deposed = self.deposed.map(|it| format!(" (deposed object {it})")).unwrap_or_default();
        let headline = format!("# {}{deposed} {}", self.address, self.what());
        let symbol = style.action(self.action());
        let body = self.body(block, style);
        let block = resource.mode.block();
        format!(
            "  {}\n{symbol} {block} {:?} {:?} {body}\n",
            style.bold(&headline),
            &*resource.kind,
            &*resource.name
        )
    }

    fn what(&self) -> &'static str {
        match (self.old, self.new) {
            (None, _) => "is added",
            (_, None) => "is removed",
            (Some(old), Some(new)) => match (old.is_tainted(), new.is_tainted()) {
                (false, true) => "becomes tainted",
                (true, false) => "is tainted no more",
                _ if old.attributes == new.attributes => "changes in what is recorded beside it",
                _ => "changes",
            },
        }
    }

    /// Renders what changes of the object; without its schema, as both states have it.
    fn body(&self, block: Option<&Block>, style: Style) -> String {
        let painter = Painter::changes(style);
        let decoded = |object: Option<&Object>| match (object, block) {
            (Some(object), Some(block)) => object.decode(&block.implied_type()).ok(),
            _ => None,
        };
        let (old, new) = (decoded(self.old), decoded(self.new));
        if let Some(block) = block
            && (old.is_some(), new.is_some()) == (self.old.is_some(), self.new.is_some())
        {
            return painter.paint(&difference::of_block(block, old.as_ref(), new.as_ref(), &[]), 0);
        }
        let plain = |object: Option<&Object>| object.and_then(as_stored);
        painter.paint(&difference::of_value(plain(self.old).as_ref(), plain(self.new).as_ref()), 0)
    }
}

/// Returns the attributes of an object as JSON types them, hidden where the state says so.
fn as_stored(object: &Object) -> Option<Value> {
    let value = json::decode_implied(&object.attributes.to_json());
    let marks: Vec<_> = object.sensitive_paths.iter().map(|it| (it.clone(), Marks::SENSITIVE)).collect();
    Some(value.mark_paths(&marks))
}

fn outputs(before: &State, after: &State, style: Style) -> String {
    let names: BTreeSet<_> = before.outputs.keys().chain(after.outputs.keys()).collect();
    let changed: Vec<_> =
        names.into_iter().filter(|it| before.outputs.get(*it) != after.outputs.get(*it)).collect();
    let width = changed.iter().map(|it| it.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for name in changed {
        let (old, new) = (before.outputs.get(name), after.outputs.get(name));
        let is_secret = [old, new].into_iter().flatten().any(|it| it.sensitive);
        let marks = if is_secret { Marks::SENSITIVE } else { Marks::NONE };
        let side = |it: Option<&Output>| it.map(|it| it.value.clone().with_marks(marks));
        let action = match (old, new) {
            (None, _) => Action::Create,
            (_, None) => Action::Delete,
            _ => Action::Update,
        };
        let difference = difference::of_value(side(old).as_ref(), side(new).as_ref());
        let value = Painter::changes(style).paint(&difference, 0);
        let _ = writeln!(text, "{} output {name:width$} = {value}", style.action(action));
    }
    if text.is_empty() { text } else { text + "\n" }
}
