//! Evaluating what an early expression needs, and then the expression.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rinfra_addr::ModulePath;
use rinfra_diag::{Diagnostic, Diagnostics, Result, Sources, Span};
use rinfra_lang::{Expression, Scope, evaluate};
use rinfra_value::{Marks, Value};

use super::given::NotAccepted;
use super::known::Known;
use super::names::{Kind, Name, needed};
use crate::blocks::variable::Variable;
use crate::module::Module;

/// The evaluator of early expressions. What it has evaluated it remembers.
pub(crate) struct Early<'e> {
    known: &'e Known<'e>,
    given: Option<Result<BTreeMap<Arc<str>, Value>>>,
    settled: BTreeMap<Name, Result<Value>>,
    /// The texts that values of variables were read from.
    pub(crate) sources: Sources,
}

/// Where the value of a name comes from.
enum Origin<'o> {
    /// An expression in some module, for a variable of another or a named value.
    Expression(&'o ModulePath, &'o Expression),
    /// What was given to the root module.
    Given,
    /// Nothing: the default.
    Default,
}

type Modules = BTreeMap<ModulePath, Module>;

impl<'e> Early<'e> {
    pub(crate) fn new(known: &'e Known<'e>) -> Self {
        Self { known, given: None, settled: BTreeMap::new(), sources: Sources::new() }
    }

    /// Returns the value of an expression in a module, which is the value of `holder`.
    ///
    /// # Errors
    /// What it depends on that is not known, and what is wrong with the expressions it depends on.
    pub(crate) fn evaluate(
        &mut self,
        modules: &Modules,
        module: &ModulePath,
        holder: &str,
        expression: &Expression,
    ) -> Result<Value> {
        let Some(held) = modules.get(module) else { return Err(Diagnostics::new()) };
        let names = needed(held, expression, holder)?;
        self.settle(modules, &names);
        self.value(held, expression, &names).map_err(|found| explained(found, expression, holder))
    }

    /// Makes sure that the variables of a module have values that must have them early.
    ///
    /// # Errors
    /// Why some have none.
    pub(crate) fn require(&mut self, modules: &Modules, module: &ModulePath) -> Result<()> {
        let variables = modules.get(module).into_iter().flat_map(|it| it.variables.values());
        let required = variables.filter(|it| it.early == Some(true));
        let name =
            |it: &Variable| Name { module: module.clone(), kind: Kind::Variable, name: it.name.clone() };
        let names: Vec<Name> = required.map(name).collect();
        self.settle(modules, &names);
        let mut found = Diagnostics::new();
        for reasons in names.iter().filter_map(|it| self.settled.get(it)?.as_ref().err()) {
            found.extend(reasons.iter().cloned());
        }
        found.into_result(())
    }

    /// Evaluates these names and all they depend on. It does not recurse: chains of names may be long.
    fn settle(&mut self, modules: &Modules, names: &[Name]) {
        let mut open = names.to_vec();
        let mut entered: BTreeSet<Name> = BTreeSet::new();
        while let Some(name) = open.last().cloned() {
            if self.settled.contains_key(&name) {
                open.pop();
                continue;
            }
            let value = match self.dependencies(modules, &name) {
                Err(found) => Err(found),
                Ok(all) => {
                    let missing: Vec<Name> =
                        all.iter().filter(|it| !self.settled.contains_key(it)).cloned().collect();
                    entered.insert(name.clone());
                    // What was entered and is not settled waits for this name.
                    let is_cycle = missing.iter().any(|it| entered.contains(it));
                    if !missing.is_empty() && !is_cycle {
                        open.extend(missing);
                        continue;
                    }
                    if is_cycle { Err(circular(modules, &name)) } else { self.compute(modules, &name, &all) }
                }
            };
            self.settled.insert(name, value);
        }
    }

    fn dependencies(&self, modules: &Modules, name: &Name) -> Result<Vec<Name>> {
        match origin(modules, name) {
            Origin::Expression(module, expression) => match modules.get(module) {
                Some(module) => needed(module, expression, &name.to_string()),
                None => Err(Diagnostics::new()),
            },
            Origin::Given | Origin::Default => Ok(Vec::new()),
        }
    }

    fn compute(&mut self, modules: &Modules, name: &Name, needed: &[Name]) -> Result<Value> {
        let Some(module) = modules.get(&name.module) else { return Err(Diagnostics::new()) };
        let (given, place) = match origin(modules, name) {
            Origin::Expression(holder, expression) => {
                let Some(held) = modules.get(holder) else { return Err(Diagnostics::new()) };
                let value = self.value(held, expression, needed)?;
                (Some(value), Some(expression.span.clone()))
            }
            Origin::Given => (self.given(module)?.get(&name.name).cloned(), None),
            Origin::Default => (None, None),
        };
        match (name.kind, module.variables.get(&name.name)) {
            (Kind::Variable, Some(variable)) => accepted(modules, name, variable, given, place),
            _ => given.ok_or_else(Diagnostics::new),
        }
    }

