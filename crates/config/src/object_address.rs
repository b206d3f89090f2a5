//! Addresses of objects as `moved` and `removed` blocks write them.

use std::fmt;

use rinfra_addr::{AbsResource, InstanceKey, ModuleInstance, ResourceInstance};
use rinfra_diag::{Diagnostic, Result, Span};
use rinfra_lang::{Traversal, TraversalStep};
use rinfra_value::Value;

/// The address of a module, a resource or a resource instance, relative to some module.
///
/// A module or resource without a key means all its instances.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ObjectAddress {
    /// A module.
    Module(ModuleInstance),
    /// A resource.
    Resource(AbsResource),
    /// One instance of a resource.
    Instance(ResourceInstance),
}

/// Roots of references to something that is no object.
const RESERVED: &[&str] =
    &["count", "each", "local", "path", "self", "terraform", "var", "output", "template", "lazy", "arg"];

impl ObjectAddress {
    /// Returns true for a module.
    pub fn is_module(&self) -> bool {
        matches!(self, Self::Module(_))
    }

    /// Returns true when some part of the address has an instance key.
    pub fn has_keys(&self) -> bool {
        let module = match self {
            Self::Module(module) => module,
            Self::Resource(resource) => &resource.module,
            Self::Instance(_) => return true,
        };
        module.steps().iter().any(|(_, key)| !key.is_none())
    }

    pub(crate) fn parse(traversal: &Traversal) -> Result<Self> {
        let mut words = Words { steps: &traversal.steps, place: traversal.span.clone() };
        let mut module = ModuleInstance::root();
        let mut root = traversal.root.to_string();
        while root == "module" {
            let name = words.name("a module name must follow \"module\"")?;
            module = module.child(name, words.key()?);
            if words.steps.is_empty() {
                return Ok(Self::Module(module));
            }
            root = words.name("expected \"module\" or a resource type")?;
        }
        if root == "resource" {
            root = words.name("a resource type must follow \"resource\"")?;
        } else if RESERVED.contains(&root.as_str()) {
            let detail = format!(
                "The keyword \"{root}\" is reserved and cannot be used to target a resource address. If you are \
                 targeting a resource type that uses a reserved keyword, please prefix your address with \"resource.\"."
            );
            return Err(Diagnostic::error("Invalid address", detail).at(traversal.span.clone()).into());
        }
        let mode = match root.as_str() {
            "data" => rinfra_addr::Mode::Data,
            "ephemeral" => rinfra_addr::Mode::Ephemeral,
            _ => rinfra_addr::Mode::Managed,
        };
        let kind = if mode == rinfra_addr::Mode::Managed {
            root
        } else {
            words.name("a resource type must follow")?
        };
        let name = words.name("a resource name must follow the resource type")?;
        let resource = rinfra_addr::Resource::new(mode, kind, name).in_instance(module);
        let key = words.key()?;
        if !words.steps.is_empty() {
            return Err(words.refuse("unexpected extra parts after the resource address"));
        }
        Ok(if key.is_none() { Self::Resource(resource) } else { Self::Instance(resource.instance(key)) })
    }
}

impl fmt::Display for ObjectAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(address) => address.fmt(f),
            Self::Resource(address) => address.fmt(f),
            Self::Instance(address) => address.fmt(f),
        }
    }
}

struct Words<'a> {
    steps: &'a [TraversalStep],
    place: Span,
}

impl Words<'_> {
    fn name(&mut self, wanted: &str) -> Result<String> {
        match self.steps {
            [TraversalStep::Attribute { name, .. }, rest @ ..] => {
                self.steps = rest;
                Ok(name.to_string())
            }
            _ => Err(self.refuse(wanted)),
        }
    }

    fn key(&mut self) -> Result<InstanceKey> {
        let [TraversalStep::Index { key, .. }, rest @ ..] = self.steps else { return Ok(InstanceKey::None) };
        let found = instance_key(key)
            .ok_or_else(|| self.refuse("an instance key must be a whole number or a string"))?;
        self.steps = rest;
        Ok(found)
    }

    fn refuse(&self, reason: &str) -> rinfra_diag::Diagnostics {
        Diagnostic::error("Invalid address", format!("This is not the address of an object: {reason}."))
            .at(self.place.clone())
            .into()
    }
}

/// Returns the instance key a constant index stands for.
pub(crate) fn instance_key(key: &Value) -> Option<InstanceKey> {
    if let Some(text) = key.as_str() {
        return Some(text.into());
    }
    let index = key.as_number()?.to_i64()?;
    u64::try_from(index).ok().map(InstanceKey::Int)
}
