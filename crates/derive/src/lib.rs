//! Derives the schema of a resource type from its struct.
//!
//! `#[derive(Schema)]` emits tables and accessors and nothing else: what the block holds, how a value becomes the
//! struct and the struct a value, and which field is the identity. Whatever is *done* with a schema is ordinary code
//! in `rinfra-schema`. The macro refuses anything it would have to guess: an unknown option or a sibling that
//! does not exist is a compile error at the word in question.
//!
//! On the struct:
//! - `#[resource(name = "aws_x", version = 1, id = "arn", timeouts(create = "10m"))]`: a resource type.
//! - `#[data(name = "aws_x", timeouts(read = "20m"))]`: a data source.
//! - neither: a nested block or an object type.
//!
//! On a field, `#[attr(…)]` or `#[block(…)]`, whose options the [`Schema`](derive@Schema) macro lists. Documentation
//! comments become descriptions.

mod container;
mod emit;
mod field;
#[cfg(test)]
mod misuse;
mod options;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `BlockType`, and `ResourceSchema` for a resource type or data source.
///
/// A field is an attribute, whose type says who sets it, unless it is marked `#[block]`.
///
/// ```
/// use rinfra_derive::Schema;
/// use rinfra_schema::typed::{Computed, Id, OrComputed, ResourceSchema};
///
/// /// A place to keep things.
/// #[derive(Schema)]
/// #[resource(name = "example_chest", timeouts(create = "10m"))]
/// struct Chest {
///     id: Computed<Id>,
///     #[attr(force_new)]
///     name: String,
///     #[attr(default = "wood")]
///     material: String,
///     #[block(max = 5)]
///     label: Vec<Label>,
/// }
///
/// #[derive(Schema)]
/// struct Label {
///     text: OrComputed<String>,
/// }
///
/// assert!(Chest::schema().block.attributes["name"].force_new);
/// ```
///
/// | `#[attr(…)]` | meaning |
/// |---|---|
/// | `force_new` | a change needs a new object |
/// | `default = literal` | the value when the configuration says nothing |
/// | `recomputed_by(a, b)` | becomes unknown when one of these siblings changes |
/// | `sensitive`, `local`, `write_only`, `required` | as the wrapper types say |
/// | `choices("a", "b")` | the accepted texts; `Choice<T>` brings its own, `choices()` accepts any |
/// | `min = 1`, `max = 5` | the accepted numbers |
/// | `conflicts_with(a)`, `exactly_one_of(a)`, `at_least_one_of(a)`, `required_with(a)` | rules among siblings |
/// | `deprecated = "why"` | a warning when it is set |
/// | `name = "x"` | the argument's name, where the field's cannot be it |
///
/// | `#[block(…)]` | meaning |
/// |---|---|
/// | `single`, `group`, `list`, `set`, `map` | how the blocks stand beside each other |
/// | `min = 1`, `max = 1` | how many there may be |
/// | `force_new`, `computed`, `deprecated`, `name`, the rules | as above |
#[proc_macro_derive(Schema, attributes(resource, data, attr, block))]
pub fn derive_schema(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match container::Container::parse(&input) {
        Ok(container) => emit::emit(&container).into(),
        Err(error) => error.into_compile_error().into(),
    }
}
