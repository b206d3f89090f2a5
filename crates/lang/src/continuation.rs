//! Whether a person who types an expression wants to go on typing.

use crate::syntax::{TokenKind, code_tokens};

/// Tells whether an expression that is being typed seems to go on in another line: a bracket or a heredoc is open.
///
/// An empty line says that it does not, whatever is open; but in a heredoc, which may hold empty lines.
pub fn goes_on(text: &str) -> bool {
    let mut open = Vec::new();
    for token in code_tokens(&format!("{text}\n")) {
        match (token.kind, token.kind.closer()) {
            (TokenKind::Invalid, _) => return false,
            (TokenKind::OpenQuote | TokenKind::CloseQuote, _) => {}
            (_, Some(closer)) => open.push(closer),
            (kind, None) if kind.is_closer() && open.pop() != Some(kind) => return false,
            _ => {}
        }
    }
    let is_empty = text.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
    match open.last() {
        None => false,
        Some(TokenKind::CloseHeredoc) => true,
        Some(_) => !is_empty,
    }
}

#[cfg(test)]
mod tests {
    use super::goes_on;

    #[test]
    fn what_is_open_goes_on() {
        let check = |text: &str, expected: bool| assert_eq!(goes_on(text), expected, "{text:?}");
        for whole in [
            "",
            "1",
            "1 +",
            "[1]",
            "{ a = 1 }",
            "f(x)",
            "\"a\"",
            "\"${a}\"",
            "\"[\"",
            "\"abc",
            "# [",
            "[1\n]",
        ] {
            check(whole, false);
        }
        for part in
            ["[", "[1,", "{ a = 1", "f(", "f([1]", "\"${f(", "[ # ]", "<<EOT", "<<-EOT\n  a", "[\n1,\n"]
        {
            check(part.trim_end_matches('\n'), true);
        }
        // What cannot become right is not waited for,
        check("]", false);
        check("[1}", false);
        check("(]\n(", false);
        // nor what is left with an empty line.
        check("[1,\n", false);
        check("[1,\n  ", false);
        check("<<EOT\n\n", true);
        check("<<EOT\na\nEOT", false);
        check("[<<EOT\na\nEOT", true);
        check("[<<EOT\na\nEOT\n]", false);
    }
}
