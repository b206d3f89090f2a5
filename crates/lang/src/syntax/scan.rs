//! From text to tokens.
//!
//! The scanner knows the four places text can be in (code, a quoted string, a heredoc, a template file) and splits
//! literals exactly where Terraform does, because whitespace trimming (`~`) and indentation removal (`<<-`) work on
//! these pieces.

use super::file_text::FileText;
use super::token::{Token, TokenKind};

#[derive(Debug)]
enum Mode<'t> {
    Code {
        /// Braces open since the sequence began.
        braces: usize,
        in_template: bool,
    },
    Quoted,
    Heredoc {
        marker: &'t str,
        at_line_start: bool,
    },
    Template,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    modes: Vec<Mode<'t>>,
    tokens: Vec<Token>,
    /// What stands for bytes that are no text.
    undecodable: Option<char>,
    /// Where the next of them is, or the end.
    text_end: usize,
}

/// Returns the tokens of a configuration file or expression; the last one is [`TokenKind::End`].
pub(crate) fn code(text: &str) -> Vec<Token> {
    scan(text, Mode::Code { braces: 0, in_template: false }, None)
}

/// Returns the tokens of a file that may not be text throughout.
pub(crate) fn file(content: &FileText<'_>) -> Vec<Token> {
    scan(content.text(), Mode::Code { braces: 0, in_template: false }, content.undecodable())
}

/// Returns the tokens of a text that is a template as a whole.
pub(crate) fn template(text: &str) -> Vec<Token> {
    scan(text, Mode::Template, None)
}

