//! Which provider configuration is meant where.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use rinfra_addr::{ModuleInstance, ModulePath, ProviderConfig, ProviderSource};
use rinfra_lang::Expression;

use crate::VersionConstraint;
use crate::blocks::meta::LocalProvider;
use crate::blocks::provider::ProviderBlock;
use crate::blocks::resource::Resource;
use crate::config::Config;
use crate::module::Module;

/// A provider configuration of the module tree: one that is written, or an empty one that is implied.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProviderKey {
    /// The module it is written in; the root module for an implied one.
    pub module: ModulePath,
    /// The provider.
    pub source: ProviderSource,
    /// The alias, for all but the default configuration.
    pub alias: Option<Arc<str>>,
}

impl ProviderKey {
    /// Returns the address of the configuration as the state keeps it.
    ///
    /// Modules with provider configurations of their own cannot be repeated, so no instance key is lost.
    pub fn address(&self) -> ProviderConfig {
        ProviderConfig {
            module: ModuleInstance::from(&self.module),
            source: self.source.clone(),
            alias: self.alias.clone(),
            key: rinfra_addr::InstanceKey::None,
        }
    }
}

impl fmt::Display for ProviderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address().fmt(f)
    }
}

/// The provider configuration something uses, and which instance of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderChoice {
    /// The configuration.
    pub key: ProviderKey,
    /// What decides which instance of a configuration with `for_each` it is.
    pub instance: Option<InstanceChoice>,
}

/// What decides which instance of a provider configuration with `for_each` is used.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceChoice {
    /// The module whose names the expression uses.
    pub module: ModulePath,
    /// The call in that module which passes the configuration on, and whose `each.key` the expression may use;
    /// `None` when the resource itself says it.
    pub call: Option<Arc<str>>,
    /// The key.
    pub expression: Expression,
}

impl Config {
    /// Returns the provider configuration a resource uses, and which instance of it; `None` when it asks for one
    /// that is nowhere.
    pub fn provider_choice(&self, module: &ModulePath, resource: &Resource) -> Option<ProviderChoice> {
        let mut choice = self.choose_provider(module, &resource.local_provider())?;
        if let Some(expression) = resource.provider.as_ref().and_then(|it| it.key.clone()) {
            choice.instance = Some(InstanceChoice { module: module.clone(), call: None, expression });
        }
        Some(choice)
    }

    /// Returns the provider configuration a resource uses; `None` when it asks for one that is nowhere.
    pub fn provider_of(&self, module: &ModulePath, resource: &Resource) -> Option<ProviderKey> {
        self.resolve_provider(module, &resource.local_provider())
    }

    /// Returns the provider configuration that a module means by a name.
    ///
    /// A configuration the caller passes counts first, then one written in the module itself. The default
    /// configuration is inherited from the closest caller that has one for the same provider, and in the end
    /// it is implied, empty, in the root module. One with an alias must be passed or written.
    pub fn resolve_provider(&self, module: &ModulePath, name: &LocalProvider) -> Option<ProviderKey> {
        Some(self.choose_provider(module, name)?.key)
    }

    /// Resolves a name, remembering the instance key that a caller passes it on with.
    pub(crate) fn choose_provider(
        &self,
        module: &ModulePath,
        name: &LocalProvider,
    ) -> Option<ProviderChoice> {
        let mut instance = None;
        let mut module = self.module(module)?;
        let mut name = name.clone();
        let mut source = module.provider_source(&name.name);
        loop {
            let call = self.call(&module.path);
            if let Some(passed) = call.and_then(|it| it.providers.get(&name)) {
                let call = module.path.name().cloned();
                module = self.module(&module.path.parent()?)?;
                if let Some(expression) = passed.parent.key.clone() {
                    instance = Some(InstanceChoice { module: module.path.clone(), call, expression });
                }
                name = passed.parent.provider.clone();
                source = module.provider_source(&name.name);
            } else if module.providers.contains_key(&name) {
                let key = ProviderKey { module: module.path.clone(), source, alias: name.alias };
                return Some(ProviderChoice { key, instance });
            } else if name.alias.is_some() {
                return None;
            } else {
                let Some((holder, local_name)) = self.inherit(module, &source) else {
                    let key = ProviderKey { module: ModulePath::root(), source, alias: None };
                    return Some(ProviderChoice { key, instance });
                };
                module = holder;
                name = LocalProvider::default_for(local_name);
            }
        }
    }

