//! Writing configuration for objects that have none: the arguments that would make an object as it is.
//!
//! What is written and what is left out is Terraform's choice for imported objects. It says neither what only the cloud
//! sets, nor secrets, nor what should no longer be used.

mod attributes;
mod blocks;

use rinfra_lang::{lay_out, print};
use rinfra_value::Value;

use crate::{Attribute, Block, Presence};

/// Returns the arguments and blocks of an object as they stand in a resource block, laid out but not indented.
///
/// What the schema or a mark says to be a secret is written as `null # sensitive`. The result can be parsed, but need not
/// be valid: a secret may be required, and the cloud may fill in arguments that exclude each other.
pub fn arguments(block: &Block, object: &Value) -> String {
    let mut writer = Writer { text: String::new(), depth: 1 };
    writer.body(block, object);
    lay_out(&writer.text)
}

/// Returns the resource block with these arguments. It ends without a line break.
///
/// `provider` is the configuration that manages the object, where the name of the type does not tell.
pub fn resource(kind: &str, name: &str, provider: Option<&str>, arguments: &str) -> String {
    let (kind, name) = (print::literal(&Value::string(kind)), print::literal(&Value::string(name)));
    let provider = provider.map(|it| format!("  provider = {it}\n")).unwrap_or_default();
    lay_out(&format!("resource {kind} {name} {{\n{provider}{arguments}}}"))
}

/// Writes lines; the space in them is set later.
struct Writer {
    text: String,
    /// How many objects and blocks are around it, the resource included.
    depth: usize,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Writes what stands between the braces of a block.
    fn body(&mut self, block: &Block, object: &Value) {
        self.attributes(block, object);
        self.blocks(block, object);
    }

    /// Writes something that begins and ends on lines of its own.
    fn enclosed(&mut self, open: &str, close: &str, inside: impl FnOnce(&mut Self)) {
        self.line(open);
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.line(close);
    }

    /// Tells whether an attribute is written at all.
    fn is_written(&self, name: &str, attribute: &Attribute) -> bool {
        // Providers of the old kind give every type such an argument, which must not be set.
        let is_id = self.depth == 1 && name == "id" && attribute.presence == Presence::OptionalComputed;
        attribute.presence.is_configurable() && attribute.deprecated.is_none() && !is_id
    }
}

/// Returns a member of an object; `None` when it has none of that name.
fn member(object: &Value, name: &str) -> Option<Value> {
    let (object, _) = object.clone().without_marks();
    object.entries()?.get(name).cloned()
}
