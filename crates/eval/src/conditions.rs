use rinfra_config::Condition;
use rinfra_diag::{Diagnostic, Span};
use rinfra_value::convert::convert;
use rinfra_value::{Marks, Type};

use crate::evaluation::{Evaluation, Site};

impl Evaluation<'_> {
    /// Evaluates a custom condition and reports its message when it does not hold.
    ///
    /// A condition that is unknown is left for a later phase. Returns whether the condition may hold.
    pub(crate) async fn check(
        &self,
        site: &Site,
        condition: &Condition,
        summary: &str,
        subject: Option<&Span>,
    ) -> bool {
        let verdict = self.value_of(site, &condition.condition).await;
        if verdict.poisoned {
            return false;
        }
        let span = condition.condition.span.clone();
        let (value, _) = verdict.value.without_marks();
        let held = match convert(&value, &Type::Bool) {
            Ok(held) if held.is_null() => {
                let detail = "Condition expression must return either true or false, not null.";
                self.report(Diagnostic::error("Invalid condition result", detail).at(span));
                return false;
            }
            Ok(held) => held,
            Err(error) => {
                let detail = format!("Invalid condition result value: {}.", error.message);
                self.report(Diagnostic::error("Invalid condition result", detail).at(span));
                return false;
            }
        };
        match held.as_bool() {
            Some(false) => {}
            Some(true) | None => return true,
        }
        let message = self.value_of(site, &condition.error_message).await;
        let detail = match message.value.as_str() {
            _ if message.value.marks_deep().contains(Marks::SENSITIVE) => {
                "The error message included a sensitive value, so it will not be displayed.".to_owned()
            }
            Some(text) => text.to_owned(),
            None => "The error message could not be evaluated.".to_owned(),
        };
        let at = subject.cloned().unwrap_or_else(|| span.clone());
        self.report(Diagnostic::error(summary, detail).at(at).within(span));
        false
    }
}
