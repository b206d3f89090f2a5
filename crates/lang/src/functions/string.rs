//! Functions over text.

use rinfra_value::{Number, Type, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::arguments::{elements, text, whole};
use super::call::{Answer, Function, FunctionError, Parameter};
use super::letter_case;

pub(super) fn functions() -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    let number = |name| Parameter::new(name, Type::Number);
    let function = |name, implementation| Function::pure(name, Type::String, implementation);
    let test = |name, implementation| Function::pure(name, Type::Bool, implementation);
    vec![
        function("chomp", |it| change(it, |text| text.trim_end_matches(['\r', '\n']).to_owned()))
            .parameter(string("str")),
        function("indent", indent).parameter(number("spaces")).parameter(string("str")),
        function("lower", |it| change(it, letter_case::lower)).parameter(string("str").dynamic()),
        function("upper", |it| change(it, letter_case::upper)).parameter(string("str").dynamic()),
        function("title", |it| change(it, letter_case::title)).parameter(string("str")),
        function("strrev", |it| change(it, |text| text.graphemes(true).rev().collect()))
            .parameter(string("str").dynamic()),
        function("substr", substr)
            .parameter(string("str").dynamic())
            .parameter(number("offset").dynamic())
            .parameter(number("length").dynamic()),
        function("join", join)
            .parameter(string("separator"))
            .variadic(Parameter::new("lists", Type::list(Type::String))),
        Function::pure("split", Type::list(Type::String), split)
            .parameter(string("separator"))
            .parameter(string("str")),
        function("trim", |it| cut(it, |text, set| text.trim_matches(|it| set.contains(it))))
            .parameter(string("str"))
            .parameter(string("cutset")),
        function("trimprefix", |it| cut(it, |text, end| text.strip_prefix(end).unwrap_or(text)))
            .parameter(string("str"))
            .parameter(string("prefix")),
        function("trimsuffix", |it| cut(it, |text, end| text.strip_suffix(end).unwrap_or(text)))
            .parameter(string("str"))
            .parameter(string("suffix")),
        function("trimspace", |it| change(it, |text| text.trim().to_owned())).parameter(string("str")),
        test("startswith", starts_with).parameter(string("str").unknown()).parameter(string("prefix")),
        test("endswith", |it| Ok(Value::bool(text(&it[0]).ends_with(text(&it[1])))))
            .parameter(string("str"))
            .parameter(string("suffix")),
        test("strcontains", |it| Ok(Value::bool(text(&it[0]).contains(text(&it[1])))))
            .parameter(string("str"))
            .parameter(string("substr")),
    ]
}

fn change(arguments: &[Value], change: fn(&str) -> String) -> Answer {
    Ok(Value::string(change(text(&arguments[0]))))
}

fn cut(arguments: &[Value], cut: for<'a> fn(&'a str, &str) -> &'a str) -> Answer {
    Ok(Value::string(cut(text(&arguments[0]), text(&arguments[1]))))
}

/// Longer results than this are refused, because nobody means them.
const LONGEST: usize = 256 * 1024 * 1024;

/// Refuses a result of this many bytes if that is too long.
pub(super) fn check_length(bytes: usize) -> Result<(), FunctionError> {
    if bytes > LONGEST { Err(FunctionError::new("the result would be too long")) } else { Ok(()) }
}

fn indent(arguments: &[Value]) -> Answer {
    let spaces = whole(&arguments[0]).map_err(FunctionError::new)?;
    let spaces = usize::try_from(spaces)
        .map_err(|_| FunctionError::new("the number of spaces must not be negative"))?;
    let text = text(&arguments[1]);
    let added = text.matches('\n').count().saturating_mul(spaces);
    check_length(added.saturating_add(text.len()))?;
    Ok(Value::string(if added == 0 {
        text.to_owned()
    } else {
        text.replace('\n', &format!("\n{}", " ".repeat(spaces)))
    }))
}

fn substr(arguments: &[Value]) -> Answer {
    let offset = whole(&arguments[1]).map_err(FunctionError::new)?;
    let length = whole(&arguments[2]).map_err(FunctionError::new)?;
    let text = text(&arguments[0]);
    if offset >= 0 && length == 0 {
        return Ok(Value::string(""));
    }
    let skipped = match usize::try_from(offset) {
        Ok(offset) => offset,
        Err(_) => {
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            text.graphemes(true).count().saturating_sub(back)
        }
    };
    let start = text.grapheme_indices(true).nth(skipped).map_or(text.len(), |(index, _)| index);
    let rest = &text[start..];
    // Counted from the end, a length of zero means the rest, like a negative one: so it is in Terraform.
    let end = match usize::try_from(length) {
        Ok(length) if length > 0 => {
            rest.grapheme_indices(true).nth(length).map_or(rest.len(), |(index, _)| index)
        }
        _ => rest.len(),
    };
    Ok(Value::string(&rest[..end]))
}

fn join(arguments: &[Value]) -> Answer {
    let (separator, lists) = (text(&arguments[0]), &arguments[1..]);
    if lists.is_empty() {
        return Err(FunctionError::new("at least one list is required"));
    }
    if lists.iter().any(|it| !it.is_wholly_known()) {
        return Ok(Value::unknown(Type::String));
    }
    let mut texts = Vec::new();
    for (number, list) in lists.iter().enumerate() {
        for (index, element) in elements(list).iter().enumerate() {
            let Some(text) = element.as_str() else {
                let number = number + 1;
                let place = if lists.len() > 1 {
                    format!("element {index} of list {number}")
                } else {
                    format!("element {index}")
                };
                let message = format!("{place} is null; cannot concatenate null values");
                return Err(FunctionError::argument(number, message));
            };
            texts.push(text);
        }
    }
    let separators = texts.len().saturating_sub(1).saturating_mul(separator.len());
    check_length(texts.iter().map(|text| text.len()).sum::<usize>().saturating_add(separators))?;
    Ok(Value::string(texts.join(separator)))
}

fn split(arguments: &[Value]) -> Answer {
    let (separator, text) = (text(&arguments[0]), text(&arguments[1]));
    let parts = if separator.is_empty() {
        text.chars().map(|it| Value::string(it.to_string())).collect()
    } else {
        text.split(separator).map(Value::string).collect()
    };
    Ok(Value::list(Type::String, parts))
}

fn starts_with(arguments: &[Value]) -> Answer {
    let prefix = text(&arguments[1]);
    if let Some(text) = arguments[0].as_str() {
        return Ok(Value::bool(text.starts_with(prefix)));
    }
    let known = arguments[0].refinement().and_then(|it| it.prefix.as_deref()).unwrap_or_default();
    Ok(if known.starts_with(prefix) {
        Value::bool(true)
    } else if known.len() >= prefix.len() {
        Value::bool(false)
    } else {
        Value::unknown(Type::Bool)
    })
}

/// Returns how many characters, as a reader counts them, a text has.
pub(super) fn grapheme_count(text: &str) -> usize {
    text.graphemes(true).count()
}

/// Returns what is known of the length of a text that is not known.
pub(super) fn unknown_length(text: &Value) -> Value {
    use rinfra_value::{Bound, Refinement};
    let prefix = text.refinement().and_then(|it| it.prefix.as_deref()).unwrap_or_default();
    let minimum = Bound { value: Number::from(grapheme_count(prefix)), inclusive: true };
    Value::unknown(Type::Number)
        .with_refinement(Refinement { minimum: Some(minimum), ..Refinement::not_null() })
}
