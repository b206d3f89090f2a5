//! Terraform's spelling of options, turned into the usual one: long options with two dashes, switches that
//! are written out.

use std::ffi::OsString;

/// Options whose value may stand in the next argument, which must not be mistaken for an option itself.
const WITH_VALUE: [&str; 20] = [
    "backend-config",
    "backup",
    "exclude",
    "from-module",
    "generate-config-out",
    "id",
    "lock-timeout",
    "lockfile",
    "out",
    "parallelism",
    "plan",
    "plugin-dir",
    "region",
    "replace",
    "state",
    "state-out",
    "target",
    "test-directory",
    "var",
    "var-file",
];

/// Options that are on when they are written, and may be written with `=true` or `=false`.
const SWITCHES: [&str; 22] = [
    "allow-missing",
    "auto-approve",
    "check",
    "compact-warnings",
    "destroy",
    "detailed-exitcode",
    "diff",
    "dry-run",
    "explain-calls",
    "force",
    "help",
    "ignore-remote-version",
    "json",
    "no-color",
    "no-tests",
    "or-create",
    "raw",
    "reconfigure",
    "recursive",
    "update",
    "upgrade",
    "version",
];

/// Options that are on or off.
const BOOLEANS: [&str; 7] = ["backend", "get", "input", "list", "lock", "refresh", "write"];

/// Returns the arguments as the parser knows them.
pub(crate) fn usual(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut spelled = Vec::new();
    let mut is_value = false;
    let mut ended = false;
    for argument in arguments {
        let text = argument.to_str().unwrap_or_default();
        if is_value || ended || !is_long(text) {
            ended |= !is_value && text == "--";
            is_value = false;
            spelled.push(argument);
            continue;
        }
        let name = text.trim_start_matches('-');
        is_value = WITH_VALUE.contains(&name);
        spelled.extend(long(name).map(OsString::from));
    }
    spelled
}

/// Tells whether an argument is an option of more than one letter, with one dash or two.
fn is_long(text: &str) -> bool {
    let name = text.strip_prefix("--").or_else(|| text.strip_prefix('-')).unwrap_or_default();
    let mut letters = name.chars();
    letters.next().is_some_and(|it| it.is_ascii_alphabetic())
        && letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '-')
}

/// Returns an option with two dashes; `None` for a switch that is off.
fn long(option: &str) -> Option<String> {
    let Some((name, value)) = option.split_once('=') else { return Some(format!("--{option}")) };
    match truth(value) {
        Some(on) if SWITCHES.contains(&name) => on.then(|| format!("--{name}")),
        Some(on) if BOOLEANS.contains(&name) => Some(format!("--{name}={on}")),
        _ => Some(format!("--{option}")),
    }
}

/// Returns what a word says of something that is on or off.
pub(crate) fn truth(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::usual;

    fn check(given: &[&str], expected: &[&str]) {
        let spelled = usual(given.iter().map(Into::into));
        assert_eq!(spelled, expected, "{given:?}");
    }

    #[test]
    fn long_options_get_their_second_dash() {
        check(&["rinfra", "-chdir=a", "plan", "-out=f"], &["rinfra", "--chdir=a", "plan", "--out=f"]);
        check(&["rinfra", "plan", "-var", "a=b"], &["rinfra", "plan", "--var", "a=b"]);
        check(&["rinfra", "plan", "--var", "a=b"], &["rinfra", "plan", "--var", "a=b"]);
        check(&["rinfra", "plan", "-var=a=-b"], &["rinfra", "plan", "--var=a=-b"]);
        check(&["rinfra", "-h"], &["rinfra", "-h"]);
    }

    #[test]
    fn switches_may_be_written_out() {
        check(&["rinfra", "apply", "-auto-approve=true"], &["rinfra", "apply", "--auto-approve"]);
        check(&["rinfra", "apply", "-auto-approve=false"], &["rinfra", "apply"]);
        check(
            &["rinfra", "plan", "-refresh=F", "--input=0"],
            &["rinfra", "plan", "--refresh=false", "--input=false"],
        );
        check(&["rinfra", "plan", "-lock=maybe", "-json=x"], &["rinfra", "plan", "--lock=maybe", "--json=x"]);
    }

    #[test]
    fn values_and_what_follows_two_dashes_stay_as_they_are() {
        check(&["rinfra", "plan", "-var", "-odd=b"], &["rinfra", "plan", "--var", "-odd=b"]);
        check(&["rinfra", "show", "--", "-file"], &["rinfra", "show", "--", "-file"]);
    }
}
