//! Provider configurations that are missing, or passed where they do not fit.

use std::collections::BTreeMap;

use rinfra_addr::{ModulePath, ProviderSource};
use rinfra_diag::{Diagnostic, Diagnostics, Span};

use crate::blocks::meta::{LocalProvider, ProviderReference, Repetition};
use crate::blocks::module_call::{ModuleCall, PassedProvider};
use crate::blocks::provider::ProviderBlock;
use crate::config::Config;
use crate::module::Module;
use crate::providers::ProviderChoice;

impl Config {
    /// Checks that every module gets the provider configurations it needs, and none that it does not know.
    pub(crate) fn check_providers(&self, found: &mut Diagnostics) {
        for module in self.modules() {
            module.check_requirements(found);
            for call in module.calls.values() {
                for passed in call.providers.values() {
                    found.extend(self.check_named(module, &passed.parent));
                }
                let Some(called) = self.called(&module.path, &call.name) else { continue };
                check_required(call, called, found);
                for (name, passed) in &call.providers {
                    self.check_passed(module, called, name, passed, found);
                }
            }
            check_repeatable(self, module, found);
            check_empty(module, found);
        }
        if found.has_errors() {
            // Much of what would be missing follows from that.
            return;
        }
        for module in self.modules() {
            for call in module.calls.values() {
                call.providers.values().for_each(|it| found.extend(self.check_offered(module, &it.parent)));
            }
            self.check_used(module, found);
        }
    }

    /// Warns of the name of a default configuration that nothing in the caller explains.
    fn check_named(&self, caller: &Module, passed: &ProviderReference) -> Option<Diagnostic> {
        let name = &passed.provider;
        if name.alias.is_some() || caller.configures(name) {
            return None;
        }
        if !caller.required_providers.contains_key(&name.name) {
            let source = caller.meant(&name.name);
            let detail = format!(
                "There is no explicit declaration for local provider name \"{name}\" in {}, so it is taken to mean \
                 a configuration of {}.",
                caller.title(),
                source.short()
            );
            let diagnostic = Diagnostic::warning("Reference to undefined provider", detail);
            return Some(
                diagnostic.at(passed.name_span.clone()).hint(format!(
                    "Add to required_providers: {name} = {{ source = \"{}\" }}",
                    source.short()
                )),
            );
        }
        let call = self.call(&caller.path).filter(|it| !it.providers.contains_key(name))?;
        let detail = format!(
            "{} passes on a configuration named \"{name}\", which its caller does not pass to it.",
            caller.title()
        );
        let diagnostic = Diagnostic::warning("Missing required provider configuration", detail);
        Some(
            diagnostic
                .at(call.header.clone())
                .hint(format!("Add an entry for {name} to \"providers\" in the module block")),
        )
    }

    fn check_passed(
        &self,
        caller: &Module,
        called: &Module,
        name: &LocalProvider,
        passed: &PassedProvider,
        found: &mut Diagnostics,
    ) {
        let wanted = called.meant(&name.name);
        let parent = &passed.parent.provider;
        let given = caller.meant(&parent.name);
        if called.configures(name) {
            let detail = format!(
                "The configuration of {} has its own local configuration for {name}, and so it cannot accept \
                 an overridden configuration provided by {}.",
                called.path,
                caller.title()
            );
            let diagnostic = Diagnostic::error("Cannot override provider configuration", detail);
            found.push(diagnostic.at(passed.child_span.clone()));
        }
        if !called.declares(name) {
            let detail = format!(
                "The child module does not declare any provider requirement with the local name \"{name}\". \
                 If you also control the child module, you can add a required_providers entry named \"{}\" \
                 with the source address \"{given}\"{} to accept this provider configuration.",
                name.name,
                if name.alias.is_some() { " and configuration_aliases" } else { "" }
            );
            // A provider of HashiCorp's is what the name means without a declaration.
            let make = if wanted.is_default() { Diagnostic::warning } else { Diagnostic::error };
            found.push(
                make("Reference to undefined provider".to_owned(), detail).at(passed.child_span.clone()),
            );
        }
        if wanted != given {
            let detail = format!(
                "The local name \"{parent}\" in {} represents provider {}, but \"{name}\" in {} represents \
                 {}. Each provider has its own configuration, so only one for the same provider can be \
                 passed.",
                caller.title(),
                given.short(),
                called.path,
                wanted.short()
            );
            let other = called.required_providers.values().find(|it| it.source == given);
            let place = other.map_or(&passed.parent.name_span, |_| &passed.child_span);
            let diagnostic = Diagnostic::error("Provider type mismatch", detail).at(place.clone());
            found.push(match other {
                Some(other) => diagnostic.hint(format!("The called module names it {}", other.name)),
                None => diagnostic,
            });
        }
    }

