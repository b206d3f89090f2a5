//! `condition ? yes : no`.

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::{Refinement, Type, Value, convert};

use super::{report, value_of};
use crate::ast::{Conditional, Expression};
use crate::scope::Scope;

const INCONSISTENT: &str = "Inconsistent conditional result types";

pub(super) fn conditional(
    conditional: &Conditional,
    whole: &Span,
    scope: &Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let Conditional { condition, yes, no } = conditional;
    // Both are evaluated for their types; what is wrong with the one not chosen is nobody's concern.
    let (mut yes_wrong, mut no_wrong) = (Diagnostics::new(), Diagnostics::new());
    let yes_value = value_of(yes, scope, &mut yes_wrong);
    let no_value = value_of(no, scope, &mut no_wrong);
    let Some(ty) = result_type(&yes_value, &no_value) else {
        let detail =
            format!("Both results must have one type. {}.", difference(yes_value.ty(), no_value.ty()));
        report(diagnostics, INCONSISTENT, detail, &yes.span.to(&no.span), whole);
        return Value::dynamic();
    };
    let decision = value_of(condition, scope, diagnostics);
    if decision.is_null() {
        let detail = "The condition is null; it must be true or false.";
        report(diagnostics, "Null condition", detail, &condition.span, whole);
        return Value::unknown(ty.unwrap_or(Type::Dynamic));
    }
    let (decision, marks) = decision.without_marks();
    let (yes_value, yes_marks) = yes_value.without_marks();
    let (no_value, no_marks) = no_value.without_marks();
    let marks = marks | yes_marks | no_marks;
    if !decision.is_known() {
        return open(&yes_value, &no_value, ty.unwrap_or(Type::Dynamic)).with_marks(marks);
    }
    let Some(decision) = convert::convert(&decision, &Type::Bool).ok().and_then(|it| it.as_bool()) else {
        let detail = format!("The condition must be a bool, and this is {}.", decision.ty().friendly_name());
        report(diagnostics, "Incorrect condition type", detail, &condition.span, whole);
        return Value::unknown(ty.unwrap_or(Type::Dynamic));
    };
    let (chosen, value, wrong) =
        if decision { (yes, yes_value, yes_wrong) } else { (no, no_value, no_wrong) };
    diagnostics.extend(wrong);
    unified(value, ty.as_ref(), chosen, whole, diagnostics).with_marks(marks)
}

/// Returns the type of the result; `Some(None)` if it is open because that of a branch is, `None` if there is none.
fn result_type(yes: &Value, no: &Value) -> Option<Option<Type>> {
    let untyped_null = Value::dynamic_null();
    if *yes == untyped_null {
        return Some(Some(no.ty().clone()));
    }
    if *no == untyped_null {
        return Some(Some(yes.ty().clone()));
    }
    if *yes.ty() == Type::Dynamic || *no.ty() == Type::Dynamic {
        return Some(None);
    }
    convert::unify(&[yes.ty().clone(), no.ty().clone()]).map(Some)
}

fn unified(
    value: Value,
    ty: Option<&Type>,
    chosen: &Expression,
    whole: &Span,
    diagnostics: &mut Diagnostics,
) -> Value {
    let Some(ty) = ty else { return value };
    if value.ty() == ty {
        return value;
    }
    convert::convert_unified(&value, ty).unwrap_or_else(|error| {
        let detail = format!("The chosen result has the wrong type: {error}.");
        report(diagnostics, INCONSISTENT, detail, &chosen.span, whole);
        Value::unknown(ty.clone())
    })
}

/// Returns the result while the condition is unknown: unknown, but within what both branches allow.
fn open(yes: &Value, no: &Value, ty: Type) -> Value {
    if yes.is_null() && no.is_null() {
        return Value::null(ty);
    }
    let mut refinement = Refinement {
        not_null: yes.is_definitely_not_null() && no.is_definitely_not_null(),
        ..Refinement::default()
    };
    if yes.ty().is_collection() && yes.ty() == no.ty() {
        let ((least, greatest), (other_least, other_greatest)) = (lengths(yes), lengths(no));
        refinement.least_length = least.min(other_least);
        refinement.greatest_length = greatest.zip(other_greatest).map(|(one, other)| one.max(other));
    }
    if *yes.ty() == Type::Number && *no.ty() == Type::Number {
        let (one, other) = (super::operator::range(yes), super::operator::range(no));
        refinement.minimum =
            one.0.zip(other.0).map(|(one, other)| if other.value < one.value { other } else { one });
        refinement.maximum =
            one.1.zip(other.1).map(|(one, other)| if other.value > one.value { other } else { one });
    }
    if refinement.is_empty() || ty == Type::Dynamic {
        return Value::unknown(ty);
    }
    Value::unknown(ty).with_refinement(refinement)
}

fn lengths(value: &Value) -> (usize, Option<usize>) {
    match (value.len(), value.refinement()) {
        (Some(length), _) => (length, Some(length)),
        (None, Some(refinement)) => (refinement.least_length, refinement.greatest_length),
        (None, None) => (0, None),
    }
}

/// Returns in words what keeps two types from having a common one.
fn difference(yes: &Type, no: &Type) -> String {
    if let (Some(yes), Some(no)) = (yes.attribute_types(), no.attribute_types()) {
        for (name, ty) in yes {
            match no.get(name) {
                None => {
                    return format!("The true result has an attribute \"{name}\" that the false one lacks");
                }
                Some(other) if other != ty => {
                    return format!("Attribute \"{name}\": {}", difference(ty, other));
                }
                Some(_) => {}
            }
        }
        if let Some(name) = no.keys().find(|name| !yes.contains_key(*name)) {
            return format!("The false result has an attribute \"{name}\" that the true one lacks");
        }
    }
    if let (Some(yes), Some(no)) = (yes.tuple_types(), no.tuple_types()) {
        if yes.len() != no.len() {
            return format!("The true result has {} elements, the false one {}", yes.len(), no.len());
        }
        if let Some(at) = (0..yes.len()).find(|&at| yes[at] != no[at]) {
            return format!("Element {at}: {}", difference(&yes[at], &no[at]));
        }
    }
    if let (Some(yes_element), Some(no_element)) = (yes.element_type(), no.element_type())
        && std::mem::discriminant(yes) == std::mem::discriminant(no)
        && !yes_element.is_primitive()
    {
        return format!("Elements: {}", difference(yes_element, no_element));
    }
    format!("The true result is {}, the false one {}", yes.friendly_name(), no.friendly_name())
}
