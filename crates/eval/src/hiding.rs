//! Keeping secrets out of what others say: a service may quote the arguments it refuses.

use rinfra_diag::Diagnostic;
use rinfra_value::Value;

/// What stands for a secret.
const HIDDEN: &str = "(sensitive value)";

/// The length of the shortest text that is looked for: shorter ones stand everywhere, and mean something else.
const SHORTEST: usize = 4;

/// Returns the diagnostic without the secrets of a value, which its marks tell.
pub(crate) fn without_secrets(mut diagnostic: Diagnostic, values: &[&Value]) -> Diagnostic {
    let mut secrets = Vec::new();
    for value in values.iter().filter(|it| !it.marks_deep().is_empty()) {
        gather(value, false, &mut secrets);
    }
    // A secret may be a part of another.
    secrets.sort_by_key(|it| std::cmp::Reverse(it.len()));
    diagnostic.detail = hidden(diagnostic.detail, &secrets);
    diagnostic.hint = diagnostic.hint.map(|it| hidden(it, &secrets));
    diagnostic
}

fn hidden(text: String, secrets: &[&str]) -> String {
    secrets.iter().fold(text, |text, secret| text.replace(secret, HIDDEN))
}

fn gather<'v>(value: &'v Value, is_secret: bool, secrets: &mut Vec<&'v str>) {
    let is_secret = is_secret || value.is_marked();
    secrets.extend(value.as_str().filter(|it| is_secret && it.len() >= SHORTEST));
    let elements = value.elements().into_iter().flatten();
    let entries = value.entries().into_iter().flat_map(|it| it.values());
    elements.chain(entries).for_each(|it| gather(it, is_secret, secrets));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rinfra_value::Marks;

    #[test]
    fn secrets_are_hidden_wherever_they_are_quoted() {
        let secret = |text: &str| Value::string(text).with_marks(Marks::SENSITIVE);
        let inside =
            Value::tuple(vec![Value::string("inside"), Value::number(1)]).with_marks(Marks::EPHEMERAL);
        let value = Value::object([
            ("password", secret("hush")),
            ("longer", secret("hush hush")),
            ("short", secret("a")),
            ("list", inside),
            ("name", Value::string("name")),
        ]);
        let check = |detail: &str, expected: &str| {
            let diagnostic = Diagnostic::error("Creating failed", detail).hint(detail);
            let hidden = without_secrets(diagnostic, &[&value]);
            assert_eq!((hidden.detail.as_str(), hidden.hint.as_deref()), (expected, Some(expected)));
        };
        check("'hush' is refused for a name", "'(sensitive value)' is refused for a name");
        check("hush hush, inside", "(sensitive value), (sensitive value)");
    }
}
