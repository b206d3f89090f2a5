use std::cell::RefCell;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::{AbsResource, InstanceKey};
use rinfra_config::Repetition;
use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources};
use rinfra_eval::{
    DesiredInstance, DesiredProvider, Evaluation, Inputs, KnownTypes, Poisoned, Results, UnknownRepetition,
};
use rinfra_lang::functions::Functions;
use rinfra_lang::{print_type, syntax};
use rinfra_provider::Catalogue;
use rinfra_schema::planning;
use rinfra_state::{InstanceState, State};
use rinfra_value::{Marks, Value};

use crate::completion::Names;
use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::project::{Phase, Project};
use crate::state_reading::read_state;

/// A state that names an instance beyond this is damaged: as many values would not fit anywhere.
const MOST_INSTANCES: usize = 1_000_000;

/// A place to evaluate expressions against a configuration and its state.
pub struct Console<'c> {
    project: &'c Project,
    catalogue: Catalogue,
    state: Option<State>,
    inputs: Inputs,
    /// What was typed so far, one file a line.
    typed: RefCell<Sources>,
}

impl<'c> Console<'c> {
    /// What it says to those who ask for help.
    pub const HELP: &'static str = "The rinfra console evaluates expressions against the configuration and its state.\n\nType an expression and press Enter to see its value. While a bracket or a heredoc is open it goes on in the next\nline, up to an empty one. Tab completes names.\n\nTo leave, type \"exit\", or press Control-D. Control-C drops what is typed, and leaves when nothing is.";

    /// Opens a console on a project. Variables without a value are unknown.
    ///
    /// *Errors*: a state that cannot be read.
    pub async fn open(environment: &'c Environment, project: &'c Project) -> Outcome<Self> {
        Ok(Self::with_state(environment, project, read_state(project).await?))
    }

    /// Returns a console on a project whose state is at hand.
    pub fn with_state(environment: &'c Environment, project: &'c Project, state: Option<State>) -> Self {
        let mut inputs =
            Inputs { unknown_repetition: UnknownRepetition::Tolerated, ..project.inputs.clone() };
        for (name, variable) in &project.config.root().variables {
            if variable.default.is_none() {
                let unknown = || Value::unknown(variable.constraint.ty.without_optional_attributes());
                inputs.variables.entry(name.clone()).or_insert_with(unknown);
            }
        }
        let typed = RefCell::new(project.sources.clone());
        Self { project, catalogue: project.catalogue(environment), state, inputs, typed }
    }

    /// Returns what is shown of the last of many lines, the only one that is of interest to a script; nothing after
    /// one that says `exit`.
    ///
    /// *Errors*: everything that is wrong with the first line that cannot be evaluated.
    pub async fn last_answer(&self, lines: impl IntoIterator<Item: AsRef<str>>) -> Outcome<Option<String>> {
        let mut last = String::new();
        for line in lines {
            match line.as_ref().trim() {
                "exit" => return Ok(None),
                "help" => last = Self::HELP.to_owned(),
                "" => last.clear(),
                expression => last = self.answer(expression).await?,
            }
        }
        Ok(Some(last))
    }

    /// Returns what is shown of an expression: its value, or the type of one for `type(…)`.
    ///
    /// *Errors*: everything that is wrong with it.
    pub async fn answer(&self, text: &str) -> Outcome<String> {
        print_type::answer(&self.value(text).await?).ok_or_else(|| {
            let detail = "The function \"type\" is the console's own, and its result is no value: it cannot be a part of one.";
            let diagnostic = Diagnostic::error("Invalid use of type function", detail);
            Failure::new(diagnostic, &self.typed.borrow())
        })
    }

