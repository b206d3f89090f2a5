//! Providers that a module requires.

use std::collections::BTreeMap;

use rinfra_addr::ProviderSource;
use rinfra_diag::{Diagnostic, Diagnostics, Span};

use crate::module::Module;

impl Module {
    /// Warns of one provider by two names.
    pub(super) fn check_requirements(&self, found: &mut Diagnostics) {
        let required = &self.required_providers;
        let twice = |detail: String, place: &Span| {
            Diagnostic::warning("Duplicate required provider", detail).at(place.clone())
        };
        let mut all: Vec<_> = required.values().collect();
        all.sort_by_key(|it| (it.span.file.clone(), it.span.start.byte));
        let mut names: BTreeMap<&ProviderSource, &str> = BTreeMap::new();
        for own in all {
            let (name, source) = (&own.name, own.source.short());
            let earlier = names.insert(&own.source, name);
            if let Some(earlier) = earlier {
                let detail = format!("{source} is required as {earlier} already, and as {name} here.");
                found.push(twice(detail, &own.span));
            } else if own.source.is_default()
                && own.source.kind != *name
                && self.providers.keys().any(|it| it.name == own.source.kind)
            {
                let detail = format!(
                    "{source} is required as {name}, and a provider block means it by the name {}.",
                    own.source.kind
                );
                found.push(twice(detail, &own.span));
            }
        }
        for resource in self.resources.values().filter(|it| it.provider.is_none()) {
            let implied = resource.local_provider().name;
            let source = ProviderSource::default_for(&implied);
            let other = required.values().find(|it| it.source == source);
            if let Some(other) = other.filter(|_| !required.contains_key(&implied)) {
                let detail = format!(
                    "{} is required as {}, and {} means it by the name {implied}.",
                    source.short(),
                    other.name,
                    resource.address
                );
                let hint = format!("Say \"provider = {}\", or require it as {implied}", other.name);
                found.push(twice(detail, &resource.header).hint(hint));
            }
        }
    }
}
