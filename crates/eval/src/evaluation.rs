use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use futures::future::LocalBoxFuture;
use rinfra_addr::{
    AbsResource, ConfigResource, InstanceKey, ModuleInstance, ProviderConfig, Resource, ResourceInstance,
};
use rinfra_config::{Config, Item, Module, ProviderKey};
use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Expression, evaluate};
use rinfra_provider::Catalogue;
use rinfra_value::{Type, Value};

use crate::answer::{Answer, Origin};
use crate::cells::Cells;
use crate::checks::Book;
use crate::expansion::{Instances, Repetition, UnknownRepetition};
use crate::import::Requests;
use crate::module::Surroundings;
use crate::reference::{ModuleDemand, Part};
use crate::results::{Poisoned, Results};
use crate::selection::Selection;

/// What an evaluation is given beside the configuration.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The values of the root module's input variables that were set by anyone.
    pub variables: BTreeMap<Arc<str>, Value>,
    /// Where these values stand, for those that stand in a file.
    pub spans: BTreeMap<Arc<str>, Span>,
    /// The name of the workspace.
    pub workspace: Arc<str>,
    /// What `path.cwd` means.
    pub working_directory: Arc<str>,
    /// Whether `count` and `for_each` may be unknown.
    pub unknown_repetition: UnknownRepetition,
    /// How many instances there may be, in all modules together.
    pub most_instances: u64,
}

impl Inputs {
    /// More instances than anybody means, and fewer than fill a machine's memory.
    pub const MOST_INSTANCES: u64 = 200_000;
}

/// One object of one module instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// A variable that passed its validations.
    Variable(ModuleInstance, Arc<str>),
    /// A variable as its own validations see it.
    Given(ModuleInstance, Arc<str>),
    Local(ModuleInstance, Arc<str>),
    Output(ModuleInstance, Arc<str>),
    Instance(ResourceInstance),
}

/// What `count` or `for_each` can stand on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Repeated {
    Resource(AbsResource),
    Call(ModuleInstance, Arc<str>),
    Provider(ProviderKey),
}

/// The instances of something, and what they were computed from.
#[derive(Clone, Debug)]
pub(crate) struct Expansion {
    pub(crate) instances: Instances,
    pub(crate) origin: Origin,
}

/// Where an expression stands.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) module: ModuleInstance,
    pub(crate) repetition: Repetition,
    /// What `self` means.
    pub(crate) this: Option<Value>,
    /// What the name of a resource means inside its own provisioners.
    pub(crate) itself: Option<(Resource, Value)>,
    /// The variable whose validation it is: it has not passed it yet.
    pub(crate) validated: Option<Arc<str>>,
}

impl Site {
    /// Returns the place of an expression that stands in a module and in no repeated block.
    pub(crate) fn module(module: &ModuleInstance) -> Self {
        Self {
            module: module.clone(),
            repetition: Repetition::None,
            this: None,
            itself: None,
            validated: None,
        }
    }
}

/// The value of a root output.
#[derive(Clone, Debug)]
pub struct OutputAnswer {
    /// The value and what it came from.
    pub answer: Answer,
    /// Whether the configuration calls the output sensitive.
    pub sensitive: bool,
}

/// What a whole evaluation found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The root outputs.
    pub outputs: BTreeMap<Arc<str>, OutputAnswer>,
    /// The root input variables, converted to their types.
    pub variables: BTreeMap<Arc<str>, Value>,
}

impl Outcome {
    /// Tells whether a root output has a value.
    pub fn tells(&self, output: &str) -> bool {
        self.outputs.get(output).is_some_and(|it| !it.answer.poisoned)
    }
}

