use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_addr::ResourceInstance;
use rinfra_provider::Catalogue;
use rinfra_schema::Block;
use rinfra_state::{Object, Output, State};
use rinfra_value::Marks;

use crate::Style;
use crate::difference::{self, Painter};
use crate::schema_of::schema_of;

/// Renders a whole state for people.
pub fn state(state: &State, catalogue: &Catalogue, style: Style) -> String {
    let mut text = String::new();
    for (address, ..) in state.instances() {
        if let Some(rendered) = resource(state, &address, catalogue, style) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&rendered);
        }
    }
    if !state.outputs.is_empty() {
        text.push_str("\n\nOutputs:\n\n");
        text.push_str(&outputs(&state.outputs, style));
    }
    if text.is_empty() {
        text.push_str("The state is empty: nothing is managed yet.\n");
    }
    text
}

/// Renders one instance of a state for people; `None` when the state does not have it.
pub fn resource(
    state: &State,
    address: &ResourceInstance,
    catalogue: &Catalogue,
    style: Style,
) -> Option<String> {
    let instance = state.instance(address)?;
    let source = state.provider(address).map(|it| it.source);
    let schema = source.and_then(|it| schema_of(catalogue, &it, address.mode(), address.kind()));
    let block = schema.map(|it| &it.block);
    let mut text = String::new();
    for (deposed, object) in instance.objects() {
        if !text.is_empty() {
            text.push('\n');
        }
        let mut headline = format!("# {address}:");
        if let Some(key) = deposed {
            headline = format!("# {address}: (deposed object {key})");
        } else if object.is_tainted() {
            headline.push_str(" (tainted)");
        }
        let resource = &address.resource.resource;
        text.push_str(&format!("{}\n", style.bold(&headline)));
        let body = body(object, block, style);
        text.push_str(&format!(
            "{} {:?} {:?} {body}\n",
            resource.mode.block(),
            &*resource.kind,
            &*resource.name
        ));
    }
    Some(text)
}

/// Renders an object; without its schema, as the state has it.
fn body(object: &Object, block: Option<&Block>, style: Style) -> String {
    let value = block.and_then(|it| object.decode(&it.implied_type()).ok());
    match (value, block) {
        (Some(value), Some(block)) => {
            let difference = difference::of_block(block, Some(&value), Some(&value), &[]);
            Painter::objects(style).paint(&difference, 0)
        }
        _ => format!("{:#}", object.attributes.to_json()),
    }
}

/// Renders outputs as a state shows them.
fn outputs(outputs: &BTreeMap<Arc<str>, Output>, style: Style) -> String {
    let line = |(name, output): (&Arc<str>, &Output)| {
        let marks = if output.sensitive { Marks::SENSITIVE } else { Marks::NONE };
        let value = output.value.clone().with_marks(marks);
        format!("{name} = {}\n", Painter::objects(style).paint(&difference::of_known(&value), 0))
    };
    outputs.iter().map(line).collect()
}
