use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_config::{Module, Parsing, Variable};
use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources, Span, did_you_mean};
use rinfra_lang::files::Files;
use rinfra_lang::functions::Functions;
use rinfra_lang::{Scope, evaluate, json_body, static_value, syntax};
use rinfra_value::Value;

use crate::environment::Environment;

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
    let options = &environment.variables;
    let given =
        Given { values: BTreeMap::new(), spans: BTreeMap::new(), diagnostics: Diagnostics::new(), sources };
    let mut gathering = Gathering::new(root, environment.files.as_ref(), given);
    let planned = options.assignments.iter().find_map(|it| match it {
        Assignment::Planned(values) => Some(values),
        Assignment::Variable(_) | Assignment::File(_) => None,
    });
    if let Some(planned) = planned {
        gathering.given.values.clone_from(planned);
        return gathering.given;
    }
    for (name, text) in &options.environment {
        if let Some(variable) = root.variables.get(name.as_str()) {
            gathering.text(variable, text, &format!("<value for var.{name}>"));
        }
    }
    for path in automatic_files(environment.files.as_ref(), &environment.directory) {
        gathering.file(&path);
    }
    for assignment in &options.assignments {
        match assignment {
            Assignment::File(path) => gathering.file(path),
            Assignment::Variable(setting) => gathering.setting(setting),
            Assignment::Planned(_) => {}
        }
    }
    if gathering.misunderstood {
        // What follows from an option that was not understood is no news.
        let errors =
            std::mem::take(&mut gathering.given.diagnostics).into_iter().filter(Diagnostic::is_error);
        gathering.given.diagnostics = errors.collect();
    } else if gathering.given.diagnostics.has_errors() {
        // Otherwise the evaluation reports what it misses; a console does without.
        gathering.demand();
    }
    gathering.given
}

/// Adds the values that a person gave when asked.
pub(crate) fn add_answers(
    given: Given,
    answers: &BTreeMap<Arc<str>, String>,
    root: &Module,
    files: &dyn Files,
) -> Given {
    let mut gathering = Gathering::new(root, files, given);
    for (name, text) in answers {
        if let Some(variable) = root.variables.get(name) {
            gathering.text(variable, text, &format!("<value for var.{name}>"));
        }
    }
    if gathering.given.diagnostics.has_errors() {
        gathering.demand();
    }
    gathering.given
}

impl Given {
    /// Returns the variables that have neither a value nor a default, by name.
    pub(crate) fn missing<'c>(&self, root: &'c Module) -> impl Iterator<Item = &'c Variable> {
        root.variables.values().filter(|it| it.default.is_none() && !self.values.contains_key(&it.name))
    }
}

/// Returns the variable files Terraform reads unasked, by rising precedence.
fn automatic_files(files: &dyn Files, directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = files.list(directory) else { return Vec::new() };
    let names: Vec<_> = entries.into_iter().filter(|it| !it.is_directory).map(|it| it.name).collect();
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"].map(str::to_owned);
    let fixed = fixed.into_iter().filter(|it| names.contains(it));
    let is_automatic = |name: &&String| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    let automatic: Vec<_> = names.iter().filter(is_automatic).cloned().collect();
    fixed.chain(automatic).map(|name| in_directory(directory, &name)).collect()
}

/// Returns a path that reads as the user would write it.
fn in_directory(directory: &Path, name: &str) -> PathBuf {
    if directory == Path::new(".") { PathBuf::from(name) } else { directory.join(name) }
}

struct Gathering<'g> {
    root: &'g Module,
    files: &'g dyn Files,
    /// Values of variables may not call functions.
    functions: Functions,
    given: Given,
    /// Whether an option or a file could not be read as what it should be.
    misunderstood: bool,
}

impl<'g> Gathering<'g> {
    /// Returns how to go on from what was given so far.
    fn new(root: &'g Module, files: &'g dyn Files, given: Given) -> Self {
        Self { root, files, functions: Functions::default(), given, misunderstood: false }
    }

    /// Reports the variables that have neither a value nor a default.
    fn demand(&mut self) {
        let missing: Vec<_> = self.given.missing(self.root).map(rinfra_config::unset).collect();
        self.given.diagnostics.extend(missing);
    }

    fn refuse(&mut self, diagnostic: Diagnostic) {
        self.misunderstood = true;
        self.given.diagnostics.push(diagnostic);
    }

    fn give(&mut self, name: Arc<str>, value: Value, span: Option<&Span>) {
        match span {
            Some(span) => self.given.spans.insert(name.clone(), span.clone()),
            None => self.given.spans.remove(&name),
        };
        self.given.values.insert(name, value);
    }

