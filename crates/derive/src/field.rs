//! One field of the struct.

use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, GenericArgument, Ident, Lit, LitStr, Meta, PathArguments, Type};

use crate::options::{Name, count, documentation, names, text, texts};

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) name: Name,
    pub(crate) description: String,
    pub(crate) shared: Shared,
    pub(crate) kind: Kind,
}

/// The options attributes and blocks share.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) force_new: bool,
    pub(crate) deprecated: Option<LitStr>,
    /// The rules among siblings, by the name of the rule.
    pub(crate) rules: Vec<(Ident, Vec<Name>)>,
}

/// What the field is.
pub(crate) enum Kind {
    Attribute(Box<AttributeOptions>),
    Block(BlockOptions),
}

/// The options of `#[attr(…)]` alone.
#[derive(Default)]
pub(crate) struct AttributeOptions {
    /// Of `sensitive`, `local`, `write_only` and `required`, those that are given.
    pub(crate) flags: Vec<Ident>,
    pub(crate) default: Option<Expr>,
    pub(crate) recomputed_by: Vec<Name>,
    pub(crate) choices: Option<Vec<LitStr>>,
    pub(crate) least: Option<Expr>,
    pub(crate) greatest: Option<Expr>,
}

/// The options of `#[block(…)]` alone.
#[derive(Default)]
pub(crate) struct BlockOptions {
    pub(crate) nesting: Option<Ident>,
    pub(crate) computed: bool,
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
}

impl Field {
    /// Reads a field.
    pub(crate) fn parse(field: &syn::Field) -> syn::Result<Self> {
        let ident =
            field.ident.clone().ok_or_else(|| syn::Error::new(field.span(), "a field needs a name"))?;
        let mut name = Name::of(&ident);
        let mut shared = Shared::default();
        let mut kind = Kind::Attribute(Box::default());
        let mut seen = false;
        for attribute in &field.attrs {
            let block = attribute.path().is_ident("block");
            if !block && !attribute.path().is_ident("attr") {
                continue;
            }
            if std::mem::replace(&mut seen, true) {
                return Err(syn::Error::new(attribute.span(), "a field has one `#[attr]` or one `#[block]`"));
            }
            if block {
                kind = Kind::Block(BlockOptions::default());
            }
            parse_options(attribute, &mut name, &mut shared, &mut kind)?;
        }
        let description = documentation(&field.attrs);
        Ok(Self { ident, ty: field.ty.clone(), name, description, shared, kind })
    }

    /// Returns every sibling the field's options name.
    pub(crate) fn siblings(&self) -> Vec<&Name> {
        let mut siblings: Vec<_> = self.shared.rules.iter().flat_map(|(_, names)| names).collect();
        if let Kind::Attribute(options) = &self.kind {
            siblings.extend(&options.recomputed_by);
        }
        siblings
    }

    /// Returns `T` of the field's type `Choice<T>`, whatever it is wrapped in.
    pub(crate) fn choice(&self) -> Option<&Type> {
        fn find(ty: &Type) -> Option<&Type> {
            let Type::Path(path) = ty else { return None };
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            let mut types = arguments.args.iter().filter_map(|it| match it {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            if last.ident == "Choice" { types.next() } else { types.find_map(find) }
        }
        find(&self.ty)
    }
}

fn parse_options(
    attribute: &Attribute,
    name: &mut Name,
    shared: &mut Shared,
    kind: &mut Kind,
) -> syn::Result<()> {
    if matches!(attribute.meta, Meta::Path(_)) {
        return Ok(());
    }
    attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident("name") {
            let literal = text(&meta)?;
            *name = Name { text: literal.value(), span: literal.span() };
            return Ok(());
        }
        if shared.parse(&meta)? {
            return Ok(());
        }
        match kind {
            Kind::Attribute(options) => options.parse(&meta),
            Kind::Block(options) => options.parse(&meta),
        }
    })
}

impl Shared {
    /// Reads the option if it is one of these.
    fn parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let rules = ["conflicts_with", "exactly_one_of", "at_least_one_of", "required_with"];
        let option = meta.path.require_ident()?;
        if option == "force_new" {
            self.force_new = true;
        } else if option == "deprecated" {
            self.deprecated = Some(text(meta)?);
        } else if rules.iter().any(|rule| option == rule) {
            self.rules.push((option.clone(), names(meta)?));
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl AttributeOptions {
    fn parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let option = meta.path.require_ident()?;
        if ["sensitive", "local", "write_only", "required"].iter().any(|flag| option == flag) {
            self.flags.push(option.clone());
        } else if option == "default" {
            self.default = Some(literal(meta)?);
        } else if option == "min" {
            self.least = Some(literal(meta)?);
        } else if option == "max" {
            self.greatest = Some(literal(meta)?);
        } else if option == "recomputed_by" {
            self.recomputed_by = names(meta)?;
        } else if option == "choices" {
            self.choices = Some(texts(meta)?);
        } else {
            return Err(meta.error(format!("`{option}` is not an option of an attribute")));
        }
        Ok(())
    }
}

impl BlockOptions {
    fn parse(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let option = meta.path.require_ident()?;
        if ["single", "group", "list", "set", "map"].iter().any(|nesting| option == nesting) {
            if self.nesting.replace(option.clone()).is_some() {
                return Err(meta.error("blocks are nested in one way"));
            }
        } else if option == "computed" {
            self.computed = true;
        } else if option == "min" {
            self.min = Some(count(meta)?);
        } else if option == "max" {
            self.max = Some(count(meta)?);
        } else {
            return Err(meta.error(format!("`{option}` is not an option of a block")));
        }
        Ok(())
    }
}

/// Reads `= literal`, where a number may be negative.
fn literal(meta: &ParseNestedMeta<'_>) -> syn::Result<Expr> {
    let expression: Expr = meta.value()?.parse()?;
    let unsigned = match &expression {
        Expr::Unary(negated) if matches!(negated.op, syn::UnOp::Neg(_)) => &negated.expr,
        other => other,
    };
    match unsigned {
        Expr::Lit(it) if matches!(it.lit, Lit::Str(_) | Lit::Bool(_) | Lit::Int(_) | Lit::Float(_)) => {
            Ok(expression)
        }
        _ => {
            Err(syn::Error::new(expression.span(), "a literal is required: a text, a number, true or false"))
        }
    }
}
