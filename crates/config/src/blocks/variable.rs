//! `variable`: what a module wants to be told.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span};
use rinfra_lang::{Block, Expression, Traversal, type_expression};
use rinfra_value::Value;
use rinfra_value::constraint::TypeConstraint;
use rinfra_value::convert::convert;

use super::condition::{self, Condition};
use super::module_call;
use crate::content::{Content, Grammar, label, label_span, read};
use crate::{constant, form, name};

/// An input variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Arc<str>,
    /// What values are converted to.
    pub constraint: TypeConstraint,
    /// The value it has when nobody gives one, converted; `None` when it must be given.
    pub default: Option<Value>,
    /// How text from the command line and the environment is read.
    pub parsing: Parsing,
    /// Rules every value must satisfy.
    pub validations: Vec<Condition>,
    /// Whether its value is hidden.
    pub sensitive: bool,
    /// Whether its value is never stored.
    pub ephemeral: bool,
    /// Whether it may be null; otherwise null means the default.
    pub nullable: bool,
    /// Whether its value is needed before anything is planned (true), or must not be (false).
    pub early: Option<bool>,
    /// Why nobody should set it any more, and what to do instead.
    pub deprecated: Option<Arc<str>>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// The header of the block.
    pub header: Span,
    /// Where the name stands.
    pub name_span: Span,
}

/// How the text of a variable from the command line or the environment is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Parsing {
    /// As it is: for primitive types, and when no type is given.
    Literal,
    /// As an expression of the language.
    Expression,
}

pub(crate) const GRAMMAR: Grammar = Grammar {
    required: &[],
    optional: &[
        "description",
        "default",
        "type",
        "sensitive",
        "nullable",
        "ephemeral",
        "const",
        "deprecated",
    ],
    blocks: &[("validation", &[])],
};

pub(crate) fn decode(block: &Block, found: &mut Diagnostics) -> Variable {
    let content = read(&block.body, &GRAMMAR, found);
    let name = label(block, 0);
    check_name(block, &name, found);
    let (constraint, parsing) = decode_type(&content, found);
    let mut flag = |argument| content.argument(argument).and_then(|it| constant::boolean(it, found));
    let (sensitive, ephemeral, nullable) = (flag("sensitive"), flag("ephemeral"), flag("nullable"));
    let early = flag("const");
    let nullable = nullable.unwrap_or(true);
    if early == Some(true) {
        refuse_secret(block, "sensitive", sensitive, found);
        refuse_secret(block, "ephemeral", ephemeral, found);
    }
    Variable {
        default: decode_default(&content, &constraint, nullable, found),
        constraint,
        parsing,
        validations: decode_validations(&content, &name, found),
        sensitive: sensitive.unwrap_or(false),
        ephemeral: ephemeral.unwrap_or(false),
        nullable,
        early,
        deprecated: content.argument("deprecated").and_then(|it| constant::string(it, found)),
        description: content.argument("description").and_then(|it| constant::string(it, found)),
        header: block.header.clone(),
        name_span: label_span(block, 0),
        name,
    }
}

/// A value that is needed early is recorded in files.
fn refuse_secret(block: &Block, what: &str, is_so: Option<bool>, found: &mut Diagnostics) {
    if is_so == Some(true) {
        let detail = format!("A variable with \"const = true\" cannot be {what} as well.");
        let diagnostic = Diagnostic::error(format!("Const variable cannot be {what}"), detail);
        found.push(diagnostic.at(block.header.clone()));
    }
}

fn check_name(block: &Block, name: &str, found: &mut Diagnostics) {
    let span = label_span(block, 0);
    name::check(name, "Invalid variable name", span.clone(), found);
    if module_call::GRAMMAR.has_name(name) {
        let detail = format!(
            "The variable name \"{name}\" is reserved due to its special meaning inside module blocks."
        );
        found.push(Diagnostic::error("Invalid variable name", detail).at(span));
    }
}

fn decode_type(content: &Content<'_>, found: &mut Diagnostics) -> (TypeConstraint, Parsing) {
    let any = TypeConstraint::any();
    let Some(argument) = content.argument("type") else { return (any, Parsing::Literal) };
    let expression = &argument.expression;
    let Some(constraint) = found.absorb(type_expression::parse(expression)) else {
        return (any, Parsing::Expression);
    };
    let parsing = if constraint.ty.is_primitive() { Parsing::Literal } else { Parsing::Expression };
    (constraint, parsing)
}

fn decode_default(
    content: &Content<'_>,
    constraint: &TypeConstraint,
    nullable: bool,
    found: &mut Diagnostics,
) -> Option<Value> {
    let expression = &content.argument("default")?.expression;
    let Some(mut value) = constant::value(expression, found) else {
        return Some(Value::unknown(constraint.ty.without_optional_attributes()));
    };
    let mut invalid = |detail: String| {
        let diagnostic = Diagnostic::error("Invalid default value for variable", detail);
        found.push(diagnostic.at(expression.span.clone()));
    };
    if let Some(defaults) = &constraint.defaults
        && !value.is_null()
    {
        value = defaults.apply(&value);
    }
    let value = match convert(&value, &constraint.ty) {
        Ok(value) => value,
        Err(error) => {
            let place = if error.path.is_root() { String::new() } else { format!("{}: ", error.path) };
            invalid(format!(
                "This default value is not compatible with the variable's type constraint: {place}{}.",
                error.message
            ));
            Value::unknown(constraint.ty.without_optional_attributes())
        }
    };
    if value.is_null() && !nullable {
        invalid("A null default value is not valid when nullable=false.".to_owned());
    }
    Some(value)
}

fn decode_validations(content: &Content<'_>, name: &str, found: &mut Diagnostics) -> Vec<Condition> {
    let mut validations = Vec::new();
    for block in content.blocks_of("validation") {
        let Some(validation) = condition::decode(block, found) else { continue };
        if !refers_to(&validation.condition, name) {
            let detail = format!(
                "The condition for variable \"{name}\" must refer to var.{name} in order to test incoming \
                 values."
            );
            let diagnostic = Diagnostic::error("Invalid variable validation condition", detail);
            found.push(diagnostic.at(validation.condition.span.clone()));
        }
        validations.push(validation);
    }
    validations
}

fn refers_to(condition: &Expression, name: &str) -> bool {
    let is_itself = |it: &Arc<Traversal>| {
        &*it.root == "var" && form::step_name(it.steps.first()).is_some_and(|it| &**it == name)
    };
    rinfra_lang::references(condition).iter().any(is_itself)
}
