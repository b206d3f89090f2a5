//! Reading JSON straight into values.

use std::collections::BTreeMap;

use rinfra_value::{Number, Value};

/// Reads a document.
///
/// # Errors
/// What is malformed, and where.
pub(super) fn document(text: &str) -> Result<Value, String> {
    let mut parser = Parser { text, position: 0, depth: 0 };
    let value = parser.value()?;
    // A stray closing bracket is overlooked, as by Terraform.
    match parser.next_significant() {
        None | Some(']' | '}') => Ok(value),
        Some(_) => Err("extraneous data after JSON object".to_owned()),
    }
}

/// Returns what a text holds that is a document and nothing else.
pub(crate) fn whole_document(text: &str) -> Option<Value> {
    let mut parser = Parser { text, position: 0, depth: 0 };
    let value = parser.value().ok()?;
    parser.next_significant().is_none().then_some(value)
}

/// Nothing anybody writes is nested deeper, and deeper nesting would exhaust the stack.
const MAX_DEPTH: usize = 400;

/// Reads JSON straight into values: numbers keep their digits, and half of a surrogate pair becomes a replacement
/// character instead of an error.
struct Parser<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.position..].chars().next()
    }

    fn next_significant(&mut self) -> Option<char> {
        let rest = &self.text[self.position..];
        self.position += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.peek()
    }

    fn unexpected(&self, character: char, place: &str) -> String {
        format!("invalid character {character:?} {place} at offset {}", self.position)
    }

    fn value(&mut self) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("exceeded max depth".to_owned());
        }
        let value = match self.next_significant() {
            None => Err("EOF".to_owned()),
            Some('{') => self.object(),
            Some('[') => self.array(),
            Some('"') => self.string().map(Value::string),
            Some('t') => self.keyword("true", Value::bool(true)),
            Some('f') => self.keyword("false", Value::bool(false)),
            Some('n') => self.keyword("null", Value::dynamic_null()),
            Some('-' | '0'..='9') => self.number(),
            Some(other) => Err(self.unexpected(other, "looking for beginning of value")),
        };
        self.depth -= 1;
        value
    }

    fn keyword(&mut self, keyword: &str, value: Value) -> Result<Value, String> {
        for wanted in keyword.chars() {
            match self.peek() {
                Some(found) if found == wanted => self.position += 1,
                Some(other) => return Err(self.unexpected(other, &format!("in literal {keyword}"))),
                None => return Err("unexpected EOF".to_owned()),
            }
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.position;
        if self.peek() == Some('-') {
            self.position += 1;
        }
        // A leading zero ends the number: what follows is found to be extraneous.
        if self.peek() == Some('0') {
            self.position += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some('.') {
            self.position += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.position += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.position += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.position];
        Number::parse(text).map(Value::number).ok_or_else(|| format!("invalid number {text}"))
    }

    fn digits(&mut self) -> Result<(), String> {
        match self.peek() {
            Some(digit) if digit.is_ascii_digit() => {}
            Some(other) => return Err(self.unexpected(other, "in numeric literal")),
            None => return Err("unexpected EOF".to_owned()),
        }
        while self.peek().is_some_and(|it| it.is_ascii_digit()) {
            self.position += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, String> {
        self.position += 1;
        let mut output = String::new();
        loop {
            let Some(character) = self.peek() else { return Err("unexpected EOF".to_owned()) };
            match character {
                '"' => {
                    self.position += 1;
                    return Ok(output);
                }
                '\\' => self.escape(&mut output)?,
                '\0'..='\u{1f}' => return Err(self.unexpected(character, "in string literal")),
                other => {
                    self.position += other.len_utf8();
                    output.push(other);
                }
            }
        }
    }

    fn escape(&mut self, output: &mut String) -> Result<(), String> {
        self.position += 1;
        let Some(character) = self.peek() else { return Err("unexpected EOF".to_owned()) };
        let plain = match character {
            '"' | '\\' | '/' => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                self.position += 1;
                let first = self.code_unit()?;
                output.push(self.character(first)?);
                return Ok(());
            }
            other => return Err(self.unexpected(other, "in string escape code")),
        };
        self.position += 1;
        output.push(plain);
        Ok(())
    }

    fn code_unit(&mut self) -> Result<u32, String> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(character) = self.peek() else { return Err("unexpected EOF".to_owned()) };
            let Some(digit) = character.to_digit(16) else {
                return Err(self.unexpected(character, "in \\u hexadecimal character escape"));
            };
            code = code * 16 + digit;
            self.position += 1;
        }
        Ok(code)
    }

    /// Returns the character of a code unit and, if it is the first half of a pair, of the one that follows.
    fn character(&mut self, first: u32) -> Result<char, String> {
        if (0xD800..0xDC00).contains(&first) && self.text[self.position..].starts_with("\\u") {
            let before = self.position;
            self.position += 2;
            let second = self.code_unit()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.position = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn array(&mut self) -> Result<Value, String> {
        self.position += 1;
        let mut elements = Vec::new();
        if self.next_significant() == Some(']') {
            self.position += 1;
            return Ok(Value::tuple(elements));
        }
        loop {
            elements.push(self.value()?);
            match self.next_significant() {
                Some(',') => self.position += 1,
                Some(']') => {
                    self.position += 1;
                    return Ok(Value::tuple(elements));
                }
                Some(other) => return Err(self.unexpected(other, "after array element")),
                None => return Err("EOF".to_owned()),
            }
        }
    }

    fn object(&mut self) -> Result<Value, String> {
        self.position += 1;
        let mut attributes: BTreeMap<String, Value> = BTreeMap::new();
        if self.next_significant() == Some('}') {
            self.position += 1;
            return Ok(Value::empty_object());
        }
        loop {
            match self.next_significant() {
                Some('"') => {}
                Some(other) => return Err(self.unexpected(other, "where a key is expected")),
                None => return Err("EOF".to_owned()),
            }
            let key = self.string()?;
            match self.next_significant() {
                Some(':') => self.position += 1,
                Some(other) => return Err(self.unexpected(other, "after object key")),
                None => return Err("EOF".to_owned()),
            }
            let value = self.value()?;
            attributes.insert(key, value);
            match self.next_significant() {
                Some(',') => self.position += 1,
                Some('}') => {
                    self.position += 1;
                    return Ok(Value::object(attributes));
                }
                Some(other) => return Err(self.unexpected(other, "after object key:value pair")),
                None => return Err("EOF".to_owned()),
            }
        }
    }
}
