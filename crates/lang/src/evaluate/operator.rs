//! Operators.

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::{Bound, Marks, Number, Type, Value, convert, equality};

use super::{report, value_of};
use crate::ast::{BinaryOperand, BinaryOperator, Expression, UnaryOperator};
use crate::scope::Scope;

/// An operand's value with what went wrong on the way to it.
struct Operand {
    value: Value,
    span: Span,
    wrong: Diagnostics,
}

/// Returns the value of a chain of operators of one precedence, from left to right.
pub(super) fn chain(
    first: &Expression,
    rest: &[BinaryOperand],
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let mut left = operand(first, scope);
    for link in rest {
        let right = operand(&link.operand, scope);
        let span = left.span.to(&right.span);
        let mut wrong = Diagnostics::new();
        let value = binary(link.operator, left, right, &span, &mut wrong);
        left = Operand { value, span, wrong };
    }
    diagnostics.extend(left.wrong);
    left.value
}

fn operand(expression: &Expression, scope: &Scope<'_>) -> Operand {
    let mut wrong = Diagnostics::new();
    let value = value_of(expression, scope, &mut wrong);
    Operand { value, span: expression.span.clone(), wrong }
}

/// Returns the type both operands are converted to; `None` where any two values will do.
fn operand_type(operator: BinaryOperator) -> Option<Type> {
    match operator {
        BinaryOperator::Equal | BinaryOperator::NotEqual => None,
        BinaryOperator::And | BinaryOperator::Or => Some(Type::Bool),
        _ => Some(Type::Number),
    }
}

fn result_type(operator: BinaryOperator) -> Type {
    match operator {
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => Type::Number,
        _ => Type::Bool,
    }
}

fn unknown(ty: Type) -> Value {
    Value::unknown(ty).not_null()
}

fn binary(
    operator: BinaryOperator,
    left: Operand,
    right: Operand,
    whole: &Span,
    diagnostics: &mut Diagnostics,
) -> Value {
    let converted =
        |operand: &Operand, side: &str, diagnostics: &mut Diagnostics| match operand_type(operator) {
            None => operand.value.clone(),
            Some(ty) => convert::convert(&operand.value, &ty).unwrap_or_else(|error| {
                let detail = format!("The {side} operand does not fit the operator: {error}.");
                report(diagnostics, "Invalid operand", detail, &operand.span, whole);
                Value::unknown(ty)
            }),
        };
    let left_value = converted(&left, "left", diagnostics);
    let right_value = converted(&right, "right", diagnostics);
    if diagnostics.has_errors() {
        diagnostics.extend(left.wrong);
        diagnostics.extend(right.wrong);
        return Value::unknown(result_type(operator));
    }
    let (left_value, left_marks) = left_value.without_marks();
    let (right_value, right_marks) = right_value.without_marks();
    let marks = left_marks | right_marks;
    diagnostics.extend(left.wrong);
    diagnostics.extend(right.wrong);
    if diagnostics.has_errors() {
        return Value::unknown(result_type(operator)).with_marks(marks);
    }
    let result = match operator {
        BinaryOperator::Equal => Ok(equality::equals(&left_value, &right_value)),
        BinaryOperator::NotEqual => Ok(negated(&equality::equals(&left_value, &right_value))),
        _ if left_value.is_null() || right_value.is_null() => Err("an operand is null"),
        BinaryOperator::And | BinaryOperator::Or => Ok(logical(operator, &left_value, &right_value)),
        BinaryOperator::Less => Ok(compare(&left_value, &right_value)),
        BinaryOperator::Greater => Ok(compare(&right_value, &left_value)),
        BinaryOperator::GreaterOrEqual => Ok(at_least(&left_value, &right_value)),
        BinaryOperator::LessOrEqual => Ok(at_least(&right_value, &left_value)),
        _ => arithmetic(operator, &left_value, &right_value),
    };
    finish(result, result_type(operator), marks, whole, diagnostics)
}

fn finish(
    result: Result<Value, &str>,
    ty: Type,
    marks: Marks,
    whole: &Span,
    diagnostics: &mut Diagnostics,
) -> Value {
    match result {
        Ok(value) => value.with_marks(marks),
        Err(why) => {
            report(diagnostics, "Operation failed", format!("This has no result: {why}."), whole, whole);
            Value::unknown(ty)
        }
    }
}

