use std::collections::BTreeSet;

use async_trait::async_trait;
use rinfra_addr::{AbsResource, ModuleInstance, ProviderConfig, ResourceInstance};
use rinfra_config::{IgnoreChanges, Resource};
use rinfra_diag::{Diagnostic, Severity, Span};
use rinfra_provider::Error;
use rinfra_schema::planning::{self, Ignore};
use rinfra_schema::{Block, validate};
use rinfra_value::{Marks, Path, Value};

use crate::hiding::without_secrets;
use crate::import::ImportRequest;
use crate::triggers::Trigger;

/// One resource instance as the configuration wants it.
#[derive(Clone, Debug)]
pub struct DesiredInstance<'c> {
    /// The instance.
    pub address: ResourceInstance,
    /// The resource block, for its lifecycle and its place in the files.
    pub resource: &'c Resource,
    /// The arguments, of the schema's implied type; unknown and marked where they depend on such values.
    pub config: Value,
    /// The provider configuration that manages the instance.
    pub provider: ProviderConfig,
    /// The resources the instance refers to, directly or through locals, variables and outputs, those its
    /// conditions, its provider configuration and the modules around it refer to, and those `depends_on` names.
    pub dependencies: BTreeSet<AbsResource>,
    /// The resources that `depends_on` names, of the instance or of a module around it.
    pub explicit_dependencies: BTreeSet<AbsResource>,
    /// The managed resources the block of a data source names: it is read after they are as planned, as if
    /// `depends_on` said so.
    pub awaited: BTreeSet<AbsResource>,
    /// What forces a replacement of the instance when it changes.
    pub triggers: Vec<Trigger>,
    /// The object that is to become the instance, if it exists already and is not managed yet.
    pub import: Option<ImportRequest>,
}

impl DesiredInstance<'_> {
    /// Returns where the resource block stands.
    pub fn span(&self) -> &Span {
        &self.resource.header
    }

    /// Returns what a provider could not do with the instance as a diagnostic: at the attribute the error is about,
    /// or at the block.
    pub fn failure(&self, summary: String, error: &Error) -> Diagnostic {
        let path = error.attribute.map_or_else(Path::root, |it| Path::root().attribute(it));
        let place = validate::locate(&self.resource.body, &path);
        let diagnostic = error.to_diagnostic(summary).at(place).address(self.address.to_string());
        without_secrets(diagnostic, &[&self.config])
    }

    /// Returns the diagnostic of a failure as [`failure`](Self::failure) does, without what the schema calls sensitive.
    pub fn failure_without_secrets(&self, block: &Block, summary: String, error: &Error) -> Diagnostic {
        let declared = self.mark(block, self.config.unmark_deep());
        without_secrets(self.failure(summary, error), &[&declared])
    }

    /// Returns the value the instance will have as far as the schema can tell, when nothing is there yet.
    pub fn proposal(&self, block: &Block) -> Value {
        self.mark(block, planning::propose(block, None, &self.config.unmark_deep()))
    }

    /// Returns a value of the instance with its sensitive places marked, by its arguments and its schema.
    ///
    /// Ephemeral arguments are write-only: no value of the instance holds them.
    pub fn mark(&self, block: &Block, value: Value) -> Value {
        let configured = self.config.unmark_deep_with_paths().1;
        let sensitive = configured.into_iter().filter(|(_, it)| it.contains(Marks::SENSITIVE));
        let declared = planning::sensitive_paths(block, &value).into_iter();
        let marks: Vec<_> =
            sensitive.map(|(path, _)| path).chain(declared).map(|path| (path, Marks::SENSITIVE)).collect();
        value.mark_paths(&marks)
    }

    /// Returns the arguments that count, without marks: where `ignore_changes` says so, those of the prior
    /// object.
    pub fn effective_config(&self, block: &Block, prior: Option<&Value>) -> Value {
        let config = self.config.unmark_deep();
        let Some(prior) = prior else { return config };
        match &self.resource.lifecycle.ignore_changes {
            IgnoreChanges::All => planning::ignore_changes(block, prior, &config, Ignore::All),
            IgnoreChanges::Paths(ignored) => {
                let paths: Vec<_> = ignored.iter().map(|it| it.path.clone()).collect();
                planning::ignore_changes(block, prior, &config, Ignore::Paths(&paths))
            }
        }
    }
}

