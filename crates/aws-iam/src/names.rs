//! Names made from prefixes.

use rinfra_aws_kit::{Cx, Draft, Error, Result};

use crate::api::Iam;

/// How many digits follow a prefix, as in names Terraform makes.
const DIGITS: usize = 26;
/// The prefix of a name nobody chose any part of.
const NO_PREFIX: &str = "terraform-";

/// Returns the name of a new object: the one given, else one made of the prefix.
pub(crate) fn chosen(name: Option<&str>, prefix: Option<&str>, cx: &Cx<Iam>) -> String {
    let prefix = prefix.filter(|it| !it.is_empty()).unwrap_or(NO_PREFIX);
    name.map_or_else(|| cx.unique_name(prefix), str::to_owned)
}

/// Returns the prefix a name was made from; empty for a name that was chosen.
pub(crate) fn prefix_of(name: &str) -> &str {
    let Some(at) = name.len().checked_sub(DIGITS).filter(|it| name.is_char_boundary(*it)) else { return "" };
    let (prefix, digits) = name.split_at(at);
    if digits.bytes().all(|it| it.is_ascii_hexdigit()) { prefix } else { "" }
}

/// Checks `name` and `name_prefix` of a plan against the longest name IAM takes.
///
/// *Errors*: names that are too long or have characters IAM does not take.
pub(crate) fn check(draft: &Draft<'_>, longest: usize) -> Result<()> {
    for (argument, longest) in [("name", longest), ("name_prefix", longest - DIGITS)] {
        let given = draft.config(argument);
        let Some(text) = given.as_str() else { continue };
        if text.len() > longest {
            return Err(Error::invalid(format!(
                "{argument} has {} characters, {longest} at most",
                text.len()
            )));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if let Some(wrong) = text.chars().find(|it| !fits(*it)) {
            return Err(Error::invalid(format!("{argument} must not contain {wrong:?}"))
                .with_hint("letters, digits and _+=,.@- make up names in IAM"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::prefix_of;

    #[test]
    fn a_prefix_is_what_stands_before_the_digits() {
        let cases = [
            ("b-20261123073636277300000004", "b-"),
            ("20261123073636277300000004", ""),
            ("b-2026112307363627730000000g", ""),
            ("short", ""),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(prefix_of(name), expected, "{name}");
        }
    }
}
