//! Names made from prefixes.

use rinfra_aws_kit::{Draft, Error, Result};

/// How many digits follow a prefix, as in names Terraform makes.
const DIGITS: usize = 26;
/// The prefix of a name nobody chose any part of.
const NO_PREFIX: &str = "terraform-";

/// Returns the name of a new object: the one given, else a prefix with digits that follow from the token, so
/// that a repeated creation makes the same name.
pub(crate) fn chosen(name: Option<&str>, prefix: Option<&str>, token: &str) -> String {
    match (name.filter(|it| !it.is_empty()), prefix.filter(|it| !it.is_empty())) {
        (Some(name), _) => name.to_owned(),
        (None, prefix) => format!("{}{}", prefix.unwrap_or(NO_PREFIX), digits(token)),
    }
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

/// Returns digits for a token: a 128-bit FNV-1a hash, of which these digits are enough.
fn digits(token: &str) -> String {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let start = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    let hash = token.bytes().fold(start, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    format!("{hash:032x}").split_off(32 - DIGITS)
}

#[cfg(test)]
mod tests {
    use super::{chosen, prefix_of};

    #[test]
    fn a_name_is_given_or_made() {
        assert_eq!(chosen(Some("a"), None, "t"), "a");
        let made = chosen(None, Some("web-"), "run-1");
        assert_eq!(made, chosen(Some(""), Some("web-"), "run-1"), "the same token makes the same name");
        assert_ne!(made, chosen(None, Some("web-"), "run-2"));
        assert_eq!((made.len(), prefix_of(&made)), (30, "web-"));
        assert_eq!(prefix_of(&chosen(None, None, "run-1")), "terraform-");
    }

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
