use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use futures::future::{self, LocalBoxFuture};
use futures::stream::{self, StreamExt};
use rinfra_addr::{AbsResource, InstanceKey, Mode, ModuleInstance, Resource, ResourceInstance};
use rinfra_config::{Reference, Subject};
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::Traversal;
use rinfra_schema::{decode, validate};
use rinfra_value::{Marks, Value};

use crate::answer::{Answer, Origin};
use crate::checks::Rule;
use crate::conditions::Owner;
use crate::evaluation::{Evaluation, Expansion, Node, Repeated, Site, collect};
use crate::expansion::{Instances, Repetition, UnknownRepetition};
use crate::provisioners;
use crate::reference::Part;
use crate::results::{DesiredInstance, Poisoned, Unanswered};
use crate::traversals;
use crate::types;

impl<'e> Evaluation<'e> {
    /// Returns the value of a resource: of its only instance, or of all instances that are asked for.
    pub(crate) fn resource<'s>(
        &'s self,
        module: &'s ModuleInstance,
        resource: &'s Resource,
        keys: &'s Part<InstanceKey>,
    ) -> LocalBoxFuture<'s, Answer> {
        let address = resource.clone().in_instance(module.clone());
        Box::pin(async move {
            if self.inputs.unknown_repetition == UnknownRepetition::Allowed {
                // Validating has checked the paths into it, and knows no values.
                let dependencies = Rc::new([address].into());
                return Answer { value: Value::dynamic(), dependencies, poisoned: false };
            }
            if let Some(value) = self.results.whole(&address) {
                return Answer { value, dependencies: Rc::new([address].into()), poisoned: false };
            }
            let instances = self.instances_of(address.clone(), keys);
            self.resources.get_or((address, keys.clone()), instances).await
        })
    }

    /// Returns the keys of the instances of a resource, as far as they can be told.
    pub(crate) async fn instance_keys(
        &self,
        module: &ModuleInstance,
        resource: &Resource,
    ) -> Option<Vec<InstanceKey>> {
        let block = self.module_of(module).resources.get(resource)?;
        let repeated = Repeated::Resource(resource.clone().in_instance(module.clone()));
        let Expansion { instances, origin } = self.repeat(repeated, module, &block.repetition).await;
        let keys = instances.repetitions().into_iter().map(|(key, _)| key);
        (!origin.poisoned).then(|| keys.collect())
    }

    async fn instances_of(&self, address: AbsResource, keys: &Part<InstanceKey>) -> Answer {
        let module = &address.module;
        let Some(block) = self.module_of(module).resources.get(&address.resource) else {
            return Answer::poison(Origin::default());
        };
        let repeated = Repeated::Resource(address.clone());
        let Expansion { instances, origin } = self.repeat(repeated, module, &block.repetition).await;
        if origin.poisoned {
            self.results.unanswered(Unanswered::Resource(&address));
            return Answer::poison(origin);
        }
        let (own, origin) = (&address, &origin);
        let (selected, left_out): (Vec<_>, Vec<_>) = instances
            .chosen(keys)
            .into_iter()
            .partition(|(key, _)| self.selection.contains(&own.instance(key.clone())));
        let answers = selected.into_iter().map(|(key, repetition)| async move {
            let answer = self.instance(own.instance(key.clone()), repetition, origin).await;
            (key, answer)
        });
        // Instances that wait hold all that was evaluated for them. Whoever needs one that has not begun begins it,
        // so that nothing waits for what comes after it.
        let answers = stream::iter(answers).buffered(self.results.instances_at_once());
        let gather = |(mut values, mut behind): (BTreeMap<_, _>, Origin), (key, answer): (_, Answer)| {
            behind.absorb(&answer);
            values.insert(key, answer.value);
            future::ready((values, behind))
        };
        let (mut values, behind) = answers.fold(Default::default(), gather).await;
        for (key, _) in left_out {
            let remembered = self.results.left_out(&address.instance(key.clone()));
            values.extend(remembered.map(|value| (key, value)));
        }
        let instances = if self.selection.is_whole() { instances } else { present(instances, &values) };
        let Origin { poisoned, dependencies } = behind;
        let dependencies = match address.resource.mode {
            Mode::Ephemeral => {
                Rc::new(dependencies.into_iter().chain(origin.dependencies.iter().cloned()).collect())
            }
            Mode::Managed | Mode::Data => self.alone(&address),
        };
        let value = if poisoned { Value::dynamic() } else { collect(&instances, values) };
        Answer { value, dependencies, poisoned }
    }

    /// Returns the value of one resource instance, asking the phase for it.
    pub(crate) fn instance<'s>(
        &'s self,
        address: ResourceInstance,
        repetition: Repetition,
        expansion: &'s Origin,
    ) -> LocalBoxFuture<'s, Answer> {
        let node = Node::Instance(address.clone());
        Box::pin(self.answers.get_or(node, self.new_instance(address, repetition, expansion)))
    }

    /// Returns the value of one resource instance, which nobody else asks for.
    ///
    /// Thousands wait here for the phase. So what waits has no room for more than it needs then: it is a block, which
    /// holds its arguments once, and everything larger is in a box of its own and gone again.
    #[expect(clippy::manual_async_fn, reason = "a function would hold its arguments twice")]
    pub(crate) fn new_instance<'s>(
        &'s self,
        address: ResourceInstance,
        repetition: Repetition,
        expansion: &'s Origin,
    ) -> impl Future<Output = Answer> + 's {
        async move {
            let asking = async {
                let desired = self.desire(&site(&address, &repetition), &address, expansion).await;
                desired.map(|it| self.asked(it))
            };
            let (resource, dependencies, answer) = match Box::pin(asking).await {
                Ok(asked) => asked,
                Err(origin) => {
                    self.results.unanswered(Unanswered::Instance(&address));
                    return Answer::poison(origin);
                }
            };
            let Ok(value) = answer.await else {
                return Answer { value: Value::dynamic(), dependencies, poisoned: true };
            };
            if resource.lifecycle.postconditions.is_empty() {
                return Answer { value, dependencies, poisoned: false };
            }
            let site = Site { this: Some(value.clone()), ..site(&address, &repetition) };
            match Box::pin(self.holds_after(site, &address, resource)).await {
                true => Answer { value, dependencies, poisoned: false },
                false => Answer { value: Value::dynamic(), dependencies, poisoned: true },
            }
        }
    }

    /// Asks the phase for an instance. Returns its block and what it depends on as well.
    fn asked<'s>(&'s self, desired: DesiredInstance<'e>) -> Asked<'s, 'e> {
        let resource = desired.resource;
        let mode = desired.address.mode();
        let dependencies = match mode {
            // No plan or state knows it: whoever refers to it depends on what it depends on.
            Mode::Ephemeral => Rc::new(desired.dependencies.clone()),
            Mode::Managed | Mode::Data => self.alone(&desired.address.resource),
        };
        let answer = match mode {
            Mode::Data => self.results.data(desired),
            Mode::Managed => self.results.managed(desired),
            Mode::Ephemeral => {
                let opened = self.results.ephemeral(desired);
                Box::pin(async { opened.await.map(|value| value.with_marks(Marks::EPHEMERAL)) })
            }
        };
        (resource, dependencies, answer)
    }

    /// Tells whether the postconditions of an instance hold.
    async fn holds_after(
        &self,
        site: Site,
        address: &ResourceInstance,
        resource: &rinfra_config::Resource,
    ) -> bool {
        let mut held = true;
        let (rule, before) = (Rule::of_instance(address), resource.lifecycle.preconditions.len());
        for (index, condition) in resource.lifecycle.postconditions.iter().enumerate() {
            let owner = Owner::Other("Resource postcondition failed");
            held &= self.check(&site, condition, owner, &rule.at(before + index)).await;
        }
        held
    }

    /// Returns the set of one resource, which the answers of all its instances share.
    fn alone(&self, resource: &AbsResource) -> Rc<BTreeSet<AbsResource>> {
        let mut sets = self.alone.borrow_mut();
        if let Some(set) = sets.get(resource) {
            return Rc::clone(set);
        }
        let set = Rc::new(BTreeSet::from([resource.clone()]));
        sets.insert(resource.clone(), Rc::clone(&set));
        set
    }

    /// Evaluates one resource block for one instance.
    async fn desire(
        &self,
        site: &Site,
        address: &ResourceInstance,
        expansion: &Origin,
    ) -> Result<DesiredInstance<'e>, Origin> {
        let declared = self.module_of(&site.module);
        let resource = declared
            .resources
            .get(&address.resource.resource)
            .expect("instances are made from the resources of their module");
        let failed = |mut origin: Origin| {
            origin.poisoned = true;
            origin
        };
        // A check verifies what an apply has made, once all of it is there and in order.
        let verifies = resource.check.is_some() && self.results.is_applying();
        if verifies && !self.is_everything_made().await {
            return Err(failed(Origin::default()));
        }
        // As in Terraform, a resource may say that it depends on itself. Waiting for that would never end.
        let elsewhere = resource.depends_on.iter().filter(|it| !provisioners::names(it, &resource.address));
        let elsewhere: Vec<_> = elsewhere.cloned().collect();
        let mut explicit = self.explicit(&site.module, &elsewhere).await;
        let surroundings = self.surroundings(&site.module).await;
        explicit.merge(surroundings.explicit);
        let mut origin = expansion.clone();
        origin.merge(surroundings.repetition);
        let explicit_dependencies = explicit.dependencies.clone();
        origin.merge(explicit);
        if origin.poisoned {
            return Err(origin);
        }
        let Some(choice) = self.config.provider_choice(&declared.path, resource) else {
            // The static checks reported the reference that leads nowhere.
            return Err(failed(origin));
        };
        let block = match types::block(self.catalogue, &choice.key.source, resource) {
            Ok(block) => block,
            Err(diagnostic) => {
                self.report(diagnostic);
                return Err(failed(origin));
            }
        };
        let traversals = &*traversals::read_references(resource, block);
        if self.refuse_itself(address, traversals) {
            return Err(failed(origin));
        }
        let mut around = references_around(resource);
        let awaited = match address.mode() {
            Mode::Data => managed_among(traversals.iter().chain(&around), &site.module),
            _ => BTreeSet::new(),
        };
        around.extend(provisioners::references(resource));
        let (scope, references) = self.scope_for(site, traversals).await;
        origin.merge(references);
        // What the conditions refer to must be there as well, those of the finished object included.
        origin.merge(self.scope_for(site, &around).await.1);
        let triggers = match self.triggers(site, resource).await {
            Ok((triggers, behind)) => {
                origin.merge(behind);
                triggers
            }
            Err(diagnostics) => {
                self.report_all(diagnostics);
                return Err(failed(origin));
            }
        };
        if origin.poisoned {
            return Err(origin);
        }
        self.results.turn().await;
        let (config, mut diagnostics) = match resource.is_awaited {
            true => (block.empty_value(), Diagnostics::new()),
            false => decode::decode(&resource.body, block, &scope),
        };
        if !diagnostics.has_errors() && !resource.is_awaited {
            diagnostics.extend(validate::validate(block, &config, &resource.body));
            if address.mode() != Mode::Ephemeral {
                diagnostics.extend(validate::forbid_ephemeral(block, &config, &resource.body));
            }
        }
        let diagnostics = diagnostics.into_iter().map(|it| it.address(address.to_string())).collect();
        if self.report_all(diagnostics) {
            if self.inputs.unknown_repetition == UnknownRepetition::Allowed {
                Box::pin(self.check_provisioners(address, resource, block)).await;
            }
            return Err(failed(origin));
        }
        Box::pin(self.check_provisioners(address, resource, block)).await;
        let rule = Rule::of_instance(address);
        let mut held = true;
        for (index, condition) in resource.lifecycle.preconditions.iter().enumerate() {
            let owner = Owner::Other("Resource precondition failed");
            held &= Box::pin(self.check(site, condition, owner, &rule.at(index))).await;
        }
        if !held {
            return Err(failed(origin));
        }
        let (import, behind_import) = self.import_of(address).await;
        origin.merge(behind_import);
        if origin.poisoned {
            return Err(origin);
        }
        let (provider, behind_choice) = Box::pin(self.choose_provider(site, address, &choice)).await;
        origin.merge(behind_choice);
        let Some(provider) = provider else { return Err(failed(origin)) };
        let Ok(behind_provider) = self.provider(&provider).await else { return Err(failed(origin)) };
        origin.dependencies.extend(behind_provider.iter().cloned());
        Ok(DesiredInstance {
            address: address.clone(),
            resource,
            config,
            provider,
            dependencies: origin.dependencies,
            explicit_dependencies,
            awaited,
            triggers,
            import,
        })
    }
}

