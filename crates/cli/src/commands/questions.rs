//! Asking for the values of variables that nothing else gives.

use std::collections::BTreeMap;

use rinfra_ops::{Environment, Outcome, Project, Question, Unanswered};
use rinfra_view::Style;

use super::{Setting, plan};
use crate::arguments::Usual;
use crate::asking::{self, Echo, Reply};
use crate::interruption::Interruption;
use crate::wiring;

/// Opens the project of a command, with the values of its variables; whoever is there is asked for those missing.
///
/// *Errors*: everything that is wrong with the configuration or its values; that the person did not want to go on.
pub(super) async fn project(
    setting: Setting<'_>,
    environment: &Environment,
    usual: &Usual,
    interruption: &Interruption,
) -> Outcome<Project> {
    let unanswered = Unanswered::open(environment)?;
    let is_asked = wiring::may_ask(usual) && !setting.terminal.is_stream();
    let questions = if is_asked { unanswered.questions() } else { Vec::new() };
    let mut answers = BTreeMap::new();
    for question in questions {
        let echo = if question.sensitive { Echo::Hidden } else { Echo::Shown };
        let text = text(&question, setting.terminal.style());
        let reply = asking::ask(setting.terminal, interruption, text, echo).await;
        setting.terminal.print("\n");
        match reply {
            Reply::Line(line) => drop(answers.insert(question.variable, line)),
            // The evaluation says what is missing.
            Reply::Nobody => break,
            Reply::Interrupted => return Err(plan::interrupted()),
        }
    }
    unanswered.answered(&answers)
}

fn text(question: &Question, style: Style) -> String {
    let name = style.bold(&format!("var.{}", question.variable));
    let lines = question.description.iter().flat_map(|it| it.lines());
    let mut description: String = lines.map(|it| format!("  {it}\n")).collect();
    if !description.is_empty() {
        description.push('\n');
    }
    format!("{name}\n{description}  {} ", style.bold("Enter a value:"))
}

#[cfg(test)]
mod tests {
    use rinfra_ops::Question;
    use rinfra_view::Style;

    #[test]
    fn questions_look_like_terraforms() {
        let check = |description: Option<&str>, expected: &str| {
            let description = description.map(Into::into);
            let question = Question { variable: "size".into(), description, sensitive: false };
            assert_eq!(super::text(&question, Style::plain()), expected);
        };
        check(None, "var.size\n  Enter a value: ");
        check(Some(""), "var.size\n  Enter a value: ");
        check(Some("How big.\nIn m²."), "var.size\n  How big.\n  In m².\n\n  Enter a value: ");
    }
}
