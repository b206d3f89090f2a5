use std::cell::RefCell;
use std::sync::Arc;

use async_trait::async_trait;
use rinfra_addr::ModulePath;
use rinfra_config::{Reference, Subject};
use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources};
use rinfra_eval::{DesiredInstance, DesiredProvider, Evaluation, Inputs, Poisoned, Results};
use rinfra_lang::{Expression, ExpressionKind, print, print_type, syntax};
use rinfra_provider::Catalogue;
use rinfra_state::State;
use rinfra_value::Value;

use crate::environment::Environment;
use crate::failure::{Failure, Outcome};
use crate::project::{Phase, Project};
use crate::state_reading::read_state;

/// A place to evaluate expressions against a configuration and its state.
pub struct Console<'c> {
    project: &'c Project,
    catalogue: &'c Catalogue,
    state: Option<State>,
    inputs: Inputs,
    /// What was typed so far, one file a line.
    typed: RefCell<Sources>,
}

impl<'c> Console<'c> {
    /// What it says to those who ask for help.
    pub const HELP: &'static str = "The rinfra console evaluates expressions against the configuration and its state.\n\nType an expression and press Enter to see its value.\n\nTo leave, type \"exit\", or press Control-C or Control-D.";

    /// Opens a console on a project. Variables without a value are unknown.
    ///
    /// *Errors*: a state that cannot be read.
    pub fn open(environment: &'c Environment, project: &'c Project) -> Outcome<Self> {
        let mut inputs = project.inputs.clone();
        for (name, variable) in &project.config.root().variables {
            if variable.default.is_none() {
                let unknown = || Value::unknown(variable.constraint.ty.without_optional_attributes());
                inputs.variables.entry(name.clone()).or_insert_with(unknown);
            }
        }
        let state = read_state(project)?;
        let typed = RefCell::new(project.sources.clone());
        Ok(Self { project, catalogue: &environment.catalogue, state, inputs, typed })
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
        let file: Arc<str> = "<console-input>".into();
        self.typed.borrow_mut().insert(file.clone(), text);
        let failure = |diagnostics: Diagnostics| Failure::new(diagnostics, &self.typed.borrow());
        let start = Position { line: 1, column: 1, byte: 0 };
        let expression = syntax::parse_expression(&file, text, start).map_err(failure)?;
        let asked = type_argument(&expression);
        let (expression, asks_for_type) = (asked.unwrap_or(&expression), asked.is_some());
        self.check_references(expression).map_err(failure)?;
        let functions = self.project.functions(Phase::Applying { planned: self.project.started() });
        let phase = StateValues { catalogue: self.catalogue, state: self.state.as_ref() };
        let evaluation =
            Evaluation::new(&self.project.config, self.catalogue, &functions, &self.inputs, &phase);
        let answer = evaluation.expression(expression).await;
        let diagnostics = evaluation.take_diagnostics();
        if diagnostics.has_errors() || answer.poisoned {
            return Err(failure(diagnostics));
        }
        Ok(match asks_for_type {
            true => print_type::type_of(answer.value.ty()),
            false => print::value(&answer.value),
        })
    }
}

/// Returns the argument of `type(…)`, a function that only the console has, and only by itself.
fn type_argument(expression: &Expression) -> Option<&Expression> {
    match &expression.kind {
        ExpressionKind::Parentheses(inside) => type_argument(inside),
        ExpressionKind::Call(call) if &*call.name == "type" && !call.expand_final => {
            match &call.arguments[..] {
                [argument] => Some(argument),
                _ => None,
            }
        }
        _ => None,
    }
}

impl Console<'_> {
    /// Reports references that lead nowhere.
    fn check_references(&self, expression: &Expression) -> rinfra_diag::Result<()> {
        let root = ModulePath::root();
        let mut diagnostics = Diagnostics::new();
        for traversal in rinfra_lang::references(expression) {
            let Some(reference) = diagnostics.absorb(Reference::parse(&traversal)) else { continue };
            let declared = match &reference.subject {
                Subject::Path(_) | Subject::Terraform(_) => true,
                subject => self.project.config.target(&root, subject).is_some(),
            };
            if !declared {
                let summary = match &reference.subject {
                    Subject::Variable(_) => "Reference to undeclared input variable",
                    Subject::Local(_) => "Reference to undeclared local value",
                    Subject::Module(..) | Subject::ModuleOutput(..) => "Reference to undeclared module",
                    Subject::Count(_) => "Reference to \"count\" in non-counted context",
                    Subject::Each(_) => "Reference to \"each\" in context without for_each",
                    Subject::Itself => "Invalid \"self\" reference",
                    Subject::Resource(..) | Subject::Path(_) | Subject::Terraform(_) => {
                        "Reference to undeclared resource"
                    }
                };
                let detail = "Nothing of that name is declared in the root module.";
                diagnostics.push(Diagnostic::error(summary, detail).at(reference.span));
            }
        }
        diagnostics.into_result(())
    }
}

/// The phase that answers with what the state holds; what it does not hold is unknown.
struct StateValues<'s> {
    catalogue: &'s Catalogue,
    state: Option<&'s State>,
}

impl StateValues<'_> {
    fn answer(&self, desired: &DesiredInstance<'_>) -> Value {
        let (address, source) = (&desired.address, &desired.provider.source);
        let schema = self.catalogue.schema(source, address.mode(), address.kind());
        let Some(schema) = schema else { return Value::dynamic() };
        let ty = schema.block.implied_type();
        let stored = self.state.and_then(|it| it.current(&desired.address));
        stored.and_then(|it| it.decode(&ty).ok()).unwrap_or_else(|| Value::unknown(ty))
    }
}

#[async_trait(?Send)]
impl<'c> Results<'c> for StateValues<'_> {
    async fn provider(&self, _desired: DesiredProvider) -> Result<(), Poisoned> {
        Ok(())
    }

    async fn managed(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        Ok(self.answer(&desired))
    }

    async fn data(&self, desired: DesiredInstance<'c>) -> Result<Value, Poisoned> {
        Ok(self.answer(&desired))
    }
}
