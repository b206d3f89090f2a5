//! What one end of a `moved` block selects.

use std::fmt;
use std::sync::Arc;

use rinfra_addr::{AbsResource, InstanceKey, ModuleInstance, ModulePath, ResourceInstance};
use rinfra_config::ObjectAddress;

/// One end of a move, in all instances of the module that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// The module the statement stands in.
    pub(crate) module: ModulePath,
    /// What is selected, relative to that module.
    pub(crate) subject: Subject,
    /// The steps to the selected module, or to the module of the selected resource.
    steps: Vec<Step>,
}

/// Something that can move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    /// One instance of a module call.
    ModuleInstance(ModuleInstance),
    /// A module call with all its instances.
    Call(ModuleInstance, Arc<str>),
    /// A resource with all its instances.
    Resource(AbsResource),
    /// One instance of a resource.
    Instance(ResourceInstance),
}

/// A step on the way to a module instance; without a key it means every instance.
type Step = (Arc<str>, Option<InstanceKey>);

/// Returns both ends of a move as subjects of the same kind: whole resources and whole calls where both ends allow
/// it, single instances otherwise. A key that is not written means the whole, or the instance without a key.
pub(crate) fn unify(
    module: &ModulePath,
    from: &ObjectAddress,
    to: &ObjectAddress,
) -> Option<(Endpoint, Endpoint)> {
    let (from, to) = match (from, to) {
        (ObjectAddress::Resource(from), ObjectAddress::Resource(to)) => {
            (Subject::Resource(from.clone()), Subject::Resource(to.clone()))
        }
        (ObjectAddress::Module(from), ObjectAddress::Module(to)) => match (call(from), call(to)) {
            (Some(from), Some(to)) => (from, to),
            _ => (Subject::ModuleInstance(from.clone()), Subject::ModuleInstance(to.clone())),
        },
        _ => (Subject::Instance(instance(from)?), Subject::Instance(instance(to)?)),
    };
    Some((Endpoint::new(module.clone(), from), Endpoint::new(module.clone(), to)))
}

fn call(module: &ModuleInstance) -> Option<Subject> {
    let (name, key) = module.last()?;
    key.is_none().then(|| Subject::Call(module.parent().unwrap_or_default(), name.clone()))
}

fn instance(address: &ObjectAddress) -> Option<ResourceInstance> {
    match address {
        ObjectAddress::Module(_) => None,
        ObjectAddress::Resource(resource) => Some(resource.instance(InstanceKey::None)),
        ObjectAddress::Instance(instance) => Some(instance.clone()),
    }
}

impl Endpoint {
    /// Returns the end of a move of one instance, seen from the root module.
    pub(crate) fn of(address: ResourceInstance) -> Self {
        Self::new(ModulePath::root(), Subject::Instance(address))
    }

    fn new(module: ModulePath, subject: Subject) -> Self {
        let any = module.names().iter().map(|name| (name.clone(), None));
        let given = |module: &ModuleInstance| -> Vec<Step> {
            module.steps().iter().map(|(name, key)| (name.clone(), Some(key.clone()))).collect()
        };
        let inner = match &subject {
            Subject::ModuleInstance(module) => given(module),
            Subject::Call(around, name) => {
                let mut steps = given(around);
                steps.push((name.clone(), None));
                steps
            }
            Subject::Resource(it) => given(&it.module),
            Subject::Instance(it) => given(it.module()),
        };
        let steps = any.chain(inner).collect();
        Self { module, subject, steps }
    }

    /// Tells whether it is a module that is selected.
    pub(crate) fn is_module(&self) -> bool {
        matches!(self.subject, Subject::ModuleInstance(_) | Subject::Call(..))
    }

    /// Returns what is selected in one instance of the module that holds the statement.
    pub(crate) fn within(&self, module: &ModuleInstance) -> Subject {
        let join = |inner: &ModuleInstance| module.steps().iter().chain(inner.steps()).cloned().collect();
        match &self.subject {
            Subject::ModuleInstance(it) => Subject::ModuleInstance(join(it)),
            Subject::Call(around, name) => Subject::Call(join(around), name.clone()),
            Subject::Resource(it) => Subject::Resource(it.resource.clone().in_instance(join(&it.module))),
            Subject::Instance(it) => {
                let resource = it.resource.resource.clone().in_instance(join(it.module()));
                Subject::Instance(resource.instance(it.key.clone()))
            }
        }
    }