/// One evaluation of a configuration.
///
/// *Guarantees*: every object is computed at most once; diagnostics are reported once; what depends on a
/// failed object is left out.
///
/// *Assumptions*: the configuration passed its static checks, so references resolve and there are no cycles.
pub struct Evaluation<'e> {
    pub(crate) config: &'e Config,
    pub(crate) catalogue: &'e Catalogue,
    pub(crate) functions: &'e Functions,
    pub(crate) inputs: &'e Inputs,
    pub(crate) results: &'e dyn Results<'e>,
    pub(crate) selection: Selection,
    pub(crate) diagnostics: RefCell<Diagnostics>,
    pub(crate) answers: Cells<Node, Answer>,
    /// For each resource the set of it alone.
    pub(crate) alone: RefCell<HashMap<AbsResource, Rc<BTreeSet<AbsResource>>>>,
    pub(crate) expansions: Cells<Repeated, Expansion>,
    /// How many instances were asked for so far.
    expanded: Cell<u64>,
    pub(crate) contents: Cells<ModuleInstance, Origin>,
    /// Resources, as far as references ask for them: every instance of a dependent asks for the same.
    pub(crate) resources: Cells<(AbsResource, Part<InstanceKey>), Answer>,
    /// Module calls, as far as references ask for them.
    pub(crate) calls: Cells<(Repeated, ModuleDemand), Answer>,
    pub(crate) import_positions: OnceCell<HashMap<ConfigResource, Vec<usize>>>,
    /// What import blocks come to, by their position.
    pub(crate) imports: Cells<usize, Requests>,
    /// What they come to together, by their resource.
    pub(crate) imports_of: Cells<ConfigResource, Requests>,
    pub(crate) surroundings: Cells<ModuleInstance, Surroundings>,
    /// What became of each condition.
    pub(crate) book: Book,
    pub(crate) providers: Cells<ProviderConfig, Result<Rc<BTreeSet<AbsResource>>, Poisoned>>,
}

impl<'e> Evaluation<'e> {
    /// Returns an evaluation that has computed nothing yet.
    pub fn new(
        config: &'e Config,
        catalogue: &'e Catalogue,
        functions: &'e Functions,
        inputs: &'e Inputs,
        results: &'e dyn Results<'e>,
    ) -> Self {
        Self {
            config,
            catalogue,
            functions,
            inputs,
            results,
            selection: Selection::default(),
            diagnostics: RefCell::default(),
            answers: Cells::default(),
            alone: RefCell::default(),
            expansions: Cells::default(),
            expanded: Cell::default(),
            contents: Cells::default(),
            resources: Cells::default(),
            calls: Cells::default(),
            import_positions: OnceCell::new(),
            imports: Cells::default(),
            imports_of: Cells::default(),
            surroundings: Cells::default(),
            book: Book::default(),
            providers: Cells::default(),
        }
    }

    /// Returns the evaluation of a part of the configuration.
    #[must_use]
    pub fn of(self, selection: Selection) -> Self {
        Self { selection, ..self }
    }

    /// Evaluates everything that is selected and returns the outputs.
    pub async fn run(&self) -> Outcome {
        let root = ModuleInstance::root();
        let imports = async {
            // Those of a part are asked for by what they are imported to.
            if self.selection.is_whole() {
                self.all_imports().await;
            }
        };
        futures::join!(self.walk(), self.contents(&root), imports);
        let module = self.module_of(&root);
        let mut outputs = BTreeMap::new();
        let chosen = |item: Item| self.selection.has(&item.in_module(&module.path));
        for (name, output) in &module.outputs {
            if !chosen(Item::Output(name.clone())) {
                continue;
            }
            let answer = self.output(&root, name).await;
            outputs.insert(name.clone(), OutputAnswer { answer, sensitive: output.sensitive });
        }
        let mut variables = BTreeMap::new();
        for name in module.variables.keys().filter(|it| chosen(Item::Variable((*it).clone()))) {
            let answer = self.variable(&root, name).await;
            if !answer.poisoned {
                variables.insert(name.clone(), answer.value);
            }
        }
        Outcome { outputs, variables }
    }

    /// Returns the outputs of called modules that could be computed so far.
    pub fn outputs_of_calls(&self) -> BTreeSet<(ModuleInstance, Arc<str>)> {
        let output = |node: &Node, answer: &Answer| match node {
            Node::Output(module, name) if !module.is_root() && !answer.poisoned => {
                Some((module.clone(), name.clone()))
            }
            _ => None,
        };
        self.answers.selected(output).into_iter().collect()
    }

    /// Returns the value of an expression that stands in the root module, such as one typed at a console.
    pub async fn expression(&self, expression: &Expression) -> Answer {
        self.value_of(&Site::module(&ModuleInstance::root()), expression).await
    }

    /// Takes the diagnostics found so far.
    pub fn take_diagnostics(&self) -> Diagnostics {
        self.diagnostics.take()
    }

    /// Reports a diagnostic.
    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Reports diagnostics, and tells whether there was an error among them.
    pub(crate) fn report_all(&self, diagnostics: Diagnostics) -> bool {
        let failed = diagnostics.has_errors();
        self.diagnostics.borrow_mut().extend(diagnostics);
        failed
    }

