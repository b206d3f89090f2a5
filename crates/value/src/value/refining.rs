//! Narrowing what an unknown value may become.

use super::{Payload, Value};
use crate::{Refinement, Type};
use std::sync::Arc;

impl Value {
    /// Returns the value, known not to be null once it is known. Known values stay as they are.
    #[must_use]
    pub fn not_null(self) -> Self {
        self.with_refinement(Refinement::not_null())
    }

    /// Returns the value with more known about it.
    ///
    /// Known values and values of unknown type stay as they are. What leaves one possibility only becomes known: a
    /// number between equal bounds, a collection of length zero; a list of known length becomes a list of unknowns.
    #[must_use]
    pub fn with_refinement(mut self, refinement: Refinement) -> Self {
        let Payload::Unknown(current) = &self.payload else { return self };
        if self.ty == Type::Dynamic || refinement.is_empty() {
            return self;
        }
        let current = current.as_deref().cloned().unwrap_or_default();
        let combined = current.and(refinement);
        if combined.not_null
            && let Some(known) = only_possibility(&self.ty, &combined)
        {
            return known.with_marks(self.marks);
        }
        self.payload = Payload::Unknown(Some(Arc::new(combined)));
        self
    }
}

/// Returns the value that a refinement leaves no alternative to.
fn only_possibility(ty: &Type, refinement: &Refinement) -> Option<Value> {
    if let (Type::Number, Some(minimum), Some(maximum)) = (ty, &refinement.minimum, &refinement.maximum) {
        let single = minimum.inclusive && maximum.inclusive && minimum.value == maximum.value;
        return single.then(|| Value::number(minimum.value.clone()));
    }
    let length = refinement.greatest_length.filter(|greatest| *greatest == refinement.least_length)?;
    match (ty, length) {
        (Type::List(element), _) => {
            let elements = vec![Value::unknown(element.as_ref().clone()); length];
            Some(Value::list(element.as_ref().clone(), elements))
        }
        (Type::Set(element), 0) => Some(Value::set(element.as_ref().clone(), [])),
        (Type::Set(element), 1) => {
            Some(Value::set(element.as_ref().clone(), [Value::unknown(element.as_ref().clone())]))
        }
        (Type::Map(element), 0) => Some(Value::map(element.as_ref().clone(), [])),
        _ => None,
    }
}
