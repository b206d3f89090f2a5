use std::sync::Arc;

use futures::future::LocalBoxFuture;
use rinfra_addr::ModuleInstance;
use rinfra_config::Variable;
use rinfra_diag::{Diagnostic, Span};
use rinfra_value::{Marks, Value};

use crate::answer::{Answer, Origin};
use crate::checks::{Item, Rule};
use crate::conditions::Owner;
use crate::evaluation::{Evaluation, Node, Repeated, Site};
use crate::expansion::{Repetition, UnknownRepetition};

/// Where the value of a variable stands.
#[derive(Clone, Copy)]
enum Place<'p> {
    /// Given to the root module, in a file or elsewhere.
    Root(Option<&'p Span>),
    /// Given by a module call.
    Argument(&'p Span),
    /// Nowhere: the default.
    Default,
}

impl Evaluation<'_> {
    /// Returns the value of an input variable: converted, defaulted, valid, marked.
    ///
    /// What depends on a variable that is not valid is left out: it would fail for the same reason.
    pub(crate) fn variable<'s>(
        &'s self,
        module: &'s ModuleInstance,
        name: &'s Arc<str>,
    ) -> LocalBoxFuture<'s, Answer> {
        let node = Node::Variable(module.clone(), name.clone());
        Box::pin(self.answers.get_or(node, async move {
            let answer = self.given_variable(module, name).await;
            let Some(variable) = self.module_of(module).variables.get(name) else { return answer };
            if answer.poisoned {
                return answer;
            }
            let site = Site { validated: Some(name.clone()), ..Site::module(module) };
            let rule = Rule::first(module, Item::Variable(name.clone()));
            let place = self.argument_span(module, name).unwrap_or(&variable.header);
            let mut held = true;
            for (index, validation) in variable.validations.iter().enumerate() {
                held &=
                    self.check(&site, validation, Owner::Variable(variable, place), &rule.at(index)).await;
            }
            let value = match self.inputs.unknown_repetition {
                // Validating holds for all values a variable may have, not for the one it is given.
                UnknownRepetition::Allowed => {
                    let ty = variable.constraint.ty.without_optional_attributes();
                    Value::unknown(ty).with_marks(answer.value.marks())
                }
                UnknownRepetition::Tolerated | UnknownRepetition::Refused => answer.value,
            };
            let marks = if variable.sensitive { Marks::SENSITIVE } else { Marks::NONE };
            Answer { value: value.with_marks(marks), poisoned: !held, ..answer }
        }))
    }

    /// Returns where a module call, or a file of values for the root module, sets a variable, if one does.
    fn argument_span(&self, module: &ModuleInstance, name: &str) -> Option<&Span> {
        let Some(parent) = module.parent() else { return self.inputs.spans.get(name) };
        let call = self.module_of(&parent).calls.get(&*module.last()?.0)?;
        Some(&call.arguments.attribute(name)?.expression.span)
    }

    /// Returns the value of an input variable as its own validations see it: converted and defaulted.
    pub(crate) fn given_variable<'s>(
        &'s self,
        module: &'s ModuleInstance,
        name: &'s Arc<str>,
    ) -> LocalBoxFuture<'s, Answer> {
        let node = Node::Given(module.clone(), name.clone());
        Box::pin(self.answers.get_or(node, async move {
            let Some(variable) = self.module_of(module).variables.get(name) else {
                return Answer::poison(Origin::default());
            };
            let Some(parent) = module.parent() else {
                let given = self.inputs.variables.get(name).cloned();
                let place = Place::Root(self.inputs.spans.get(name));
                return self.finish_variable(variable, given.map(Answer::of), place);
            };
            let (call_name, key) = module.last().expect("a module with a parent has a call");
            let parent_module = self.module_of(&parent);
            let Some(call) = parent_module.calls.get(call_name) else {
                return Answer::poison(Origin::default());
            };
            let argument = call.arguments.attribute(name);
            let Some(argument) = argument else {
                return self.finish_variable(variable, None, Place::Default);
            };
            let repeated = Repeated::Call(parent.clone(), call_name.clone());
            let expansion = self.repeat(repeated, &parent, &call.repetition).await;
            let repetition = match self.inputs.unknown_repetition {
                // Validating knows no instances of calls, not even that there is only one.
                UnknownRepetition::Allowed => Repetition::Unknown,
                UnknownRepetition::Tolerated | UnknownRepetition::Refused => {
                    expansion.instances.repetition(key).unwrap_or(Repetition::Unknown)
                }
            };
            let site = Site { repetition, ..Site::module(&parent) };
            let given = self.value_of(&site, &argument.expression).await;
            self.finish_variable(variable, Some(given), Place::Argument(&argument.expression.span))
        }))
    }

    fn finish_variable(&self, variable: &Variable, given: Option<Answer>, place: Place<'_>) -> Answer {
        let mut origin = Origin::default();
        if let Some(answer) = &given {
            origin.absorb(answer);
        }
        if origin.poisoned {
            return Answer::poison(origin);
        }
        let converted = match variable.accept(given.map(|it| it.value)) {
            Ok(converted) => converted,
            Err(refused) => {
                let name = &variable.name;
                let (what, subject) = match place {
                    Place::Argument(span) => (format!("child module variable \"{name}\""), span),
                    Place::Root(Some(span)) => (format!("var.{name}"), span),
                    Place::Root(None) | Place::Default => (format!("var.{name}"), &variable.header),
                };
                self.report(refused.diagnostic(variable, &what, subject.clone()));
                return poisoned(origin);
            }
        };
        if let Place::Argument(argument) = place
            && !variable.ephemeral
            && converted.marks_deep().contains(Marks::EPHEMERAL)
        {
            let detail = "This input variable is not declared as accepting ephemeral values, so it cannot be set to a result derived from an ephemeral value.";
            self.report(Diagnostic::error("Ephemeral value not allowed", detail).at(argument.clone()));
            return poisoned(origin);
        }
        let marks = if variable.ephemeral { Marks::EPHEMERAL } else { Marks::NONE };
        Answer::from_origin(converted.with_marks(marks), origin)
    }
}

fn poisoned(mut origin: Origin) -> Answer {
    origin.poisoned = true;
    Answer::poison(origin)
}
