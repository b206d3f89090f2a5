//! Resources and their instances.

use std::fmt;
use std::sync::Arc;

use crate::module::read_prefix;
use crate::parse::{Cursor, from_str};
use crate::{AddressError, InstanceKey, ModuleInstance, ModulePath};

/// Whose life is managed: the kind of block a resource is declared with.
///
/// The order is the one in which Terraform lists resources: data sources first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Mode {
    /// A `data` block: only read.
    Data,
    /// An `ephemeral` block: opened for one run and never stored.
    Ephemeral,
    /// A `resource` block: created, changed and deleted.
    Managed,
}

impl Mode {
    /// Returns the type of the block that declares it.
    pub fn block(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Ephemeral => "ephemeral",
            Self::Managed => "resource",
        }
    }

    /// Returns what it is called in state and plan files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Ephemeral => "ephemeral",
            Self::Managed => "managed",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Data => "data.",
            Self::Ephemeral => "ephemeral.",
            Self::Managed => "",
        }
    }
}

/// A resource within its module.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Resource {
    /// Whose life is managed.
    pub mode: Mode,
    /// The resource type, such as `aws_vpc`.
    pub kind: Arc<str>,
    /// The name given in the configuration.
    pub name: Arc<str>,
}

impl Resource {
    /// Returns the address of a resource within its module.
    pub fn new(mode: Mode, kind: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self { mode, kind: kind.into(), name: name.into() }
    }

    /// Returns this resource in one static module.
    pub fn in_module(self, module: ModulePath) -> ConfigResource {
        ConfigResource { module, resource: self }
    }

    /// Returns this resource in one module instance.
    pub fn in_instance(self, module: ModuleInstance) -> AbsResource {
        AbsResource { module, resource: self }
    }
}

/// `aws_vpc.x`, `data.aws_vpc.x`.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}.{}", self.mode.prefix(), self.kind, self.name)
    }
}

/// A resource as it is written: in a static module, before `count` and `for_each`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConfigResource {
    /// The module it is written in.
    pub module: ModulePath,
    /// The resource within the module.
    pub resource: Resource,
}

impl fmt::Display for ConfigResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.module, dot(self.module.is_root()), self.resource)
    }
}

/// A resource in one module instance, before its own `count` and `for_each`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AbsResource {
    /// The module instance it belongs to.
    pub module: ModuleInstance,
    /// The resource within the module.
    pub resource: Resource,
}

impl AbsResource {
    /// Returns the resource as it is written.
    pub fn config(&self) -> ConfigResource {
        ConfigResource { module: self.module.path(), resource: self.resource.clone() }
    }

    /// Returns one instance of this resource.
    #[must_use]
    pub fn instance(&self, key: InstanceKey) -> ResourceInstance {
        ResourceInstance { resource: self.clone(), key }
    }
}

impl fmt::Display for AbsResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.module, dot(self.module.is_root()), self.resource)
    }
}

/// One instance of a resource: the thing that exists once in the world.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ResourceInstance {
    /// The resource it is an instance of.
    pub resource: AbsResource,
    /// What tells it from its siblings.
    pub key: InstanceKey,
}

impl ResourceInstance {
    /// Returns the resource as it is written.
    pub fn config(&self) -> ConfigResource {
        self.resource.config()
    }

    /// Returns the module instance it belongs to.
    pub fn module(&self) -> &ModuleInstance {
        &self.resource.module
    }

    /// Returns the resource type, such as `aws_vpc`.
    pub fn kind(&self) -> &Arc<str> {
        &self.resource.resource.kind
    }

    /// Returns whose life is managed.
    pub fn mode(&self) -> Mode {
        self.resource.resource.mode
    }
}

/// The full address, `module.a[0].aws_vpc.x["k"]`.
impl fmt::Display for ResourceInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.resource, self.key)
    }
}

fn dot(is_root: bool) -> &'static str {
    if is_root { "" } else { "." }
}

from_str!(Resource, read_resource);
from_str!(ConfigResource, |cursor| {
    let module = read_prefix(cursor)?;
    if ModuleInstance::from(&module.path()) != module {
        return Err(cursor.error("modules must not have an instance key here"));
    }
    Ok(read_resource(cursor)?.in_module(module.path()))
});
from_str!(AbsResource, read_abs_resource);
from_str!(ResourceInstance, |cursor| {
    Ok(ResourceInstance { resource: read_abs_resource(cursor)?, key: cursor.key()? })
});

pub(crate) fn read_resource(cursor: &mut Cursor<'_>) -> Result<Resource, AddressError> {
    let mut kind = cursor.identifier("a resource type")?;
    let mode = match &*kind {
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    };
    if mode != Mode::Managed {
        cursor.expect(".")?;
        kind = cursor.identifier("a resource type")?;
    }
    cursor.expect(".")?;
    Ok(Resource { mode, kind, name: cursor.identifier("a resource name")? })
}

fn read_abs_resource(cursor: &mut Cursor<'_>) -> Result<AbsResource, AddressError> {
    let module = read_prefix(cursor)?;
    Ok(AbsResource { module, resource: read_resource(cursor)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let instance: ResourceInstance = r#"module.a[0].data.aws_vpc.x["k"]"#.parse().unwrap();
        assert_eq!(instance.module().to_string(), "module.a[0]");
        assert_eq!(instance.mode(), Mode::Data);
        assert_eq!(&**instance.kind(), "aws_vpc");
        assert_eq!(instance.key, "k".into());
        assert_eq!(instance.config().to_string(), "module.a.data.aws_vpc.x");
        assert_eq!(instance.config().to_string().parse(), Ok(instance.config()));
        assert_eq!(instance.resource.instance(InstanceKey::None).to_string(), "module.a[0].data.aws_vpc.x");
    }

    #[test]
    fn other_texts_are_refused() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<ResourceInstance>().unwrap_err().to_string(), expected);
        };
        check("aws_vpc", "invalid address \"aws_vpc\": it ends where \".\" should follow");
        check("", "invalid address \"\": it ends where a resource type should follow");
        check("data.aws_vpc", "invalid address \"data.aws_vpc\": it ends where \".\" should follow");
        check("aws_vpc.x.id", "invalid address \"aws_vpc.x.id\": expected the end at \".id\"");
        check("aws_vpc.1", "invalid address \"aws_vpc.1\": expected a resource name at \"1\"");
        assert!("module.a[0].aws_vpc.x".parse::<ConfigResource>().is_err());
        assert!("aws_vpc.x[0]".parse::<AbsResource>().is_err());
    }

    #[test]
    fn data_sources_are_listed_first() {
        let mut all: Vec<Resource> =
            ["aws_b.x", "data.aws_c.x", "aws_a.y", "aws_a.x"].iter().map(|it| it.parse().unwrap()).collect();
        all.sort();
        let listed: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(listed, ["data.aws_c.x", "aws_a.x", "aws_a.y", "aws_b.x"]);
    }
}
