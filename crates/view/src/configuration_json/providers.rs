//! Provider configurations, under the keys that resources name them by.

use std::collections::BTreeMap;

use rinfra_addr::{ModulePath, ProviderSource};
use rinfra_config::{Config, LocalProvider, Module, VersionConstraint};
use rinfra_provider::Catalogue;
use serde_json::{Map, Value as Json, json};

use super::expressions;

/// The provider configurations of a configuration, and what modules mean by their names.
#[derive(Default)]
pub(super) struct Providers {
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    source: ProviderSource,
    json: Map<String, Json>,
    /// The configuration of a caller that it is another name for.
    stands_for: Option<String>,
}

impl Providers {
    pub(super) fn of(config: &Config, catalogue: &Catalogue) -> Self {
        let mut providers = Self::default();
        config.modules().for_each(|module| providers.add_module(config, module, catalogue));
        providers
    }

    /// Returns the key of the configuration that a module means by a name.
    pub(super) fn key(&self, module: &ModulePath, name: &LocalProvider) -> String {
        let key = key(module, name);
        match self.entries.get(&key).and_then(|it| it.stands_for.clone()) {
            Some(parent) => parent,
            None => key,
        }
    }

    /// Returns the configurations that are not another name for one.
    pub(super) fn json(self) -> Map<String, Json> {
        let entries = self.entries.into_iter().filter(|(_, it)| it.stands_for.is_none());
        entries.map(|(key, it)| (key, Json::Object(it.json))).collect()
    }

    /// Adds what a module configures and needs. Callers come before what they call.
    fn add_module(&mut self, config: &Config, module: &Module, catalogue: &Catalogue) {
        let wanted = module.needed_providers();
        self.add_passed(config, module);
        for block in module.providers.values() {
            let source = module.provider_source(&block.provider.name);
            let mut entry = named(module, &block.provider.name, &source);
            if let Some(alias) = &block.provider.alias {
                entry.insert("alias".to_owned(), (**alias).into());
            }
            if let Some(provider) = catalogue.get(&source) {
                let expressions = expressions::body(&block.body, provider.config_schema());
                super::put(&mut entry, "expressions", expressions);
            }
            constrain(&mut entry, wanted.get(&source));
            self.put(key(&module.path, &block.provider), source, entry, None);
        }
        for required in module.required_providers.values() {
            let mut entry = named(module, &required.name, &required.source);
            constrain(&mut entry, wanted.get(&required.source));
            let aliases = required.configuration_aliases.iter().map(|it| &it.provider);
            for alias in aliases {
                self.offer(key(&module.path, alias), &required.source, &entry, None);
            }
            let inherited = self.inherited(module, &required.name, &required.source);
            let name = LocalProvider::default_for(required.name.clone());
            self.offer(key(&module.path, &name), &required.source, &entry, inherited);
        }
        for source in wanted.keys() {
            // Only the default configuration of a provider can be implied.
            let entry = named(module, &source.kind, source);
            let inherited = self.inherited(module, &source.kind, source);
            let name = LocalProvider::default_for(source.kind.clone());
            self.offer(key(&module.path, &name), source, &entry, inherited);
        }
    }

    /// Adds the names that a module has for configurations of its caller.
    fn add_passed(&mut self, config: &Config, module: &Module) {
        let (Some(call), Some(caller)) = (config.call(&module.path), module.path.parent()) else { return };
        for (name, passed) in &call.providers {
            let source = module.provider_source(&name.name);
            let parent = self.origin(key(&caller, &passed.parent.provider), &source);
            let entry = named(module, &name.to_string(), &source);
            self.put(key(&module.path, name), source, entry, parent);
        }
    }

    fn inherited(&self, module: &Module, name: &str, source: &ProviderSource) -> Option<String> {
        self.origin(key(&module.path.parent()?, &LocalProvider::default_for(name)), source)
    }

    /// Follows a key to the configuration it stands for in the end, as long as that is of the provider.
    fn origin(&self, start: String, source: &ProviderSource) -> Option<String> {
        let mut found = None;
        let mut next = Some(start);
        while let Some(key) = next.take() {
            let Some(entry) = self.entries.get(&key).filter(|it| it.source == *source) else { break };
            next.clone_from(&entry.stands_for);
            found = Some(key);
        }
        found
    }

    fn put(
        &mut self,
        key: String,
        source: ProviderSource,
        json: Map<String, Json>,
        stands_for: Option<String>,
    ) {
        self.entries.insert(key, Entry { source, json, stands_for });
    }

    fn offer(
        &mut self,
        key: String,
        source: &ProviderSource,
        json: &Map<String, Json>,
        stands_for: Option<String>,
    ) {
        let entry = || Entry { source: source.clone(), json: json.clone(), stands_for };
        self.entries.entry(key).or_insert_with(entry);
    }
}

fn key(module: &ModulePath, name: &LocalProvider) -> String {
    if module.is_root() { name.to_string() } else { format!("{module}:{name}") }
}

fn named(module: &Module, name: &str, source: &ProviderSource) -> Map<String, Json> {
    let mut entry = Map::new();
    entry.insert("name".to_owned(), name.into());
    entry.insert("full_name".to_owned(), source.to_string().into());
    if !module.path.is_root() {
        entry.insert("module_address".to_owned(), module.path.to_string().into());
    }
    entry
}

fn constrain(entry: &mut Map<String, Json>, wanted: Option<&Option<VersionConstraint>>) {
    if let Some(Some(constraint)) = wanted {
        entry.insert("version_constraint".to_owned(), json!(constraint.canonical()));
    }
}
