//! The syntax tree: bodies, attributes, blocks and expressions, each with its span.
//!
//! It is ours, not the parser library's, so that native syntax and JSON end in the same shape and nothing above
//! this crate depends on how text was read. Subtrees are behind `Arc`, so cloning an expression is cheap.

use std::sync::Arc;

use rinfra_diag::{Diagnostics, Span};
use rinfra_value::Value;

/// What stands between braces or fills a file: arguments and nested blocks in source order.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The arguments. Names are unique: the parser reports duplicates and keeps the first. Only bodies in JSON may
    /// repeat names.
    pub attributes: Vec<Attribute>,
    /// The nested blocks.
    pub blocks: Vec<Block>,
    /// Everything from the first to the last item, or the braces and what they hold.
    pub span: Span,
    /// The closing brace or the end of the file; in JSON, where a missing argument is reported.
    pub end: Span,
    /// What a body in JSON was written as; [`json_body::content`](crate::json_body::content) makes blocks of its
    /// properties.
    pub json: Option<Arc<Expression>>,
}

impl Body {
    /// Returns the argument called `name`.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// Returns the nested blocks of the given kind, in source order.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }

    /// Returns where Terraform reports what is missing from the body: its opening brace, in JSON its closing one.
    pub fn missing_item(&self) -> Span {
        if self.json.is_some() {
            return self.end.clone();
        }
        let mut brace = self.span.clone();
        brace.end = brace.start;
        brace
    }
}

/// One argument: `name = expression`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name on the left.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// What it is set to.
    pub expression: Expression,
    /// From the name to the end of the expression.
    pub span: Span,
}

/// One nested block: `kind "label" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The word it starts with.
    pub kind: Arc<str>,
    /// Where that word stands.
    pub kind_span: Span,
    /// The labels between the kind and the brace.
    pub labels: Vec<Label>,
    /// What stands between the braces.
    pub body: Body,
    /// From the kind to the last label: what a diagnostic about the whole block underlines.
    pub header: Span,
}

/// One label of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The label without quotes.
    pub text: Arc<str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// One expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

impl Expression {
    /// Returns an expression of this kind at this place.
    pub fn new(kind: ExpressionKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// Returns the constant `value` as an expression.
    pub fn literal(value: Value, span: Span) -> Self {
        Self::new(ExpressionKind::Literal(value.into()), span)
    }
}

/// What an expression is.
///
/// All kinds are a few words, for there are millions of expressions: what is larger is behind a pointer.
///
/// Template directives have no kinds of their own: `%{ if }` is a [`Conditional`] whose branches are templates and
/// `%{ for }` a [`TemplateJoin`] over a [`For`], which is also how Terraform words errors about them.
///
/// [`Conditional`]: ExpressionKind::Conditional
/// [`TemplateJoin`]: ExpressionKind::TemplateJoin
/// [`For`]: ExpressionKind::For
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// A number, `true`, `false`, `null`, a literal part of a template, or a value that came from JSON.
    Literal(Box<Value>),
    /// A quoted string or heredoc: its parts are converted to strings and joined. No parts: the empty string.
    Template(Arc<[Expression]>),
    /// A template that is one interpolation and nothing else, `"${x}"`: it keeps the type of `x`.
    TemplateWrap(Arc<Expression>),
    /// The body of a `%{ for }`: a tuple whose elements are converted to strings and joined.
    TemplateJoin(Arc<Expression>),
    /// `(x)`.
    Parentheses(Arc<Expression>),
    /// `[a, b]`.
    Tuple(Arc<[Expression]>),
    /// `{ a = 1 }`.
    Object(Arc<[ObjectItem]>),
    /// A name and the constant steps that follow it: `a.b[0].c`.
    Traversal(Arc<Traversal>),
    /// Constant steps applied to something that is not a name: `f().a[0]`.
    RelativeTraversal {
        /// What is stepped into.
        source: Arc<Expression>,
        /// The steps.
        steps: Arc<[TraversalStep]>,
    },
    /// `collection[key]` with a key that must be evaluated.
    Index {
        /// What is indexed.
        collection: Arc<Expression>,
        /// The key.
        key: Arc<Expression>,
        /// The brackets and what they hold.
        brackets: Box<Span>,
    },
    /// `source[*].x` or `source.*.x`.
    Splat {
        /// What is iterated.
        source: Arc<Expression>,
        /// What is computed for each element; the element itself is [`ExpressionKind::SplatElement`].
        each: Arc<Expression>,
        /// The `[*]` or `.*`.
        marker: Box<Span>,
    },
    /// The element the innermost enclosing splat is at.
    SplatElement,
    /// `f(a, b...)`.
    Call(Arc<Call>),
    /// `condition ? yes : no`.
    Conditional(Arc<Conditional>),
    /// `-x` or `!x`.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// Where the operator stands.
        operator_span: Box<Span>,
        /// What it is applied to.
        operand: Arc<Expression>,
    },
    /// A chain of left-associative operators of one precedence: `a + b - c`. Flat, so that long chains do not nest.
    Binary {
        /// The leftmost operand.
        first: Arc<Expression>,
        /// The operators and their right operands, from left to right. Never empty.
        rest: Arc<[BinaryOperand]>,
    },
    /// `[for v in c : …]` or `{for k, v in c : …}`.
    For(Arc<For>),
    /// A string in JSON: a template, an address, a type or just text, as its reader has it.
    JsonString(Arc<JsonString>),
}

