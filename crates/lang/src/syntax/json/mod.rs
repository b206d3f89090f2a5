//! From JSON text to syntax tree.
//!
//! Which properties are blocks only their reader knows, so all are arguments here;
//! [`json_body::content`](crate::json_body::content) makes blocks of them. What is wrong is told as Terraform tells it,
//! and what could be read is returned all the same.

mod scan;
mod text;

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Position, Span, did_you_mean};
use rinfra_value::Value;

use self::scan::{Kind, Token};
use crate::ast::{Body, Expression, ExpressionKind, JsonString, ObjectItem, ObjectKey};
use crate::json_body;

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 500;

/// Returns the body a JSON file holds, and what is wrong with it.
pub(super) fn parse(file: &Arc<str>, text: &str) -> (Body, Diagnostics) {
    let tokens = scan::scan(file, text);
    let mut parser =
        Parser { text, tokens: &tokens, next: 0, depth: 0, too_deep: false, found: Diagnostics::new() };
    let mut root = parser.value();
    let next = parser.peek();
    if parser.found.is_empty() && next.kind != Kind::End {
        parser.error(
            "Extraneous data after value",
            "The file holds one value, which ends before this.",
            &next.span,
        );
    }
    if !matches!(root.kind, ExpressionKind::Object(_) | ExpressionKind::Tuple(_)) {
        let detail = "A configuration in JSON is an object, or an array of objects.";
        parser.failed::<()>("Root value must be object", detail, &root.span);
        let nothing = Span::new(file.clone(), Position::START, Position::START);
        root = Expression::new(ExpressionKind::Object(Arc::new([])), nothing);
    }
    (json_body::of(&root), parser.found)
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    next: usize,
    depth: usize,
    too_deep: bool,
    found: Diagnostics,
}

/// What a value is worth that could not be read: something unknown, so that nothing more is said about it.
fn unreadable(span: &Span) -> Expression {
    Expression::literal(Value::dynamic(), span.clone())
}

impl<'t> Parser<'t> {
    fn peek(&self) -> &'t Token {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn read(&mut self) -> &'t Token {
        let token = self.peek();
        if token.kind != Kind::End {
            self.next += 1;
        }
        token
    }

    fn error(&mut self, summary: &str, detail: impl Into<String>, span: &Span) {
        self.found.push(Diagnostic::error(summary, detail).at(span.clone()));
    }

    fn value(&mut self) -> Expression {
        const START: &str = "A value is an object, an array, a string, a number, true, false or null.";
        let first = self.peek();
        let span = &first.span;
        let value = match first.kind {
            Kind::OpenBrace => self.deeper(Self::object),
            Kind::OpenBracket => self.deeper(Self::array),
            Kind::Number => self.number(),
            Kind::Text => self.string(),
            Kind::Keyword => self.keyword(),
            Kind::CloseBrace => {
                self.error("Missing JSON value", START, span);
                None
            }
            Kind::CloseBracket => {
                self.error("Missing array element value", START, span);
                None
            }
            Kind::End => {
                self.error("Missing value", "The file ends where a value is expected.", span);
                None
            }
            Kind::Comma | Kind::Colon | Kind::Equal | Kind::Invalid => {
                self.error("Invalid start of value", START, span);
                None
            }
        };
        value.unwrap_or_else(|| unreadable(span))
    }

