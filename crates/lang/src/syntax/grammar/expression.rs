//! Expressions.

use super::{Grammar, Key, Parsed};
use crate::syntax::token::{Token, TokenKind};

/// The binary operators by precedence, the weakest first.
const OPERATORS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<", "<=", ">", ">="], &["+", "-"], &["*", "/", "%"]];

/// As many digits as surely fit 64 bits.
const LONGEST_INDEX: usize = 19;

impl Grammar<'_> {
    pub(super) fn expression(&mut self) -> Parsed {
        self.deeper(Self::conditional)
    }

    fn conditional(&mut self) -> Parsed {
        let condition = self.operators();
        if (self.recovering && !condition.ok) || self.peek().kind != TokenKind::Question {
            return condition;
        }
        self.read();
        let yes = self.expression();
        if self.recovering && !yes.ok {
            return Parsed { range: condition.range, ok: false };
        }
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            self.error(
                "Missing false expression in conditional",
                "A conditional has a result for either case: condition ? yes : no.",
                colon.range(),
            );
            return Parsed { range: condition.range, ok: false };
        }
        self.read();
        let no = self.expression();
        Parsed { range: condition.range.start..no.range.end, ok: condition.ok && yes.ok && no.ok }
    }

    /// Checks operands and the operators between them; precedence matters to the tree only.
    fn operators(&mut self) -> Parsed {
        let mut all = self.term_with_steps();
        loop {
            let next = self.peek();
            let is_operator = next.kind == TokenKind::Operator
                && OPERATORS.iter().any(|level| level.contains(&self.text(next)));
            if !is_operator || (self.recovering && !all.ok) {
                return all;
            }
            self.read();
            let operand = self.term_with_steps();
            all = Parsed { range: all.range.start..operand.range.end, ok: all.ok && operand.ok };
        }
    }

    fn term_with_steps(&mut self) -> Parsed {
        let term = self.term();
        self.steps(&term)
    }

    /// Checks `.name`, `[key]` and splats after a term.
    fn steps(&mut self, from: &Parsed) -> Parsed {
        let mut ok = from.ok;
        let start = from.range.start;
        let mut end = from.range.end;
        loop {
            match self.peek().kind {
                TokenKind::Dot => ok &= self.dot(&mut end),
                TokenKind::OpenBracket => ok &= self.index(&mut end),
                _ => return Parsed { range: start..end, ok },
            }
        }
    }

    fn dot(&mut self, end: &mut usize) -> bool {
        self.read();
        let next = self.peek();
        match next.kind {
            TokenKind::Name => {
                *end = self.read().end;
                true
            }
            TokenKind::Number => {
                *end = self.read().end;
                self.legacy_index(next)
            }
            TokenKind::Operator if self.text(next) == "*" => {
                *end = self.read().end;
                self.attribute_splat(end)
            }
            _ => {
                self.error(
                    "Invalid attribute name",
                    "A dot is followed by the name of an attribute.",
                    next.range(),
                );
                self.recovering = true;
                false
            }
        }
    }

    fn legacy_index(&mut self, number: Token) -> bool {
        let text = self.text(number);
        if text.len() <= LONGEST_INDEX && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return true;
        }
        match text.split_once('.') {
            Some((first, second)) => {
                let detail = format!("Write indexes in brackets: [{first}][{second}].");
                self.error("Invalid legacy index syntax", detail, number.range());
            }
            None => self.error("Invalid legacy index syntax", "Write the index in brackets.", number.range()),
        }
        false
    }

    /// Checks the names and numbers after `.*`.
    fn attribute_splat(&mut self, end: &mut usize) -> bool {
        let mut ok = true;
        while self.peek().kind == TokenKind::Dot {
            self.read();
            let next = self.peek();
            match next.kind {
                TokenKind::Name => *end = self.read().end,
                TokenKind::Number => {
                    *end = self.read().end;
                    ok &= self.legacy_index(next);
                }
                _ => {
                    let (summary, detail) = if self.at_operator("*") {
                        (
                            "Nested splat expression not allowed",
                            "One \".*\" cannot follow another; use [*] instead.",
                        )
                    } else {
                        ("Invalid attribute name", "A dot is followed by the name of an attribute.")
                    };
                    ok &= self.recovering;
                    self.error_unless_recovering(summary, detail, next.range());
                    self.recovering = true;
                    return ok;
                }
            }
        }
        ok
    }

    fn index(&mut self, end: &mut usize) -> bool {
        self.read();
        if self.at_operator("*") {
            self.read();
            let (close, ok) = self.close_bracket(
                "Missing close bracket on splat index",
                "The star of a splat is followed by a closing bracket: [*].",
            );
            *end = close.end;
            return ok;
        }
        self.newlines.push(false);
        let key = self.expression();
        let (close, ok) = if self.recovering && !key.ok {
            (self.recover(TokenKind::CloseBracket), false)
        } else {
            self.close_bracket("Missing close bracket on index", "An index ends with a closing bracket.")
        };
        self.newlines.pop();
        *end = close.end;
        ok && key.ok
    }

    /// Reads a closing bracket; if there is none, says so at the next one there is, as Terraform does.
    fn close_bracket(&mut self, summary: &str, detail: &str) -> (Token, bool) {
        let close = self.read();
        if close.kind == TokenKind::CloseBracket {
            return (close, true);
        }
        let was_recovering = self.recovering;
        let close = self.recover(TokenKind::CloseBracket);
        if !was_recovering {
            self.error(summary, detail, close.range());
        }
        (close, was_recovering)
    }

    fn term(&mut self) -> Parsed {
        let start = self.peek();
        match start.kind {
            TokenKind::OpenParenthesis => self.parentheses(),
            TokenKind::Number => {
                self.read();
                let text = self.text(start);
                let valid = text.bytes().filter(|&byte| byte == b'.').count() <= 1
                    && text.bytes().filter(|byte| matches!(byte, b'e' | b'E')).count() <= 1
                    && !text.split(['e', 'E']).nth(1).is_some_and(|exponent| exponent.contains('.'));
                if !valid {
                    self.error("Invalid number literal", format!("{text} is not a number."), start.range());
                }
                Parsed { range: start.range(), ok: valid }
            }
            TokenKind::Name => {
                self.read();
                match self.peek().kind {
                    TokenKind::OpenParenthesis | TokenKind::DoubleColon => self.call(start),
                    _ => Parsed { range: start.range(), ok: true },
                }
            }
            TokenKind::OpenQuote | TokenKind::OpenHeredoc => {
                self.read();
                let indented = self.text(start).starts_with("<<-");
                match start.kind.closer() {
                    Some(close) => self.deeper(|grammar| grammar.template(start.start, close, indented)),
                    None => Parsed { range: start.range(), ok: false },
                }
            }
            TokenKind::Operator if matches!(self.text(start), "-" | "!") => {
                self.read();
                let operand = self.deeper(Self::term_with_steps);
                Parsed { range: start.start..operand.range.end, ok: operand.ok }
            }
            TokenKind::OpenBracket => self.tuple(),
            TokenKind::OpenBrace => self.object(),
            _ => {
                let (summary, detail) = match start.kind {
                    TokenKind::End => {
                        ("Missing expression", "The text ends where an expression is expected.")
                    }
                    _ => ("Invalid expression", "An expression is expected here, and this cannot start one."),
                };
                let ok = self.recovering;
                self.error_unless_recovering(summary, detail, start.range());
                self.recovering = true;
                Parsed { range: start.range(), ok }
            }
        }
    }

    fn parentheses(&mut self) -> Parsed {
        let open = self.read();
        self.newlines.push(false);
        let inner = self.expression();
        if !inner.ok {
            self.recover(TokenKind::CloseParenthesis);
            self.newlines.pop();
            return inner;
        }
        let close = self.peek();
        let ok = close.kind == TokenKind::CloseParenthesis;
        if !ok {
            self.error("Unbalanced parentheses", "A closing parenthesis is expected here.", close.range());
            self.recovering = true;
        }
        let close = self.read();
        self.newlines.pop();
        Parsed { range: open.start..close.end, ok }
    }

    fn call(&mut self, name: Token) -> Parsed {
        let mut open = self.read();
        let failed = |end: Token| Parsed { range: name.start..end.end, ok: false };
        while open.kind == TokenKind::DoubleColon {
            let next = self.read();
            if next.kind != TokenKind::Name {
                self.error(
                    "Missing function name",
                    "\"::\" is followed by the name of a function.",
                    next.range(),
                );
                self.recover_over(TokenKind::OpenParenthesis);
                return failed(next);
            }
            open = self.read();
        }
        if open.kind != TokenKind::OpenParenthesis {
            let detail = "The name of a function is followed by its arguments in parentheses.";
            self.error("Missing open parenthesis", detail, open.range());
            self.recover_over(TokenKind::OpenParenthesis);
            return failed(open);
        }
        let errors = self.errors();
        self.newlines.push(false);
        let close = self.arguments(name, open);
        self.newlines.pop();
        Parsed { range: name.start..close.end, ok: self.errors() == errors }
    }

    fn arguments(&mut self, name: Token, open: Token) -> Token {
        loop {
            if self.peek().kind == TokenKind::CloseParenthesis {
                return self.read();
            }
            let argument = self.expression();
            if self.recovering && !argument.ok {
                return self.recover(TokenKind::CloseParenthesis);
            }
            let separator = self.read();
            match separator.kind {
                TokenKind::CloseParenthesis => return separator,
                TokenKind::Comma => {}
                TokenKind::Ellipsis => {
                    if self.peek().kind == TokenKind::CloseParenthesis {
                        return self.read();
                    }
                    self.error_unless_recovering(
                        "Missing closing parenthesis",
                        "An expanded argument (with ...) is the last one.",
                        separator.range(),
                    );
                    return self.recover(TokenKind::CloseParenthesis);
                }
                TokenKind::End => {
                    let detail = "The file ends before the parenthesis that closes this function call.";
                    self.error("Unterminated function call", detail, name.start..open.end);
                    return self.recover(TokenKind::CloseParenthesis);
                }
                _ => {
                    let detail = "The arguments of a function are separated by commas.";
                    self.error("Missing argument separator", detail, separator.range());
                    return self.recover(TokenKind::CloseParenthesis);
                }
            }
        }
    }

    fn tuple(&mut self) -> Parsed {
        let open = self.read();
        self.newlines.push(false);
        let parsed = if self.at_word("for") { self.for_expression(open) } else { self.tuple_items(open) };
        self.newlines.pop();
        parsed
    }

    fn tuple_items(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let close = loop {
            if self.peek().kind == TokenKind::CloseBracket {
                break self.read();
            }
            let item = self.expression();
            if self.recovering && !item.ok {
                break self.recover(TokenKind::CloseBracket);
            }
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBracket => break self.read(),
                TokenKind::Comma => {
                    self.read();
                }
                TokenKind::End => {
                    self.error_unless_recovering(
                        "Unterminated tuple constructor expression",
                        "The file ends before the bracket that closes this.",
                        open.range(),
                    );
                    break self.recover(TokenKind::CloseBracket);
                }
                _ => {
                    self.error_unless_recovering(
                        "Missing item separator",
                        "A comma is expected between two elements.",
                        next.range(),
                    );
                    break self.recover(TokenKind::CloseBracket);
                }
            }
        };
        Parsed { range: open.start..close.end, ok: self.errors() == errors }
    }

    fn object(&mut self) -> Parsed {
        let open = self.read();
        self.newlines.push(false);
        let is_for = self.at_word("for");
        self.newlines.pop();
        self.newlines.push(!is_for);
        let parsed = if is_for { self.for_expression(open) } else { self.object_items(open) };
        self.newlines.pop();
        parsed
    }

    fn object_items(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let mut keys = Vec::new();
        let close = loop {
            match self.peek().kind {
                TokenKind::Newline => {
                    self.read();
                    continue;
                }
                TokenKind::CloseBrace => break self.read(),
                _ => {}
            }
            let first = self.peek();
            let key = self.expression();
            if self.recovering && !key.ok {
                break self.recover(TokenKind::CloseBrace);
            }
            self.note_key(first, &key, &mut keys);
            let next = self.peek();
            if !matches!(next.kind, TokenKind::Equal | TokenKind::Colon) {
                self.missing_value(open, next);
                break self.recover(TokenKind::CloseBrace);
            }
            self.read();
            let value = self.expression();
            if self.recovering && !value.ok {
                break self.recover(TokenKind::CloseBrace);
            }
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBrace => break self.read(),
                TokenKind::Comma | TokenKind::Newline => {
                    self.read();
                }
                kind => {
                    if kind == TokenKind::End {
                        self.unterminated_object(open);
                    } else {
                        self.error_unless_recovering(
                            "Missing attribute separator",
                            "A line break or a comma is expected before the next attribute.",
                            next.range(),
                        );
                    }
                    break self.recover(TokenKind::CloseBrace);
                }
            }
        };
        self.facts.object_keys.insert(open.start, keys);
        Parsed { range: open.start..close.end, ok: self.errors() == errors }
    }

    /// Remembers keys of one name or string, which the parser library wants to be unique and Terraform does not.
    fn note_key(&self, first: Token, key: &Parsed, keys: &mut Vec<Key>) {
        let is_name = first.kind == TokenKind::Name && first.range() == key.range;
        let is_string = matches!(first.kind, TokenKind::OpenQuote | TokenKind::OpenHeredoc)
            && self.facts.templates.get(&first.start).is_some_and(|template| template.range == key.range);
        if is_name || is_string {
            keys.push(Key { range: key.range.clone(), is_name });
        }
    }

    fn missing_value(&mut self, open: Token, next: Token) {
        match next.kind {
            TokenKind::Newline | TokenKind::Comma => self.error_unless_recovering(
                "Missing attribute value",
                "An attribute has a value after an equals sign: name = value.",
                next.range(),
            ),
            TokenKind::End => self.unterminated_object(open),
            _ => self.error_unless_recovering(
                "Missing key/value separator",
                "An equals sign is expected between name and value. A name with dots or spaces is written in quotes.",
                next.range(),
            ),
        }
    }

    fn unterminated_object(&mut self, open: Token) {
        self.error_unless_recovering(
            "Unterminated object constructor expression",
            "The file ends before the brace that closes this.",
            open.range(),
        );
    }

    fn for_expression(&mut self, open: Token) -> Parsed {
        let errors = self.errors();
        let close_kind = open.kind.closer().unwrap_or(TokenKind::CloseBracket);
        let close = match self.for_inner(open, close_kind) {
            Some(close) => close,
            None => self.recover(close_kind),
        };
        Parsed { range: open.start..close.end, ok: self.errors() == errors }
    }

    fn bad_for(&mut self, detail: &str, at: Token) {
        self.error_unless_recovering("Invalid 'for' expression", detail, at.range());
    }

    /// Checks everything after the bracket; returns the closing bracket, or nothing after an error.
    fn for_inner(&mut self, open: Token, close_kind: TokenKind) -> Option<Token> {
        self.read();
        self.for_names(|grammar, detail, at| grammar.bad_for(detail, at))?;
        let collection = self.expression();
        if self.recovering && !collection.ok {
            return None;
        }
        let colon = self.peek();
        if colon.kind != TokenKind::Colon {
            self.bad_for("A colon is expected after the collection.", colon);
            return None;
        }
        self.read();
        let mut key = None;
        let mut value = self.expression();
        if self.peek().kind == TokenKind::FatArrow {
            self.read();
            key = Some(value);
            value = self.expression();
        }
        if self.recovering && !(value.ok && key.as_ref().is_none_or(|key| key.ok)) {
            return None;
        }
        let ellipsis = (self.peek().kind == TokenKind::Ellipsis).then(|| self.read());
        if self.at_word("if") {
            self.read();
            let condition = self.expression();
            if self.recovering && !condition.ok {
                return None;
            }
        }
        let close = if self.peek().kind == close_kind {
            self.read()
        } else {
            let next = self.peek();
            self.bad_for("The 'for' expression ends before this.", next);
            self.recover(close_kind)
        };
        let summary = "Invalid 'for' expression";
        match (open.kind, key, ellipsis) {
            (TokenKind::OpenBracket, key, ellipsis) => {
                if let Some(key) = key {
                    self.error(
                        summary,
                        "Elements of a tuple have no keys; braces make an object.",
                        key.range,
                    );
                }
                if let Some(ellipsis) = ellipsis {
                    let detail = "Grouping (...) works by key, and elements of a tuple have none.";
                    self.error(summary, detail, ellipsis.range());
                }
            }
            (_, None, _) => {
                self.error(summary, "An object needs a key for each value: key => value.", value.range);
            }
            _ => {}
        }
        Some(close)
    }

    /// Checks `k, v in`, for expressions and directives alike.
    pub(super) fn for_names(
        &mut self,
        report: impl Fn(&mut Self, &str, Token),
    ) -> Option<(Option<Token>, Token)> {
        let first = self.peek();
        if first.kind != TokenKind::Name {
            report(self, "A name for the value is expected after 'for'.", first);
            return None;
        }
        self.read();
        let mut names = (None, first);
        if self.peek().kind == TokenKind::Comma {
            self.read();
            let second = self.peek();
            if second.kind != TokenKind::Name {
                report(self, "A name for the value is expected after the comma.", second);
                return None;
            }
            self.read();
            names = (Some(first), second);
        }
        let keyword = self.peek();
        if !self.at_word("in") {
            report(self, "The keyword 'in' is expected after the names.", keyword);
            return None;
        }
        self.read();
        Some(names)
    }
}
