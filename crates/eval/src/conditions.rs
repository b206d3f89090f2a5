use std::sync::Arc;

use rinfra_config::{Condition, Reference, Subject, Variable};
use rinfra_diag::checks::CheckStatus;
use rinfra_diag::{Diagnostic, Severity, Span};
use rinfra_lang::{Cause, Expression, Scope, Traversal, evaluate, evidence};
use rinfra_value::convert::convert;
use rinfra_value::{Marks, Type, Value};

use crate::checks::{Item, Rule};
use crate::evaluation::{Evaluation, Site};
use crate::expansion::UnknownRepetition;

/// What a condition belongs to, for its messages.
#[derive(Clone, Copy)]
pub(crate) enum Owner<'o> {
    /// The validation of an input variable, whose value was given here.
    Variable(&'o Variable, &'o Span),
    /// A precondition or postcondition; the text says what failed when it does not hold.
    Other(&'static str),
    /// An assertion of a `check` block, which only warns.
    Assertion,
}

impl Evaluation<'_> {
    /// Evaluates a custom condition, reports its message when it does not hold, and writes down what became of it.
    ///
    /// A condition that is unknown is left for a later phase. Returns whether the condition may hold.
    pub(crate) async fn check(
        &self,
        site: &Site,
        condition: &Condition,
        owner: Owner<'_>,
        rule: &Rule,
    ) -> bool {
        let expressions = [&condition.condition, &condition.error_message];
        let references: Vec<_> = expressions.into_iter().flat_map(rinfra_lang::references).collect();
        let (scope, origin) = self.scope_for(site, &references).await;
        if origin.poisoned {
            return false;
        }
        if self.inputs.unknown_repetition == UnknownRepetition::Allowed {
            match (owner, &rule.item) {
                // As in Terraform, validating looks at the messages of assertions,
                (Owner::Assertion, _) => {
                    match evaluate(&condition.error_message, &scope) {
                        Ok(message) => {
                            let judgement = Judgement { evaluation: self, owner, scope: &scope };
                            drop(judgement.message(&message, &condition.error_message, None));
                        }
                        Err(diagnostics) => drop(self.report_all(diagnostics)),
                    }
                    return true;
                }
                // and only at whether those of resources can be evaluated.
                (_, Item::Resource(_)) => {
                    let found = expressions.into_iter().filter_map(|it| evaluate(it, &scope).err());
                    for diagnostics in found {
                        self.report_all(diagnostics);
                    }
                    return true;
                }
                _ => {}
            }
        }
        let [verdict, message] = expressions.map(|it| match evaluate(it, &scope) {
            Ok(value) => Some(value),
            Err(diagnostics) => {
                self.report_all(diagnostics.into_iter().map(|it| discreet(it, owner)).collect());
                None
            }
        });
        let (status, message) =
            Judgement { evaluation: self, owner, scope: &scope }.judge(condition, verdict, message);
        let holds = match status {
            CheckStatus::Pass | CheckStatus::Unknown => true,
            CheckStatus::Fail => {
                matches!(owner, Owner::Other(_)) && self.results.conditions() == Severity::Warning
            }
            CheckStatus::Error => false,
        };
        self.book.report(rule, status, message);
        holds
    }
}

/// A condition being judged.
struct Judgement<'j, 'e> {
    evaluation: &'j Evaluation<'e>,
    owner: Owner<'j>,
    scope: &'j Scope<'j>,
}

