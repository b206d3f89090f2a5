//! Tokens that are wrong wherever they stand.

use rinfra_diag::{Diagnostic, Diagnostics};

use crate::syntax::positions::Positions;
use crate::syntax::token::{Token, TokenKind};

/// How many mistakes of this kind are told: a file that is no text at all has millions.
const MOST: usize = 1000;

/// Reports these tokens, each kind of mistake only a few times.
pub(super) fn invalid_tokens(positions: &Positions<'_>, tokens: &[Token]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let (mut bitwise, mut backticks, mut apostrophes, mut semicolons) = (0, 0, 0, 0);
    let mut undecodable = false;
    for token in tokens {
        if diagnostics.len() >= MOST {
            break;
        }
        let mut report = |summary: &str, detail: &str| {
            diagnostics.push(Diagnostic::error(summary, detail).at(positions.span(token.range())));
        };
        match token.kind {
            TokenKind::QuotedNewline => report(
                "Invalid multi-line string",
                "A quoted string ends on the line it starts on. Write \\n for a line break, or use a heredoc: <<EOT.",
            ),
            TokenKind::Invalid => match token.text(positions.text()) {
                operator @ ("&" | "|" | "^" | "~") => {
                    bitwise += 1;
                    if bitwise <= 4 {
                        let detail = match operator {
                            "&" => "There are no bitwise operators. Did you mean \"&&\"?",
                            "|" => "There are no bitwise operators. Did you mean \"||\"?",
                            "~" => "There are no bitwise operators. Did you mean \"!\"?",
                            _ => "There are no bitwise operators.",
                        };
                        report("Unsupported operator", detail);
                    }
                }
                "`" => {
                    if backticks % 2 == 0 {
                        report(
                            "Invalid character",
                            "Backticks quote nothing here. For several lines use a heredoc: <<EOT.",
                        );
                    }
                    backticks += usize::from(backticks <= 2);
                }
                "'" => {
                    if apostrophes % 2 == 0 {
                        report(
                            "Invalid character",
                            "Strings are enclosed in double quotes (\"), not in single ones.",
                        );
                    }
                    apostrophes += usize::from(apostrophes <= 2);
                }
                ";" => {
                    if semicolons == 0 {
                        report(
                            "Invalid character",
                            "Arguments and blocks are separated by line breaks, elements of collections by commas; \
                             semicolons have no use.",
                        );
                    }
                    semicolons = 1;
                }
                "“" | "”" => {
                    report(
                        "Invalid character",
                        "Curly quotes do not enclose strings; straight ones (\") do.",
                    );
                }
                _ => report("Invalid character", "This character has no use in the language."),
            },
            TokenKind::Undecodable => {
                if !undecodable {
                    report(
                        "Invalid character encoding",
                        "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.",
                    );
                }
                undecodable = true;
            }
            _ => {}
        }
    }
    diagnostics
}
