//! Whether something that may be switched off is on.

use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_lang::{Expression, Scope, evaluate};
use rinfra_value::convert::convert;
use rinfra_value::{Marks, Type};

use crate::expansion::{Instances, UnknownRepetition};

/// Returns the one instance that `enabled` asks for, or none.
///
/// *Errors*: anything but true or false, and values that are unknown, sensitive or ephemeral.
pub(crate) fn enabled(
    expression: &Expression,
    scope: &Scope<'_>,
    unknown: UnknownRepetition,
) -> Result<Instances, Diagnostics> {
    let invalid = |detail: String| {
        Diagnostics::from(Diagnostic::error("Invalid enabled argument", detail).at(expression.span.clone()))
    };
    let (value, marks) = evaluate(expression, scope)?.without_marks();
    for (mark, what) in [(Marks::SENSITIVE, "sensitive"), (Marks::EPHEMERAL, "ephemeral")] {
        if marks.contains(mark) {
            return Err(invalid(format!(
                "The value is {what}, and whether an instance exists shows to everyone."
            )));
        }
    }
    let value = convert(&value, &Type::Bool)
        .map_err(|error| invalid(format!("Either true or false is needed: {}.", error.message)))?;
    match value.as_bool() {
        Some(true) => Ok(Instances::Single),
        Some(false) => Ok(Instances::Disabled),
        None if value.is_null() => Err(invalid("Either true or false is needed, not null.".to_owned())),
        None if unknown == UnknownRepetition::Allowed => Ok(Instances::Single),
        None if unknown == UnknownRepetition::Tolerated => Ok(Instances::Unknown),
        None => Err(invalid("Whether it is enabled depends on what is known only after apply.".to_owned())
            .into_iter()
            .map(|it| it.hint("Apply what it depends on first, such as with -target"))
            .collect()),
    }
}
