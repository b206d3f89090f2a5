//! Addresses that may stand for many instances: of a module, a resource or one instance of it.

use std::fmt;

use crate::module::{ModuleInstance, read_step};
use crate::parse::{Cursor, from_str};
use crate::resource::{AbsResource, ConfigResource, Mode, Resource, ResourceInstance};
use crate::{AddressError, InstanceKey};

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
    &["count", "each", "local", "path", "self", "terraform", "var", "template", "lazy", "arg"];

impl ObjectAddress {
    /// Returns true for a first word that means something else than a resource type.
    pub fn is_reserved(word: &str) -> bool {
        RESERVED.contains(&word)
    }

    /// Returns true for a module.
    pub fn is_module(&self) -> bool {
        matches!(self, Self::Module(_))
    }

    /// Returns the mode of the resource; a module has none.
    pub fn mode(&self) -> Option<Mode> {
        match self {
            Self::Module(_) => None,
            Self::Resource(resource) => Some(resource.resource.mode),
            Self::Instance(instance) => Some(instance.mode()),
        }
    }

    /// Returns true when an instance is among what this address stands for.
    ///
    /// A resource stands for all its instances in one module instance, a module for everything in it, and a module
    /// without a key for all instances of the call.
    pub fn covers(&self, instance: &ResourceInstance) -> bool {
        match self {
            Self::Module(module) => {
                let (outer, inner) = (module.steps(), instance.module().steps());
                let is_same = |((call, key), (other, of)): (&(_, InstanceKey), &(_, InstanceKey))| {
                    call == other && (key.is_none() || key == of)
                };
                inner.len() >= outer.len() && outer.iter().zip(inner).all(is_same)
            }
            Self::Resource(resource) => *resource == instance.resource,
            Self::Instance(one) => one == instance,
        }
    }

    /// Returns true when this address, without its keys, stands for a resource as it is written, or for its module.
    pub fn names(&self, resource: &ConfigResource) -> bool {
        match self {
            Self::Module(module) => module.path().contains(&resource.module),
            Self::Resource(it) => it.config() == *resource,
            Self::Instance(it) => it.config() == *resource,
        }
    }

    /// Returns true when this address stands for all instances of a resource as it is written: no key narrows it.
    pub fn covers_all(&self, resource: &ConfigResource) -> bool {
        let has_keys = |module: &ModuleInstance| module.steps().iter().any(|(_, key)| !key.is_none());
        self.names(resource)
            && match self {
                Self::Module(module) => !has_keys(module),
                Self::Resource(it) => !has_keys(&it.module),
                Self::Instance(_) => false,
            }
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

from_str!(ObjectAddress, read);

fn read(cursor: &mut Cursor<'_>) -> Result<ObjectAddress, AddressError> {
    let mut steps = Vec::new();
    while cursor.accept("module.") {
        steps.push(read_step(cursor, steps.len())?);
        if cursor.is_at_end() {
            return Ok(ObjectAddress::Module(steps.into_iter().collect()));
        }
        cursor.expect(".")?;
    }
    let resource = read_resource(cursor)?.in_instance(steps.into_iter().collect());
    let key = cursor.key()?;
    Ok(match key {
        InstanceKey::None => ObjectAddress::Resource(resource),
        key => ObjectAddress::Instance(resource.instance(key)),
    })
}

fn read_resource(cursor: &mut Cursor<'_>) -> Result<Resource, AddressError> {
    // Types whose name is reserved are spelled out.
    let spelled_out = cursor.accept("resource.");
    let resource = crate::resource::read_resource(cursor)?;
    if !spelled_out && resource.mode == Mode::Managed && ObjectAddress::is_reserved(&resource.kind) {
        let reason = format!(
            "\"{0}\" is no resource type; if it is meant to be one, write \"resource.{0}\"",
            resource.kind
        );
        return Err(cursor.error(reason));
    }
    Ok(resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip() {
        for text in [
            "module.a",
            "module.a[0].module.b",
            "aws_vpc.x",
            "data.aws_vpc.x",
            r#"module.a["k"].aws_vpc.x[1]"#,
        ] {
            assert_eq!(text.parse::<ObjectAddress>().unwrap().to_string(), text);
        }
        assert_eq!("resource.each.x".parse::<ObjectAddress>().unwrap().to_string(), "each.x");
    }

    #[test]
    fn other_texts_are_refused() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<ObjectAddress>().unwrap_err().reason, expected, "{text}");
        };
        check("var.x", "\"var\" is no resource type; if it is meant to be one, write \"resource.var\"");
        check("not an address", "expected \".\" at \" an address\"");
        check("aws_vpc.x.id", "expected the end at \".id\"");
        check("aws_vpc.x[*]", "expected a whole number or a quoted key at \"*]\"");
        check("module", "it ends where \".\" should follow");
        check("", "it ends where a resource type should follow");
    }

    #[test]
    fn what_is_written_is_named_without_keys() {
        let check = |address: &str, resource: &str, names: bool, all: bool| {
            let (address, resource) = (address.parse::<ObjectAddress>().unwrap(), resource.parse().unwrap());
            assert_eq!(
                (address.names(&resource), address.covers_all(&resource)),
                (names, all),
                "{address} {resource}"
            );
        };
        check("aws_vpc.x", "aws_vpc.x", true, true);
        check("aws_vpc.x[0]", "aws_vpc.x", true, false);
        check("module.m", "module.m.module.n.aws_vpc.x", true, true);
        check("module.m[0]", "module.m.aws_vpc.x", true, false);
        check("module.m[0].aws_vpc.x", "module.m.aws_vpc.x", true, false);
        check("module.m.aws_vpc.x", "module.n.aws_vpc.x", false, false);
    }

    #[test]
    fn without_a_key_all_instances_are_meant() {
        let check = |address: &str, instance: &str, expected: bool| {
            let address: ObjectAddress = address.parse().unwrap();
            assert_eq!(address.covers(&instance.parse().unwrap()), expected, "{address} {instance}");
        };
        check("aws_vpc.x", "aws_vpc.x[1]", true);
        check("aws_vpc.x[1]", "aws_vpc.x[1]", true);
        check("aws_vpc.x[1]", "aws_vpc.x", false);
        check("aws_vpc.x", "module.m.aws_vpc.x", false);
        check("module.m", r#"module.m["k"].module.n.aws_vpc.x"#, true);
        check("module.m[0]", "module.m[1].aws_vpc.x", false);
        check("module.m", "module.mm.aws_vpc.x", false);
        check("module.m[1].aws_vpc.x", "module.m[1].aws_vpc.x[0]", true);
        check("module.m.aws_vpc.x", "module.m[1].aws_vpc.x[0]", false);
        check("module.m.aws_vpc.x", "module.m.module.n.aws_vpc.x", false);
    }
}
