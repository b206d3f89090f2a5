//! `format` and `formatlist`.

mod number;
mod verb;

use rinfra_value::{Refinement, Type, Value};

use super::arguments::{elements, is_sequence, known_length, text};
use super::call::{Answer, Function, FunctionError, Parameter};

pub(crate) use number::rounded;

pub(super) fn functions() -> Vec<Function> {
    let format = || Parameter::new("format", Type::String);
    let arguments = || Parameter::new("args", Type::Dynamic).null().unknown();
    vec![
        Function::pure("format", Type::String, one).parameter(format()).variadic(arguments()),
        Function::pure("formatlist", Type::list(Type::String), many)
            .parameter(format())
            .variadic(arguments()),
    ]
}

fn one(arguments: &[Value]) -> Answer {
    let template = text(&arguments[0]);
    if arguments.iter().any(|it| !it.is_wholly_known()) {
        // What stands before the first verb will stand there whatever comes.
        let known = template.split('%').next().unwrap_or_default();
        let unknown = Value::unknown(Type::String);
        return Ok(if known.is_empty() || known.len() == template.len() {
            unknown
        } else {
            unknown.with_refinement(Refinement { prefix: Some(known.into()), ..Refinement::not_null() })
        });
    }
    verb::format(template, &arguments[1..]).map(Value::string)
}

/// How one argument of `formatlist` takes part in the iterations.
enum Part<'a> {
    /// A different element each time.
    Each(&'a [Value]),
    /// The same every time.
    Same(&'a Value),
    Unknown,
}

fn many(arguments: &[Value]) -> Answer {
    let (template, arguments) = (text(&arguments[0]), &arguments[1..]);
    let unknown = Value::unknown(Type::list(Type::String));
    let mut parts = Vec::with_capacity(arguments.len());
    let mut chosen: Option<(usize, usize)> = None;
    for (index, argument) in arguments.iter().enumerate() {
        if argument.is_null() || !is_sequence(argument.ty()) {
            parts.push(Part::Same(argument));
            continue;
        }
        let length = argument.ty().tuple_types().map(<[Type]>::len).or_else(|| known_length(argument));
        let Some(length) = length else {
            parts.push(Part::Unknown);
            continue;
        };
        match chosen {
            None => chosen = Some((index, length)),
            Some((first, wanted)) if wanted != length => {
                return Err(FunctionError::argument(
                    index + 1,
                    format!(
                        "argument {} has length {length}, which is inconsistent with argument {} of length {wanted}",
                        index + 1,
                        first + 1
                    ),
                ));
            }
            Some(_) => {}
        }
        parts.push(if argument.is_known() { Part::Each(elements(argument)) } else { Part::Unknown });
    }
    if parts.iter().any(|it| matches!(it, Part::Unknown)) {
        return Ok(unknown);
    }
    // Without any sequence there is one iteration.
    let iterations = chosen.map_or(1, |(_, length)| length);
    let mut results = Vec::with_capacity(iterations);
    for iteration in 0..iterations {
        let values: Vec<Value> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Each(elements) => elements.get(iteration).cloned(),
                Part::Same(value) => Some((*value).clone()),
                Part::Unknown => None,
            })
            .collect();
        results.push(if values.iter().all(Value::is_wholly_known) {
            let text = verb::format(template, &values).map_err(|error| {
                let message = format!("error on format iteration {iteration}: {}", error.message);
                FunctionError::new(message)
            })?;
            Value::string(text)
        } else {
            Value::unknown(Type::String).not_null()
        });
    }
    Ok(Value::list(Type::String, results))
}