    /// Checks that a module has the configuration that it passes on. One that it only inherits does not count.
    fn check_offered(&self, module: &Module, passed: &ProviderReference) -> Option<Diagnostic> {
        let name = &passed.provider;
        let is_passed = self.call(&module.path).is_some_and(|it| it.providers.contains_key(name));
        let is_implied = module.path.is_root()
            && name.alias.is_none()
            && module.required_providers.contains_key(&name.name);
        if !is_passed && !is_implied && !module.providers.contains_key(name) {
            return Some(not_present(module, name).at(passed.span.clone()));
        }
        let choice = self.choose_provider(&module.path, name)?;
        self.check_instance(&choice, passed, "module")
    }

    /// Checks that a reference names one instance exactly when there are several.
    fn check_instance(
        &self,
        choice: &ProviderChoice,
        reference: &ProviderReference,
        kind: &str,
    ) -> Option<Diagnostic> {
        let is_repeated = self.provider_block(&choice.key).is_some_and(|it| it.for_each.is_some());
        let has_several = is_repeated && choice.instance.is_none();
        let name = &reference.provider;
        let (place, detail) = match (&reference.key, has_several) {
            (None, true) => (
                &reference.span,
                format!(
                    "The provider configuration {name} has \"for_each\" set, so a reference to it must say \
                     which instance is meant, such as {name}[each.key]."
                ),
            ),
            (Some(key), false) => (
                &key.span,
                format!("The provider configuration {name} does not have \"for_each\" set: it has no keys."),
            ),
            _ => return None,
        };
        let summary = format!("Invalid {kind} provider configuration");
        Some(Diagnostic::error(summary, detail).at(place.clone()))
    }

    fn check_used(&self, module: &Module, found: &mut Diagnostics) {
        for resource in module.resources.values() {
            let name = resource.local_provider();
            // What the caller passes, or fails to pass, is reported once, at the call.
            let is_passed = self.call(&module.path).is_some_and(|it| it.providers.contains_key(&name));
            let is_ours = name.alias.is_some() && !is_passed && !module.expects(&name);
            if let (Some(reference), Some(choice)) =
                (&resource.provider, self.choose_provider(&module.path, &name))
            {
                found.extend(self.check_instance(&choice, reference, "resource"));
            }
            if is_ours && self.provider_of(&module.path, resource).is_none() {
                let place = resource.provider.as_ref().map_or(&resource.header, |it| &it.span);
                found.push(not_present(module, &name).at(place.clone()));
            }
        }
    }
}

impl Module {
    /// Returns true when the module declares that a provider configuration by this name may be passed to it.
    fn declares(&self, name: &LocalProvider) -> bool {
        match &name.alias {
            Some(_) => self.expects(name) || self.is_proxy(name),
            None => self.required_providers.contains_key(&name.name) || self.is_proxy(name),
        }
    }

    /// Returns true when the module asks its caller for a configuration by this name.
    fn expects(&self, name: &LocalProvider) -> bool {
        !self.path.is_root()
            && self
                .required_providers
                .values()
                .any(|it| it.configuration_aliases.iter().any(|it| it.provider == *name))
    }

    /// Returns true when the module has a configuration of its own by this name.
    fn configures(&self, name: &LocalProvider) -> bool {
        self.providers.get(name).is_some_and(|it| !is_empty(it))
    }

    /// Returns true when the module has an empty block by this name, as old modules say what they expect.
    fn is_proxy(&self, name: &LocalProvider) -> bool {
        self.providers.get(name).is_some_and(is_empty)
    }

