//! The format language: text with verbs such as `%-8.3f` and `%[2]s`.

use rinfra_value::{Type, Value, convert};
use unicode_segmentation::UnicodeSegmentation;

use super::super::arguments::quote;
use super::super::call::FunctionError;
use super::super::json::encode;
use super::number;

/// Wider fields and more digits than this are refused: nobody means them, and they would fill the memory.
const WIDEST: usize = 1_000_000;

/// One verb of a format string.
#[derive(Clone, Debug, Default)]
pub(super) struct Verb<'a> {
    raw: &'a str,
    offset: usize,
    /// Counted from 1.
    argument: usize,
    pub(super) mode: char,
    pub(super) zero: bool,
    pub(super) sharp: bool,
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) space: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// Replaces the verbs of `template` by the arguments.
///
/// # Errors
/// The template is malformed, an argument is missing, superfluous or of the wrong type.
pub(super) fn format(template: &str, arguments: &[Value]) -> Result<String, FunctionError> {
    let mut output = String::with_capacity(template.len());
    let mut next_argument = 1;
    let mut highest = 0;
    let mut rest = template;
    while let Some(index) = rest.find('%') {
        output.push_str(&rest[..index]);
        rest = &rest[index..];
        if let Some(after) = rest.strip_prefix("%%") {
            output.push('%');
            rest = after;
            continue;
        }
        let offset = template.len() - rest.len();
        let mut scanner = Scanner { template, position: offset + 1 };
        let verb = scanner.verb(next_argument)?;
        highest = highest.max(verb.argument);
        next_argument = verb.argument + 1;
        write(&verb, &mut output, arguments)?;
        rest = &template[scanner.position..];
    }
    output.push_str(rest);
    if highest < arguments.len() {
        let message = match highest {
            0 => "too many arguments; no verbs in format string".to_owned(),
            used => format!("too many arguments; only {used} used by format string"),
        };
        return Err(FunctionError::argument(highest + 1, message));
    }
    Ok(output)
}

struct Scanner<'a> {
    template: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    fn verb(&mut self, next_argument: usize) -> Result<Verb<'a>, FunctionError> {
        let offset = self.position - 1;
        let mut verb = Verb { offset, argument: next_argument, ..Verb::default() };
        while let Some(flag @ ('0' | '#' | '-' | '+' | ' ')) = self.peek() {
            self.position += 1;
            match flag {
                '0' => verb.zero = true,
                '#' => verb.sharp = true,
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                _ => verb.space = true,
            }
        }
        if self.peek().is_some_and(|it| it.is_ascii_digit()) {
            verb.width = Some(self.size()?);
        }
        if self.take('.') {
            verb.precision = Some(self.size()?);
        }
        if self.take('[') {
            if !self.peek().is_some_and(|it| matches!(it, '1'..='9')) {
                return Err(self.unrecognized());
            }
            verb.argument = self.size()?;
            if !self.take(']') {
                return Err(self.unrecognized());
            }
        }
        match self.peek() {
            Some(mode) if mode.is_ascii_alphabetic() => {
                self.position += 1;
                verb.mode = mode;
                verb.raw = &self.template[offset..self.position];
                Ok(verb)
            }
            _ => Err(self.unrecognized()),
        }
    }

    fn peek(&self) -> Option<char> {
        self.template[self.position..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let taken = self.peek() == Some(wanted);
        if taken {
            self.position += wanted.len_utf8();
        }
        taken
    }

    fn size(&mut self) -> Result<usize, FunctionError> {
        let digits = self.template[self.position..].bytes().take_while(u8::is_ascii_digit).count();
        let text = &self.template[self.position..self.position + digits];
        let size = if text.is_empty() { Some(0) } else { text.parse().ok() };
        let size = size.filter(|it| *it <= WIDEST).ok_or_else(|| {
            FunctionError::new(format!("the number at offset {} is greater than {WIDEST}", self.position))
        })?;
        self.position += digits;
        Ok(size)
    }

    fn unrecognized(&self) -> FunctionError {
        let position = self.position;
        FunctionError::new(match self.peek() {
            Some(character) => format!("unrecognized format character '{character}' at offset {position}"),
            None => format!("invalid format string starting at offset {position}"),
        })
    }
}