    /// Returns the closest caller that has a name for the provider, and the name.
    fn inherit(&self, module: &Module, source: &ProviderSource) -> Option<(&Module, Arc<str>)> {
        std::iter::successors(module.path.parent(), ModulePath::parent)
            .filter_map(|path| self.module(&path))
            .find_map(|caller| Some((caller, caller.local_name(source)?)))
    }

    /// Returns the block in which a configuration is written; `None` for an implied, empty one.
    pub fn provider_block(&self, key: &ProviderKey) -> Option<&ProviderBlock> {
        let module = self.module(&key.module)?;
        let is_meant = |it: &&ProviderBlock| {
            it.provider.alias == key.alias && module.provider_source(&it.provider.name) == key.source
        };
        module.providers.values().find(is_meant)
    }

    /// Returns every configuration that is written or that some resource uses.
    pub fn provider_keys(&self) -> BTreeSet<ProviderKey> {
        let written = self.modules().flat_map(|module| {
            module.providers.keys().filter_map(|name| self.resolve_provider(&module.path, name))
        });
        written.chain(self.used_providers()).collect()
    }

    /// Returns every configuration that some resource uses.
    pub fn used_providers(&self) -> BTreeSet<ProviderKey> {
        let alike = self.modules().flat_map(|module| module.alike().into_iter().map(move |it| (module, it)));
        alike.filter_map(|(module, resources)| self.provider_of(&module.path, resources.first()?)).collect()
    }
}

impl Module {
    /// Returns the resources in groups of one type that ask for one provider configuration: what is to be known of
    /// either is known of all in the group.
    pub fn alike(&self) -> Vec<Vec<&Resource>> {
        let mut groups: BTreeMap<_, Vec<&Resource>> = BTreeMap::new();
        for resource in self.resources.values() {
            let provider = resource.provider.as_ref().map(|it| &it.provider);
            groups
                .entry((resource.address.mode, &resource.address.kind, provider))
                .or_default()
                .push(resource);
        }
        groups.into_values().collect()
    }

    /// Returns the providers this module itself needs, and the versions of them that will do.
    pub fn needed_providers(&self) -> BTreeMap<ProviderSource, Option<VersionConstraint>> {
        let mut needed = BTreeMap::new();
        let required = self.required_providers.values().map(|it| (it.source.clone(), it.version.as_ref()));
        let configured = self.providers.values().map(|it| {
            let source = self.provider_source(&it.provider.name);
            (source, it.version.as_ref().map(|it| &it.constraint))
        });
        let used = self.resources.values().map(|it| it.local_provider().name);
        // What is imported without a resource block can get one written.
        let resourceless = self.imports.iter().filter(|it| {
            let target = &it.to.resource;
            target.module.is_root() && !self.resources.contains_key(&target.resource)
        });
        let used = used.chain(resourceless.map(|it| it.local_provider().name));
        let used = used.map(|it| (self.provider_source(&it), None));
        for (source, version) in required.chain(configured).chain(used) {
            let known: &mut Option<VersionConstraint> = needed.entry(source).or_default();
            *known = match (known.take(), version) {
                (Some(one), Some(other)) => Some(one.and(other)),
                (one, other) => one.or_else(|| other.cloned()),
            };
        }
        needed
    }

    /// Returns the name this module uses for a provider, if it has one.
    pub fn local_name(&self, source: &ProviderSource) -> Option<Arc<str>> {
        if let Some(required) = self.required_providers.values().find(|it| it.source == *source) {
            return Some(required.name.clone());
        }
        let is_implied = !self.required_providers.contains_key(&source.kind)
            && ProviderSource::default_for(&source.kind) == *source;
        is_implied.then(|| source.kind.clone())
    }
}
