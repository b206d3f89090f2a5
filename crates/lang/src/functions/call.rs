//! What a function is, and what happens around its implementation when it is called.

use std::fmt;

use rinfra_diag::Signature;
use rinfra_value::{Marks, Type, Value, convert};

use super::Functions;

/// What a function says about one of its parameters.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name, for messages.
    pub name: &'static str,
    /// What arguments are converted to.
    pub ty: Type,
    /// Whether the implementation copes with null.
    pub allow_null: bool,
    /// Whether the implementation copes with unknown values; otherwise the result is unknown.
    pub allow_unknown: bool,
    /// Whether the implementation copes with values of unknown type.
    pub allow_dynamic: bool,
    /// Whether the implementation copes with marks; otherwise they are moved to the result.
    pub allow_marked: bool,
}

impl Parameter {
    /// Returns a parameter that leaves null, unknown and marked arguments to the protocol.
    pub(crate) fn new(name: &'static str, ty: Type) -> Self {
        let no = false;
        Self { name, ty, allow_null: no, allow_unknown: no, allow_dynamic: no, allow_marked: no }
    }

    pub(crate) fn null(self) -> Self {
        Self { allow_null: true, ..self }
    }

    pub(crate) fn unknown(self) -> Self {
        Self { allow_unknown: true, ..self }
    }

    pub(crate) fn dynamic(self) -> Self {
        Self { allow_dynamic: true, ..self }
    }

    pub(crate) fn marked(self) -> Self {
        Self { allow_marked: true, ..self }
    }

    /// Returns a parameter that gets its argument exactly as it was given.
    pub(crate) fn verbatim(name: &'static str) -> Self {
        Self::new(name, Type::Dynamic).null().unknown().dynamic().marked()
    }
}

/// What a function does with its converted arguments.
pub(crate) type Implementation = Box<dyn Fn(&Functions, &[Value]) -> Answer + Send + Sync>;

/// What a call comes to.
pub(crate) type Answer = Result<Value, FunctionError>;

/// What type the result has, which must be told even while arguments are unknown.
enum Returns {
    Fixed(Type),
    Computed(fn(&[Value]) -> Result<Type, FunctionError>),
}

/// One function.
pub struct Function {
    /// The name it is called by.
    pub name: &'static str,
    /// The parameters every call must give.
    pub parameters: Vec<Parameter>,
    /// What further arguments are, if any are allowed.
    pub variadic: Option<Parameter>,
    returns: Returns,
    /// The type of every result, where arguments of unknown type do not tell it.
    told: Option<Type>,
    never_null: bool,
    implementation: Implementation,
}

