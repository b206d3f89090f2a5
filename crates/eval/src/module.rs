use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::{LocalBoxFuture, join_all};
use rinfra_addr::{InstanceKey, ModuleInstance};
use rinfra_config::{Item as Written, Reference, Subject};
use rinfra_diag::Diagnostic;
use rinfra_value::{Marks, Value};

use crate::answer::{Answer, Origin};
use crate::checks::{Item, Rule};
use crate::conditions::Owner;
use crate::evaluation::{Evaluation, Expansion, Node, Repeated, Site, collect};
use crate::expansion::{Instances, UnknownRepetition};
use crate::reference::{ModuleDemand, Part};
use crate::results::Unanswered;
use crate::validating::unknown_call;

/// What everything in a module instance depends on because of the calls around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// What their `depends_on` names.
    pub(crate) explicit: Origin,
    /// What their `count` and `for_each` refer to.
    pub(crate) repetition: Origin,
}

impl Evaluation<'_> {
    /// Returns the instances of a module call.
    pub(crate) async fn call_instances(&self, module: &ModuleInstance, name: &Arc<str>) -> Expansion {
        match self.module_of(module).calls.get(name) {
            Some(call) => {
                let repeated = Repeated::Call(module.clone(), name.clone());
                self.repeat(repeated, module, &call.repetition).await
            }
            None => Expansion {
                instances: Instances::Unknown,
                origin: Origin { poisoned: true, ..Origin::default() },
            },
        }
    }

    /// Returns the value of a module call, with the outputs that are asked for.
    pub(crate) fn call<'s>(
        &'s self,
        module: &'s ModuleInstance,
        name: &'s Arc<str>,
        demand: &'s ModuleDemand,
    ) -> LocalBoxFuture<'s, Answer> {
        let repeated = Repeated::Call(module.clone(), name.clone());
        Box::pin(self.calls.get_or((repeated, demand.clone()), async move {
            let Expansion { instances, mut origin } = self.call_instances(module, name).await;
            if origin.poisoned {
                return Answer::poison(origin);
            }
            if self.inputs.unknown_repetition == UnknownRepetition::Allowed {
                let called = self.config.called(&module.path(), name);
                let call = self.module_of(module).calls.get(name);
                let value = called.zip(call).map(|(called, call)| unknown_call(called, &call.repetition));
                return Answer::from_origin(value.unwrap_or_else(Value::dynamic), origin);
            }
            if instances == Instances::Unknown {
                return Answer::from_origin(Value::dynamic(), origin);
            }
            let wanted: Vec<_> = instances.chosen(&demand.keys).into_iter().map(|(key, _)| key).collect();
            // Without a key, a name behind the call may be the key of an instance rather than an output.
            let is_iterated = !matches!(&wanted[..], [InstanceKey::None]);
            let outputs = if is_iterated && demand.keys == Part::All { &Part::All } else { &demand.outputs };
            let values = join_all(wanted.into_iter().map(|key| async move {
                let child = module.child(name.clone(), key.clone());
                (key, self.outputs(&child, outputs).await)
            }))
            .await;
            let mut by_key = BTreeMap::new();
            for (key, answer) in values {
                origin.absorb(&answer);
                by_key.insert(key, answer.value);
            }
            Answer::from_origin(collect(&instances, by_key), origin)
        }))
    }

    /// Returns an object of some outputs of a module instance.
    async fn outputs(&self, module: &ModuleInstance, wanted: &Part<Arc<str>>) -> Answer {
        let names: Vec<_> = self.module_of(module).outputs.keys().filter(|it| wanted.contains(it)).collect();
        let answers = join_all(names.iter().map(|name| self.output(module, name))).await;
        let mut origin = Origin::default();
        for answer in &answers {
            origin.absorb(answer);
        }
        let value = Value::object(names.into_iter().cloned().zip(answers.into_iter().map(|it| it.value)));
        Answer::from_origin(value, origin)
    }

    /// Returns the value of an output.
    pub(crate) fn output<'s>(
        &'s self,
        module: &'s ModuleInstance,
        name: &'s Arc<str>,
    ) -> LocalBoxFuture<'s, Answer> {
        let node = Node::Output(module.clone(), name.clone());
        Box::pin(self.answers.get_or(node, async move {
            let Some(output) = self.module_of(module).outputs.get(name) else {
                return Answer::poison(Origin::default());
            };
            let site = Site::module(module);
            let mut origin = self.explicit(module, &output.depends_on).await;
            let rule = Rule::first(module, Item::Output(name.clone()));
            for (index, condition) in output.preconditions.iter().enumerate() {
                let owner = Owner::Other("Module output value precondition failed");
                let held = self.check(&site, condition, owner, &rule.at(index)).await;
                origin.poisoned |= !held;
            }
            if origin.poisoned {
                return Answer::poison(origin);
            }
            let answer = self.value_of(&site, &output.value).await;
            origin.absorb(&answer);
            if origin.poisoned {
                return Answer::poison(origin);
            }
            let mut value = answer.value;
            if !output.ephemeral && value.marks_deep().contains(Marks::EPHEMERAL) {
                let detail = "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.";
                self.report(
                    Diagnostic::error("Ephemeral value not allowed", detail).at(output.value.span.clone()),
                );
                origin.poisoned = true;
            }
            if output.sensitive {
                // Terraform 1.11 keeps this inside the root module: callers of other modules see the value plain.
                if module.is_root() {
                    value = value.with_marks(Marks::SENSITIVE);
                }
            } else if module.is_root() && value.marks_deep().contains(Marks::SENSITIVE) {
                self.report(
                    Diagnostic::error(
                        "Output refers to sensitive values",
                        "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, a root module output that contains sensitive data must be marked as sensitive.",
                    )
                    .at(output.header.clone())
                    .hint("Add `sensitive = true` to the output"),
                );
                origin.poisoned = true;
            }
            if output.ephemeral {
                value = value.with_marks(Marks::EPHEMERAL);
            }
            Answer::from_origin(value, origin)
        }))
    }

    /// Evaluates everything in a module instance, and in all module instances inside it.
    pub(crate) fn contents<'s>(&'s self, module: &'s ModuleInstance) -> LocalBoxFuture<'s, Origin> {
        Box::pin(self.contents.get_or(module.clone(), async move {
            let declared = self.module_of(module);
            let path = &declared.path;
            let is_chosen = |item: Written| self.selection.has(&item.in_module(path));
            let locals = declared.locals.keys().filter(|it| is_chosen(Written::Local((*it).clone())));
            let locals = join_all(locals.map(|name| self.local(module, name)));
            let resources =
                declared.resources.keys().filter(|it| is_chosen(Written::Resource((*it).clone())));
            let resources = join_all(resources.map(|resource| self.resource(module, resource, &Part::All)));
            let calls = declared.calls.keys();
            let calls = calls
                .filter(|it| self.selection.has(&Written::Expansion.in_module(&path.child((*it).clone()))));
            let calls = join_all(calls.map(|name| self.call_contents(module, name)));
            let outputs = declared.outputs.keys().filter(|it| is_chosen(Written::Output((*it).clone())));
            let outputs = join_all(outputs.map(|name| self.output(module, name)));
            let (_, resources, calls, _) = futures::join!(locals, resources, calls, outputs);
            let mut origin = Origin::default();
            for answer in &resources {
                origin.absorb(answer);
            }
            for call in calls {
                origin.merge(call);
            }
            origin
        }))
    }

    /// Evaluates everything in all instances of a module call.
    pub(crate) async fn call_contents(&self, module: &ModuleInstance, name: &Arc<str>) -> Origin {
        let Expansion { instances, mut origin } = self.call_instances(module, name).await;
        if origin.poisoned {
            self.results.unanswered(Unanswered::Call(module, name));
            return origin;
        }
        let children: Vec<_> =
            instances.repetitions().into_iter().map(|(key, _)| module.child(name.clone(), key)).collect();
        for contents in join_all(children.iter().map(|child| self.contents(child))).await {
            origin.merge(contents);
        }
        origin
    }

    /// Returns what everything in a module instance depends on because of the calls around it.
    pub(crate) fn surroundings<'s>(&'s self, module: &'s ModuleInstance) -> LocalBoxFuture<'s, Surroundings> {
        Box::pin(self.surroundings.get_or(module.clone(), async move {
            let (Some(parent), Some((name, _))) = (module.parent(), module.last()) else {
                return Surroundings::default();
            };
            let mut around = self.surroundings(&parent).await;
            around.repetition.merge(self.call_instances(&parent, name).await.origin);
            if let Some(call) = self.module_of(&parent).calls.get(name) {
                around.explicit.merge(self.explicit(&parent, &call.depends_on).await);
            }
            around
        }))
    }

    /// Waits for what a `depends_on` names, and returns the resources it stands for.
    pub(crate) async fn explicit(
        &self,
        module: &ModuleInstance,
        depends_on: &[rinfra_lang::Traversal],
    ) -> Origin {
        let mut origin = Origin::default();
        for reference in depends_on.iter().filter_map(|it| Reference::parse(it).ok()) {
            match reference.subject {
                Subject::Resource(resource, _) => {
                    origin.absorb(&self.resource(module, &resource, &Part::All).await);
                }
                Subject::Module(call, _) => origin.merge(self.call_contents(module, &call).await),
                Subject::ModuleOutput(call, _, output) => {
                    let demand = ModuleDemand { keys: Part::All, outputs: Part::Only([output].into()) };
                    origin.absorb(&self.call(module, &call, &demand).await);
                }
                Subject::Variable(name) => origin.absorb(&self.variable(module, &name).await),
                Subject::Local(name) => origin.absorb(&self.local(module, &name).await),
                Subject::Count(_)
                | Subject::Each(_)
                | Subject::Path(_)
                | Subject::Terraform(_)
                | Subject::Itself => {}
            }
        }
        origin
    }
}