/// A string in JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonString {
    /// What it says, where nothing is evaluated.
    pub text: Arc<str>,
    /// What it is where it is evaluated, or what is wrong with that; nobody minds as long as it is not evaluated.
    pub template: Result<Expression, Diagnostics>,
}

/// One `key = value` of an object constructor.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectItem {
    /// The key.
    pub key: ObjectKey,
    /// The value.
    pub value: Expression,
}

/// The key of an object constructor's item.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectKey {
    /// A bare word: a constant key, although it looks like a variable.
    Name {
        /// The word.
        name: Arc<str>,
        /// Where it stands.
        span: Span,
    },
    /// Anything else, which must evaluate to something that converts to a string. Few keys are, hence the box.
    Expression(Box<Expression>),
}

impl ObjectKey {
    /// Returns where the key stands.
    pub fn span(&self) -> &Span {
        match self {
            Self::Name { span, .. } => span,
            Self::Expression(expression) => &expression.span,
        }
    }
}

/// A function call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The whole name with its namespaces: `upper`, `provider::aws::arn_parse`.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The arguments.
    pub arguments: Vec<Expression>,
    /// Whether the last argument is followed by `...`.
    pub expand_final: bool,
    /// The opening parenthesis.
    pub open: Span,
    /// The closing parenthesis.
    pub close: Span,
}

/// A conditional expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional {
    /// What decides.
    pub condition: Expression,
    /// The result if true.
    pub yes: Expression,
    /// The result if false.
    pub no: Expression,
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// One further operand of a chain of binary operators.
#[derive(Clone, Debug, PartialEq)]
pub struct BinaryOperand {
    /// The operator before it.
    pub operator: BinaryOperator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// The operand.
    pub operand: Expression,
}

/// A for expression.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The name of the key, if the expression asks for it.
    pub key_name: Option<Arc<str>>,
    /// The name of the value.
    pub value_name: Arc<str>,
    /// What is iterated.
    pub collection: Expression,
    /// The key of each result: present when the result is an object.
    pub key: Option<Expression>,
    /// The value of each result.
    pub value: Expression,
    /// Which elements take part.
    pub condition: Option<Expression>,
    /// Whether values with the same key are grouped (`...`).
    pub grouped: bool,
    /// The opening bracket or brace.
    pub open: Span,
    /// The closing bracket or brace.
    pub close: Span,
}

/// A name and the steps that follow it.
#[derive(Clone, Debug, PartialEq)]
pub struct Traversal {
    /// The name.
    pub root: Arc<str>,
    /// Where the name stands.
    pub root_span: Span,
    /// The steps.
    pub steps: Vec<TraversalStep>,
    /// The name and all steps.
    pub span: Span,
}

/// One step of a traversal.
#[derive(Clone, Debug, PartialEq)]
pub enum TraversalStep {
    /// `.name`
    Attribute {
        /// The name.
        name: Arc<str>,
        /// The dot and the name.
        span: Span,
    },
    /// `[key]`, or `.0` as old configurations write it.
    Index {
        /// A known string or number. Few steps have one, hence the box.
        key: Box<Value>,
        /// The brackets and the key.
        span: Span,
    },
    /// `[*]` or `.*`: only ever the last step, and only in what [`references`](crate::references()) returns.
    Splat {
        /// Where it stands.
        span: Span,
    },
}

impl TraversalStep {
    /// Returns where the step stands.
    pub fn span(&self) -> &Span {
        match self {
            Self::Attribute { span, .. } | Self::Index { span, .. } | Self::Splat { span } => span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_are_millions_of_is_small() {
        let check = |what: &str, bytes: usize, most: usize| assert!(bytes <= most, "{what}: {bytes} bytes");
        check("a place", size_of::<Span>(), 40);
        check("an expression", size_of::<Expression>(), 72);
        check("a step", size_of::<TraversalStep>(), 64);
        check("a key", size_of::<ObjectKey>(), 64);
    }
}
