//! The function library: what may be called from an expression.
//!
//! `call` holds what is common to every call; every other module is one subject. `try` and `can` are not here:
//! they must see their arguments unevaluated, so the evaluator knows them by name.

mod arguments;
mod call;
mod character_set;
mod code_page;
mod collection;
mod conversion;
mod crypt;
mod csv;
mod date;
mod descriptions;
mod encoding;
mod filesystem;
mod float;
mod format;
mod gzip;
mod hash;
mod identifier;
mod ip;
mod json;
mod letter_case;
mod mapping;
mod numeric;
mod own_provider;
mod regex;
mod sensitivity;
mod sequence;
mod set;
mod string;
mod template;
mod world;
mod yaml;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::Signature;
use rinfra_value::Type;

pub(crate) use format::rounded;
pub(crate) use json::whole_document as json_document;
pub(crate) use own_provider::get as of_own_provider;
pub use own_provider::signatures as own_provider_signatures;
pub(crate) use template::{check_reference as check_template_reference, invalid_template};

pub use call::{Function, FunctionError, Parameter};
pub use descriptions::description;
pub use world::{FunctionContext, World};
pub use yaml::decode_yaml;

/// All functions of a configuration.
#[derive(Clone, Default)]
pub struct Functions {
    functions: BTreeMap<&'static str, Arc<Function>>,
}

impl Functions {
    /// Returns Terraform's functions.
    pub fn standard(context: FunctionContext) -> Self {
        let context = Arc::new(context);
        let subjects = [
            collection::functions(),
            conversion::functions(),
            crypt::functions(&context),
            csv::functions(),
            date::functions(&context),
            encoding::functions(),
            filesystem::functions(&context),
            format::functions(),
            hash::functions(&context),
            identifier::functions(&context),
            ip::functions(),
            json::functions(),
            mapping::functions(),
            numeric::functions(),
            regex::functions(),
            sensitivity::functions(),
            sequence::functions(),
            set::functions(),
            string::functions(),
            template::functions(&context),
            yaml::functions(),
        ];
        let all = subjects.into_iter().flatten();
        Self { functions: all.map(|it| (it.name, Arc::new(it))).collect() }
    }

    /// Returns these functions and `type`, as a console knows them.
    #[must_use]
    pub fn with_type(mut self) -> Self {
        let function = crate::print_type::function();
        self.functions.insert(function.name, Arc::new(function));
        self
    }

    /// Returns the functions a template may call, which are all but those that render templates.
    fn within_template(&self) -> Self {
        let mut functions = self.functions.clone();
        functions.extend(template::refusals().map(|it| (it.name, Arc::new(it))));
        Self { functions }
    }

    /// Returns the function called `name`.
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.functions.get(name.strip_prefix("core::").unwrap_or(name)).map(Arc::as_ref)
    }

    /// Returns how a function wants to be called, under the name it was called by.
    pub(crate) fn signature(&self, name: &str) -> Option<Signature> {
        let own = |ty: &str| Signature {
            name: name.to_owned(),
            parameters: Vec::new(),
            variadic: None,
            returns: format!("\"{ty}\""),
        };
        let argument = |name: &str| rinfra_diag::Parameter {
            name: name.to_owned(),
            ty: Type::Dynamic.to_json().to_string(),
            nullable: false,
        };
        match name.strip_prefix("core::").unwrap_or(name) {
            _ if self.functions.is_empty() => None,
            "try" => Some(Signature { variadic: Some(argument("expressions")), ..own("dynamic") }),
            "can" => Some(Signature { parameters: vec![argument("expression")], ..own("bool") }),
            // It sees its first argument unevaluated, so that a call may give anything.
            template::TEMPLATE_STRING => {
                Some(Signature { parameters: vec![argument("template"), argument("vars")], ..own("dynamic") })
            }
            _ => self.get(name).map(|it| it.signature(name)),
        }
    }

    /// Returns how everything that can be called wants to be called, by name; each also with `core::` before it.
    pub fn signatures(&self) -> Vec<Signature> {
        let is_gone = |name: &str| matches!(name, "list" | "map");
        let names = || self.names().filter(|it| !is_gone(it)).chain(["can", "try"]);
        let prefixed = names().map(|it| format!("core::{it}"));
        let all = names().map(str::to_owned).chain(prefixed);
        let signature = |name: String| match name.strip_prefix("core::").unwrap_or(&name) {
            template::TEMPLATE_STRING => self.get(&name).map(|it| it.signature(&name)),
            _ => self.signature(&name),
        };
        let mut signatures: Vec<_> = all.filter_map(signature).collect();
        signatures.sort_by(|one, other| one.name.cmp(&other.name));
        signatures
    }

    /// Returns the names of all functions, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.functions.keys().copied()
    }
}
