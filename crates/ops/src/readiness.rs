use std::collections::BTreeMap;

use rinfra_config::Config;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_state::State;

use crate::backend;
use crate::environment::Environment;

/// Returns what keeps a configuration whose modules are all there from being planned: it is for another version of
/// the language, or needs providers or a backend that are not built in. All of it at once.
pub fn check_readiness(environment: &Environment, config: &Config) -> Diagnostics {
    let mut found = check_language(config);
    let catalogue = &environment.catalogue;
    let mut missing = BTreeMap::new();
    for key in config.provider_keys() {
        if catalogue.get(&key.source).is_none() {
            let place = config.provider_block(&key).map(|it| it.header.clone());
            let users = config.resources().filter(|(module, resource)| {
                config.provider_of(&module.path, resource).is_some_and(|it| it.source == key.source)
            });
            let user = users.map(|(_, resource)| resource.kind_span.clone()).next();
            missing.entry(key.source.short()).or_insert(place.or(user));
        }
    }
    let known: Vec<String> = catalogue.iter().map(|it| it.source().short()).collect();
    for (source, place) in missing {
        let diagnostic =
            Diagnostic::error("Unsupported provider", format!("This rinfra has no provider {source}."))
                .hint(format!("built in are: {}", known.join(", ")));
        found.push(match place {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        });
    }
    found.extend(backend::problems(config, &environment.state.backends));
    found.sort();
    found
}

/// Returns what is wrong when a module is for another version of the language.
pub(crate) fn check_language(config: &Config) -> Diagnostics {
    State::TERRAFORM_VERSION.parse().map(|it| config.check_version(&it)).unwrap_or_default()
}
