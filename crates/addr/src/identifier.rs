//! Names as the language allows them.

use unicode_ident::{is_xid_continue, is_xid_start};

/// Returns true when `text` can be the name of a resource, module, variable and so on.
///
/// A name starts with a letter or an underscore and goes on with letters, digits, underscores and dashes, as
/// Unicode defines letters and digits.
pub fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(is_start) && characters.all(is_continue)
}

pub(crate) fn is_start(character: char) -> bool {
    character == '_' || is_xid_start(character)
}

pub(crate) fn is_continue(character: char) -> bool {
    character == '-' || is_xid_continue(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_language() {
        let check = |text: &str, expected: bool| assert_eq!(is_identifier(text), expected, "{text:?}");
        for name in ["a", "_a", "a-b", "r-1_é", "größe", "日本", "x1"] {
            check(name, true);
        }
        for name in ["", "1a", "-a", "a.b", "a b", "a\"", "ärger!"] {
            check(name, false);
        }
    }
}
