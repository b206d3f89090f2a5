use rinfra_config::Condition;
use rinfra_diag::{Diagnostic, Span};
use rinfra_lang::Expression;
use rinfra_value::convert::convert;
use rinfra_value::{Marks, Type, Value};

use crate::evaluation::{Evaluation, Site};

/// What a condition belongs to, for its messages.
#[derive(Clone, Copy)]
pub(crate) enum Owner<'o> {
    /// The validation of an input variable, declared here.
    Variable(&'o Span),
    /// A precondition or postcondition; the text says what failed when it does not hold.
    Other(&'static str),
}

impl Evaluation<'_> {
    /// Evaluates a custom condition and reports its message when it does not hold.
    ///
    /// A condition that is unknown is left for a later phase. Returns whether the condition may hold.
    pub(crate) async fn check(&self, site: &Site, condition: &Condition, owner: Owner<'_>) -> bool {
        let verdict = self.value_of(site, &condition.condition).await;
        // The message is wrong whether or not it is needed, and better found before it is.
        let message = self.value_of(site, &condition.error_message).await;
        if verdict.poisoned {
            return false;
        }
        let Some(held) = self.verdict(&verdict.value, &condition.condition.span, owner) else { return false };
        if message.poisoned {
            if let (Owner::Variable(_), Some(false)) = (owner, held) {
                self.report(unsuitable(&condition.error_message, UNKNOWN));
            }
            return false;
        }
        let message = self.message(&message.value, &condition.error_message, owner, held);
        if held != Some(false) {
            return message.is_some();
        }
        let Some(text) = message else { return false };
        let span = condition.condition.span.clone();
        self.report(match owner {
            Owner::Variable(declared) => {
                Diagnostic::error("Invalid value for variable", text).at(declared.clone()).within(span)
            }
            Owner::Other(summary) => Diagnostic::error(summary, text).at(span),
        });
        false
    }

    /// Returns whether a condition holds: `Some(None)` while that is unknown, nothing when it is no condition.
    fn verdict(&self, value: &Value, span: &Span, owner: Owner<'_>) -> Option<Option<bool>> {
        let (value, _) = value.clone().without_marks();
        let (summary, what) = match owner {
            Owner::Variable(_) => ("Invalid variable validation result", "validation condition"),
            Owner::Other(_) => ("Invalid condition result", "condition"),
        };
        let detail = match convert(&value, &Type::Bool) {
            Ok(held) if held.is_null() => {
                "Condition expression must return either true or false, not null.".to_owned()
            }
            Ok(held) => return Some(held.as_bool()),
            Err(error) => format!("Invalid {what} result value: {}.", error.message),
        };
        self.report(Diagnostic::error(summary, detail).at(span.clone()));
        None
    }

    /// Returns the text of an error message, and reports messages that are none.
    fn message(
        &self,
        value: &Value,
        expression: &Expression,
        owner: Owner<'_>,
        held: Option<bool>,
    ) -> Option<String> {
        let hidden = value.marks_deep().contains(Marks::SENSITIVE);
        let (value, _) = value.clone().without_marks();
        let reason = match convert(&value, &Type::String) {
            Ok(text) if text.is_null() => match owner {
                Owner::Variable(_) => {
                    return Some("The value is refused without an error message.".to_owned());
                }
                Owner::Other(_) => "must not be null".to_owned(),
            },
            Ok(text) if !text.is_known() => match (owner, held) {
                (Owner::Variable(_), Some(false)) => UNKNOWN.to_owned(),
                _ => return Some("The error message is not known yet.".to_owned()),
            },
            Ok(_) if hidden => {
                if let (Owner::Other(_), Some(false)) = (owner, held) {
                    let detail = "The message would disclose sensitive values, so it is not shown.";
                    let warning = Diagnostic::warning("Error message refers to sensitive values", detail);
                    let hint =
                        "Remove the references, or use nonsensitive() where the message gives nothing away";
                    self.report(warning.at(expression.span.clone()).hint(hint));
                }
                return Some(
                    "The error message included a sensitive value, so it will not be displayed.".to_owned(),
                );
            }
            Ok(text) => return text.as_str().map(|it| it.trim_end().to_owned()),
            Err(error) => error.message,
        };
        self.report(unsuitable(expression, &reason));
        None
    }
}

/// Why a message that is not known cannot be shown.
const UNKNOWN: &str = "expression refers to values that won't be known until the apply phase";

fn unsuitable(message: &Expression, reason: &str) -> Diagnostic {
    let detail = format!("Unsuitable value for error message: {reason}.");
    Diagnostic::error("Invalid error message", detail).at(message.span.clone())
}