    /// Returns the provider that a local name means where configurations are passed.
    ///
    /// A name without a declaration means a provider of HashiCorp's there, even `terraform`.
    fn meant(&self, name: &str) -> ProviderSource {
        match self.required_providers.get(name) {
            Some(required) => required.source.clone(),
            None => ProviderSource::of_hashicorp(name),
        }
    }
}

fn check_required(call: &ModuleCall, called: &Module, found: &mut Diagnostics) {
    for required in called.required_providers.values() {
        for alias in required.configuration_aliases.iter().map(|it| &it.provider) {
            if call.providers.contains_key(alias) || called.configures(alias) {
                continue;
            }
            let detail = format!(
                "The child module requires an additional configuration for provider {}, with the local name \
                 \"{alias}\".\n\nRefer to the module's documentation to understand the intended purpose of \
                 this additional provider configuration, and then add an entry for {alias} in the \
                 \"providers\" meta-argument in the module block to choose which provider configuration the \
                 module should use for that purpose.",
                required.source.short()
            );
            let diagnostic = Diagnostic::error("Missing required provider configuration", detail);
            found.push(diagnostic.at(call.header.clone()));
        }
    }
}

/// A module with provider configurations of its own exists once: its instances could not have different ones.
fn check_repeatable(config: &Config, module: &Module, found: &mut Diagnostics) {
    if !module.providers.values().any(|block| !is_empty(block)) {
        return;
    }
    let callers = std::iter::successors(Some(module.path.clone()), ModulePath::parent);
    let place = callers.filter_map(|path| config.call(&path)).find_map(repetition_place);
    let (Some(place), Some(call)) = (place, config.call(&module.path)) else { return };
    let detail = format!(
        "The module at {} contains its own local provider configurations, and so calls to it may not use the \
         count, for_each, or depends_on arguments.\n\nIf you also control the module {:?}, consider updating this \
         module to instead expect provider configurations to be passed by its caller.",
        module.path,
        call.source.to_string()
    );
    let summary = "Module is incompatible with count, for_each, and depends_on";
    found.push(Diagnostic::error(summary, detail).at(place));
}

/// Warns of empty blocks that say, as in old modules, what the caller is to pass.
fn check_empty(module: &Module, found: &mut Diagnostics) {
    if module.path.is_root() {
        return;
    }
    let mut first: BTreeMap<&str, (String, &ProviderBlock)> = BTreeMap::new();
    for block in module.providers.values().filter(|it| is_empty(it)) {
        let place = block.header.to_string();
        let known = first.entry(&block.provider.name).or_insert_with(|| (place.clone(), block));
        if place < known.0 {
            *known = (place, block);
        }
    }
    for (name, (_, block)) in first {
        let detail = format!(
            "Empty provider blocks are an old way to say that {} expects its caller to pass a configuration of \
             {name}.",
            module.title()
        );
        let diagnostic = Diagnostic::warning("Redundant empty provider block", detail);
        found.push(diagnostic.at(block.header.clone()).hint(format!(
            "Remove them, and add {name} to required_providers; names with an alias go into configuration_aliases"
        )));
    }
}

fn repetition_place(call: &ModuleCall) -> Option<Span> {
    match &call.repetition {
        Repetition::Count(expression) | Repetition::ForEach(expression) => Some(expression.span.clone()),
        Repetition::Single | Repetition::Enabled(_) => call.depends_on.first().map(|it| it.span.clone()),
    }
}

/// Returns true for a block that only says that the module expects a configuration, as old modules have it.
fn is_empty(block: &ProviderBlock) -> bool {
    block.version.is_none()
        && block.for_each.is_none()
        && block.body.attributes.is_empty()
        && block.body.blocks.is_empty()
}

fn not_present(module: &Module, name: &LocalProvider) -> Diagnostic {
    let aliases = module.providers.keys().filter(|it| it.name == name.name);
    let known: Vec<String> = aliases.map(ToString::to_string).collect();
    let detail = format!(
        "There is no provider configuration \"{name}\" in {}: neither a provider block with that alias nor \
         one passed by a caller.",
        module.title()
    );
    let diagnostic = Diagnostic::error("Provider configuration not present", detail);
    match known.as_slice() {
        [] => diagnostic,
        _ => diagnostic.hint(format!("It has: {}.", known.join(", "))),
    }
}
