//! What tells the instances of one resource or module call apart.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use crate::parse::from_str;

/// The key of one instance: nothing, a `count` index or a `for_each` key.
///
/// # Guarantees
/// Ordered as Terraform orders instances: no key, then numbers ascending, then strings.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum InstanceKey {
    /// The only instance of something without `count` and `for_each`.
    #[default]
    None,
    /// One of the instances `count` makes.
    Int(u64),
    /// One of the instances `for_each` makes.
    String(Arc<str>),
}

impl InstanceKey {
    /// Returns true for the only instance of something without `count` and `for_each`.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl From<u64> for InstanceKey {
    fn from(index: u64) -> Self {
        Self::Int(index)
    }
}

impl From<&str> for InstanceKey {
    fn from(key: &str) -> Self {
        Self::String(key.into())
    }
}

/// Empty, `[0]`, or `["key"]` with the key escaped as the language escapes strings.
impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Int(index) => write!(f, "[{index}]"),
            Self::String(key) => {
                f.write_str("[\"")?;
                escape(f, key)?;
                f.write_str("\"]")
            }
        }
    }
}

fn escape(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            // A doubled sign keeps the brace from starting a template.
            '$' | '%' if rest.peek() == Some(&'{') => {
                f.write_char(character)?;
                f.write_char(character)?;
            }
            _ if character.is_control() && u32::from(character) > 0xffff => {
                write!(f, "\\U{:08x}", u32::from(character))?;
            }
            _ if character.is_control() => write!(f, "\\u{:04x}", u32::from(character))?,
            _ => f.write_char(character)?,
        }
    }
    Ok(())
}

from_str!(InstanceKey, |cursor| cursor.key());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_as_the_language_does() {
        let check = |key: InstanceKey, expected: &str| {
            assert_eq!(key.to_string(), expected);
            assert_eq!(expected.parse(), Ok(key));
        };
        check(InstanceKey::None, "");
        check(0.into(), "[0]");
        check("a".into(), r#"["a"]"#);
        check("a\"b\\c\n".into(), r#"["a\"b\\c\n"]"#);
        check("${x} %{y} $ $$".into(), r#"["$${x} %%{y} $ $$"]"#);
        check("\u{1}".into(), r#"["\u0001"]"#);
        check("é 日".into(), r#"["é 日"]"#);
        check("a]".into(), r#"["a]"]"#);
    }

    #[test]
    fn numbers_come_before_strings() {
        let mut keys: Vec<InstanceKey> =
            vec!["10".into(), 10.into(), "9".into(), 9.into(), InstanceKey::None];
        keys.sort();
        assert_eq!(keys, [InstanceKey::None, 9.into(), 10.into(), "10".into(), "9".into()]);
    }

    #[test]
    fn broken_keys_are_refused_with_the_text() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<InstanceKey>().unwrap_err().to_string(), expected);
        };
        check("[", "invalid address \"[\": it ends where a whole number or a quoted key should follow");
        check("[-1]", "invalid address \"[-1]\": expected a whole number or a quoted key at \"-1]\"");
        check(r#"["a]"#, r#"invalid address "[\"a]": it ends where a closing quote should follow"#);
        check(
            r#"["${a}"]"#,
            r#"invalid address "[\"${a}\"]": a key is plain text, not a template: "${a}\"]""#,
        );
        check("[0]x", "invalid address \"[0]x\": expected the end at \"x\"");
    }
}
