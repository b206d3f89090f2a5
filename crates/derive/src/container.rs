//! The struct: what it is and which fields it has.

use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, LitStr};

use crate::field::Field;
use crate::options::{Name, count, documentation, seconds, text};

/// The struct the macro is applied to.
pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) description: String,
    pub(crate) resource: Option<Resource>,
    pub(crate) fields: Vec<Field>,
}

/// What `#[resource(…)]` or `#[data(…)]` says.
pub(crate) struct Resource {
    pub(crate) name: LitStr,
    pub(crate) version: u64,
    /// The argument that identifies the object.
    pub(crate) id: Option<Name>,
    /// The operations whose time is limited, in seconds.
    pub(crate) timeouts: Vec<(Ident, u64)>,
    pub(crate) deprecated: Option<LitStr>,
}

impl Container {
    /// Reads the struct.
    pub(crate) fn parse(input: &DeriveInput) -> syn::Result<Self> {
        let fields = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(fields) => &fields.named,
                other => return Err(syn::Error::new(other.span(), "a schema needs named fields")),
            },
            _ => return Err(syn::Error::new(input.ident.span(), "only a struct can be a schema")),
        };
        if !input.generics.params.is_empty() {
            return Err(syn::Error::new(input.generics.span(), "a schema cannot be generic"));
        }
        let fields = fields.iter().map(Field::parse).collect::<syn::Result<Vec<_>>>()?;
        let mut container = Self {
            ident: input.ident.clone(),
            description: documentation(&input.attrs),
            resource: None,
            fields,
        };
        for attribute in &input.attrs {
            let data = attribute.path().is_ident("data");
            if !data && !attribute.path().is_ident("resource") {
                continue;
            }
            if container.resource.is_some() {
                return Err(syn::Error::new(
                    attribute.span(),
                    "a struct is one resource type or data source",
                ));
            }
            container.resource = Some(container.parse_resource(attribute, data)?);
        }
        container.check_siblings()?;
        Ok(container)
    }

    fn parse_resource(&self, attribute: &syn::Attribute, data: bool) -> syn::Result<Resource> {
        let mut name = None;
        let mut resource = Resource {
            name: LitStr::new("", attribute.span()),
            version: 0,
            id: None,
            timeouts: Vec::new(),
            deprecated: None,
        };
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                name = Some(text(&meta)?);
            } else if meta.path.is_ident("version") {
                resource.version = count(&meta)?;
            } else if meta.path.is_ident("id") {
                let id = text(&meta)?;
                resource.id = Some(Name { text: id.value(), span: id.span() });
            } else if meta.path.is_ident("deprecated") {
                resource.deprecated = Some(text(&meta)?);
            } else if meta.path.is_ident("timeouts") {
                meta.parse_nested_meta(|operation| {
                    let ident = operation.path.require_ident()?.clone();
                    if !["create", "read", "update", "delete"].iter().any(|it| ident == it) {
                        return Err(operation.error("the operations are create, read, update and delete"));
                    }
                    resource.timeouts.push((ident, seconds(&operation)?));
                    Ok(())
                })?;
            } else {
                return Err(meta.error("the options are name, version, id, deprecated and timeouts"));
            }
            Ok(())
        })?;
        resource.name =
            name.ok_or_else(|| syn::Error::new(attribute.span(), "a resource type needs a name"))?;
        match &resource.id {
            Some(id) if self.field(&id.text).is_none() => {
                return Err(syn::Error::new(id.span, format!("there is no field {}", id.text)));
            }
            Some(_) => {}
            None => {
                let id = self.field("id").map(|it| Name { text: it.name.text.clone(), span: it.name.span });
                if id.is_none() && !data {
                    let message = "a resource type without a field `id` needs `id = \"…\"`: the argument that identifies it";
                    return Err(syn::Error::new(attribute.span(), message));
                }
                resource.id = id;
            }
        }
        Ok(resource)
    }

    /// Returns the field of the argument `name`.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|it| it.name.text == name)
    }

    fn check_siblings(&self) -> syn::Result<()> {
        let mut errors: Option<syn::Error> = None;
        for sibling in self.fields.iter().flat_map(Field::siblings) {
            if self.field(&sibling.text).is_none() {
                let error = syn::Error::new(sibling.span, format!("there is no field {}", sibling.text));
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    None => errors = Some(error),
                }
            }
        }
        errors.map_or(Ok(()), Err)
    }
}
