use rinfra_change::Mode;
use rinfra_diag::Diagnostic;

use crate::failure::{Failure, Outcome};

/// Returns the kind of plan that the options of a command ask for, which is the normal one if none does.
///
/// *Errors*: options that contradict each other.
pub fn planning_mode(asked: impl IntoIterator<Item = Mode>) -> Outcome<Mode> {
    let mut asked = asked.into_iter();
    let mode = asked.next().unwrap_or_default();
    if asked.all(|it| it == mode) {
        return Ok(mode);
    }
    let detail = "The -destroy and -refresh-only options are mutually-exclusive.";
    let diagnostic = Diagnostic::error("Incompatible plan mode options", detail);
    Err(Failure::said(diagnostic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_of_plan_can_be_asked_for() {
        let check = |asked: &[Mode], expected: Option<Mode>| {
            assert_eq!(planning_mode(asked.iter().copied()).ok(), expected, "{asked:?}");
        };
        check(&[], Some(Mode::Normal));
        check(&[Mode::RefreshOnly], Some(Mode::RefreshOnly));
        check(&[Mode::Destroy, Mode::Destroy], Some(Mode::Destroy));
        check(&[Mode::Destroy, Mode::RefreshOnly], None);
    }
}
