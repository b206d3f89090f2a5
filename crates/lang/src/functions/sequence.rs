//! Functions over lists and tuples, which keep their order.

use std::collections::HashSet;

use rinfra_value::{Marks, Number, Type, Value, convert};

use super::arguments::{elements, is_sequence, known_length, text, whole};
use super::call::{Answer, Function, FunctionError, Parameter};

pub(super) fn functions() -> Vec<Function> {
    let any = |name| Parameter::new(name, Type::Dynamic);
    let list = |name| Parameter::new(name, Type::list(Type::Dynamic));
    let strings = || Parameter::new("list", Type::list(Type::String));
    let number = |name| Parameter::new(name, Type::Number);
    vec![
        Function::typed("concat", concat_type, concat).variadic(any("seqs").marked()),
        Function::typed("flatten", |_| Ok(Type::Dynamic), flatten).parameter(any("list").marked()),
        Function::typed("reverse", reverse_type, reverse).parameter(any("list").marked()),
        Function::typed("slice", slice_type, slice)
            .parameter(any("list").marked())
            .parameter(number("start_index"))
            .parameter(number("end_index")),
        Function::typed("chunklist", chunklist_type, chunklist)
            .parameter(list("list").marked())
            .parameter(number("size").marked()),
        Function::pure("range", Type::list(Type::Number), range).variadic(number("params")),
        Function::typed("distinct", first_type, distinct).parameter(list("list")),
        Function::pure("compact", Type::list(Type::String), compact).parameter(strings()),
        Function::pure("sort", Type::list(Type::String), sort).parameter(strings().unknown()),
        Function::typed("matchkeys", matchkeys_type, matchkeys)
            .parameter(list("values"))
            .parameter(list("keys"))
            .parameter(list("searchset")),
    ]
}

fn first_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    Ok(arguments[0].ty().clone())
}

/// Returns the type of list a sequence of elements of a list, or of the list itself, belongs to.
fn element_of(ty: &Type) -> Type {
    ty.element_type().cloned().unwrap_or(Type::Dynamic)
}

/// Returns the one list type all arguments can have, if they are lists and there is one.
fn common_list_type(arguments: &[Value]) -> Option<Type> {
    let types: Vec<Type> = arguments.iter().map(|it| it.ty().clone()).collect();
    let lists = types.iter().all(|it| matches!(it, Type::List(_)));
    if lists { convert::unify(&types) } else { None }
}

fn concat_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.is_empty() {
        return Err(FunctionError::new("at least one argument is required"));
    }
    if let Some(ty) = common_list_type(arguments) {
        return Ok(ty);
    }
    let mut types = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        match argument.ty() {
            Type::Tuple(elements) => types.extend(elements.iter().cloned()),
            Type::List(element) => match argument.len() {
                Some(length) => types.extend(std::iter::repeat_n(element.as_ref(), length).cloned()),
                None => return Ok(Type::Dynamic),
            },
            other => {
                let name = other.friendly_name();
                let message = format!("all arguments must be lists or tuples; got {name}");
                return Err(FunctionError::argument(index, message));
            }
        }
    }
    Ok(Type::tuple(types))
}

fn concat(arguments: &[Value]) -> Answer {
    if arguments.is_empty() || arguments.iter().any(|it| !matches!(it.ty(), Type::List(_) | Type::Tuple(_))) {
        concat_type(arguments)?;
    }
    let common = common_list_type(arguments);
    let mut values = Vec::new();
    let mut marks = Marks::NONE;
    for (index, argument) in arguments.iter().enumerate() {
        let argument = match &common {
            Some(ty) => convert::convert(argument, ty)
                .map_err(|error| FunctionError::argument(index, error.message))?,
            None => argument.clone(),
        };
        marks |= argument.marks();
        values.extend_from_slice(elements(&argument));
    }
    let joined = match &common {
        Some(ty) => Value::list(element_of(ty), values),
        None => Value::tuple(values),
    };
    Ok(joined.with_marks(marks))
}

fn flatten(arguments: &[Value]) -> Answer {
    if !is_sequence(arguments[0].ty()) {
        return Err(FunctionError::new("can only flatten lists, sets and tuples"));
    }
    let mut flat = Vec::new();
    let mut marks = Marks::NONE;
    let known = flatten_into(&arguments[0], &mut flat, &mut marks);
    let result = if known { Value::tuple(flat) } else { Value::dynamic() };
    Ok(result.with_marks(marks))
}

