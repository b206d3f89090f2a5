//! Which providers the modules of a configuration need.

use rinfra_addr::ProviderSource;
use rinfra_config::{Config, Module};

/// Renders the tree of modules with the providers that each needs, and the providers of the state.
pub fn required_providers<'s>(
    config: &Config,
    of_state: impl IntoIterator<Item = &'s ProviderSource>,
) -> String {
    let mut text = "\nProviders required by configuration:\n.\n".to_owned();
    branches(config, config.root(), "", &mut text);
    let of_state: String = of_state.into_iter().map(|it| format!("    provider[{it}]\n")).collect();
    if !of_state.is_empty() {
        text.push_str(&format!("\nProviders required by state:\n\n{of_state}"));
    }
    text.push('\n');
    text
}

/// Adds what a module needs and the modules it calls, each on a line that begins with `margin`.
fn branches(config: &Config, module: &Module, margin: &str, text: &mut String) {
    let needed = module.needed_providers();
    let called = |name| Some((name, config.called(&module.path, name)?));
    let called: Vec<(&str, &Module)> = module.calls.keys().filter_map(|it| called(&**it)).collect();
    let count = needed.len() + called.len();
    let arms = |place: usize| {
        if place + 1 == count { ("└── ", "    ") } else { ("├── ", "│\u{a0}\u{a0} ") }
    };
    for (place, (source, version)) in needed.iter().enumerate() {
        let version = version.as_ref().map(|it| format!(" {}", it.canonical())).unwrap_or_default();
        text.push_str(&format!("{margin}{}provider[{source}]{version}\n", arms(place).0));
    }
    for (place, (name, module)) in called.into_iter().enumerate() {
        let (arm, below) = arms(needed.len() + place);
        text.push_str(&format!("{margin}{arm}module.{name}\n"));
        branches(config, module, &format!("{margin}{below}"), text);
    }
}
