//! The Terraform language: syntax, expressions and functions.
//!
//! Text becomes a [`Body`] of attributes, blocks and expressions with spans; an [`Expression`] and a [`Scope`] become
//! a [`Value`](rinfra_value::Value) or diagnostics, with Terraform's rules for unknown, null and sensitive values.
//!
//! This crate refuses to know what a `resource` or a `variable` is, to touch the file system, the environment or the
//! clock (files come through [`files::Files`]), and to let the parser library show: the syntax tree is its own.

pub mod ast;
mod continuation;
mod evaluate;
mod evidence;
pub mod files;
mod format;
pub mod functions;
pub mod json_body;
pub mod print;
pub mod print_type;
mod references;
mod scope;
mod stack;
pub mod static_value;
pub mod syntax;
pub mod template;
pub mod type_expression;

pub use ast::{
    Attribute, BinaryOperand, BinaryOperator, Block, Body, Call, Conditional, Expression, ExpressionKind,
    For, JsonString, Label, ObjectItem, ObjectKey, Traversal, TraversalStep, UnaryOperator,
};
pub use continuation::goes_on;
pub use evaluate::{evaluate, evaluate_as};
pub use evidence::{Cause, evidence};
pub use format::{format, lay_out};
pub use references::{body_references, references};
pub use scope::Scope;
