//! What became of conditions, object by object; and `check` blocks.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::join_all;
use rinfra_addr::{InstanceKey, Mode, ModuleInstance, ModulePath, Resource, ResourceInstance};
use rinfra_config::Module;
use rinfra_diag::checks::{CheckKind, CheckResult, CheckStatus, CheckedObject};

use crate::conditions::Owner;
use crate::evaluation::{Evaluation, Site};
use crate::reference::Part;

/// Something with conditions, within its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    Resource(Resource),
    Output(Arc<str>),
    Check(Arc<str>),
    Variable(Arc<str>),
}

impl Item {
    fn kind(&self) -> CheckKind {
        match self {
            Self::Resource(_) => CheckKind::Resource,
            Self::Output(_) => CheckKind::OutputValue,
            Self::Check(_) => CheckKind::Check,
            Self::Variable(_) => CheckKind::InputVariable,
        }
    }

    fn address(&self, module: &str, key: &InstanceKey) -> String {
        let dot = if module.is_empty() { "" } else { "." };
        match self {
            Self::Resource(resource) => format!("{module}{dot}{resource}{key}"),
            Self::Output(name) => format!("{module}{dot}output.{name}"),
            Self::Check(name) => format!("{module}{dot}check.{name}"),
            Self::Variable(name) => format!("{module}{dot}var.{name}"),
        }
    }
}

/// One condition of one object.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) module: ModuleInstance,
    pub(crate) item: Item,
    pub(crate) key: InstanceKey,
    /// Which of the object's conditions it is; the data source of a check counts as its first.
    pub(crate) index: usize,
}

impl Rule {
    /// Returns the first condition of an object that has no instances of its own.
    pub(crate) fn first(module: &ModuleInstance, item: Item) -> Self {
        Self { module: module.clone(), item, key: InstanceKey::None, index: 0 }
    }

    /// Returns the first condition of a resource instance.
    pub(crate) fn of_instance(address: &ResourceInstance) -> Self {
        let item = Item::Resource(address.resource.resource.clone());
        Self { module: address.module().clone(), item, key: address.key.clone(), index: 0 }
    }

    /// Returns another condition of the same object.
    pub(crate) fn at(&self, index: usize) -> Self {
        Self { index, ..self.clone() }
    }
}

/// What became of each condition so far.
#[derive(Debug, Default)]
pub(crate) struct Book(RefCell<BTreeMap<(ModulePath, Item), Objects>>);

type Objects = BTreeMap<(ModuleInstance, InstanceKey), BTreeMap<usize, Verdict>>;

#[derive(Clone, Debug)]
struct Verdict {
    status: CheckStatus,
    message: Option<String>,
}

impl Book {
    /// Notes that these objects will be checked.
    pub(crate) fn expect(
        &self,
        path: &ModulePath,
        item: Item,
        objects: impl IntoIterator<Item = (ModuleInstance, InstanceKey)>,
    ) {
        let mut book = self.0.borrow_mut();
        let known = book.entry((path.clone(), item)).or_default();
        for object in objects {
            known.entry(object).or_default();
        }
    }

    /// Notes what became of a condition.
    pub(crate) fn report(&self, rule: &Rule, status: CheckStatus, message: Option<String>) {
        let mut book = self.0.borrow_mut();
        let objects = book.entry((rule.module.path(), rule.item.clone())).or_default();
        let verdicts = objects.entry((rule.module.clone(), rule.key.clone())).or_default();
        verdicts.insert(rule.index, Verdict { status, message });
    }

    fn result(&self, path: &ModulePath, item: &Item, conditions: usize) -> CheckResult {
        let book = self.0.borrow();
        let found = book.get(&(path.clone(), item.clone()));
        let object =
            |((module, key), verdicts): (&(ModuleInstance, InstanceKey), &BTreeMap<usize, Verdict>)| {
                let status = |index| verdicts.get(&index).map_or(CheckStatus::Unknown, |it| it.status);
                CheckedObject {
                    address: item.address(&module.to_string(), key),
                    status: CheckStatus::worst((0..conditions).map(status)),
                    failure_messages: verdicts.values().filter_map(|it| it.message.clone()).collect(),
                }
            };
        let objects: Vec<_> = found.into_iter().flatten().map(object).collect();
        let status = match found {
            Some(_) => CheckStatus::worst(objects.iter().map(|it| it.status)),
            None => CheckStatus::Unknown,
        };
        let address = item.address(&path.to_string(), &InstanceKey::None);
        CheckResult { kind: item.kind(), address, status, objects }
    }
}

