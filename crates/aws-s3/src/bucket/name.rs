//! The names of buckets.

use rinfra_aws_kit::{Error, Result};
use rinfra_value::Value;

/// How many letters AWS allows in a name.
const LONGEST: usize = 63;
/// How many letters make a name unique.
const UNIQUE_LETTERS: usize = 26;

/// Returns what stands before the letters that make a name unique; nothing when the name has none.
pub(super) fn prefix(name: &str) -> &str {
    let split = name.len().checked_sub(UNIQUE_LETTERS).and_then(|at| name.split_at_checked(at));
    match split {
        Some((prefix, unique)) if unique.bytes().all(|it| it.is_ascii_hexdigit()) => prefix,
        _ => "",
    }
}

/// Checks a name that a configuration gives to a new bucket.
///
/// *Errors*: names AWS does not accept.
pub(super) fn check(name: &Value) -> Result<()> {
    let edge = |it: Option<char>| it.is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    match name.as_str() {
        Some(name)
            if !name.is_empty()
                && (!is_spelled(name)
                    || !(3..=LONGEST).contains(&name.len())
                    || !edge(name.chars().next())
                    || !edge(name.chars().next_back())
                    || name.contains("..")) =>
        {
            Err(refused("bucket", name))
        }
        _ => Ok(()),
    }
}

/// Checks how the name of a new bucket is to begin.
///
/// *Errors*: beginnings AWS does not accept.
pub(super) fn check_prefix(prefix: &Value) -> Result<()> {
    match prefix.as_str() {
        Some(text) if !is_spelled(text) || text.len() > LONGEST - UNIQUE_LETTERS => {
            Err(refused("bucket_prefix", text))
        }
        _ => Ok(()),
    }
}

fn is_spelled(text: &str) -> bool {
    text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-' || it == '.')
}

fn refused(argument: &str, text: &str) -> Error {
    Error::invalid(format!("{argument} is {text:?}, which cannot name a bucket")).with_hint(
        "a name has 3 to 63 lowercase letters, digits, dots and hyphens, and begins and ends with a letter or \
         digit; a prefix has at most 37 of them",
    )
}

#[cfg(test)]
mod tests {
    use super::{check, check_prefix, prefix};
    use rinfra_value::Value;

    #[test]
    fn names_are_checked() {
        let long = "x".repeat(64);
        let cases = [
            ("my-bucket.1", true),
            ("", true),
            ("ab", false),
            ("My-bucket", false),
            ("-bucket", false),
            ("bucket-", false),
            ("a..b", false),
            (&long, false),
        ];
        for (name, fine) in cases {
            assert_eq!(check(&Value::string(name)).is_ok(), fine, "{name}");
        }
        for (name, fine) in [("logs-", true), ("", true), ("Logs-", false), (&long[..38], false)] {
            assert_eq!(check_prefix(&Value::string(name)).is_ok(), fine, "{name}");
        }
    }

    #[test]
    fn a_prefix_is_what_stands_before_unique_letters() {
        assert_eq!(prefix("b-20261123074042729300000001"), "b-");
        assert_eq!(prefix("bucket"), "");
    }
}