    fn given(&mut self, root: &Module) -> Result<BTreeMap<Arc<str>, Value>> {
        if self.given.is_none() {
            self.given = Some(self.known.variables.values(root, &mut self.sources));
        }
        self.given.clone().unwrap_or_else(|| Ok(BTreeMap::new()))
    }

    /// Returns the value of an expression whose names are settled.
    fn value(&self, module: &Module, expression: &Expression, names: &[Name]) -> Result<Value> {
        let mut found = Diagnostics::new();
        let mut objects: BTreeMap<Kind, BTreeMap<Arc<str>, Value>> = BTreeMap::new();
        for name in names {
            match self.settled.get(name) {
                Some(Ok(value)) => {
                    objects.entry(name.kind).or_default().insert(name.name.clone(), value.clone());
                }
                Some(Err(reasons)) => found.extend(reasons.iter().cloned()),
                None => {}
            }
        }
        found.dedup();
        if !found.is_empty() {
            return Err(found);
        }
        let mut scope = Scope::new(self.known.functions);
        // A scope without any names would take strings in JSON for mere text.
        scope.set("path", self.paths(module));
        scope.set("terraform", Value::object([("workspace", Value::string(self.known.workspace.clone()))]));
        for (kind, object) in objects {
            let root = if kind == Kind::Variable { "var" } else { "local" };
            scope.set(root, Value::object(object));
        }
        evaluate(expression, &scope)
    }

    fn paths(&self, module: &Module) -> Value {
        let directory = |path: &Path| {
            let text = path.to_string_lossy();
            Value::string(if text.is_empty() { "." } else { &*text })
        };
        Value::object([
            ("module", directory(&module.directory)),
            ("root", directory(Path::new("."))),
            ("cwd", Value::string(self.known.working_directory.clone())),
        ])
    }
}

fn origin<'o>(modules: &'o Modules, name: &'o Name) -> Origin<'o> {
    if name.kind == Kind::Local {
        let local = modules.get(&name.module).and_then(|it| it.locals.get(&name.name));
        return local.map_or(Origin::Default, |it| Origin::Expression(&name.module, &it.value));
    }
    let Some(parent) = name.module.parent() else { return Origin::Given };
    let Some((parent, caller)) = modules.get_key_value(&parent) else { return Origin::Default };
    let call = name.module.name().and_then(|it| caller.calls.get(it));
    let argument = call.and_then(|it| it.arguments.attribute(&name.name));
    argument.map_or(Origin::Default, |it| Origin::Expression(parent, &it.expression))
}

fn accepted(
    modules: &Modules,
    name: &Name,
    variable: &Variable,
    given: Option<Value>,
    place: Option<Span>,
) -> Result<Value> {
    let span = place.unwrap_or_else(|| variable.header.clone());
    let refused = match variable.accept(given) {
        Ok(value) => {
            let marks = [(variable.sensitive, Marks::SENSITIVE), (variable.ephemeral, Marks::EPHEMERAL)];
            let marks = marks.into_iter().filter(|(is_so, _)| *is_so);
            return Ok(marks.fold(value, |value, (_, mark)| value.with_marks(mark)));
        }
        Err(refused) => refused,
    };
    let caller = name.module.parent().and_then(|it| modules.get(&it));
    Err(match (refused, caller) {
        (NotAccepted::Missing, Some(caller)) => {
            let call = name.module.name().and_then(|it| caller.calls.get(it));
            let detail = format!("{name} has no default, and the call of its module does not set it.");
            let place = call.map_or_else(|| variable.header.clone(), |it| it.header.clone());
            Diagnostic::error("Missing required variable in module call", detail).at(place)
        }
        (refused, _) => refused.diagnostic(variable, &name.to_string(), span),
    }
    .into())
}

fn circular(modules: &Modules, name: &Name) -> Diagnostics {
    let detail = format!("The value of {name} depends on itself.");
    let diagnostic = Diagnostic::error("Circular reference", detail);
    let module = modules.get(&name.module);
    let place = match name.kind {
        Kind::Variable => module.and_then(|it| it.variables.get(&name.name)).map(|it| it.header.clone()),
        Kind::Local => module.and_then(|it| it.locals.get(&name.name)).map(|it| it.span.clone()),
    };
    match place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
    .into()
}

/// Says of findings elsewhere what they are in the way of.
fn explained(found: Diagnostics, expression: &Expression, holder: &str) -> Diagnostics {
    let is_here = |span: &Span| {
        let here = &expression.span;
        span.file == here.file && span.start.byte >= here.start.byte && span.end.byte <= here.end.byte
    };
    let explain = |mut diagnostic: Diagnostic| {
        if !diagnostic.subject.as_ref().is_some_and(is_here) {
            diagnostic.detail.push_str(&format!(" It is needed for {holder}, before anything is planned."));
        }
        diagnostic
    };
    found.into_iter().map(explain).collect()
}