fn scan<'t>(text: &'t str, mode: Mode<'t>, undecodable: Option<char>) -> Vec<Token> {
    // Room for as many as there usually are: growing would touch more memory than the tokens need.
    let tokens = Vec::with_capacity(text.len() / 3);
    let mut scanner = Scanner { text, at: 0, modes: vec![mode], tokens, undecodable, text_end: 0 };
    if text.starts_with('\u{feff}') {
        scanner.at = '\u{feff}'.len_utf8();
    }
    while scanner.at < text.len() {
        if scanner.at_undecodable() {
            scanner.emit(TokenKind::Undecodable, 1);
            continue;
        }
        match scanner.modes.last() {
            Some(Mode::Code { .. }) | None => scanner.code_token(),
            Some(Mode::Quoted) => scanner.quoted_token(),
            Some(&Mode::Heredoc { marker, at_line_start }) => scanner.heredoc_token(marker, at_line_start),
            Some(Mode::Template) => scanner.template_token(),
        }
    }
    scanner.emit(TokenKind::End, 0);
    scanner.tokens
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn at_undecodable(&mut self) -> bool {
        if self.text_end < self.at || self.at == 0 {
            let next = self.undecodable.and_then(|it| self.rest().find(it));
            self.text_end = next.map_or(self.text.len(), |it| self.at + it);
        }
        self.text_end == self.at
    }

    /// Returns as much of the rest as is text.
    fn up_to_undecodable(&self) -> &'t str {
        &self.text[self.at..self.text_end]
    }

    fn emit(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(Token { kind, start: self.at, end: self.at + length });
        self.at += length;
    }

    fn code_token(&mut self) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let next = bytes.get(1).copied().unwrap_or(0);
        match bytes[0] {
            b' ' | b'\t' => self.at += 1,
            b'\n' => self.emit(TokenKind::Newline, 1),
            b'\r' if next == b'\n' => self.emit(TokenKind::Newline, 2),
            b'#' => self.line_comment(),
            b'/' if next == b'/' => self.line_comment(),
            b'/' if next == b'*' => match rest[2..].find("*/") {
                Some(length) => self.at += length + 4,
                None => self.emit(TokenKind::Operator, 1),
            },
            b'0'..=b'9' => self.emit(TokenKind::Number, number_length(bytes)),
            b'"' => {
                self.emit(TokenKind::OpenQuote, 1);
                self.modes.push(Mode::Quoted);
            }
            b'<' if next == b'<' && heredoc_marker(rest).is_some() => {
                if let Some((marker, length)) = heredoc_marker(rest) {
                    self.emit(TokenKind::OpenHeredoc, length);
                    self.modes.push(Mode::Heredoc { marker, at_line_start: true });
                }
            }
            b'{' => {
                if let Some(Mode::Code { braces, .. }) = self.modes.last_mut() {
                    *braces += 1;
                }
                self.emit(TokenKind::OpenBrace, 1);
            }
            b'}' => self.close_brace(1),
            b'~' if next == b'}' => self.close_brace(2),
            b'.' if rest.starts_with("...") => self.emit(TokenKind::Ellipsis, 3),
            _ => self.symbol_or_name(),
        }
    }

    fn line_comment(&mut self) {
        let length = self.rest().find('\n').map(|end| end + 1);
        match length {
            Some(length) => self.emit(TokenKind::Newline, length),
            None => self.at = self.text.len(),
        }
    }

    fn close_brace(&mut self, length: usize) {
        match self.modes.last_mut() {
            Some(Mode::Code { braces: 0, in_template: true }) => {
                self.modes.pop();
                self.emit(TokenKind::CloseSequence, length);
            }
            Some(Mode::Code { braces, .. }) => {
                *braces = braces.saturating_sub(1);
                let kind = if length == 1 { TokenKind::CloseBrace } else { TokenKind::CloseSequence };
                self.emit(kind, length);
            }
            _ => self.emit(TokenKind::Invalid, length),
        }
    }

    fn symbol_or_name(&mut self) {
        let rest = self.rest();
        const PAIRS: [(&str, TokenKind); 8] = [
            ("==", TokenKind::Operator),
            ("!=", TokenKind::Operator),
            (">=", TokenKind::Operator),
            ("<=", TokenKind::Operator),
            ("&&", TokenKind::Operator),
            ("||", TokenKind::Operator),
            ("::", TokenKind::DoubleColon),
            ("=>", TokenKind::FatArrow),
        ];
        if let Some((pair, kind)) = PAIRS.iter().find(|(pair, _)| rest.starts_with(pair)) {
            return self.emit(*kind, pair.len());
        }
        let first = rest.chars().next().unwrap_or('\0');
        let kind = match first {
            '[' => TokenKind::OpenBracket,
            ']' => TokenKind::CloseBracket,
            '(' => TokenKind::OpenParenthesis,
            ')' => TokenKind::CloseParenthesis,
            '.' => TokenKind::Dot,
            ',' => TokenKind::Comma,
            ':' => TokenKind::Colon,
            '?' => TokenKind::Question,
            '=' => TokenKind::Equal,
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '!' => TokenKind::Operator,
            _ => match name_length(rest) {
                0 => TokenKind::Invalid,
                length => return self.emit(TokenKind::Name, length),
            },
        };
        self.emit(kind, first.len_utf8());
    }

    fn quoted_token(&mut self) {
        let rest = self.rest();
        if self.open_sequence() {
            return;
        }
        match rest.as_bytes()[0] {
            b'"' => {
                self.modes.pop();
                self.emit(TokenKind::CloseQuote, 1);
            }
            b'\n' | b'\r' => {
                let length = rest.bytes().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                self.emit(TokenKind::QuotedNewline, length);
            }
            b'$' | b'%' => self.emit(TokenKind::QuotedLiteral, marker_length(rest)),
            _ => {
                let length = quoted_literal_length(self.up_to_undecodable());
                let kind = if length == 0 { TokenKind::Invalid } else { TokenKind::QuotedLiteral };
                self.emit(kind, length.max(1));
            }
        }
    }

    /// Begins an interpolation or directive if one stands here.
    fn open_sequence(&mut self) -> bool {
        let rest = self.rest();
        let kind = match rest.as_bytes() {
            [b'$', b'{', ..] => TokenKind::OpenInterpolation,
            [b'%', b'{', ..] => TokenKind::OpenDirective,
            _ => return false,
        };
        if let Some(Mode::Heredoc { at_line_start, .. }) = self.modes.last_mut() {
            *at_line_start = false;
        }
        self.emit(kind, if rest.as_bytes().get(2) == Some(&b'~') { 3 } else { 2 });
        self.modes.push(Mode::Code { braces: 0, in_template: true });
        true
    }

    fn heredoc_token(&mut self, marker: &'t str, at_line_start: bool) {
        if self.open_sequence() {
            return;
        }
        let (length, ends_line) = plain_literal_length(self.up_to_undecodable());
        let piece = &self.rest()[..length];
        if ends_line && at_line_start && piece.trim() == marker {
            let line_break = if piece.ends_with("\r\n") { 2 } else { 1 };
            self.modes.pop();
            self.emit(TokenKind::CloseHeredoc, length - line_break);
            return self.emit(TokenKind::Newline, line_break);
        }
        if let Some(Mode::Heredoc { at_line_start, .. }) = self.modes.last_mut() {
            *at_line_start = ends_line;
        }
        self.emit(TokenKind::PlainLiteral, length);
    }

    fn template_token(&mut self) {
        if !self.open_sequence() {
            let (length, _) = plain_literal_length(self.up_to_undecodable());
            self.emit(TokenKind::PlainLiteral, length);
        }
    }
}