fn write(verb: &Verb<'_>, output: &mut String, arguments: &[Value]) -> Result<(), FunctionError> {
    let Some(argument) = verb.argument.checked_sub(1).and_then(|index| arguments.get(index)) else {
        return Err(FunctionError::new(format!(
            "not enough arguments for {} at {}: need index {} but have {} total",
            quote(verb.raw),
            verb.offset,
            verb.argument,
            arguments.len()
        )));
    };
    if verb.mode != 'v' && argument.is_null() {
        return Err(unsupported(verb, "null value cannot be formatted"));
    }
    match verb.mode {
        'v' => output.push_str(&pad(verb, as_is(verb, argument)?)),
        't' => output.push_str(match converted(verb, argument, &Type::Bool)?.as_bool() {
            Some(true) => "true",
            _ => "false",
        }),
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            let value = converted(verb, argument, &Type::Number)?;
            let number = value.as_number().ok_or_else(|| unsupported(verb, "a number is required"))?;
            let text = number::format(verb, number).map_err(|message| unsupported(verb, message))?;
            output.push_str(&text);
        }
        's' | 'q' => {
            let value = converted(verb, argument, &Type::String)?;
            let mut text = value.as_str().unwrap_or_default();
            if let Some(precision) = verb.precision.filter(|it| *it > 0) {
                let end = text.grapheme_indices(true).nth(precision).map_or(text.len(), |(index, _)| index);
                text = &text[..end];
            }
            let text = if verb.mode == 'q' { json(verb, &Value::string(text))? } else { text.to_owned() };
            output.push_str(&pad(verb, text));
        }
        mode => {
            let (raw, offset) = (quote(verb.raw), verb.offset);
            let message = format!("unsupported format verb '{mode}' in {raw} at offset {offset}");
            return Err(FunctionError::new(message));
        }
    }
    Ok(())
}

fn as_is(verb: &Verb<'_>, argument: &Value) -> Result<String, FunctionError> {
    if !verb.sharp
        && let Some(text) = argument.as_str()
    {
        return Ok(text.to_owned());
    }
    match argument.as_number() {
        Some(plain) if !verb.sharp => Ok(number::shortest(plain)),
        _ => json(verb, argument),
    }
}

fn json(verb: &Verb<'_>, value: &Value) -> Result<String, FunctionError> {
    encode(value).map_err(|message| unsupported(verb, &message))
}

fn converted(verb: &Verb<'_>, value: &Value, ty: &Type) -> Result<Value, FunctionError> {
    convert::convert(value, ty).map_err(|error| unsupported(verb, &error.message))
}

fn unsupported(verb: &Verb<'_>, message: &str) -> FunctionError {
    FunctionError::new(format!("unsupported value for {} at {}: {message}", quote(verb.raw), verb.offset))
}

/// Widens text to the width of the field, counting characters as a reader does.
fn pad(verb: &Verb<'_>, text: String) -> String {
    let Some(width) = verb.width else { return text };
    let missing = width.saturating_sub(text.graphemes(true).count());
    if missing == 0 {
        return text;
    }
    let padding = if verb.zero { "0" } else { " " }.repeat(missing);
    if verb.minus { text + &padding } else { padding + &text }
}

#[cfg(test)]
mod tests {
    use super::format;
    use rinfra_value::Value;

    fn check(template: &str, arguments: &[Value], expected: &str) {
        assert_eq!(format(template, arguments).unwrap(), expected, "for {template}");
    }

    fn check_error(template: &str, arguments: &[Value], argument: Option<usize>, expected: &str) {
        let error = format(template, arguments).unwrap_err();
        assert_eq!((error.argument, error.message.as_str()), (argument, expected), "for {template}");
    }

    #[test]
    fn formats() {
        let texts = ["a", "b"].map(Value::from);
        check("100%%", &[], "100%");
        check("%[2]s-%[1]s", &texts, "b-a");
        check("%5s|%-3s|", &texts, "    a|b  |");
        check("%.2s", &[Value::from("日本語")], "日本");
        check("%03d/%+d", &[Value::number(7), Value::number(8)], "007/+8");
        check("%q", &[Value::from("a\"b")], "\"a\\\"b\"");
        check("%v %v", &[Value::number(1_000_000), Value::bool(true)], "1e+06 true");
    }

    #[test]
    fn refuses() {
        check_error("%", &[], None, "invalid format string starting at offset 1");
        check_error("%é", &[], None, "unrecognized format character 'é' at offset 1");
        check_error("%[0]s", &[Value::from("a")], None, "unrecognized format character '0' at offset 2");
        check_error(
            "%99999999999d",
            &[Value::number(1)],
            None,
            "the number at offset 1 is greater than 1000000",
        );
        check_error("%d", &[], None, "not enough arguments for \"%d\" at 0: need index 1 but have 0 total");
        check_error("a", &[Value::from("a")], Some(1), "too many arguments; no verbs in format string");
    }
}
