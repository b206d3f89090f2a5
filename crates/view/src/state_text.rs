use rinfra_addr::ResourceInstance;
use rinfra_provider::Catalogue;
use rinfra_schema::Block;
use rinfra_state::{Object, State};

use crate::Style;
use crate::difference::Difference;
use crate::outputs::outputs;

/// Renders a whole state for people.
pub fn state(state: &State, catalogue: &Catalogue, style: Style) -> String {
    let mut text = String::new();
    for (address, ..) in state.instances() {
        if let Some(rendered) = resource(state, &address, catalogue, style) {
            text.push_str(&rendered);
            text.push('\n');
        }
    }
    if !state.outputs.is_empty() {
        text.push_str("\nOutputs:\n\n");
        text.push_str(&outputs(&state.outputs));
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
    let provider = state.provider(address).and_then(|it| catalogue.get(&it.source));
    let block = provider.and_then(|it| match address.mode() {
        rinfra_addr::Mode::Data => it.data_source(address.kind()).map(|it| &it.schema().block),
        _ => it.resource_type(address.kind()).map(|it| &it.schema().block),
    });
    let mut text = String::new();
    for (deposed, object) in instance.objects() {
        let mut headline = format!("# {address}:");
        if let Some(key) = deposed {
            headline = format!("# {address}: (deposed object {key})");
        } else if object.is_tainted() {
            headline.push_str(" (tainted)");
        }
        let resource = &address.resource.resource;
        text.push_str(&format!("{}\n", style.bold(&headline)));
        text.push_str(&format!("{} {:?} {:?} {{\n", resource.mode.block(), &*resource.kind, &*resource.name));
        text.push_str(&attributes(object, block));
        text.push_str("}\n");
    }
    Some(text)
}

fn attributes(object: &Object, block: Option<&Block>) -> String {
    let value = block.and_then(|it| object.decode(&it.implied_type()).ok());
    match (value, block) {
        (Some(value), Some(block)) => {
            let lines = Difference::render(block, None, Some(&value), &[], Style::plain());
            // Nothing comes here: everything is.
            lines
                .lines()
                .map(|line| format!("{}\n", line.replacen("  + ", "", 1).replacen("    }", "}", 1)))
                .collect()
        }
        _ => format!("{:#}\n", object.attributes),
    }
}
