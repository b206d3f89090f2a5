//! What a picture shows.

use std::sync::Arc;

use rinfra_addr::{InstanceKey, Mode, ModuleInstance, ModulePath, Resource};
use rinfra_change::{Action, Opcode};

use crate::module_name::ModuleName;
use crate::plan_summary::Place;

/// What an apply does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    Read,
    Create,
    /// Creates the new object of a replacement.
    CreateReplacement,
    Update,
    Delete,
    /// Deletes the old object of a replacement.
    DeleteReplaced,
    Forget,
}

impl Step {
    /// Returns the step that an operation of a change is; joins are none.
    pub(crate) fn of(opcode: Opcode, action: Action) -> Option<Self> {
        Some(match opcode {
            Opcode::Read => Self::Read,
            Opcode::Create if action.is_replace() => Self::CreateReplacement,
            Opcode::Create => Self::Create,
            Opcode::Update => Self::Update,
            Opcode::Delete if action.is_replace() => Self::DeleteReplaced,
            Opcode::Delete => Self::Delete,
            Opcode::Forget => Self::Forget,
            Opcode::Join => return None,
        })
    }

    /// Returns what is done, in words.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::CreateReplacement => "create the replacement",
            Self::Update => "update",
            Self::Delete => "destroy",
            Self::DeleteReplaced => "destroy what is replaced",
            Self::Forget => "forget",
        }
    }

    /// Returns what is done, as programs and style sheets call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::CreateReplacement => "create-replacement",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::DeleteReplaced => "delete-replaced",
            Self::Forget => "forget",
        }
    }

    /// Returns the symbol that plans have for it.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Read => Action::Read.symbol(),
            Self::Create | Self::CreateReplacement => Action::Create.symbol(),
            Self::Update => Action::Update.symbol(),
            Self::Delete | Self::DeleteReplaced => Action::Delete.symbol(),
            Self::Forget => Action::Forget.symbol(),
        }
    }

    /// Returns the class of the colour that plans have for it.
    pub(crate) fn colour(self) -> &'static str {
        match self {
            Self::Read => "cyan",
            Self::Create | Self::CreateReplacement => "green",
            Self::Update => "yellow",
            Self::Delete | Self::DeleteReplaced => "red",
            Self::Forget => "faint",
        }
    }

    /// Returns the colour itself, for formats without style sheets: one that can be read on light and on dark.
    pub(crate) fn hue(self) -> &'static str {
        match self {
            Self::Read => "#0c7bb8",
            Self::Create | Self::CreateReplacement => "#2a8f45",
            Self::Update => "#a87400",
            Self::Delete | Self::DeleteReplaced => "#d1383d",
            Self::Forget => "#7a828c",
        }
    }

    /// Returns what tells the two objects of a replacement apart.
    fn which(self) -> &'static str {
        match self {
            Self::CreateReplacement => " (new)",
            Self::DeleteReplaced => " (old)",
            _ => "",
        }
    }
}

/// The module that something is in. Modules are ordered as Terraform's graph has them, by their addresses as texts, but
/// for the numbers of instances, which it does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Module {
    name: ModuleName,
    steps: Vec<String>,
}

impl Module {
    /// Returns the module that some calls lead to, outermost first.
    pub(crate) fn new(steps: Vec<String>) -> Self {
        Self { name: ModuleName::from(steps.join(".")), steps }
    }

    /// Returns the address; empty for the root module.
    pub(crate) fn text(&self) -> &str {
        self.name.text()
    }

    /// Returns the calls that lead to it, outermost first: `module.a["x"]`.
    pub(crate) fn steps(&self) -> &[String] {
        &self.steps
    }

    fn prefix(&self) -> String {
        if self.name.is_root() { String::new() } else { format!("{}.", self.text()) }
    }
}

impl From<&ModulePath> for Module {
    fn from(path: &ModulePath) -> Self {
        Self::new(path.names().iter().map(|it| format!("module.{it}")).collect())
    }
}