/// Adds what is in a sequence, at any depth; returns whether that is certain.
fn flatten_into(sequence: &Value, flat: &mut Vec<Value>, marks: &mut Marks) -> bool {
    *marks |= sequence.marks();
    if known_length(sequence).is_none() {
        return false;
    }
    let mut certain = true;
    for element in elements(sequence) {
        if !element.is_null() && is_sequence(element.ty()) {
            certain &= flatten_into(element, flat, marks);
        } else {
            // What is unknown down to its type may turn out to be a sequence.
            certain &= element.is_known() || *element.ty() != Type::Dynamic;
            flat.push(element.clone());
        }
    }
    certain
}

fn reverse_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match arguments[0].ty() {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned())),
        Type::List(element) | Type::Set(element) => Ok(Type::List(element.clone())),
        other => {
            let message = format!("can only reverse list or tuple values, not {}", other.friendly_name());
            Err(FunctionError::argument(0, message))
        }
    }
}

fn reverse(arguments: &[Value]) -> Answer {
    let ty = reverse_type(arguments)?;
    let (sequence, marks) = arguments[0].clone().without_marks();
    let values: Vec<Value> = elements(&sequence).iter().rev().cloned().collect();
    let reversed = match ty {
        Type::Tuple(_) => Value::tuple(values),
        ty => Value::list(element_of(&ty), values),
    };
    Ok(reversed.with_marks(marks))
}

fn slice_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let bounds = slice_bounds(arguments)?;
    match (arguments[0].ty(), bounds) {
        (Type::Tuple(types), Some((start, end))) => Ok(Type::tuple(types[start..end].iter().cloned())),
        (Type::Tuple(_), None) => Ok(Type::Dynamic),
        (list, _) => Ok(list.clone()),
    }
}

/// Returns the bounds of a slice if both are known.
fn slice_bounds(arguments: &[Value]) -> Result<Option<(usize, usize)>, FunctionError> {
    let length = match arguments[0].ty() {
        Type::Tuple(types) => Some(types.len()),
        Type::List(_) => arguments[0].len(),
        Type::Set(_) => {
            return Err(FunctionError::argument(
                0,
                "cannot slice a set, because its elements do not have indices; explicitly convert to a list if \
                 the ordering of the result is not important",
            ));
        }
        _ => return Err(FunctionError::argument(0, "must be a list or tuple value")),
    };
    let start = slice_bound(&arguments[1], 1, "start", length)?;
    let end = slice_bound(&arguments[2], 2, "end", length)?;
    match (start, end) {
        (Some(start), Some(end)) if start > end => {
            Err(FunctionError::argument(1, "start index must not be greater than end index"))
        }
        (Some(start), Some(end)) => Ok(Some((start, end))),
        _ => Ok(None),
    }
}

fn slice_bound(
    bound: &Value,
    argument: usize,
    name: &str,
    length: Option<usize>,
) -> Result<Option<usize>, FunctionError> {
    if !bound.is_known() {
        return Ok(None);
    }
    let error = |message: String| FunctionError::argument(argument, message);
    let index = whole(bound).map_err(|message| error(format!("invalid {name} index: {message}")))?;
    let index =
        usize::try_from(index).map_err(|_| error(format!("{name} index must not be less than zero")))?;
    if length.is_some_and(|it| index > it) {
        return Err(error(format!("{name} index must not be greater than the length of the list")));
    }
    Ok(Some(index))
}

fn slice(arguments: &[Value]) -> Answer {
    let bounds = slice_bounds(arguments)?;
    let (sequence, marks) = arguments[0].clone().without_marks();
    let (Some((start, end)), Some(all)) = (bounds, sequence.elements()) else {
        return Ok(Value::unknown(slice_type(arguments)?).with_marks(marks));
    };
    let values = all[start..end].to_vec();
    let part = match sequence.ty() {
        Type::Tuple(_) => Value::tuple(values),
        ty => Value::list(element_of(ty), values),
    };
    Ok(part.with_marks(marks))
}

fn chunklist_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    Ok(Type::list(arguments[0].ty().clone()))
}

fn chunklist(arguments: &[Value]) -> Answer {
    let (list, marks) = arguments[0].clone().without_marks();
    let (size, size_marks) = arguments[1].clone().without_marks();
    let size = whole(&size).map_err(|message| FunctionError::new(format!("invalid size: {message}")))?;
    let size = usize::try_from(size).map_err(|_| FunctionError::new("the size argument must be positive"))?;
    let all = elements(&list);
    let chunks = if all.is_empty() {
        Vec::new()
    } else if size == 0 {
        vec![list.clone()]
    } else {
        all.chunks(size).map(|it| Value::list(element_of(list.ty()), it.to_vec())).collect()
    };
    Ok(Value::list(list.ty().clone(), chunks).with_marks(marks | size_marks))
}

