//! The words of the language.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParenthesis,
    CloseParenthesis,
    OpenQuote,
    CloseQuote,
    OpenHeredoc,
    CloseHeredoc,
    /// `${` or `${~`
    OpenInterpolation,
    /// `%{` or `%{~`
    OpenDirective,
    /// `}` or `~}` at the end of an interpolation or directive.
    CloseSequence,
    /// A piece of a quoted string, escapes included.
    QuotedLiteral,
    /// A piece of a heredoc or of a template file: at most one line.
    PlainLiteral,
    /// A line break inside a quoted string, which is an error.
    QuotedNewline,
    /// A line break, or a comment up to and including the line break that ends it.
    Newline,
    Name,
    Number,
    Dot,
    Ellipsis,
    Comma,
    Colon,
    DoubleColon,
    Question,
    Equal,
    FatArrow,
    Operator,
    /// A character or sequence the language has no use for.
    Invalid,
    /// A byte that is no part of a character.
    Undecodable,
    End,
}

/// One token: what it is and where it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(crate) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.range()]
    }
}

impl TokenKind {
    /// Returns what closes what this opens.
    pub(crate) fn closer(self) -> Option<Self> {
        Some(match self {
            Self::OpenBrace => Self::CloseBrace,
            Self::OpenBracket => Self::CloseBracket,
            Self::OpenParenthesis => Self::CloseParenthesis,
            Self::OpenQuote => Self::CloseQuote,
            Self::OpenHeredoc => Self::CloseHeredoc,
            Self::OpenInterpolation | Self::OpenDirective => Self::CloseSequence,
            _ => return None,
        })
    }

    pub(crate) fn is_closer(self) -> bool {
        matches!(
            self,
            Self::CloseBrace
                | Self::CloseBracket
                | Self::CloseParenthesis
                | Self::CloseQuote
                | Self::CloseHeredoc
                | Self::CloseSequence
        )
    }
}