impl Judgement<'_, '_> {
    /// Returns what became of a condition, and the message to remember when it did not hold.
    fn judge(
        &self,
        condition: &Condition,
        verdict: Option<Value>,
        message: Option<Value>,
    ) -> (CheckStatus, Option<String>) {
        let error = (CheckStatus::Error, None);
        let held = verdict.and_then(|it| self.verdict(&it, &condition.condition));
        if let (Owner::Variable(..), Some(None), true) = (self.owner, held, message.is_some()) {
            return (CheckStatus::Unknown, None);
        }
        // The message is wrong whether or not it is needed, and better found before it is.
        let message = match message {
            Some(message) => self.message(&message, &condition.error_message, held.flatten()),
            None => {
                if let (Owner::Variable(..), Some(Some(false))) = (self.owner, held) {
                    self.report(
                        unsuitable(&condition.error_message, UNKNOWN),
                        &condition.error_message,
                        Cause::Unknown,
                    );
                }
                None
            }
        };
        let (Some(held), Some(message)) = (held, message) else { return error };
        match held {
            Some(true) => return (CheckStatus::Pass, None),
            None => {
                if let Owner::Assertion = self.owner {
                    self.report(deferred(&condition.condition.span), &condition.condition, Cause::Other);
                }
                return (CheckStatus::Unknown, None);
            }
            Some(false) => {}
        }
        let text = message.shown().to_owned();
        let span = condition.condition.span.clone();
        let failure = match self.owner {
            Owner::Variable(_, given) => {
                Diagnostic::error("Invalid value for variable", text).at(given.clone()).within(span)
            }
            Owner::Other(summary) => {
                let diagnostic = Diagnostic::error(summary, text).at(span);
                match self.evaluation.results.conditions() {
                    Severity::Error => diagnostic,
                    Severity::Warning => diagnostic.into_warning(),
                }
            }
            Owner::Assertion => {
                Diagnostic::warning("Check block assertion failed", text).at(span).provisional()
            }
        };
        self.report(failure, &condition.condition, Cause::Other);
        let is_variable = matches!(self.owner, Owner::Variable(..));
        (CheckStatus::Fail, if is_variable { Some(message.shown().to_owned()) } else { message.remembered() })
    }

    /// Returns whether a condition holds: `Some(None)` while that is unknown, nothing when it is no condition.
    fn verdict(&self, value: &Value, condition: &Expression) -> Option<Option<bool>> {
        let (value, _) = value.clone().without_marks();
        let (summary, what) = match self.owner {
            Owner::Variable(..) => ("Invalid variable validation result", "validation condition"),
            Owner::Other(_) | Owner::Assertion => ("Invalid condition result", "condition"),
        };
        let detail = match convert(&value, &Type::Bool) {
            Ok(held) if held.is_null() => {
                "Condition expression must return either true or false, not null.".to_owned()
            }
            Ok(held) => return Some(held.as_bool()),
            Err(error) => format!("Invalid {what} result value: {}.", error.message),
        };
        let diagnostic = Diagnostic::error(summary, detail).at(condition.span.clone());
        self.report(diagnostic, condition, Cause::Other);
        None
    }

    /// Returns an error message as far as it may be shown, and reports what is none.
    fn message(&self, value: &Value, expression: &Expression, held: Option<bool>) -> Option<Message> {
        let marks = value.marks_deep();
        let (value, _) = value.clone().without_marks();
        let is_variable = matches!(self.owner, Owner::Variable(..));
        let mut cause = Cause::Other;
        let reason = match convert(&value, &Type::String) {
            Ok(text) if text.is_null() && is_variable => {
                return Some(Message::Hidden("The value is refused without an error message."));
            }
            Ok(text) if text.is_null() => "must not be null".to_owned(),
            Ok(text) if !text.is_known() && is_variable && held == Some(false) => {
                cause = Cause::Unknown;
                UNKNOWN.to_owned()
            }
            Ok(text) if !text.is_known() => {
                return Some(Message::Hidden("The error message is not known yet."));
            }
            Ok(_) if marks.contains(Marks::SENSITIVE) || marks.contains(Marks::EPHEMERAL) => {
                // Validations fail all the same; a condition that holds is still told that its message is useless.
                match (is_variable, held) {
                    (false, _) => {
                        self.report(disclosing(expression, marks).into_warning(), expression, Cause::Other);
                    }
                    (true, Some(false)) => {
                        self.report(disclosing(expression, marks), expression, Cause::Other);
                    }
                    (true, _) => {}
                }
                return Some(Message::Hidden(SENSITIVE));
            }
            Ok(_) if names_sensitive_itself(self.owner, expression) => {
                return Some(Message::Hidden(SENSITIVE));
            }
            Ok(text) => return text.as_str().map(|it| Message::Shown(it.trim().to_owned())),
            Err(error) if is_variable => {
                // Only values that are refused need one.
                if held == Some(false) {
                    self.report(unsuitable(expression, &error.message), expression, Cause::Other);
                }
                return Some(Message::Hidden("The value is refused, and its error message is no text."));
            }
            Err(error) => error.message,
        };
        self.report(unsuitable(expression, &reason), expression, cause);
        None
    }

