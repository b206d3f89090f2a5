//! The function library: what may be called from an expression.
//!
//! `try` and `can` are not here: they must see their arguments unevaluated, so the evaluator knows them by name.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rinfra_value::{Type, Value};

use crate::files::Files;

/// What functions may ask of the world around the configuration.
#[derive(Clone)]
pub struct FunctionContext {
    /// Where `file`, `templatefile` and their like read.
    pub files: Arc<dyn Files>,
    /// The directory relative paths are relative to.
    pub base_dir: PathBuf,
}

/// All functions of a configuration.
#[derive(Clone, Default)]
pub struct Functions {
    functions: BTreeMap<&'static str, Arc<Function>>,
}

impl Functions {
    /// Returns Terraform's functions.
    pub fn standard(_context: FunctionContext) -> Self {
        Self::default()
    }

    /// Returns the function called `name`.
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.functions.get(name).map(Arc::as_ref)
    }

    /// Returns the names of all functions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.functions.keys().copied()
    }
}

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

/// What a function does with its converted arguments.
pub(crate) type Implementation =
    Box<dyn Fn(&Functions, &[Value]) -> Result<Value, FunctionError> + Send + Sync>;

/// One function.
pub struct Function {
    /// The name it is called by.
    pub name: &'static str,
    /// The parameters every call must give.
    pub parameters: Vec<Parameter>,
    /// What further arguments are, if any are allowed.
    pub variadic: Option<Parameter>,
    implementation: Implementation,
}

impl Function {
    /// Calls the function: converts the arguments to the parameters' types, answers for null, unknown and marked
    /// arguments where the implementation does not, and otherwise runs it.
    ///
    /// # Errors
    /// What is wrong with which argument.
    pub fn call(&self, functions: &Functions, arguments: &[Value]) -> Result<Value, FunctionError> {
        (self.implementation)(functions, arguments)
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

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FunctionError {}