/// So that no argument can fill the memory.
const RANGE_LIMIT: usize = 1024;

fn range(arguments: &[Value]) -> Answer {
    let numbers: Vec<Number> = arguments.iter().filter_map(Value::as_number).cloned().collect();
    let (start, end, step) = match numbers.as_slice() {
        [end] => (Number::ZERO, end.clone(), None),
        [start, end] => (start.clone(), end.clone(), None),
        [start, end, step] => (start.clone(), end.clone(), Some(step.clone())),
        _ => return Err(FunctionError::new("must have one, two, or three arguments")),
    };
    let step = step.unwrap_or_else(|| Number::from(if end < start { -1 } else { 1 }));
    let down = step < Number::ZERO;
    if down && end > start {
        return Err(FunctionError::argument(1, "end must be less than start when step is negative"));
    }
    if !down && end < start {
        return Err(FunctionError::argument(1, "end must be greater than start when step is positive"));
    }
    let mut values = Vec::new();
    let mut next = start;
    while if down { next > end } else { next < end } {
        if values.len() >= RANGE_LIMIT {
            return Err(FunctionError::new(
                "more than 1024 values were generated; either decrease the difference between start and end or \
                 use a smaller step",
            ));
        }
        values.push(Value::number(next.clone()));
        let Some(sum) = next.checked_add(&step) else { break };
        next = sum;
    }
    Ok(Value::list(Type::Number, values))
}

fn distinct(arguments: &[Value]) -> Answer {
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(arguments[0].ty().clone()));
    }
    let mut seen = HashSet::new();
    let values = elements(&arguments[0]).iter().filter(|it| seen.insert(*it)).cloned().collect();
    Ok(Value::list(element_of(arguments[0].ty()), values))
}

fn compact(arguments: &[Value]) -> Answer {
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(Type::list(Type::String)));
    }
    let values = elements(&arguments[0]).iter().filter(|it| !text(it).is_empty()).cloned().collect();
    Ok(Value::list(Type::String, values))
}

fn sort(arguments: &[Value]) -> Answer {
    let Some(all) = arguments[0].elements() else {
        return Ok(Value::unknown(Type::list(Type::String)));
    };
    if !arguments[0].is_wholly_known() {
        // Which element comes first is not known yet, but how many there are is.
        let unknown = Value::unknown(Type::String);
        return Ok(Value::list(Type::String, vec![unknown; all.len()]));
    }
    let mut texts = Vec::with_capacity(all.len());
    for (index, element) in all.iter().enumerate() {
        match element.as_str() {
            Some(text) => texts.push(text),
            None => {
                let message = format!("given list element {index} is null; a null string cannot be sorted");
                return Err(FunctionError::new(message));
            }
        }
    }
    texts.sort_unstable();
    Ok(Value::list(Type::String, texts.into_iter().map(Value::string).collect()))
}

fn matchkeys_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    match convert::unify(&[arguments[1].ty().clone(), arguments[2].ty().clone()]) {
        Some(_) => first_type(arguments),
        None => Err(FunctionError::new("keys and searchset must be of the same type")),
    }
}

fn matchkeys(arguments: &[Value]) -> Answer {
    let ty = matchkeys_type(arguments)?;
    let [values, keys, wanted] = arguments else { return Ok(Value::unknown(ty)) };
    if elements(values).len() != elements(keys).len() {
        return Err(FunctionError::new("length of keys and values should be equal"));
    }
    if elements(wanted).is_empty() {
        return Ok(Value::list(element_of(&ty), Vec::new()));
    }
    if !values.is_wholly_known() || !keys.is_wholly_known() || !wanted.is_wholly_known() {
        return Ok(Value::unknown(ty));
    }
    let common = convert::unify(&[keys.ty().clone(), wanted.ty().clone()]).unwrap_or(Type::Dynamic);
    let keys = convert::convert(keys, &common).map_err(|error| FunctionError::argument(1, error.message))?;
    let wanted =
        convert::convert(wanted, &common).map_err(|error| FunctionError::argument(2, error.message))?;
    let wanted: HashSet<&Value> = elements(&wanted).iter().collect();
    let pairs = elements(&keys).iter().zip(elements(values));
    let matching = pairs.filter(|(key, _)| wanted.contains(key)).map(|(_, value)| value.clone()).collect();
    Ok(Value::list(element_of(&ty), matching))
}