    /// Reports what is wrong with a part of the condition.
    fn report(&self, diagnostic: Diagnostic, about: &Expression, cause: Cause) {
        let diagnostic = diagnostic.evidence(evidence(about, self.scope, cause));
        self.evaluation.report(discreet(diagnostic, self.owner));
    }
}

/// Returns a finding without what it tells of a variable in its own validation, if that is secret.
///
/// Until its validations hold, a variable's value is not marked.
fn discreet(mut diagnostic: Diagnostic, owner: Owner<'_>) -> Diagnostic {
    if let (Owner::Variable(variable, _), Some(evidence)) = (owner, &mut diagnostic.evidence)
        && (variable.sensitive || variable.ephemeral)
    {
        let own = format!("var.{}", variable.name);
        evidence.values.retain(|it| {
            let rest = it.traversal.strip_prefix(&own);
            rest.is_none_or(|it| !it.is_empty() && !it.starts_with(['.', '[']))
        });
    }
    diagnostic
}

/// An error message.
enum Message {
    Shown(String),
    /// It must not, or cannot, be shown; the text says so.
    Hidden(&'static str),
}

impl Message {
    fn shown(&self) -> &str {
        match self {
            Self::Shown(text) => text,
            Self::Hidden(instead) => instead,
        }
    }

    fn remembered(self) -> Option<String> {
        match self {
            Self::Shown(text) => Some(text),
            Self::Hidden(_) => None,
        }
    }
}

/// Why a message that is not known cannot be shown.
const UNKNOWN: &str = "expression refers to values that won't be known until the apply phase";

/// What is said instead of a message that would disclose something.
const SENSITIVE: &str = "The error message included a sensitive value, so it will not be displayed.";

/// Tells whether the message of a validation names the variable, which is sensitive.
fn names_sensitive_itself(owner: Owner<'_>, message: &Expression) -> bool {
    let Owner::Variable(variable, _) = owner else { return false };
    let own = Subject::Variable(variable.name.clone());
    let names = |it: &Arc<Traversal>| Reference::parse(it).is_ok_and(|it| it.subject == own);
    variable.sensitive && rinfra_lang::references(message).iter().any(names)
}

fn unsuitable(message: &Expression, reason: &str) -> Diagnostic {
    let detail = format!("Unsuitable value for error message: {reason}.");
    Diagnostic::error("Invalid error message", detail).at(message.span.clone())
}

fn disclosing(message: &Expression, marks: Marks) -> Diagnostic {
    let (what, hint) = if marks.contains(Marks::SENSITIVE) {
        ("sensitive", "Remove the references, or use nonsensitive() where the message gives nothing away")
    } else {
        ("ephemeral", "Remove the references")
    };
    let detail = format!("The message would disclose {what} values, so it is not shown.");
    let summary = format!("Error message refers to {what} values");
    Diagnostic::error(summary, detail).at(message.span.clone()).hint(hint)
}

fn deferred(condition: &Span) -> Diagnostic {
    let detail = "The condition depends on values that are known only after apply; it is evaluated then.";
    Diagnostic::warning("Check block assertion known after apply", detail).at(condition.clone()).provisional()
}
