use rinfra_lang::print;
use rinfra_value::Value;

use super::{Writer, member};
use crate::{Block, NestedBlock, Nesting};

impl Writer {
    /// Writes the nested blocks of an object, by the word they start with.
    pub(super) fn blocks(&mut self, block: &Block, object: &Value) {
        for (name, nested) in &block.blocks {
            let is_deprecated = nested.deprecated.is_some() || nested.block.deprecated.is_some();
            let Some(value) = member(object, name).filter(|_| !is_deprecated) else { continue };
            self.nested(name, nested, &value);
        }
    }

    fn nested(&mut self, name: &str, nested: &NestedBlock, value: &Value) {
        if value.is_null() || !value.is_known() {
            return;
        }
        if value.is_marked() {
            return self.line(&format!("{name} {{}} # sensitive"));
        }
        match nested.nesting {
            Nesting::Single | Nesting::Group => self.one(name, nested, value),
            Nesting::List | Nesting::Set => {
                value.elements().into_iter().flatten().for_each(|it| self.one(name, nested, it));
            }
            Nesting::Map => {
                for (label, value) in value.entries().into_iter().flatten() {
                    let label = print::literal(&Value::string(label.clone()));
                    self.one(&format!("{name} {label}"), nested, value);
                }
            }
        }
    }

    fn one(&mut self, header: &str, nested: &NestedBlock, value: &Value) {
        if value.is_marked() {
            return self.line(&format!("{header} {{}} # sensitive"));
        }
        self.enclosed(&format!("{header} {{"), "}", |writer| writer.body(&nested.block, value));
    }
}