    fn deeper(&mut self, rule: fn(&mut Self) -> Option<Expression>) -> Option<Expression> {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            let value = rule(self);
            self.depth -= 1;
            return value;
        }
        if !self.too_deep {
            self.too_deep = true;
            let detail = format!("Arrays and objects may be nested {MAX_DEPTH} levels deep at most.");
            let span = &self.peek().span;
            self.error("Nesting too deep", detail, span);
        }
        self.next = self.tokens.len() - 1;
        None
    }

    /// Reports an error unless the text was given up, of which it would be a consequence.
    fn failed<T>(&mut self, summary: &str, detail: &str, span: &Span) -> Option<T> {
        if !self.too_deep {
            self.error(summary, detail, span);
        }
        None
    }

    /// Skips to after what seems to close the current construct, beginning with a token read already.
    fn recover(&mut self, token: &Token, open: Kind, close: Kind) {
        let mut depth = 1_usize;
        let mut token = token;
        loop {
            if token.kind == open {
                depth += 1;
            } else if token.kind == close {
                depth -= 1;
                if depth <= 1 {
                    return;
                }
            } else if token.kind == Kind::End {
                return;
            }
            token = self.read();
        }
    }

    fn recover_object(&mut self, token: &Token) {
        self.recover(token, Kind::OpenBrace, Kind::CloseBrace);
    }

    fn recover_array(&mut self, token: &Token) {
        self.recover(token, Kind::OpenBracket, Kind::CloseBracket);
    }

    fn object(&mut self) -> Option<Expression> {
        let open = self.read();
        let mut items = Vec::new();
        while self.peek().kind != Kind::CloseBrace {
            let key = self.value();
            if !matches!(key.kind, ExpressionKind::JsonString(_)) {
                let start = start_of(&key);
                return self.failed(
                    "Invalid object property name",
                    "The name of a property is a string in quotes.",
                    &start,
                );
            }
            let colon = self.read();
            if colon.kind != Kind::Colon {
                self.recover_object(colon);
                let (summary, detail) = match colon.kind {
                    Kind::CloseBrace | Kind::Comma => {
                        ("Missing object value", "A property has a value after a colon.")
                    }
                    Kind::Equal => (
                        "Missing property value colon",
                        "In JSON a colon stands before the value, not an equals sign.",
                    ),
                    _ => ("Missing property value colon", "A colon is expected between name and value."),
                };
                return self.failed(summary, detail, &colon.span);
            }
            let value = self.value();
            items.push(ObjectItem { key: ObjectKey::Expression(key.into()), value });
            let next = self.peek();
            match next.kind {
                Kind::Comma => {
                    self.read();
                    if self.peek().kind == Kind::CloseBrace {
                        let detail = "In JSON no comma stands after the last property.";
                        return self.failed("Trailing comma in object", detail, &next.span);
                    }
                }
                Kind::CloseBrace => {}
                Kind::End => {
                    let detail = "The file ends before the brace that closes this object.";
                    return self.failed("Unclosed object", detail, &open.span);
                }
                Kind::CloseBracket => {
                    self.read();
                    let detail = "An object is closed with a brace, not with a bracket.";
                    let after = &self.peek().span;
                    return self.failed("Mismatched braces", detail, after);
                }
                _ => {
                    let skipped = self.read();
                    self.recover_object(skipped);
                    let after = &self.peek().span;
                    let detail = "A comma is expected between two properties.";
                    return self.failed("Missing attribute seperator comma", detail, after);
                }
            }
        }
        let close = self.read();
        Some(Expression::new(ExpressionKind::Object(items.into()), open.span.to(&close.span)))
    }

    fn array(&mut self) -> Option<Expression> {
        let open = self.read();
        let mut items = Vec::new();
        while self.peek().kind != Kind::CloseBracket {
            items.push(self.value());
            let next = self.peek();
            let (summary, detail) = match next.kind {
                Kind::Comma => {
                    self.read();
                    if self.peek().kind == Kind::CloseBracket {
                        let detail = "In JSON no comma stands after the last element.";
                        return self.failed("Trailing comma in array", detail, &next.span);
                    }
                    continue;
                }
                Kind::CloseBracket => continue,
                Kind::End => {
                    let detail = "The file ends before the bracket that closes this array.";
                    return self.failed("Unclosed object", detail, &open.span);
                }
                Kind::Colon => ("Invalid array value", "The elements of an array have no names."),
                Kind::CloseBrace => {
                    ("Mismatched brackets", "An array is closed with a bracket, not with a brace.")
                }
                _ => ("Missing attribute seperator comma", "A comma is expected between two elements."),
            };
            let skipped = self.read();
            self.recover_array(skipped);
            let after = &self.peek().span;
            return self.failed(summary, detail, after);
        }
        let close = self.read();
        Some(Expression::new(ExpressionKind::Tuple(items.into()), open.span.to(&close.span)))
    }

    fn number(&mut self) -> Option<Expression> {
        let token = self.read();
        match text::number(&self.text[token.range.clone()]) {
            Some(number) => Some(Expression::literal(Value::number(number), token.span.clone())),
            None => self.failed("Invalid JSON number", "This is not how JSON writes a number.", &token.span),
        }
    }

    fn string(&mut self) -> Option<Expression> {
        let token = self.read();
        match text::string(&self.text[token.range.clone()]) {
            Ok(text) => Some(string(text.into(), token.span.clone())),
            Err(sound) => {
                let mut span = token.span.clone();
                span.start = span.start.advanced(sound + 1);
                span.end = span.start.advanced(1);
                let detail = "This string holds an escape sequence that JSON does not have, or does not end.";
                let diagnostic =
                    Diagnostic::error("Invalid JSON string", detail).at(span).within(token.span.clone());
                self.found.push(diagnostic);
                None
            }
        }
    }

    fn keyword(&mut self) -> Option<Expression> {
        let token = self.read();
        let value = match &self.text[token.range.clone()] {
            "true" => Value::bool(true),
            "false" => Value::bool(false),
            "null" => Value::dynamic_null(),
            other => {
                let hint = did_you_mean(other, ["true", "false", "null"].into_iter());
                let mut diagnostic =
                    Diagnostic::error("Invalid JSON keyword", format!("JSON has no keyword \"{other}\"."));
                if let Some(known) = hint {
                    diagnostic = diagnostic.hint(format!("Did you mean \"{known}\"?"));
                }
                self.found.push(diagnostic.at(token.span.clone()));
                return None;
            }
        };
        Some(Expression::literal(value, token.span.clone()))
    }
}

/// Returns the opening bracket or brace of a value, or all of it if it has none.
fn start_of(value: &Expression) -> Span {
    let mut span = value.span.clone();
    if matches!(value.kind, ExpressionKind::Object(_) | ExpressionKind::Tuple(_)) {
        span.end = span.start.advanced(1);
    }
    span
}

/// Returns a string of JSON with the template it is where it is evaluated.
fn string(text: Arc<str>, span: Span) -> Expression {
    let template = if text.contains("${") || text.contains("%{") {
        super::parse_template(&span.file, &text, span.start.advanced(1))
    } else {
        Ok(Expression::literal(Value::string(text.clone()), span.clone()))
    };
    Expression::new(ExpressionKind::JsonString(Arc::new(JsonString { text, template })), span)
}
