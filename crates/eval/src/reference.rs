use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rinfra_addr::{InstanceKey, Resource};
use rinfra_config::{Reference, Subject};
use rinfra_lang::Traversal;

/// Some of something, or all of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Part<T: Ord> {
    All,
    Only(BTreeSet<T>),
}

impl<T: Ord> Default for Part<T> {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl<T: Ord> Part<T> {
    fn add(&mut self, item: Option<T>) {
        match (&mut *self, item) {
            (Self::Only(items), Some(item)) => {
                items.insert(item);
            }
            (_, None) => *self = Self::All,
            (Self::All, _) => {}
        }
    }

    pub(crate) fn contains(&self, item: &T) -> bool {
        match self {
            Self::All => true,
            Self::Only(items) => items.contains(item),
        }
    }
}

/// What an expression or a body needs of one module call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ModuleDemand {
    pub(crate) keys: Part<InstanceKey>,
    pub(crate) outputs: Part<Arc<str>>,
}

/// Everything an expression or a body needs before it can be evaluated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demands {
    pub(crate) variables: BTreeSet<Arc<str>>,
    pub(crate) locals: BTreeSet<Arc<str>>,
    pub(crate) modules: BTreeMap<Arc<str>, ModuleDemand>,
    pub(crate) resources: BTreeMap<Resource, Part<InstanceKey>>,
}

impl Demands {
    /// Gathers what these traversals refer to.
    pub(crate) fn of<'t>(traversals: impl IntoIterator<Item = &'t Arc<Traversal>>) -> Self {
        let mut demands = Self::default();
        for reference in traversals.into_iter().filter_map(|it| Reference::parse(it).ok()) {
            match reference.subject {
                Subject::Variable(name) => {
                    demands.variables.insert(name);
                }
                Subject::Local(name) => {
                    demands.locals.insert(name);
                }
                Subject::Module(call, key) => demands.add_call(call, key, None),
                Subject::ModuleOutput(call, key, output) => demands.add_call(call, key, Some(output)),
                Subject::Resource(resource, key) => {
                    demands.resources.entry(resource).or_default().add(chosen(key));
                }
                Subject::Count(_)
                | Subject::Each(_)
                | Subject::Path(_)
                | Subject::Terraform(_)
                | Subject::Itself => {}
            }
        }
        demands
    }

    fn add_call(&mut self, call: Arc<str>, key: InstanceKey, output: Option<Arc<str>>) {
        let demand = self.modules.entry(call).or_default();
        demand.keys.add(chosen(key));
        demand.outputs.add(output);
    }
}

/// Returns the key a reference chooses; `None` when it means the whole.
fn chosen(key: InstanceKey) -> Option<InstanceKey> {
    (!key.is_none()).then_some(key)
}