impl Evaluation<'_> {
    /// Tells whether an instance would wait for itself, and reports it.
    ///
    /// A block may name one of its own instances, which only a plan sees to be wrong: for all instances but that one
    /// it could be right.
    fn refuse_itself(&self, address: &ResourceInstance, traversals: &[Arc<Traversal>]) -> bool {
        let own = &address.resource.resource;
        let names_itself = |it: &Reference<'_>| match &it.subject {
            Subject::Resource(resource, key) => resource == own && (key.is_none() || *key == address.key),
            _ => false,
        };
        let Some(reference) = traversals.iter().filter_map(|it| Reference::parse(it).ok()).find(names_itself)
        else {
            return false;
        };
        if self.inputs.unknown_repetition == UnknownRepetition::Refused {
            let detail = format!("Configuration for {address} may not refer to itself.");
            self.report(Diagnostic::error("Self-referential block", detail).at(reference.span));
        }
        true
    }
}

/// The block of an instance, what it depends on, and its value once the phase has it.
type Asked<'s, 'e> =
    (&'e rinfra_config::Resource, Rc<BTreeSet<AbsResource>>, LocalBoxFuture<'s, Result<Value, Poisoned>>);

/// Returns the place of the expressions of an instance's block.
fn site(address: &ResourceInstance, repetition: &Repetition) -> Site {
    // One instance that stands for all may name another, which would be itself.
    let itself =
        (*repetition == Repetition::Unknown).then(|| (address.resource.resource.clone(), Value::dynamic()));
    Site { repetition: repetition.clone(), itself, ..Site::module(address.module()) }
}