/// Returns `left && right` or `left || right`. Both operands matter, even if one alone could decide.
fn logical(operator: BinaryOperator, left: &Value, right: &Value) -> Value {
    match (left.as_bool(), right.as_bool()) {
        (Some(left), Some(right)) => {
            Value::bool(if operator == BinaryOperator::And { left && right } else { left || right })
        }
        _ => unknown(Type::Bool),
    }
}

fn negated(truth: &Value) -> Value {
    let marks = truth.marks();
    match truth.as_bool() {
        Some(truth) => Value::bool(!truth).with_marks(marks),
        None => unknown(Type::Bool).with_marks(marks),
    }
}

/// Returns the least and the greatest number a value is or may become.
pub(super) fn range(value: &Value) -> (Option<Bound>, Option<Bound>) {
    match (value.as_number(), value.refinement()) {
        (Some(number), _) => {
            let bound = Bound { value: number.clone(), inclusive: true };
            (Some(bound.clone()), Some(bound))
        }
        (None, Some(refinement)) => (refinement.minimum.clone(), refinement.maximum.clone()),
        (None, None) => (None, None),
    }
}

/// Returns whether `left < right`; ranges may decide it before the numbers are known.
/// Returns whether a number is greater than another, or equal to it: printed alike, whichever is greater.
fn at_least(left: &Value, right: &Value) -> Value {
    match (left.as_number(), right.as_number()) {
        (Some(left), Some(right)) => Value::bool(left.compare_values(right).is_gt() || left == right),
        _ => negated(&compare(left, right)),
    }
}

fn compare(left: &Value, right: &Value) -> Value {
    if let (Some(left), Some(right)) = (left.as_number(), right.as_number()) {
        return Value::bool(left.compare_values(right).is_lt());
    }
    let ((left_least, left_greatest), (right_least, right_greatest)) = (range(left), range(right));
    if let (Some(left), Some(right)) = (left_greatest, right_least)
        && left.value < right.value
    {
        return Value::bool(true);
    }
    if let (Some(left), Some(right)) = (left_least, right_greatest)
        && left.value >= right.value
    {
        return Value::bool(false);
    }
    unknown(Type::Bool)
}

fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> Result<Value, &'static str> {
    let (Some(left), Some(right)) = (left.as_number(), right.as_number()) else {
        return Ok(unknown(Type::Number));
    };
    let result: Option<Number> = match operator {
        BinaryOperator::Add => left.checked_add(right),
        BinaryOperator::Subtract => left.checked_sub(right),
        BinaryOperator::Multiply => left.checked_mul(right),
        BinaryOperator::Divide => left.checked_div(right),
        _ => left.checked_rem(right),
    };
    result.map(Value::number).ok_or(match operator {
        BinaryOperator::Add => "infinities of opposite signs have no sum",
        BinaryOperator::Subtract => "equal infinities have no difference",
        BinaryOperator::Multiply => "zero times infinity has no product",
        BinaryOperator::Divide => "zero by zero and infinity by infinity have no quotient",
        _ => "there is no remainder with infinity",
    })
}

pub(super) fn unary(
    operator: UnaryOperator,
    operand: &Expression,
    whole: &Span,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let errors = diagnostics.len();
    let ty = if operator == UnaryOperator::Not { Type::Bool } else { Type::Number };
    let given = value_of(operand, scope, diagnostics);
    let value = convert::convert(&given, &ty).unwrap_or_else(|error| {
        let detail = format!("The operand does not fit the operator: {error}.");
        report(diagnostics, "Invalid operand", detail, &operand.span, whole);
        Value::unknown(ty.clone())
    });
    if diagnostics.len() > errors {
        return Value::unknown(ty);
    }
    let (value, marks) = value.without_marks();
    let result = if value.is_null() {
        Err("the operand is null")
    } else if let Some(truth) = value.as_bool() {
        Ok(Value::bool(!truth))
    } else if let Some(number) = value.as_number() {
        Ok(Value::number(-number))
    } else {
        Ok(unknown(ty.clone()))
    };
    finish(result, ty, marks, whole, diagnostics)
}