/// Returns the length of a lone `$` or `%` (1) or of an escaped marker such as `$${` (3, or 4 with `~`).
fn marker_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let doubled = bytes.get(1) == bytes.first() && bytes.get(2) == Some(&b'{');
    match (doubled, bytes.get(3)) {
        (true, Some(b'~')) => 4,
        (true, _) => 3,
        (false, _) => 1,
    }
}

fn quoted_literal_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' | '$' | '%' | '\n' | '\r' => return at,
            '\\' => match characters.next() {
                None | Some((_, '\n' | '\r')) => return at,
                Some(_) => {}
            },
            _ => {}
        }
    }
    text.len()
}

/// Returns how long the next piece of a heredoc or template file is and whether it ends its line.
fn plain_literal_length(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    let body = match bytes.first() {
        Some(b'$' | b'%') => marker_length(text),
        _ => bytes.iter().position(|byte| matches!(byte, b'$' | b'%' | b'\n')).unwrap_or(text.len()),
    };
    match &bytes[body..] {
        [b'\n', ..] => (body + 1, true),
        [b'\r', b'\n', ..] => (body + 2, true),
        _ => (body.max(1), false),
    }
}

fn number_length(bytes: &[u8]) -> usize {
    let mut length = 1;
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                at += 1;
                length = at;
            }
            b'.' => at += 1,
            b'e' | b'E' => {
                let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
                if !matches!(bytes.get(at + 1 + sign), Some(b'0'..=b'9')) {
                    break;
                }
                at += 2 + sign;
                length = at;
            }
            _ => break,
        }
    }
    length
}

/// Returns the length of the name at the start of a text, 0 if there is none.
pub(crate) fn name_length(text: &str) -> usize {
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let fits = if at == 0 {
            character == '_' || unicode_ident::is_xid_start(character)
        } else {
            character == '-' || unicode_ident::is_xid_continue(character)
        };
        if !fits {
            break;
        }
        end = at + character.len_utf8();
    }
    end
}

/// Returns the closing marker a heredoc introduces and the length of the introduction, line break included.
fn heredoc_marker(text: &str) -> Option<(&str, usize)> {
    let after = text.strip_prefix("<<")?;
    let after = after.strip_prefix('-').unwrap_or(after);
    let length = name_length(after);
    if length == 0 {
        return None;
    }
    let (marker, end) = after.split_at(length);
    let line_break = if end.starts_with('\n') {
        1
    } else if end.starts_with("\r\n") {
        2
    } else {
        return None;
    };
    Some((marker, text.len() - end.len() + line_break))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let tokens: Vec<_> =
            code(text).iter().map(|token| format!("{:?} {:?}", token.kind, token.text(text))).collect();
        assert_eq!(tokens.join("\n"), expected.trim().replace("\n    ", "\n"), "{text}");
    }

    #[test]
    fn numbers_stop_before_a_dot_that_ends_them() {
        check(
            "1.5e3.a 0x1 1..2",
            r#"
    Number "1.5e3"
    Dot "."
    Name "a"
    Number "0"
    Name "x1"
    Number "1..2"
    End """#,
        );
    }

    #[test]
    fn literals_split_at_markers() {
        check(
            r#""a$${b}$c${d}%""#,
            r#"
    OpenQuote "\""
    QuotedLiteral "a"
    QuotedLiteral "$${"
    QuotedLiteral "b}"
    QuotedLiteral "$"
    QuotedLiteral "c"
    OpenInterpolation "${"
    Name "d"
    CloseSequence "}"
    QuotedLiteral "%"
    CloseQuote "\""
    End """#,
        );
    }

    #[test]
    fn heredocs_end_at_their_marker_only() {
        check(
            "<<-A\n  AB\n  x ${a}A\n A\n",
            r#"
    OpenHeredoc "<<-A\n"
    PlainLiteral "  AB\n"
    PlainLiteral "  x "
    OpenInterpolation "${"
    Name "a"
    CloseSequence "}"
    PlainLiteral "A\n"
    CloseHeredoc " A"
    Newline "\n"
    End """#,
        );
    }

    #[test]
    fn braces_inside_an_interpolation_nest() {
        check(
            r#""${{a={}}}""#,
            r#"
    OpenQuote "\""
    OpenInterpolation "${"
    OpenBrace "{"
    Name "a"
    Equal "="
    OpenBrace "{"
    CloseBrace "}"
    CloseBrace "}"
    CloseSequence "}"
    CloseQuote "\""
    End """#,
        );
    }
}