    fn setting(&mut self, setting: &str) {
        let Some((name, text)) = setting.split_once('=') else {
            let detail = format!(
                "The given -var option \"{setting}\" is not correctly specified. Must be a variable name and value separated by an equals sign, like -var=\"key=value\"."
            );
            self.refuse(Diagnostic::error("Invalid -var option", detail));
            return;
        };
        if name.ends_with(char::is_whitespace) {
            let detail = format!(
                "Variable name \"{name}\" is invalid due to trailing space. Did you mean -var=\"{}={}\"?",
                name.trim(),
                text.trim_start()
            );
            self.refuse(Diagnostic::error("Invalid -var option", detail));
            return;
        }
        match self.root.variables.get(name) {
            Some(variable) => self.text(variable, text, &format!("<value for var.{name}>")),
            None => {
                let detail = format!(
                    "A variable named \"{name}\" was assigned on the command line, but the root module does not declare a variable of that name."
                );
                let diagnostic = Diagnostic::error("Value for undeclared variable", detail);
                self.given.diagnostics.push(self.suggest(diagnostic, name));
            }
        }
    }

    fn suggest(&self, diagnostic: Diagnostic, name: &str) -> Diagnostic {
        let names = self.root.variables.keys().map(AsRef::as_ref);
        match did_you_mean(name, names) {
            Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
            None => diagnostic.hint(format!("declare it with: variable \"{name}\" {{}}")),
        }
    }

    /// Takes a value given as text: literally, or as an expression where the variable's type asks for one.
    fn text(&mut self, variable: &Variable, text: &str, origin: &str) {
        let name = variable.name.clone();
        if variable.parsing == Parsing::Literal {
            self.give(name, Value::string(text), None);
            return;
        }
        let file: Arc<str> = origin.into();
        if !variable.sensitive && !variable.ephemeral {
            // Messages quote it.
            self.given.sources.insert(file.clone(), text);
        }
        let start = Position { line: 1, column: 1, byte: 0 };
        let value = syntax::parse_expression(&file, text, start)
            .and_then(|expression| evaluate(&expression, &Scope::new(&self.functions)));
        match value {
            Ok(value) => self.give(name, value, None),
            Err(diagnostics) => self.given.diagnostics.extend(diagnostics),
        }
    }

    fn file(&mut self, path: &Path) {
        let name: Arc<str> = path.to_string_lossy().into();
        let text = match self.files.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                let detail = format!("The file {name} is not UTF-8 text.");
                self.refuse(Diagnostic::error("Invalid variables file", detail));
                return;
            }
            Err(error) => {
                let summary = "Failed to read variables file";
                let detail = match error.kind() {
                    std::io::ErrorKind::NotFound => format!("Given variables file {name} does not exist."),
                    _ => format!("The file {name} cannot be read: {error}."),
                };
                self.refuse(Diagnostic::error(summary, detail));
                return;
            }
        };
        self.given.sources.insert(name.clone(), text.as_str());
        if name.ends_with(".json") {
            self.json(&name, &text);
        } else {
            self.native(&name, &text);
        }
    }

    fn json(&mut self, name: &Arc<str>, text: &str) {
        let (body, mut found) = syntax::parse_json(name, text);
        let (attributes, wrong) = json_body::just_attributes(&body);
        found.extend(wrong);
        self.misunderstood |= found.has_errors();
        self.given.diagnostics.extend(found);
        if self.misunderstood {
            return;
        }
        for attribute in &attributes {
            match static_value::constant(&attribute.expression) {
                Ok(value) => self.entry(&attribute.name, value, Some(&attribute.expression.span)),
                Err(diagnostics) => self.given.diagnostics.extend(diagnostics),
            }
        }
    }

    fn native(&mut self, name: &Arc<str>, text: &str) {
        let (body, diagnostics) = syntax::parse_native(name, text);
        self.misunderstood |= diagnostics.has_errors();
        self.given.diagnostics.extend(diagnostics);
        for block in &body.blocks {
            let kind = &block.kind;
            let diagnostic = if &**kind == "variable" {
                let detail = "A variables file sets values, and declares nothing: write name = value.";
                Diagnostic::error("Variable declaration in .tfvars file", detail)
            } else {
                let detail =
                    format!("Blocks are not allowed here: a variables file sets values, like {kind} = ….");
                Diagnostic::error("Unexpected block", detail)
            };
            self.refuse(diagnostic.at(block.kind_span.clone()));
        }
        if self.misunderstood {
            return;
        }
        for attribute in &body.attributes {
            match evaluate(&attribute.expression, &Scope::new(&self.functions)) {
                Ok(value) => self.entry(&attribute.name, value, Some(&attribute.expression.span)),
                Err(diagnostics) => self.given.diagnostics.extend(diagnostics),
            }
        }
    }

    fn entry(&mut self, name: &str, value: Value, span: Option<&Span>) {
        if self.root.variables.contains_key(name) {
            self.give(name.into(), value, span);
            return;
        }
        let detail = format!(
            "The root module does not declare a variable named \"{name}\" but a value was found for it."
        );
        let diagnostic = Diagnostic::warning("Value for undeclared variable", detail);
        let diagnostic = self.suggest(diagnostic, name);
        self.given.diagnostics.push(diagnostic);
    }
}
