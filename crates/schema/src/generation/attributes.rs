use rinfra_lang::print;
use rinfra_value::{Type, Value};

use super::{Writer, member};
use crate::{Attribute, Block, Presence};

impl Writer {
    /// Writes the attributes of a block, by name.
    pub(super) fn attributes(&mut self, block: &Block, object: &Value) {
        let written = block.attributes.iter().filter(|(name, it)| self.is_written(name, it));
        written.collect::<Vec<_>>().into_iter().for_each(|(name, it)| self.member(name, it, object));
    }

    /// Writes the members of an object. All of them have to be there.
    fn members(&mut self, block: &Block, object: &Value) {
        block.attributes.iter().for_each(|(name, it)| self.member(name, it, object));
    }

    fn member(&mut self, name: &str, attribute: &Attribute, object: &Value) {
        let value = member(object, name).unwrap_or_else(|| Value::null(attribute.ty.clone()));
        match &attribute.object {
            Some(members) if has_secret(members) => self.objects(name, attribute, members, &value),
            _ => self.attribute(name, attribute, &value),
        }
    }

    fn attribute(&mut self, name: &str, attribute: &Attribute, value: &Value) {
        if attribute.sensitive || !value.marks_deep().is_empty() {
            return self.line(&format!("{name} = null # sensitive"));
        }
        // Providers of the old kind cannot say that a text is not there.
        let is_absent = attribute.presence != Presence::Required && value.as_str() == Some("");
        let text = if is_absent { "null".to_owned() } else { print::argument(value) };
        self.line(&format!("{name} = {text}"));
    }

    /// Writes an attribute that holds objects with secrets among their members.
    fn objects(&mut self, name: &str, attribute: &Attribute, members: &Block, value: &Value) {
        let (open, close) = match &attribute.ty {
            Type::List(_) | Type::Set(_) => ('[', ']'),
            _ => ('{', '}'),
        };
        if attribute.sensitive || value.is_marked() {
            return self.line(&format!("{name} = {open}{close} # sensitive"));
        }
        if value.is_null() || !value.is_known() {
            return self.line(&format!("{name} = null"));
        }
        self.enclosed(&format!("{name} = {open}"), &close.to_string(), |writer| match &attribute.ty {
            Type::List(_) | Type::Set(_) => {
                for element in value.elements().into_iter().flatten() {
                    writer.element("", ",", members, element);
                }
            }
            Type::Map(_) => {
                for (key, element) in value.entries().into_iter().flatten() {
                    writer.element(&format!("{} = ", print::key(key)), "", members, element);
                }
            }
            _ => writer.members(members, value),
        });
    }

    /// Writes one object of several.
    fn element(&mut self, before: &str, after: &str, members: &Block, element: &Value) {
        if element.is_marked() {
            return self.line(&format!("{before}{{}}{after} # sensitive"));
        }
        if element.is_null() {
            return self.line(&format!("{before}null{after}"));
        }
        self.enclosed(&format!("{before}{{"), &format!("}}{after}"), |writer| {
            writer.members(members, element);
        });
    }
}

/// Tells whether objects have a member that is a secret.
fn has_secret(members: &Block) -> bool {
    let is_secret = |it: &Attribute| it.sensitive || it.object.as_deref().is_some_and(has_secret);
    members.attributes.values().any(is_secret)
}
