//! The code the macro writes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Lit};

use crate::container::{Container, Resource};
use crate::field::{AttributeOptions, BlockOptions, Field, Kind};
use crate::options::Name;

/// Returns the implementations for the struct.
pub(crate) fn emit(container: &Container) -> TokenStream {
    let ident = &container.ident;
    let description = &container.description;
    let deprecated = container.resource.as_ref().and_then(|it| it.deprecated.as_ref()).map(
        |why| quote!(block.deprecated = ::core::option::Option::Some(::std::string::String::from(#why));),
    );
    let tables = container.fields.iter().map(table);
    let decoders = container.fields.iter().map(decoder);
    let encoders = container.fields.iter().map(encoder);
    let resource = container.resource.as_ref().map(|it| emit_resource(container, it));
    quote! {
        #[automatically_derived]
        impl ::rinfra_schema::typed::BlockType for #ident {
            fn block() -> ::rinfra_schema::Block {
                let mut block = ::rinfra_schema::Block::new();
                block.description = ::std::string::String::from(#description);
                #deprecated
                #(#tables)*
                block
            }

            fn decode(
                value: &::rinfra_schema::typed::Value,
            ) -> ::core::result::Result<Self, ::rinfra_schema::typed::DecodeError> {
                ::core::result::Result::Ok(Self { #(#decoders),* })
            }

            fn encode(&self) -> ::rinfra_schema::typed::Value {
                ::rinfra_schema::typed::encode_object([#(#encoders),*])
            }
        }

        #resource
    }
}

fn emit_resource(container: &Container, resource: &Resource) -> TokenStream {
    let ident = &container.ident;
    let Resource { name, version, .. } = resource;
    let timeouts = ["create", "read", "update", "delete"].map(|operation| {
        let limit = resource.timeouts.iter().find(|(it, _)| it == operation).map_or_else(
            || quote!(::core::option::Option::None),
            |(_, seconds)| quote!(::core::option::Option::Some(::core::time::Duration::from_secs(#seconds))),
        );
        let operation = format_ident!("{operation}");
        quote!(#operation: #limit)
    });
    let id = resource.id.as_ref().and_then(|id| container.field(&id.text)).map_or_else(
        || quote!(::core::option::Option::None),
        |field| {
            let ident = &field.ident;
            quote_spanned!(field.ty.span()=> ::rinfra_schema::typed::Identity::identity(&self.#ident))
        },
    );
    quote! {
        #[automatically_derived]
        impl ::rinfra_schema::typed::ResourceSchema for #ident {
            const NAME: &'static str = #name;

            fn schema() -> &'static ::rinfra_schema::Schema {
                static SCHEMA: ::std::sync::LazyLock<::rinfra_schema::Schema> = ::std::sync::LazyLock::new(|| {
                    ::rinfra_schema::Schema {
                        version: #version,
                        block: <#ident as ::rinfra_schema::typed::BlockType>::block(),
                        timeouts: ::rinfra_schema::Timeouts { #(#timeouts),* },
                    }
                });
                &SCHEMA
            }

            fn id(&self) -> ::core::option::Option<&str> {
                #id
            }
        }
    }
}

/// Returns the statement that adds the field to the block.
fn table(field: &Field) -> TokenStream {
    let Field { ty, name, description, shared, .. } = field;
    let name = &name.text;
    let force_new = shared.force_new.then(|| quote!(it.force_new = true;));
    let deprecated = shared
        .deprecated
        .as_ref()
        .map(|why| quote!(it.deprecated = ::core::option::Option::Some(::std::string::String::from(#why));));
    let rules = shared.rules.iter().map(|(rule, names)| {
        let names = list(names);
        quote!(it.rules.#rule = #names;)
    });
    let (start, own, add) = match &field.kind {
        Kind::Attribute(options) => (
            quote_spanned!(ty.span()=> <#ty as ::rinfra_schema::typed::Field>::attribute()),
            attribute_options(field, options),
            format_ident!("attribute"),
        ),
        Kind::Block(options) => (
            quote_spanned!(ty.span()=> <#ty as ::rinfra_schema::typed::BlockField>::nested()),
            block_options(options),
            format_ident!("block"),
        ),
    };
    quote! {
        block = block.#add(#name, {
            let mut it = #start;
            it.description = ::std::string::String::from(#description);
            #force_new
            #deprecated
            #(#rules)*
            #own
            it
        });
    }
}

fn attribute_options(field: &Field, options: &AttributeOptions) -> TokenStream {
    let flags = options.flags.iter().map(|flag| {
        if flag == "required" {
            quote!(it.presence = ::rinfra_schema::Presence::Required;)
        } else {
            quote!(it.#flag = true;)
        }
    });
    let default = options.default.as_ref().map(|literal| {
        let value = value(literal);
        quote! {
            it.default = ::core::option::Option::Some(#value);
            if it.presence == ::rinfra_schema::Presence::Required {
                it.presence = ::rinfra_schema::Presence::Optional;
            }
        }
    });
    let recomputed_by = (!options.recomputed_by.is_empty()).then(|| {
        let names = list(&options.recomputed_by);
        quote!(it.recomputed_by = #names;)
    });
    let choices = match (&options.choices, field.choice()) {
        (Some(texts), _) => Some(quote!(it.choices = &[#(#texts),*];)),
        (None, Some(ty)) => Some(quote_spanned!(ty.span()=> it.choices = <#ty>::values();)),
        (None, None) => None,
    };
    let bound = |end: &str, literal: &Option<Expr>| {
        let end = format_ident!("{end}");
        literal.as_ref().map(|literal| {
            let text = quote!(#literal).to_string().replace(' ', "");
            quote!(it.bounds.#end = ::rinfra_schema::typed::Number::parse(#text);)
        })
    };
    let least = bound("least", &options.least);
    let greatest = bound("greatest", &options.greatest);
    quote!(#(#flags)* #default #recomputed_by #choices #least #greatest)
}

fn block_options(options: &BlockOptions) -> TokenStream {
    let nesting = nesting(options).map(|nesting| quote!(it.nesting = #nesting;));
    let computed = options.computed.then(|| quote!(it.computed = true;));
    let min = options.min.map(|min| quote!(it.min = #min;));
    let max = options.max.map(|max| quote!(it.max = ::core::option::Option::Some(#max);));
    quote!(#nesting #computed #min #max)
}

/// Returns the nesting the options ask for.
fn nesting(options: &BlockOptions) -> Option<TokenStream> {
    let nesting = options.nesting.as_ref()?.to_string();
    let (first, rest) = nesting.split_at(1);
    let variant = format_ident!("{}{rest}", first.to_uppercase());
    Some(quote!(::rinfra_schema::Nesting::#variant))
}

fn decoder(field: &Field) -> TokenStream {
    let Field { ident, name, .. } = field;
    let name = &name.text;
    match &field.kind {
        Kind::Attribute(options) => match options.default.as_ref().map(value) {
            Some(default) => {
                quote!(#ident: ::rinfra_schema::typed::decode_field_or(value, #name, || #default)?)
            }
            None => quote!(#ident: ::rinfra_schema::typed::decode_field(value, #name)?),
        },
        Kind::Block(_) => quote!(#ident: ::rinfra_schema::typed::decode_blocks(value, #name)?),
    }
}

fn encoder(field: &Field) -> TokenStream {
    let Field { ident, name, ty, .. } = field;
    let name = &name.text;
    let value = match &field.kind {
        Kind::Attribute(_) => quote!(::rinfra_schema::typed::Field::encode(&self.#ident)),
        Kind::Block(options) => {
            let nesting = nesting(options)
                .unwrap_or_else(|| quote!(<#ty as ::rinfra_schema::typed::BlockField>::nested().nesting));
            quote!(::rinfra_schema::typed::encode_blocks(&self.#ident, #nesting))
        }
    };
    quote!((#name, #value))
}

fn list(names: &[Name]) -> TokenStream {
    let names = names.iter().map(|it| &it.text);
    quote!(::std::vec![#(::std::sync::Arc::from(#names)),*])
}

/// Returns the value of a literal.
fn value(literal: &Expr) -> TokenStream {
    match literal {
        Expr::Lit(it) if matches!(it.lit, Lit::Str(_)) => {
            quote!(::rinfra_schema::typed::Value::string(#literal))
        }
        Expr::Lit(it) if matches!(it.lit, Lit::Bool(_)) => {
            quote!(::rinfra_schema::typed::Value::bool(#literal))
        }
        number => {
            let text = quote!(#number).to_string().replace(' ', "");
            quote!(::rinfra_schema::typed::number(#text))
        }
    }
}
