//! The pieces options are made of.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Token, parenthesized};

/// The name of an argument and where it was written.
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Name {
    /// Returns the name a field's identifier spells.
    pub(crate) fn of(ident: &Ident) -> Self {
        Self { text: ident.unraw().to_string(), span: ident.span() }
    }
}

/// Reads `(a, b)`.
pub(crate) fn names(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Name>> {
    let content;
    parenthesized!(content in meta.input);
    let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)?;
    if names.is_empty() {
        return Err(meta.error("name at least one sibling"));
    }
    Ok(names.iter().map(Name::of).collect())
}

/// Reads `("a", "b")`.
pub(crate) fn texts(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    let content;
    parenthesized!(content in meta.input);
    Ok(Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

/// Reads `= "text"`.
pub(crate) fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    meta.value()?.parse()
}

/// Reads `= 1`.
pub(crate) fn count(meta: &ParseNestedMeta<'_>) -> syn::Result<u64> {
    meta.value()?.parse::<LitInt>()?.base10_parse()
}

/// Reads `= "10m"` as a number of seconds.
pub(crate) fn seconds(meta: &ParseNestedMeta<'_>) -> syn::Result<u64> {
    let literal = text(meta)?;
    let wrong = || syn::Error::new(literal.span(), "a duration is written like \"1h30m\" or \"45s\"");
    let text = literal.value();
    let mut rest = text.as_str();
    let mut total = 0;
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit()).ok_or_else(wrong)?;
        let amount: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = match rest.as_bytes()[digits] {
            b'h' => 3600,
            b'm' => 60,
            b's' => 1,
            _ => return Err(wrong()),
        };
        total += amount * unit;
        rest = &rest[digits + 1..];
    }
    if total == 0 { Err(wrong()) } else { Ok(total) }
}

/// Returns the documentation comment among `attributes`, one line for each of its own.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
