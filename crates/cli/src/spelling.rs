//! Terraform's spelling of long options, with one dash, turned into the usual one.

use std::ffi::OsString;

/// Options whose value may stand in the next argument, which must not be mistaken for an option itself.
const WITH_VALUE: [&str; 9] =
    ["var", "var-file", "out", "region", "target", "state", "parallelism", "lock-timeout", "backend-config"];

/// Returns the arguments with two dashes wherever one stands before a long option.
pub(crate) fn with_long_dashes(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut spelled = Vec::new();
    let mut is_value = false;
    let mut ended = false;
    for argument in arguments {
        let text = argument.to_str().unwrap_or_default();
        if is_value || ended || !is_single_dashed(text) {
            ended |= !is_value && text == "--";
            is_value = !is_value && !ended && takes_next(text);
            spelled.push(argument);
        } else {
            is_value = takes_next(text);
            spelled.push(format!("-{text}").into());
        }
    }
    spelled
}

fn is_single_dashed(text: &str) -> bool {
    let Some(name) = text.strip_prefix('-') else { return false };
    let mut letters = name.chars();
    letters.next().is_some_and(|it| it.is_ascii_alphabetic())
        && letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '-')
}

fn takes_next(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    text.starts_with('-') && WITH_VALUE.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::with_long_dashes;

    fn check(given: &[&str], expected: &[&str]) {
        let spelled = with_long_dashes(given.iter().map(Into::into));
        assert_eq!(spelled, expected, "{given:?}");
    }

    #[test]
    fn long_options_get_their_second_dash() {
        check(&["rinfra", "-chdir=a", "plan", "-out=f"], &["rinfra", "--chdir=a", "plan", "--out=f"]);
        check(&["rinfra", "plan", "-var", "a=b"], &["rinfra", "plan", "--var", "a=b"]);
        check(&["rinfra", "plan", "--var", "a=b"], &["rinfra", "plan", "--var", "a=b"]);
        check(&["rinfra", "-h"], &["rinfra", "-h"]);
    }

    #[test]
    fn values_and_what_follows_two_dashes_stay_as_they_are() {
        check(&["rinfra", "plan", "-var", "-odd=b"], &["rinfra", "plan", "--var", "-odd=b"]);
        check(&["rinfra", "show", "--", "-file"], &["rinfra", "show", "--", "-file"]);
    }
}
