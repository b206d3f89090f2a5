//! `source[*].x` and `source.*.x`.

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::{Refinement, Type, Value};

use super::{may_go_on, report, value_of};
use crate::ast::Expression;
use crate::scope::Scope;

pub(super) struct Splat<'e> {
    pub(super) source: &'e Expression,
    pub(super) each: &'e Expression,
    pub(super) marker: &'e Span,
    pub(super) whole: &'e Span,
}

pub(super) fn splat(splat: &Splat<'_>, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    let errors = diagnostics.len();
    let source = value_of(splat.source, scope, diagnostics);
    if diagnostics.len() > errors {
        return Value::dynamic();
    }
    let marks = source.marks();
    let is_sequence = matches!(source.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_));
    if source.is_null() {
        if !is_sequence {
            return Value::tuple(Vec::new()).with_marks(marks);
        }
        let detail = "This is null. Only a value that is no list, set or tuple may be null before a splat.";
        let within = splat.source.span.to(splat.marker);
        report(diagnostics, "Splat of null value", detail, &splat.source.span, &within);
        return Value::dynamic();
    }
    if *source.ty() == Type::Dynamic {
        return Value::dynamic().with_marks(marks);
    }
    if is_sequence {
        return sequence(splat, source, scope, diagnostics);
    }
    // Anything else counts as a tuple of itself, or as no element if it turns out to be null.
    let may_be_empty = !source.is_known() && !source.is_definitely_not_null();
    let single = sequence(splat, Value::tuple(vec![source]).with_marks(marks), scope, diagnostics);
    if may_be_empty { Value::dynamic().with_marks(marks) } else { single }
}

fn sequence(splat: &Splat<'_>, source: Value, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    let (source, marks) = source.without_marks();
    let Some(elements) = source.elements() else {
        let ty = result_type(splat, source.ty(), scope, diagnostics);
        return open(&source, ty).with_marks(marks);
    };
    let errors = diagnostics.len();
    let values: Vec<Value> =
        elements.iter().map(|element| each(splat, element.clone(), scope, diagnostics)).collect();
    if diagnostics.len() > errors {
        // The same errors again would come of it.
        let ty = result_type(splat, source.ty(), scope, &mut Diagnostics::new());
        return Value::unknown(ty).with_marks(marks);
    }
    if matches!(source.ty(), Type::Tuple(_)) {
        return Value::tuple(values).with_marks(marks);
    }
    // Values of unknown type may yet be of the type of the others.
    let typed = values.iter().find(|value| *value.ty() != Type::Dynamic);
    let element = match typed.or(values.first()) {
        Some(first) => first.ty().clone(),
        None => match result_type(splat, source.ty(), scope, diagnostics) {
            Type::List(element) => (*element).clone(),
            _ => Type::Dynamic,
        },
    };
    if values.iter().any(|value| *value.ty() != Type::Dynamic && *value.ty() != element) {
        let detail = "The inner splat gives results of different types for different elements, and they fit into no \
                      list. Use a for expression instead.";
        report(diagnostics, "Invalid nested splat expressions", detail, &splat.each.span, splat.whole);
        return Value::dynamic();
    }
    Value::list(element, values).with_marks(marks)
}

fn each(splat: &Splat<'_>, element: Value, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Value {
    if !may_go_on(splat.whole, scope, diagnostics) {
        return Value::dynamic();
    }
    value_of(splat.each, &scope.with_element(element), diagnostics)
}

/// Returns the type of the result, found by trying the splat on unknown elements.
fn result_type(splat: &Splat<'_>, source: &Type, scope: &Scope<'_>, diagnostics: &mut Diagnostics) -> Type {
    let mut of =
        |element: &Type| each(splat, Value::unknown(element.clone()), scope, diagnostics).ty().clone();
    match source {
        Type::List(element) | Type::Set(element) => Type::list(of(element)),
        Type::Tuple(elements) => Type::tuple(elements.iter().map(of).collect::<Vec<_>>()),
        _ => Type::Dynamic,
    }
}

fn open(source: &Value, ty: Type) -> Value {
    let mut refinement = Refinement::not_null();
    if let (Type::List(_), true, Some(known)) = (&ty, source.ty().is_collection(), source.refinement()) {
        refinement.least_length = known.least_length;
        refinement.greatest_length = known.greatest_length;
    }
    Value::unknown(ty).with_refinement(refinement)
}
