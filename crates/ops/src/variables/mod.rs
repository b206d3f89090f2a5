//! The values of the root module's variables: where they come from, and which of them counts.

mod collecting;
mod planned;
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

pub use planned::PlannedVariables;

/// One setting of variables on the command line.
#[derive(Clone, Debug, PartialEq)]
pub enum Assignment {
    /// `-var 'name=value'`
    Variable(String),
    /// `-var-file=path`
    File(PathBuf),
}

/// Everything that sets variables, by rising precedence: environment, files of the directory, command line.
#[derive(Clone, Debug, Default)]
pub struct VariableOptions {
    /// Values from the environment, by variable name (`TF_VAR_name` without the prefix).
    pub environment: BTreeMap<String, String>,
    /// Settings of the command line, in order.
    pub assignments: Vec<Assignment>,
    /// The variables of the saved plan that is to be applied, if one is: their values count.
    pub planned: Option<PlannedVariables>,
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
    let Collected { written, diagnostics, sources } = collecting::collect(environment, given.sources);
    given.sources = sources;
    if diagnostics.has_errors() {
        // What follows from an option that was not understood is no news.
        given.diagnostics = diagnostics.into_iter().filter(|it| it.is_error()).collect();
        return given;
    }
    given.diagnostics.extend(undeclared::undeclared(&written, root));
    if let Some(planned) = &environment.variables.planned {
        planned.give(&mut given, &written, root);
        return given;
    }
    // Only the value that counts is looked at.
    for (name, variable) in &root.variables {
        if let Some(written) = written.get(name) {
            given.take(variable, written);
        }
    }
    given.demand_after_errors(root);
    given
}

/// Adds the values that a person gave when asked.
pub(crate) fn add_answers(mut given: Given, answers: &BTreeMap<Arc<str>, String>, root: &Module) -> Given {
    for (name, text) in answers {
        if let Some(variable) = root.variables.get(name) {
            let value = given.read_text(variable, text);
            given.give(variable, value, None);
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
        let value = self.read(variable, written);
        self.give(variable, value, written.span());
    }

    fn read(&mut self, variable: &Variable, written: &Written) -> rinfra_diag::Result<Value> {
        match written {
            Written::Text { text, .. } => self.read_text(variable, text),
            Written::Expression { expression, .. } => static_value::constant(expression),
        }
    }

    /// Reads a value given as text: literally, or as an expression where the variable's type asks for one.
    fn read_text(&mut self, variable: &Variable, text: &str) -> rinfra_diag::Result<Value> {
        if variable.parsing == Parsing::Literal {
            return Ok(Value::string(text));
        }
        let file: Arc<str> = format!("<value for var.{}>", variable.name).into();
        if !variable.sensitive && !variable.ephemeral {
            // Messages quote it.
            self.sources.insert(file.clone(), text);
        }
        let start = Position::START;
        // It may neither name anything nor call a function.
        let functions = Functions::default();
        syntax::parse_expression(&file, text, start)
            .and_then(|expression| evaluate(&expression, &Scope::new(&functions)))
    }

    fn give(&mut self, variable: &Variable, value: rinfra_diag::Result<Value>, span: Option<&Span>) {
        let name = &variable.name;
        let Some(value) = self.diagnostics.absorb(value) else { return };
        self.values.insert(name.clone(), value);
        self.spans.extend(span.map(|span| (name.clone(), span.clone())));
    }
}
