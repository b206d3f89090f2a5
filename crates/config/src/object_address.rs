//! Addresses of objects as `moved` and `removed` blocks write them, and people on the command line.

use rinfra_addr::{InstanceKey, Mode, ModuleInstance, ObjectAddress};
use rinfra_diag::{Diagnostic, Result, Span};
use rinfra_lang::{Traversal, TraversalStep};
use rinfra_value::Value;

const INCOMPLETE: &str = "A resource address must include a resource type and name.";

/// Returns the address that a reference spells.
///
/// *Errors*: references to anything but an object.
pub fn parse(traversal: &Traversal) -> Result<ObjectAddress> {
    let mut words = Words { steps: &traversal.steps, last: &traversal.span };
    let mut module = ModuleInstance::root();
    let mut root = traversal.root.to_string();
    while root == "module" {
        let Ok(name) = words.name(INCOMPLETE) else {
            let detail = "The keyword \"module\" must be followed by a module name.";
            let place = words.steps.first().map_or(words.last, TraversalStep::span);
            return Err(Diagnostic::error("Invalid address operator", detail).at(place.clone()).into());
        };
        module = module.child(name, words.key()?);
        let Some(next) = words.steps.first() else { return Ok(ObjectAddress::Module(module)) };
        words.last = next.span();
        root = words.name("A module address must be followed by another module call or by a resource.")?;
    }
    if root == "resource" {
        root = words.name(INCOMPLETE)?;
    } else if ObjectAddress::is_reserved(&root) {
        let detail = format!(
            "The keyword \"{root}\" is reserved and cannot be used to target a resource address. If you \
             are targeting a resource type that uses a reserved keyword, please prefix your address with \
             \"resource.\"."
        );
        return Err(Diagnostic::error("Invalid address", detail).at(traversal.span.clone()).into());
    }
    let mode = match root.as_str() {
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    };
    let kind = if mode == Mode::Managed { root } else { words.name(INCOMPLETE)? };
    let name = words.name(INCOMPLETE)?;
    let resource = rinfra_addr::Resource::new(mode, kind, name).in_instance(module);
    let key = words.key()?;
    if !words.steps.is_empty() {
        return Err(words.refuse(
            "A resource address ends with the resource name, or with an instance key in square brackets.",
        ));
    }
    Ok(if key.is_none() {
        ObjectAddress::Resource(resource)
    } else {
        ObjectAddress::Instance(resource.instance(key))
    })
}

struct Words<'a> {
    steps: &'a [TraversalStep],
    /// What is wrong when something is missing at the end.
    last: &'a Span,
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
        let Some(found) = instance_key(key) else {
            return Err(self.refuse("An instance key must be a whole number or a string."));
        };
        self.steps = rest;
        Ok(found)
    }

    /// Refuses what comes next.
    fn refuse(&self, detail: &str) -> rinfra_diag::Diagnostics {
        let place = self.steps.first().map_or(self.last, TraversalStep::span);
        Diagnostic::error("Invalid address", detail).at(place.clone()).into()
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
