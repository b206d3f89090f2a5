//! Functions of set theory.

use std::collections::HashSet;

use rinfra_value::{Marks, Type, Value, convert};

use super::arguments::{elements, known_length};
use super::call::{Answer, Function, FunctionError, Parameter};

pub(super) fn functions() -> Vec<Function> {
    let set = |name| Parameter::new(name, Type::set(Type::Dynamic)).dynamic();
    vec![
        Function::typed("setunion", common_type, union)
            .parameter(set("first_set"))
            .variadic(set("other_sets")),
        Function::typed("setintersection", common_type, intersection)
            .parameter(set("first_set"))
            .variadic(set("other_sets")),
        Function::typed("setsubtract", common_type, subtraction).parameter(set("a")).parameter(set("b")),
        Function::typed("setproduct", product_type, product)
            .variadic(Parameter::new("sets", Type::Dynamic).unknown().marked()),
    ]
}

const INCOMPATIBLE: &str = "given sets must all have compatible element types";

/// Returns the type of set that elements of all arguments fit into.
fn common_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    let mut types = Vec::new();
    for argument in arguments {
        let element = argument.ty().element_type().cloned().unwrap_or(Type::Dynamic);
        // An empty set of nothing in particular goes with everything.
        if element != Type::Dynamic || argument.len() != Some(0) {
            types.push(element);
        }
    }
    if types.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    convert::unify(&types).map(Type::set).ok_or_else(|| FunctionError::new(INCOMPATIBLE))
}

fn converted(arguments: &[Value]) -> Result<(Type, Vec<Value>), FunctionError> {
    let ty = common_type(arguments)?;
    let mut sets = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let set =
            convert::convert(argument, &ty).map_err(|error| FunctionError::argument(index, error.message))?;
        sets.push(set);
    }
    Ok((ty.element_type().cloned().unwrap_or(Type::Dynamic), sets))
}

/// Refuses sets that did not convert to one type: beside a null of no type the common type is open, and elements of
/// different types stay as they are.
fn check_alike(sets: &[Value]) -> Result<(), FunctionError> {
    match sets.iter().all(|it| it.ty() == sets[0].ty()) {
        true => Ok(()),
        false => Err(FunctionError::new(INCOMPATIBLE)),
    }
}

fn union(arguments: &[Value]) -> Answer {
    let (element, sets) = converted(arguments)?;
    check_alike(&sets)?;
    Ok(Value::set(element, sets.iter().flat_map(elements).cloned()))
}

fn intersection(arguments: &[Value]) -> Answer {
    sieve(arguments, true)
}

fn subtraction(arguments: &[Value]) -> Answer {
    sieve(arguments, false)
}

/// Keeps what is in the first set and, for every other set, is (or is not) in it too.
fn sieve(arguments: &[Value], wanted: bool) -> Answer {
    let (element, sets) = converted(arguments)?;
    if sets.iter().any(|it| !it.is_wholly_known()) {
        return Ok(Value::unknown(Type::set(element)));
    }
    check_alike(&sets)?;
    let Some((first, others)) = sets.split_first() else { return Ok(Value::set(element, [])) };
    let mut kept: Vec<Value> = elements(first).to_vec();
    for other in others {
        let other: HashSet<&Value> = elements(other).iter().collect();
        kept.retain(|it| other.contains(it) == wanted);
    }
    Ok(Value::set(element, kept))
}

fn product_type(arguments: &[Value]) -> Result<Type, FunctionError> {
    if arguments.len() < 2 {
        return Err(FunctionError::new("at least two arguments are required"));
    }
    let mut types = Vec::new();
    let mut ordered = true;
    for (index, argument) in arguments.iter().enumerate() {
        let element = match argument.ty() {
            Type::Set(element) => {
                ordered = false;
                element.as_ref().clone()
            }
            Type::List(element) => element.as_ref().clone(),
            Type::Tuple(elements) if elements.is_empty() => Type::Dynamic,
            Type::Tuple(elements) => convert::unify(elements)
                .ok_or_else(|| FunctionError::argument(index, "all elements must be of the same type"))?,
            _ => return Err(FunctionError::argument(index, "a set or a list is required")),
        };
        types.push(element);
    }
    let element = Type::tuple(types);
    Ok(if ordered { Type::list(element) } else { Type::set(element) })
}

/// More combinations than this are refused: they would fill the memory.
const PRODUCT_LIMIT: usize = 1_000_000;

fn product(arguments: &[Value]) -> Answer {
    let ty = product_type(arguments)?;
    let marks = arguments.iter().fold(Marks::NONE, |marks, it| marks | it.marks());
    let element = ty.element_type().cloned().unwrap_or(Type::Dynamic);
    let lengths: Option<Vec<usize>> = arguments.iter().map(known_length).collect();
    let Some(lengths) = lengths else { return Ok(Value::unknown(ty).with_marks(marks)) };
    let total = lengths.iter().try_fold(1_usize, |total, it| total.checked_mul(*it));
    let Some(total) = total.filter(|it| *it <= PRODUCT_LIMIT) else {
        return Err(FunctionError::new(format!("more than {PRODUCT_LIMIT} combinations")));
    };
    let columns = columns(arguments, element.tuple_types().unwrap_or_default())?;
    let mut rows = Vec::with_capacity(total);
    for row in 0..total {
        let mut stride = total;
        let cells = columns.iter().map(|column| {
            stride /= column.len();
            column[row / stride % column.len()].clone()
        });
        rows.push(Value::tuple(cells.collect()));
    }
    let product = match ty {
        Type::List(_) => Value::list(element, rows),
        _ => Value::set(element, rows),
    };
    Ok(product.with_marks(marks))
}

fn columns(arguments: &[Value], types: &[Type]) -> Result<Vec<Vec<Value>>, FunctionError> {
    let mut columns = Vec::new();
    for (index, (argument, ty)) in arguments.iter().zip(types).enumerate() {
        let column: Result<Vec<Value>, _> =
            elements(argument).iter().map(|it| convert::convert(it, ty)).collect();
        columns.push(column.map_err(|error| FunctionError::argument(index, error.message))?);
    }
    Ok(columns)
}