/// Returns the references a resource block makes outside its arguments: in its repetition and its conditions.
fn references_around(resource: &rinfra_config::Resource) -> Vec<Arc<Traversal>> {
    let lifecycle = &resource.lifecycle;
    let conditions = lifecycle.preconditions.iter().chain(&lifecycle.postconditions);
    let in_conditions = conditions.flat_map(|it| [&it.condition, &it.error_message]);
    resource
        .repetition
        .expression()
        .into_iter()
        .chain(in_conditions)
        .flat_map(rinfra_lang::references)
        .collect()
}

/// Returns the managed resources among these references.
fn managed_among<'t>(
    traversals: impl Iterator<Item = &'t Arc<Traversal>>,
    module: &ModuleInstance,
) -> BTreeSet<AbsResource> {
    let subjects = traversals.filter_map(|it| Reference::parse(it).ok()).map(|it| it.subject);
    let managed = subjects.filter_map(|subject| match subject {
        Subject::Resource(resource, _) if resource.mode == Mode::Managed => Some(resource),
        _ => None,
    });
    managed.map(|it| it.in_instance(module.clone())).collect()
}

/// Returns the instances as an evaluation of a part sees them: those nobody knows of are as if they were not wanted.
fn present(instances: Instances, values: &BTreeMap<InstanceKey, Value>) -> Instances {
    let last =
        values.keys().filter_map(|key| if let InstanceKey::Int(index) = key { Some(*index) } else { None });
    match instances {
        Instances::Count(count) => Instances::Count(last.max().map_or(0, |it| it + 1).min(count)),
        other => other,
    }
}
