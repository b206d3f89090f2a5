//! A cursor over the text of an address.

use std::sync::Arc;

use crate::identifier::{is_continue, is_start};
use crate::{AddressError, InstanceKey};

type Result<T> = std::result::Result<T, AddressError>;

/// Reads `text` from start to end with `read`, and refuses what is left over.
pub(crate) fn whole<T>(text: &str, read: impl FnOnce(&mut Cursor<'_>) -> Result<T>) -> Result<T> {
    let mut cursor = Cursor { text, rest: text };
    let value = read(&mut cursor)?;
    if cursor.rest.is_empty() { Ok(value) } else { Err(cursor.unexpected("the end")) }
}

pub(crate) struct Cursor<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Cursor<'_> {
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn error(&self, reason: impl Into<String>) -> AddressError {
        AddressError { text: self.text.to_owned(), reason: reason.into() }
    }

    fn unexpected(&self, wanted: &str) -> AddressError {
        if self.rest.is_empty() {
            self.error(format!("it ends where {wanted} should follow"))
        } else {
            self.error(format!("expected {wanted} at {:?}", self.rest))
        }
    }

    /// Skips `prefix` if it comes next.
    pub(crate) fn accept(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(crate) fn expect(&mut self, prefix: &str) -> Result<()> {
        if self.accept(prefix) { Ok(()) } else { Err(self.unexpected(&format!("{prefix:?}"))) }
    }

    pub(crate) fn identifier(&mut self, what: &str) -> Result<Arc<str>> {
        let end = self.rest.find(|it| !is_continue(it)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if !name.starts_with(is_start) {
            return Err(self.unexpected(what));
        }
        self.rest = rest;
        Ok(name.into())
    }

    /// Reads `[0]` or `["key"]` if a bracket comes next.
    pub(crate) fn key(&mut self) -> Result<InstanceKey> {
        if !self.accept("[") {
            return Ok(InstanceKey::None);
        }
        let key = if self.rest.starts_with('"') {
            InstanceKey::String(self.quoted()?.into())
        } else {
            let end = self.rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(self.rest.len());
            let (digits, rest) = self.rest.split_at(end);
            let number = digits.parse().map_err(|_| self.unexpected("a whole number or a quoted key"))?;
            self.rest = rest;
            InstanceKey::Int(number)
        };
        self.expect("]")?;
        Ok(key)
    }

    /// Reads a string in double quotes, with the escapes that `InstanceKey` writes.
    pub(crate) fn quoted(&mut self) -> Result<String> {
        self.expect("\"")?;
        let mut value = String::new();
        loop {
            if self.accept("\"") {
                return Ok(value);
            }
            if self.accept("\\") {
                value.push(self.escape()?);
            } else if self.accept("$${") {
                value.push_str("${");
            } else if self.accept("%%{") {
                value.push_str("%{");
            } else if self.rest.starts_with("${") || self.rest.starts_with("%{") {
                return Err(self.error(format!("a key is plain text, not a template: {:?}", self.rest)));
            } else {
                value.push(self.character()?);
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        Ok(match self.character()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.code_point(4)?,
            'U' => self.code_point(8)?,
            same @ ('"' | '\\') => same,
            other => return Err(self.error(format!("unknown escape \"\\{other}\""))),
        })
    }

    fn code_point(&mut self, digits: usize) -> Result<char> {
        let number = self.rest.get(..digits).and_then(|it| u32::from_str_radix(it, 16).ok());
        let found = number.and_then(char::from_u32).ok_or_else(|| self.unexpected("a code point"))?;
        self.rest = &self.rest[digits..];
        Ok(found)
    }

    fn character(&mut self) -> Result<char> {
        let mut characters = self.rest.chars();
        let next = characters.next().ok_or_else(|| self.unexpected("a closing quote"))?;
        self.rest = characters.as_str();
        Ok(next)
    }
}

/// Reads an address type with a function over a cursor.
macro_rules! from_str {
    ($type:ty, $read:expr) => {
        impl std::str::FromStr for $type {
            type Err = $crate::AddressError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::parse::whole(text, $read)
            }
        }
    };
}

pub(crate) use from_str;
