use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use rinfra_addr::{Mode, ModuleInstance, ProviderSource, Resource};
use rinfra_lang::{Scope, Traversal};
use rinfra_value::{Marks, Value};

use crate::answer::{Answer, Origin};
use crate::evaluation::{Evaluation, Site};
use crate::reference::Demands;

impl Evaluation<'_> {
    /// Returns a scope in which these references have their values, waiting for all of them at once.
    pub(crate) async fn scope_for(&self, site: &Site, references: &[Arc<Traversal>]) -> (Scope<'_>, Origin) {
        let module = &site.module;
        let demands = Demands::of(references);
        let mut origin = Origin::default();
        let required = self.module_of(module).required_providers.iter();
        let own = required.filter(|(_, it)| it.source == ProviderSource::builtin_terraform());
        let mut scope = Scope::new(self.functions).with_own_provider(own.map(|(name, _)| name.clone()));

        let variables = join_all(demands.variables.iter().map(|name| {
            if site.validated.as_ref() == Some(name) {
                self.given_variable(module, name)
            } else {
                self.variable(module, name)
            }
        }));
        let locals = join_all(demands.locals.iter().map(|name| self.local(module, name)));
        let calls = join_all(demands.modules.iter().map(|(call, demand)| self.call(module, call, demand)));
        let resources = join_all(demands.resources.iter().map(|(resource, keys)| async move {
            match &site.itself {
                Some((own, value)) if own == resource => Answer::of(value.clone()),
                _ => self.resource(module, resource, keys).await,
            }
        }));
        let (variables, locals, calls, resources) =
            futures::future::join4(variables, locals, calls, resources).await;
        for answer in variables.iter().chain(&locals).chain(&calls).chain(&resources) {
            origin.absorb(answer);
        }

        let object = |names: Vec<&Arc<str>>, answers: Vec<Answer>| {
            Value::object(names.into_iter().cloned().zip(answers.into_iter().map(|it| it.value)))
        };
        if !demands.variables.is_empty() {
            scope.set("var", object(demands.variables.iter().collect(), variables));
        }
        if !demands.locals.is_empty() {
            scope.set("local", object(demands.locals.iter().collect(), locals));
        }
        if !demands.modules.is_empty() {
            scope.set("module", object(demands.modules.keys().collect(), calls));
        }
        set_resources(&mut scope, demands.resources.keys().zip(resources.into_iter().map(|it| it.value)));
        self.set_ambient(&mut scope, module, references);
        site.repetition.extend(&mut scope);
        if let Some(this) = &site.this {
            scope.set("self", this.clone());
        }
        (scope, origin)
    }

    fn set_ambient(&self, scope: &mut Scope<'_>, module: &ModuleInstance, references: &[Arc<Traversal>]) {
        let mentioned = |root: &str| references.iter().any(|it| &*it.root == root);
        if mentioned("path") {
            let directory = |path: &std::path::Path| {
                let text = path.to_string_lossy();
                Value::string(if text.is_empty() { "." } else { &*text })
            };
            scope.set(
                "path",
                Value::object([
                    ("module", directory(&self.module_of(module).directory)),
                    ("root", directory(&self.module_of(&ModuleInstance::root()).directory)),
                    ("cwd", Value::string(self.inputs.working_directory.clone())),
                ]),
            );
        }
        if mentioned("terraform") {
            scope.set(
                "terraform",
                Value::object([
                    ("workspace", Value::string(self.inputs.workspace.clone())),
                    ("applying", Value::bool(self.results.is_applying()).with_marks(Marks::EPHEMERAL)),
                ]),
            );
        }
    }
}

fn set_resources<'r>(scope: &mut Scope<'_>, resources: impl Iterator<Item = (&'r Resource, Value)>) {
    let mut managed: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Value>> = BTreeMap::new();
    let mut data: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Value>> = BTreeMap::new();
    let mut ephemeral: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Value>> = BTreeMap::new();
    for (resource, value) in resources {
        let kinds = match resource.mode {
            Mode::Data => &mut data,
            Mode::Ephemeral => &mut ephemeral,
            Mode::Managed => &mut managed,
        };
        kinds.entry(resource.kind.clone()).or_default().insert(resource.name.clone(), value);
    }
    for (root, kinds) in [("data", data), ("ephemeral", ephemeral)] {
        if !kinds.is_empty() {
            let kinds = kinds.into_iter().map(|(kind, named)| (kind, Value::object(named)));
            scope.set(root, Value::object(kinds));
        }
    }
    let managed: Vec<_> = managed.into_iter().map(|(kind, named)| (kind, Value::object(named))).collect();
    if !managed.is_empty() {
        // The long form, for types that are called like something else.
        scope.set("resource", Value::object(managed.iter().cloned()));
    }
    for (kind, named) in managed {
        scope.set(kind, named);
    }
}