impl Function {
    /// Returns a function whose result is never null and of type `returns`.
    pub(crate) fn new(
        name: &'static str,
        returns: Type,
        implementation: impl Fn(&Functions, &[Value]) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            parameters: Vec::new(),
            variadic: None,
            returns: Returns::Fixed(returns),
            told: None,
            never_null: true,
            implementation: Box::new(implementation),
        }
    }

    /// As [`Function::new`], for an implementation that needs only its arguments.
    pub(crate) fn pure(name: &'static str, returns: Type, implementation: fn(&[Value]) -> Answer) -> Self {
        Self::new(name, returns, move |_, arguments| implementation(arguments))
    }

    /// As [`Function::pure`], where the type of the result depends on the arguments.
    ///
    /// `returns` is asked only while an argument is unknown: the implementation makes the same checks itself.
    pub(crate) fn typed(
        name: &'static str,
        returns: fn(&[Value]) -> Result<Type, FunctionError>,
        implementation: fn(&[Value]) -> Answer,
    ) -> Self {
        Self { returns: Returns::Computed(returns), ..Self::pure(name, Type::Dynamic, implementation) }
    }

    pub(crate) fn parameter(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    pub(crate) fn variadic(self, parameter: Parameter) -> Self {
        Self { variadic: Some(parameter), ..self }
    }

    /// Says that the result may be null, so that an unknown one promises nothing.
    pub(crate) fn maybe_null(self) -> Self {
        Self { never_null: false, ..self }
    }

    /// Says what type the result has, whatever the arguments are.
    pub(crate) fn telling(self, returns: Type) -> Self {
        Self { told: Some(returns), ..self }
    }

    /// Returns what the function says about the argument at `index`.
    pub fn parameter_at(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }

    /// Calls the function: converts the arguments to the parameters' types, answers for null, unknown and marked
    /// arguments where the implementation does not, and otherwise runs it.
    ///
    /// # Errors
    /// What is wrong with which argument.
    pub fn call(&self, functions: &Functions, arguments: &[Value]) -> Result<Value, FunctionError> {
        self.check_count(arguments.len())?;
        let mut converted = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            converted.push(self.convert(index, argument)?);
        }
        let mut arguments = converted;
        let untyped = self.check_presence(&arguments)?;
        let mut marks = Marks::NONE;
        let mut unknown = untyped;
        for (index, argument) in arguments.iter_mut().enumerate() {
            let Some(parameter) = self.parameter_at(index) else { continue };
            if !parameter.allow_marked {
                let found = argument.marks_deep();
                if !found.is_empty() {
                    marks |= found;
                    *argument = argument.unmark_deep();
                }
            }
            unknown |= !parameter.allow_unknown && !argument.is_known();
        }
        if untyped || unknown {
            marks |= self.marks_left(&arguments);
        }
        let result = if untyped {
            return Ok(Value::dynamic().with_marks(marks));
        } else if unknown {
            Value::unknown(self.result_type(&arguments)?)
        } else {
            (self.implementation)(functions, &arguments)?
        };
        let promises = self.never_null && !result.is_known() && *result.ty() != Type::Dynamic;
        let result = if promises { result.not_null() } else { result };
        Ok(if marks.is_empty() { result } else { result.with_marks(marks) })
    }

    /// Returns how the function wants to be called, under the name it was called by.
    pub(super) fn signature(&self, name: &str) -> Signature {
        let parameter = |it: &Parameter| rinfra_diag::Parameter {
            name: it.name.to_owned(),
            ty: it.ty.to_json().to_string(),
            nullable: it.allow_null,
        };
        let arguments = self.parameters.iter().chain(&self.variadic).map(|it| Value::unknown(it.ty.clone()));
        // What cannot be told without better arguments is open.
        let is_open = |it: &Parameter| it.ty == Type::Dynamic && !it.allow_dynamic;
        let returns = match (&self.told, self.parameters.iter().chain(&self.variadic).any(is_open)) {
            (Some(told), _) => told.clone(),
            (None, true) => Type::Dynamic,
            (None, false) => self.result_type(&arguments.collect::<Vec<_>>()).unwrap_or(Type::Dynamic),
        };
        Signature {
            name: name.to_owned(),
            parameters: self.parameters.iter().map(parameter).collect(),
            variadic: self.variadic.as_ref().map(parameter),
            returns: returns.to_json().to_string(),
        }
    }

    /// Returns the marks an implementation would have moved to its result, had it been called.
    fn marks_left(&self, arguments: &[Value]) -> Marks {
        let mut marks = Marks::NONE;
        for (index, argument) in arguments.iter().enumerate() {
            if self.parameter_at(index).is_some_and(|it| it.allow_marked && !it.allow_unknown) {
                marks |= argument.marks();
            }
        }
        marks
    }

    fn result_type(&self, arguments: &[Value]) -> Result<Type, FunctionError> {
        match &self.returns {
            Returns::Fixed(ty) => Ok(ty.clone()),
            Returns::Computed(compute) => compute(arguments),
        }
    }

    fn check_count(&self, given: usize) -> Result<(), FunctionError> {
        let wanted = self.parameters.len();
        if let Some(missing) = self.parameters.get(given) {
            let at_least = if self.variadic.is_some() { "at least " } else { "" };
            return Err(FunctionError::new(format!(
                "Function \"{}\" expects {at_least}{wanted} argument(s). Missing value for \"{}\"",
                self.name, missing.name
            )));
        }
        if given > wanted && self.variadic.is_none() {
            return Err(FunctionError::new(format!(
                "Function \"{}\" expects only {wanted} argument(s)",
                self.name
            )));
        }
        Ok(())
    }

    fn convert(&self, index: usize, argument: &Value) -> Answer {
        match self.parameter_at(index) {
            Some(parameter) if parameter.ty != Type::Dynamic => convert::convert(argument, &parameter.ty)
                .map_err(|error| FunctionError::argument(index, error.message)),
            _ => Ok(argument.clone()),
        }
    }

    /// Refuses nulls; tells whether an argument's type is unknown where the implementation needs to know it.
    fn check_presence(&self, arguments: &[Value]) -> Result<bool, FunctionError> {
        for (index, argument) in arguments.iter().enumerate() {
            let Some(parameter) = self.parameter_at(index) else { continue };
            if argument.is_null() && !parameter.allow_null {
                return Err(FunctionError::argument(index, "argument must not be null"));
            }
            // What comes after an argument of unknown type is looked at once that type is known.
            if *argument.ty() == Type::Dynamic && !parameter.allow_dynamic {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("parameters", &self.parameters)
            .field("variadic", &self.variadic)
            .finish_non_exhaustive()
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// Which argument is at fault, counted from 0; `None` if the call as a whole is.
    pub argument: Option<usize>,
    /// What is wrong, as a fragment: "a string is required".
    pub message: String,
}

impl FunctionError {
    /// Returns an error about the call as a whole.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { argument: None, message: message.into() }
    }

    /// Returns an error about one argument.
    pub(crate) fn argument(index: usize, message: impl Into<String>) -> Self {
        Self { argument: Some(index), message: message.into() }
    }
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FunctionError {}
