//! The values of the root module's variables: where they come from, and which of them counts.

mod collecting;
mod undeclared;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rinfra_config::{Module, Parsing, Variable};
use rinfra_diag::{Diagnostics, Position, Sources, Span};
use rinfra_lang::functions::Functions;
use rinfra_lang::{Scope, evaluate, static_value, syntax};
use rinfra_value::Value;

use crate::environment::Environment;
use collecting::{Collected, Written};

/// One setting of variables on the command line.
#[derive(Clone, Debug, PartialEq)]
pub enum Assignment {
    /// `-var 'name=value'`
    Variable(String),
    /// `-var-file=path`
    File(PathBuf),
    /// The values of a plan that is to be applied: they count alone.
    Planned(BTreeMap<Arc<str>, Value>),
}

/// Everything that sets variables, by rising precedence: environment, files of the directory, command line.
#[derive(Clone, Debug, Default)]
pub struct VariableOptions {
    /// Values from the environment, by variable name (`TF_VAR_name` without the prefix).
    pub environment: BTreeMap<String, String>,
    /// Settings of the command line, in order.
    pub assignments: Vec<Assignment>,
}

impl VariableOptions {
    /// Returns the values of the plan that is to be applied, if one is.
    pub(crate) fn planned(&self) -> Option<&BTreeMap<Arc<str>, Value>> {
        self.assignments.iter().find_map(|it| match it {
            Assignment::Planned(values) => Some(values),
            Assignment::Variable(_) | Assignment::File(_) => None,
        })
    }
}

/// The values that were given, and what is wrong with them.
pub(crate) struct Given {
    pub(crate) values: BTreeMap<Arc<str>, Value>,
    /// Where the values stand that files give.
    pub(crate) spans: BTreeMap<Arc<str>, Span>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) sources: Sources,
}

/// Gathers the values of the root module's variables.
pub(crate) fn gather(environment: &Environment, root: &Module, sources: Sources) -> Given {
    let mut given =
        Given { values: BTreeMap::new(), spans: BTreeMap::new(), diagnostics: Diagnostics::new(), sources };
    if let Some(planned) = environment.variables.planned() {
        given.values.clone_from(planned);
        return given;
    }
    let Collected { written, diagnostics, sources } = collecting::collect(environment, given.sources);
    given.sources = sources;
    if diagnostics.has_errors() {
        // What follows from an option that was not understood is no news.
        given.diagnostics = diagnostics.into_iter().filter(|it| it.is_error()).collect();
        return given;
    }
    // Only the value that counts is looked at.
    for (name, variable) in &root.variables {
        if let Some(written) = written.get(name) {
            given.take(variable, written);
        }
    }
    given.diagnostics.extend(undeclared::undeclared(&written, root));
    given.demand_after_errors(root);
    given
}

/// Adds the values that a person gave when asked.
pub(crate) fn add_answers(mut given: Given, answers: &BTreeMap<Arc<str>, String>, root: &Module) -> Given {
    for (name, text) in answers {
        if let Some(variable) = root.variables.get(name) {
            given.take_text(variable, text);
        }
    }
    given.demand_after_errors(root);
    given
}

impl Given {
    /// Returns the variables that have neither a value nor a default, by name.
    pub(crate) fn missing<'c>(&self, root: &'c Module) -> impl Iterator<Item = &'c Variable> {
        root.variables.values().filter(|it| it.default.is_none() && !self.values.contains_key(&it.name))
    }

    /// Reports the variables that have neither a value nor a default.
    pub(crate) fn demand(&mut self, root: &Module) {
        let missing: Vec<_> = self.missing(root).map(rinfra_config::unset).collect();
        self.diagnostics.extend(missing);
    }

    /// Reports, together with what is wrong with some values, that others are missing.
    fn demand_after_errors(&mut self, root: &Module) {
        if self.diagnostics.has_errors() {
            self.demand(root);
        }
    }

    fn take(&mut self, variable: &Variable, written: &Written) {
        match written {
            Written::Text { text, .. } => self.take_text(variable, text),
            Written::Expression { expression, .. } => {
                self.give(variable, static_value::constant(expression), Some(&expression.span));
            }
        }
    }

    /// Takes a value given as text: literally, or as an expression where the variable's type asks for one.
    fn take_text(&mut self, variable: &Variable, text: &str) {
        if variable.parsing == Parsing::Literal {
            self.give(variable, Ok(Value::string(text)), None);
            return;
        }
        let file: Arc<str> = format!("<value for var.{}>", variable.name).into();
        if !variable.sensitive && !variable.ephemeral {
            // Messages quote it.
            self.sources.insert(file.clone(), text);
        }
        let start = Position { line: 1, column: 1, byte: 0 };
        // It may neither name anything nor call a function.
        let functions = Functions::default();
        let value = syntax::parse_expression(&file, text, start)
            .and_then(|expression| evaluate(&expression, &Scope::new(&functions)));
        self.give(variable, value, None);
    }

    fn give(&mut self, variable: &Variable, value: rinfra_diag::Result<Value>, span: Option<&Span>) {
        let name = &variable.name;
        let Some(value) = self.diagnostics.absorb(value) else { return };
        self.values.insert(name.clone(), value);
        self.spans.extend(span.map(|span| (name.clone(), span.clone())));
    }
}