impl Evaluation<'_> {
    /// Returns what became of everything that has conditions, ordered by address.
    pub fn check_results(&self) -> Vec<CheckResult> {
        let module = |it: &Module| {
            let found = conditions(it).into_iter().filter(|(_, count)| *count > 0);
            found.map(|(item, count)| self.book.result(&it.path, &item, count)).collect::<Vec<_>>()
        };
        let mut results: Vec<_> = self.config.modules().flat_map(module).collect();
        results.sort_by(|one, other| one.address.cmp(&other.address));
        results
    }

    /// Notes which objects a part of the configuration stands for, if it has conditions.
    pub(crate) async fn expect_checks(&self, path: &ModulePath, item: Item, modules: &[ModuleInstance]) {
        let mut objects = BTreeSet::new();
        for module in modules {
            match &item {
                Item::Resource(resource) => {
                    let Some(keys) = self.instance_keys(module, resource).await else { return };
                    objects.extend(keys.into_iter().map(|key| (module.clone(), key)));
                }
                _ => drop(objects.insert((module.clone(), InstanceKey::None))),
            }
        }
        self.book.expect(path, item, objects);
    }

    /// Waits until every managed resource is as it is to be. Returns whether all of them are.
    pub(crate) async fn is_everything_made(&self) -> bool {
        let modules = self.config.modules().map(|module| async move {
            let managed: Vec<_> = module.resources.keys().filter(|it| it.mode == Mode::Managed).collect();
            let instances = self.module_instances(&module.path).await;
            let everything =
                instances.iter().flat_map(|it| managed.iter().map(move |resource| (it, *resource)));
            let answers = everything.map(|(it, resource)| self.resource(it, resource, &Part::All));
            join_all(answers).await.iter().all(|it| !it.poisoned)
        });
        join_all(modules).await.into_iter().all(|it| it)
    }

    /// Evaluates a `check` block.
    pub(crate) async fn check_block(&self, module: &ModuleInstance, name: &Arc<str>) {
        let Some(check) = self.module_of(module).checks.get(name) else { return };
        let rule = Rule::first(module, Item::Check(name.clone()));
        if let Some(data) = &check.data {
            let read = self.resource(module, data, &Part::All).await;
            let address = data.clone().in_instance(module.clone()).instance(InstanceKey::None);
            if let Some(message) = self.results.unread(&address) {
                self.book.report(&rule, CheckStatus::Fail, Some(message));
                return;
            }
            if read.poisoned {
                return;
            }
            self.book.report(&rule, CheckStatus::Pass, None);
        }
        let before = usize::from(check.data.is_some());
        let site = Site::module(module);
        for (index, assertion) in check.assertions.iter().enumerate() {
            self.check(&site, assertion, Owner::Assertion, &rule.at(before + index)).await;
        }
    }
}

/// Returns everything in a module that can have conditions, and how many each has.
fn conditions(module: &Module) -> Vec<(Item, usize)> {
    let checks = module
        .checks
        .iter()
        .map(|(name, it)| (Item::Check(name.clone()), it.assertions.len() + usize::from(it.data.is_some())));
    let outputs =
        module.outputs.iter().map(|(name, it)| (Item::Output(name.clone()), it.preconditions.len()));
    let variables =
        module.variables.iter().map(|(name, it)| (Item::Variable(name.clone()), it.validations.len()));
    let resources = module.resources.iter().filter(|(address, _)| address.mode != Mode::Ephemeral);
    let resources = resources.map(|(address, it)| {
        let lifecycle = &it.lifecycle;
        let count = lifecycle.preconditions.len() + lifecycle.postconditions.len();
        (Item::Resource(address.clone()), count)
    });
    checks.chain(outputs).chain(variables).chain(resources).collect()
}