impl From<&ModuleInstance> for Module {
    fn from(module: &ModuleInstance) -> Self {
        Self::new(module.steps().iter().map(|(name, key)| format!("module.{name}{key}")).collect())
    }
}

/// What a node stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Thing {
    /// A resource, or instances of it.
    Resource(Resource),
    /// An object that an instance once was.
    Deposed(Resource),
    /// All resources of a type: there are too many to show each.
    Kind(Mode, Arc<str>),
    /// All that is in a module, by its last call: there is too much to show everything.
    Module(String),
}

/// What tells a node from others: instances of one resource in one place to which the same happens are one node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Subject {
    /// The Region, where it has one or is everywhere.
    pub(crate) place: Option<Place>,
    /// The module it is in.
    pub(crate) module: Module,
    /// What it is.
    pub(crate) thing: Thing,
    /// What is done to it.
    pub(crate) step: Option<Step>,
}

impl Subject {
    /// Returns what it is called in its module.
    pub(crate) fn name(&self) -> String {
        match &self.thing {
            Thing::Resource(resource) => resource.to_string(),
            Thing::Deposed(resource) => format!("{resource} (deposed)"),
            Thing::Kind(Mode::Managed, kind) => format!("{kind}.*"),
            Thing::Kind(mode, kind) => format!("{}.{kind}.*", mode.block()),
            Thing::Module(call) => call.clone(),
        }
    }

    /// Returns its whole address, without the keys of instances.
    pub(crate) fn address(&self) -> String {
        format!("{}{}", self.module.prefix(), self.name())
    }

    /// Returns what kind of thing it is, as programs and style sheets call it.
    pub(crate) fn mode(&self) -> &'static str {
        match &self.thing {
            Thing::Resource(resource) | Thing::Deposed(resource) => resource.mode.as_str(),
            Thing::Kind(mode, _) => mode.as_str(),
            Thing::Module(_) => "module",
        }
    }
}

/// One of the things that a node stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its address.
    pub(crate) address: String,
    /// What tells it from the others of its resource.
    pub(crate) key: InstanceKey,
    /// Whether data that it holds is lost.
    pub(crate) loses_data: bool,
}

/// What is drawn as one thing.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it stands for.
    pub(crate) subject: Subject,
    /// The instances, where they are known.
    pub(crate) members: Vec<Member>,
}

impl Node {
    /// Returns what it is called in its group: with the key if it is one instance, with their number if there are more.
    pub(crate) fn label(&self) -> String {
        let name = self.subject.name();
        let which = self.subject.step.map(Step::which).unwrap_or_default();
        match (self.members.as_slice(), &self.subject.thing) {
            ([one], Thing::Resource(_)) => format!("{name}{}{which}", one.key),
            ([] | [_], _) => format!("{name}{which}"),
            (more, _) => format!("{name} ×{}{which}", more.len()),
        }
    }

    /// Returns its whole address, with the key if it is one instance.
    pub(crate) fn address(&self) -> String {
        match (self.members.as_slice(), &self.subject.thing) {
            ([one], Thing::Resource(_)) => one.address.clone(),
            _ => self.subject.address(),
        }
    }

    /// Returns how many things it stands for.
    pub(crate) fn count(&self) -> usize {
        self.members.len().max(1)
    }

    /// Returns where it is and what happens there, in words.
    pub(crate) fn description(&self) -> String {
        let step = self.subject.step.map(Step::title);
        let place = self.subject.place.as_ref().map(Place::title);
        let lost = self.loses_data().then_some("with the data it holds");
        step.into_iter().chain(lost).chain(place).collect::<Vec<_>>().join(", ")
    }

    /// Returns the classes that say how it looks, each after a space.
    pub(crate) fn classes(&self) -> String {
        let colour = self.subject.step.map(Step::colour);
        let loss = self.loses_data().then_some("loss");
        [Some(self.subject.mode()), colour, loss].into_iter().flatten().map(|it| format!(" {it}")).collect()
    }

    /// Tells whether data that one of the instances holds is lost.
    pub(crate) fn loses_data(&self) -> bool {
        self.members.iter().any(|it| it.loses_data)
    }
}