    /// Returns the value of an expression; what `type(…)` returns is for [`print_type::answer`] alone.
    ///
    /// *Errors*: everything that is wrong with it.
    pub async fn value(&self, text: &str) -> Outcome<Value> {
        let file: Arc<str> = "<console-input>".into();
        self.typed.borrow_mut().insert(file.clone(), text);
        let failure = |diagnostics: Diagnostics| Failure::new(diagnostics, &self.typed.borrow());
        let start = Position::START;
        let expression = syntax::parse_expression(&file, text, start).map_err(failure)?;
        let config = &self.project.config;
        let types = KnownTypes { config, catalogue: &self.catalogue };
        config.check_expression(&expression, &types).into_result(()).map_err(failure)?;
        let functions = self.functions();
        let phase =
            StateValues { project: self.project, catalogue: &self.catalogue, state: self.state.as_ref() };
        let evaluation =
            Evaluation::new(&self.project.config, &self.catalogue, &functions, &self.inputs, &phase);
        let answer = evaluation.expression(&expression).await;
        let diagnostics = evaluation.take_diagnostics();
        if diagnostics.has_errors() || answer.poisoned {
            return Err(failure(diagnostics));
        }
        Ok(answer.value)
    }

    /// Returns where the name before the cursor begins in what is typed, and what it may become.
    pub fn complete(&self, text: &str, cursor: usize) -> (usize, Vec<String>) {
        let functions = self.functions();
        // The evaluator knows these two by itself.
        let functions = functions.names().chain(["can", "try"]).collect();
        let names = Names { config: &self.project.config, catalogue: &self.catalogue, functions };
        names.complete(text, cursor)
    }

    fn functions(&self) -> Functions {
        self.project.functions(Phase::Applying { planned: self.project.started() }).with_type()
    }
}

/// The phase that answers with what the state holds; what it does not hold is unknown.
struct StateValues<'s> {
    project: &'s Project,
    catalogue: &'s Catalogue,
    state: Option<&'s State>,
}

impl StateValues<'_> {
    /// Returns what the state has of a resource, with a shape as its block says.
    fn stored(&self, address: &AbsResource) -> Option<Value> {
        let stored = self.state?.resource(address)?;
        let module = self.project.config.module(&address.module.path())?;
        let resource = module.resources.get(&address.resource)?;
        let provider = self.project.config.provider_of(&module.path, resource)?.address();
        let schema =
            self.catalogue.schema(&provider.source, address.resource.mode, &address.resource.kind)?;
        let ty = schema.block.implied_type();
        let unknown = || Value::unknown(ty.clone());
        let value = |instance: &InstanceState| {
            let value = instance.current.as_ref().and_then(|it| it.decode(&ty).ok());
            value.map_or_else(unknown, |value| {
                let secret = planning::sensitive_paths(&schema.block, &value);
                let marks: Vec<_> = secret.into_iter().map(|path| (path, Marks::SENSITIVE)).collect();
                value.mark_paths(&marks)
            })
        };
        let instances = || stored.instances.iter();
        Some(match &resource.repetition {
            Repetition::Single | Repetition::Enabled(_) => {
                stored.instances.get(&InstanceKey::None).map_or_else(unknown, value)
            }
            Repetition::Count(_) => {
                let position = |key: &InstanceKey| match key {
                    InstanceKey::Int(index) => usize::try_from(*index).ok(),
                    _ => None,
                };
                let length = instances().filter_map(|(key, _)| position(key)).max().map_or(0, |it| it + 1);
                if length > MOST_INSTANCES {
                    return None;
                }
                let mut values = vec![unknown(); length];
                for (key, instance) in instances() {
                    if let Some(place) = position(key).and_then(|it| values.get_mut(it)) {
                        *place = value(instance);
                    }
                }
                Value::tuple(values)
            }
            Repetition::ForEach(_) => Value::object(instances().filter_map(|(key, instance)| match key {
                InstanceKey::String(key) => Some((key.clone(), value(instance))),
                _ => None,
            })),
        })
    }
}

#[async_trait(?Send)]
impl<'c> Results<'c> for StateValues<'_> {
    fn whole(&self, address: &AbsResource) -> Option<Value> {
        Some(self.stored(address).unwrap_or_else(Value::dynamic))
    }

    async fn provider(&self, _desired: DesiredProvider) -> Result<(), Poisoned> {
        Ok(())
    }

    async fn managed(&self, _desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        Ok(Value::dynamic())
    }

    async fn data(&self, _desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        Ok(Value::dynamic())
    }
}
