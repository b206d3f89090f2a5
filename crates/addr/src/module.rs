//! Modules: as written, and as instantiated.

use std::fmt;
use std::sync::Arc;

use crate::parse::{Cursor, from_str};
use crate::{AddressError, InstanceKey};

/// The names of the module calls that lead from the root module to a module, without instance keys.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ModulePath(Vec<Arc<str>>);

impl ModulePath {
    /// Returns the root module.
    pub fn root() -> Self {
        Self::default()
    }

    /// Returns true for the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the module that the call `name` in this module leads to.
    #[must_use]
    pub fn child(&self, name: impl Into<Arc<str>>) -> Self {
        Self(self.0.iter().cloned().chain([name.into()]).collect())
    }

    /// Returns the calling module; the root module has none.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, rest)| Self(rest.to_vec()))
    }

    /// Returns the name of the last call; the root module has none.
    pub fn name(&self) -> Option<&Arc<str>> {
        self.0.last()
    }

    /// Returns the names of the calls, outermost first.
    pub fn names(&self) -> &[Arc<str>] {
        &self.0
    }

    /// Returns true when `other` is this module or lies inside it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl FromIterator<Arc<str>> for ModulePath {
    fn from_iter<I: IntoIterator<Item = Arc<str>>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

/// `module.a.module.b`; empty for the root module.
impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            write!(f, "{}module.{name}", if index == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

from_str!(ModulePath, |cursor| {
    let instance = read_whole_module(cursor)?;
    match instance.0.iter().find(|(_, key)| !key.is_none()) {
        Some((name, _)) => Err(cursor.error(format!("module {name:?} must not have an instance key here"))),
        None => Ok(instance.path()),
    }
});

/// One instance of a module: the calls that lead to it, each with its instance key.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ModuleInstance(Vec<(Arc<str>, InstanceKey)>);

impl ModuleInstance {
    /// Returns the only instance of the root module.
    pub fn root() -> Self {
        Self::default()
    }

    /// Returns true for the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the instance that one instance of the call `name` in this module leads to.
    #[must_use]
    pub fn child(&self, name: impl Into<Arc<str>>, key: InstanceKey) -> Self {
        Self(self.0.iter().cloned().chain([(name.into(), key)]).collect())
    }

    /// Returns the calling module instance; the root module has none.
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, rest)| Self(rest.to_vec()))
    }

    /// Returns the name and the key of the last call; the root module has none.
    pub fn last(&self) -> Option<&(Arc<str>, InstanceKey)> {
        self.0.last()
    }

    /// Returns the calls with their keys, outermost first.
    pub fn steps(&self) -> &[(Arc<str>, InstanceKey)] {
        &self.0
    }

    /// Returns the module this is an instance of.
    pub fn path(&self) -> ModulePath {
        ModulePath(self.0.iter().map(|(name, _)| name.clone()).collect())
    }

    /// Returns true when `other` is this instance or lies inside it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl FromIterator<(Arc<str>, InstanceKey)> for ModuleInstance {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, InstanceKey)>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// The instance that every call without `count` and `for_each` along a path makes.
impl From<&ModulePath> for ModuleInstance {
    fn from(path: &ModulePath) -> Self {
        path.0.iter().map(|name| (name.clone(), InstanceKey::None)).collect()
    }
}

/// `module.a[0].module.b["x"]`; empty for the root module.
impl fmt::Display for ModuleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, key)) in self.0.iter().enumerate() {
            write!(f, "{}module.{name}{key}", if index == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

from_str!(ModuleInstance, read_whole_module);

fn read_whole_module(cursor: &mut Cursor<'_>) -> Result<ModuleInstance, AddressError> {
    let mut steps = Vec::new();
    while !cursor.is_at_end() {
        if !steps.is_empty() {
            cursor.expect(".")?;
        }
        cursor.expect("module.")?;
        steps.push(read_step(cursor, steps.len())?);
    }
    Ok(ModuleInstance(steps))
}

/// Reads the module part of a longer address, the dot after it included.
pub(crate) fn read_prefix(cursor: &mut Cursor<'_>) -> Result<ModuleInstance, AddressError> {
    let mut steps = Vec::new();
    while cursor.accept("module.") {
        steps.push(read_step(cursor, steps.len())?);
        cursor.expect(".")?;
    }
    Ok(ModuleInstance(steps))
}

/// Modules do not nest deeper than this in any configuration; whoever walks what a file holds may rely on it.
const DEEPEST: usize = 200;

/// Reads the name and the key of a call that stands inside this many others.
pub(crate) fn read_step(
    cursor: &mut Cursor<'_>,
    depth: usize,
) -> Result<(Arc<str>, InstanceKey), AddressError> {
    if depth >= DEEPEST {
        return Err(cursor.error(format!("more than {DEEPEST} modules inside each other")));
    }
    Ok((cursor.identifier("a module name")?, cursor.key()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_addresses_round_trip() {
        for text in ["", "module.a", "module.a[0].module.b", r#"module.a["x.y"].module.b[3]"#] {
            assert_eq!(text.parse::<ModuleInstance>().unwrap().to_string(), text);
        }
        assert_eq!("module.a.module.b".parse(), Ok(ModulePath::root().child("a").child("b")));
    }

    #[test]
    fn other_texts_are_refused() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<ModulePath>().unwrap_err().reason, expected, "{text}");
        };
        check("module.a[0]", "module \"a\" must not have an instance key here");
        check("module.", "it ends where a module name should follow");
        check("module.a.aws_vpc.b", "expected \"module.\" at \"aws_vpc.b\"");
        check("module.a/b", "expected \".\" at \"/b\"");
        check(&["module.a"; 10_000].join("."), "more than 200 modules inside each other");
        assert!(["module.a"; 200].join(".").parse::<ModulePath>().is_ok());
    }

    #[test]
    fn families_are_told() {
        let parent = ModuleInstance::root().child("a", 0.into());
        let child = parent.child("b", InstanceKey::None);
        assert_eq!(child.parent(), Some(parent.clone()));
        assert!(parent.contains(&child) && parent.contains(&parent) && !child.contains(&parent));
        assert!(!ModuleInstance::root().child("a", 1.into()).contains(&child));
        assert_eq!(child.path().to_string(), "module.a.module.b");
        assert_eq!(ModulePath::root().parent(), None);
    }
}