    /// Tells whether the selected resource is this one, or one of its instances is selected.
    pub(crate) fn selects(&self, resource: &AbsResource) -> bool {
        let selected = match &self.subject {
            Subject::Resource(it) => it,
            Subject::Instance(it) => &it.resource,
            Subject::ModuleInstance(_) | Subject::Call(..) => return false,
        };
        let module = resource.module.steps();
        let same = |((name, key), (other, given)): (&Step, &(Arc<str>, InstanceKey))| {
            name == other && key.as_ref().is_none_or(|it| it == given)
        };
        selected.resource == resource.resource
            && self.steps.len() == module.len()
            && self.steps.iter().zip(module).all(same)
    }

    /// Tells whether this end could select what another one leaves: the one move goes on where the other ended.
    pub(crate) fn continues(&self, other: &Self) -> bool {
        if self.steps.len() != other.steps.len() || !may_agree(&other.steps, &self.steps) {
            return false;
        }
        match (&self.subject, &other.subject) {
            (Subject::Resource(one), Subject::Resource(other)) => one.resource == other.resource,
            (Subject::Instance(one), Subject::Instance(other)) => {
                one.resource.resource == other.resource.resource && one.key == other.key
            }
            _ => self.is_module() && other.is_module(),
        }
    }

    /// Tells whether what this end selects lies inside what the other one may select.
    pub(crate) fn lies_within(&self, other: &Self) -> bool {
        let (steps, around) = (&self.steps, &other.steps);
        if around.len() > steps.len() || !may_agree(around, steps) {
            return false;
        }
        match (&other.subject, &self.subject) {
            (Subject::Call(..), Subject::Call(..))
            | (Subject::ModuleInstance(_), Subject::ModuleInstance(_) | Subject::Call(..)) => {
                steps.len() > around.len()
            }
            (Subject::Call(..) | Subject::ModuleInstance(_), _) => true,
            (Subject::Resource(outer), Subject::Instance(inner)) => {
                steps.len() == around.len() && inner.resource.resource == outer.resource
            }
            _ => false,
        }
    }

    /// Returns how many modules lie around the statement.
    pub(crate) fn depth(&self) -> usize {
        self.module.names().len()
    }

    /// Tells whether a move from here only gives another key to a module.
    pub(crate) fn is_other_key_of(&self, to: &Self) -> bool {
        let path = |subject: &Subject| match subject {
            Subject::ModuleInstance(module) => Some(module.path()),
            Subject::Call(around, name) => Some(around.path().child(name.clone())),
            Subject::Resource(_) | Subject::Instance(_) => None,
        };
        let calls = matches!((&self.subject, &to.subject), (Subject::Call(..), Subject::Call(..)));
        !calls && path(&self.subject).is_some_and(|it| path(&to.subject) == Some(it))
    }
}

/// Tells whether a module on the way `one` can be on the way `other`, which is at least as long.
fn may_agree(one: &[Step], other: &[Step]) -> bool {
    one.iter().zip(other).all(|((name, key), (other_name, other_key))| {
        let same_key = match (key, other_key) {
            (Some(key), Some(other_key)) => key == other_key,
            _ => true,
        };
        name == other_name && same_key
    })
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ModuleInstance(module) => module.fmt(f),
            Self::Call(around, name) => around.child(name.clone(), InstanceKey::None).fmt(f),
            Self::Resource(resource) => resource.fmt(f),
            Self::Instance(instance) => instance.fmt(f),
        }
    }
}

/// `module.a[*].aws_vpc.x[*]`: a star wherever any key will do.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in self.module.names() {
            write!(f, "module.{name}[*].")?;
        }
        self.subject.fmt(f)?;
        match self.subject {
            Subject::Call(..) | Subject::Resource(_) => f.write_str("[*]"),
            Subject::ModuleInstance(_) | Subject::Instance(_) => Ok(()),
        }
    }
}