    /// Returns the module an instance is of.
    pub(crate) fn module_of(&self, instance: &ModuleInstance) -> &'e Module {
        self.config
            .module(&instance.path())
            .expect("module instances come from the configuration's own calls")
    }

    /// Returns the value of an expression once everything it refers to is known.
    pub(crate) fn value_of<'s>(
        &'s self,
        site: &'s Site,
        expression: &'s Expression,
    ) -> LocalBoxFuture<'s, Answer> {
        Box::pin(async move {
            let (scope, mut origin) = self.scope_for(site, &rinfra_lang::references(expression)).await;
            if origin.poisoned {
                return Answer::poison(origin);
            }
            match evaluate(expression, &scope) {
                Ok(value) => Answer::from_origin(value, origin),
                Err(diagnostics) => {
                    origin.poisoned = true;
                    self.report_all(diagnostics);
                    Answer::poison(origin)
                }
            }
        })
    }

    /// Returns the value of a local.
    pub(crate) fn local<'s>(
        &'s self,
        module: &'s ModuleInstance,
        name: &'s Arc<str>,
    ) -> LocalBoxFuture<'s, Answer> {
        let node = Node::Local(module.clone(), name.clone());
        Box::pin(self.answers.get_or(node, async move {
            match self.module_of(module).locals.get(name) {
                Some(local) => self.value_of(&Site::module(module), &local.value).await,
                None => Answer::poison(Origin::default()),
            }
        }))
    }

    /// Returns the instances of something repeated.
    pub(crate) async fn repeat(
        &self,
        repeated: Repeated,
        module: &ModuleInstance,
        repetition: &rinfra_config::Repetition,
    ) -> Expansion {
        let compute = async {
            let site = Site::module(module);
            let Some(expression) = repetition.expression() else {
                return Expansion { instances: Instances::Single, origin: Origin::default() };
            };
            let (scope, mut origin) = self.scope_for(&site, &rinfra_lang::references(expression)).await;
            if origin.poisoned {
                return Expansion { instances: Instances::Unknown, origin };
            }
            let unknown = self.inputs.unknown_repetition;
            let instances = match repetition {
                rinfra_config::Repetition::Count(_) => crate::expansion::count(expression, &scope, unknown),
                rinfra_config::Repetition::Enabled(_) => crate::enabled::enabled(expression, &scope, unknown),
                _ => crate::expansion::for_each(expression, &scope, unknown),
            };
            match instances {
                // Validating looks at one instance that stands for all.
                Ok(instances) if unknown == UnknownRepetition::Allowed => {
                    let is_single = matches!(instances, Instances::Single | Instances::Disabled);
                    let instances = if is_single { Instances::Single } else { Instances::Unknown };
                    Expansion { instances, origin }
                }
                Ok(instances) if self.has_room_for(&instances) => Expansion { instances, origin },
                Ok(instances) => {
                    self.report(self.too_many(&instances, repetition).at(expression.span.clone()));
                    origin.poisoned = true;
                    Expansion { instances: Instances::Unknown, origin }
                }
                Err(diagnostics) => {
                    self.report_all(diagnostics);
                    origin.poisoned = true;
                    Expansion { instances: Instances::Unknown, origin }
                }
            }
        };
        self.expansions.get_or(repeated, compute).await
    }

    /// Counts instances, unless there are more of them by now than there may be.
    fn has_room_for(&self, instances: &Instances) -> bool {
        let expanded = self.expanded.get().saturating_add(instances.count());
        let has_room = expanded <= self.inputs.most_instances;
        if has_room {
            self.expanded.set(expanded);
        }
        has_room
    }

    fn too_many(&self, instances: &Instances, repetition: &rinfra_config::Repetition) -> Diagnostic {
        let argument =
            if matches!(repetition, rinfra_config::Repetition::Count(_)) { "count" } else { "for_each" };
        let detail = format!(
            "The given \"{argument}\" argument value is unsuitable: it asks for {} instances, and there may be {} in all modules together.",
            instances.count(),
            self.inputs.most_instances
        );
        Diagnostic::error(format!("Invalid {argument} argument"), detail)
    }
}

/// Returns the value of something repeated from the values of its instances, as Terraform shapes it.
pub(crate) fn collect(instances: &Instances, values: BTreeMap<InstanceKey, Value>) -> Value {
    match instances {
        Instances::Single => values.into_values().next().unwrap_or_else(Value::dynamic),
        Instances::Disabled => Value::null(Type::Dynamic),
        Instances::Count(count) => Value::tuple(
            (0..*count)
                .map(|index| values.get(&InstanceKey::Int(index)).cloned().unwrap_or_else(Value::dynamic))
                .collect(),
        ),
        Instances::Each(_) => Value::object(values.into_iter().filter_map(|(key, value)| match key {
            InstanceKey::String(key) => Some((key, value)),
            _ => None,
        })),
        Instances::Unknown => Value::dynamic(),
    }
}
