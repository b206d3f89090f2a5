//! From the value a variable is given to the value its module sees.

use rinfra_diag::{Diagnostic, Span};
use rinfra_value::Value;
use rinfra_value::convert::{ConvertError, convert};

use crate::blocks::variable::Variable;

/// Why a variable has no value.
#[derive(Clone, Debug)]
pub enum NotAccepted {
    /// There is neither a value nor a default.
    Missing,
    /// The value cannot be converted.
    Unsuitable(ConvertError),
    /// The value is null.
    Null,
}

impl NotAccepted {
    /// Returns the diagnostic about a variable of which this is true; `what` is how it is called, `place` where its
    /// value stands.
    pub fn diagnostic(self, variable: &Variable, what: &str, place: Span) -> Diagnostic {
        match self {
            Self::Missing => unset(variable),
            Self::Unsuitable(error) => {
                let detail = format!("The given value is not suitable for {what}: {error}.");
                Diagnostic::error("Invalid value for input variable", detail).at(place)
            }
            Self::Null => {
                let detail = format!("The given value is null, and {what} does not allow null.");
                Diagnostic::error("Required variable not set", detail).at(place)
            }
        }
    }
}

impl Variable {
    /// Returns the value the module sees: the given one or the default, completed and converted.
    ///
    /// It has no mark that the given one did not have.
    ///
    /// # Errors
    /// Why there is no such value.
    pub fn accept(&self, given: Option<Value>) -> Result<Value, NotAccepted> {
        // Null means the default where null is not allowed.
        let given = given.filter(|it| !it.is_null() || self.nullable || self.default.is_none());
        let value = given.or_else(|| self.default.clone()).ok_or(NotAccepted::Missing)?;
        let completed = match &self.constraint.defaults {
            Some(defaults) if !value.is_null() => defaults.apply(&value),
            _ => value,
        };
        let converted = convert(&completed, &self.constraint.ty).map_err(NotAccepted::Unsuitable)?;
        if converted.is_null() && !self.nullable {
            return Err(NotAccepted::Null);
        }
        Ok(converted)
    }
}

/// Returns the diagnostic about a root variable that has neither a value nor a default.
pub fn unset(variable: &Variable) -> Diagnostic {
    let name = &variable.name;
    let detail = format!("The root module input variable \"{name}\" is not set, and has no default value.");
    Diagnostic::error("No value for required variable", detail).at(variable.header.clone()).hint(format!(
        "Set it with -var '{name}=…', in a .tfvars file or as TF_VAR_{name}, or give it a default"
    ))
}