/// One provider configuration as the configuration wants it.
#[derive(Clone, Debug)]
pub struct DesiredProvider {
    /// The provider configuration.
    pub address: ProviderConfig,
    /// The arguments, of the provider schema's implied type.
    pub config: Value,
    /// Where the `provider` block stands; `None` where there is none.
    pub span: Option<Span>,
}

/// Says that a value cannot be had because something failed that has been reported already.
///
/// Everything that depends on such a value is left out silently, so that one failure is one diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poisoned;

/// What will never be asked for, because what it is computed from failed.
#[derive(Clone, Copy, Debug)]
pub enum Unanswered<'u> {
    /// One instance.
    Instance(&'u ResourceInstance),
    /// All instances of a resource: it is not known which there are.
    Resource(&'u AbsResource),
    /// Everything in all instances of a module call.
    Call(&'u ModuleInstance, &'u str),
}

impl Unanswered<'_> {
    /// Tells whether an instance is among what will never be asked for.
    pub fn contains(&self, address: &ResourceInstance) -> bool {
        match self {
            Self::Instance(it) => *it == address,
            Self::Resource(it) => **it == address.resource,
            Self::Call(parent, name) => {
                let (around, inside) = (parent.steps(), address.module().steps());
                inside.starts_with(around)
                    && inside.get(around.len()).is_some_and(|(call, _)| **call == **name)
            }
        }
    }
}

/// Where the evaluator gets the values of resource instances from: a phase of the engine.
///
/// *Guarantees* the evaluator gives: each address is asked for once; an instance is asked for only after
/// every instance it depends on has been answered; answers may be awaited concurrently; what it will not ask
/// for because something failed, it says.
#[async_trait(?Send)]
pub trait Results<'c> {
    /// Takes note of a provider configuration. It comes before the first instance that uses it.
    async fn provider(&self, desired: DesiredProvider) -> Result<(), Poisoned>;

    /// Waits until the phase wants to hear of one more instance, everything the instance refers to being known.
    async fn turn(&self) {}

    /// Returns the value of a managed resource instance.
    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned>;

    /// Returns the value of a data source instance.
    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned>;

    /// Returns the value of an ephemeral resource instance; the evaluator marks it.
    ///
    /// A phase that opens nothing may answer with what it would say of a managed one.
    async fn ephemeral(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned>
    where
        'c: 'async_trait,
    {
        self.managed(desired).await
    }

    /// Returns the value of a resource, if the phase has it whatever the configuration says of its instances.
    fn whole(&self, address: &AbsResource) -> Option<Value> {
        let _ = address;
        None
    }

    /// Tells whether changes are being made: what `terraform.applying` says.
    fn is_applying(&self) -> bool {
        false
    }

    /// Returns how bad it is that a precondition or postcondition does not hold. What only warns stops nothing.
    fn conditions(&self) -> Severity {
        Severity::Error
    }

    /// Returns how many instances of one resource are asked for at a time, beside those that others need.
    fn instances_at_once(&self) -> usize {
        usize::MAX
    }

    /// Returns why the data source of a `check` block could not be read, once it was asked for: such a failure
    /// fails the check and nothing else.
    fn unread(&self, address: &ResourceInstance) -> Option<String> {
        let _ = address;
        None
    }

    /// Returns what is known of an instance that the evaluation of a part leaves out.
    fn left_out(&self, address: &ResourceInstance) -> Option<Value> {
        let _ = address;
        None
    }

    /// Takes note of what will not be asked for. It may be told more than once.
    fn unanswered(&self, what: Unanswered<'_>) {
        let _ = what;
    }
}
