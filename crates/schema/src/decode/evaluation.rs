//! What a body is worth.

use std::collections::BTreeMap;
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Result};
use rinfra_lang::{Attribute as Argument, Block as Written, Body, Cause, Scope, evidence};
use rinfra_value::{Marks, Type, Value, convert};

use super::dynamic::{self, DYNAMIC, Dynamic};
use super::item::element_block;
use super::json::with_blocks;
use super::structure::{blocks_of, count};
use crate::{Attribute, Block, NestedBlock, Nesting, Presence};

/// A walk over a body and the blocks in it. What is wrong with names and structure it passes over in silence.
#[derive(Default)]
pub(super) struct Evaluation {
    pub(super) diagnostics: Diagnostics,
}

/// The blocks of one kind.
#[derive(Default)]
struct Gathered<'a> {
    values: Vec<(Option<Arc<str>>, Value)>,
    bodies: Vec<&'a Body>,
    /// Present when it is not known how many blocks there are: the marks of what decides that.
    unknown: Option<Marks>,
}

impl Evaluation {
    pub(super) fn body(&mut self, body: &Body, block: &Block, scope: &Scope<'_>) -> Value {
        // What is wrong with the structure of JSON, the static check has told.
        let body = &*with_blocks(body, block, &mut Diagnostics::new());
        let mut object = BTreeMap::new();
        for (name, attribute) in &block.attributes {
            let value = match body.attribute(name) {
                Some(argument) => self.argument(argument, attribute, scope),
                None => self.elements(body, name, attribute, scope),
            };
            object.insert(Arc::clone(name), value);
        }
        for (name, nested) in &block.blocks {
            object.insert(Arc::clone(name), self.blocks(body, name, nested, scope));
        }
        Value::object(object)
    }

    fn argument(&mut self, argument: &Argument, attribute: &Attribute, scope: &Scope<'_>) -> Value {
        let Some(value) = self.diagnostics.absorb(rinfra_lang::evaluate(&argument.expression, scope)) else {
            return unknown(&attribute.ty);
        };
        let name = &argument.name;
        let place = argument.expression.span.clone();
        let value = match convert::convert(&value, &attribute.ty) {
            Ok(value) => value,
            Err(error) => {
                let detail = format!("Inappropriate value for attribute \"{name}\": {error}.");
                let error = Diagnostic::error("Incorrect attribute value type", detail);
                let evidence = evidence(&argument.expression, scope, Cause::Other);
                self.diagnostics.push(error.at(place).within(argument.span.clone()).evidence(evidence));
                return unknown(&attribute.ty);
            }
        };
        match attribute.presence {
            Presence::Required if value.is_null() => {
                let detail = format!("The argument \"{name}\" is required, but it was set to null.");
                self.diagnostics.push(Diagnostic::error("Missing required argument", detail).at(place));
            }
            Presence::Computed if !value.is_null() => {
                let detail = format!(
                    "Can't configure a value for \"{name}\": its value will be decided automatically based on the \
                     result of applying this configuration."
                );
                self.diagnostics.push(match attribute.refusal {
                    Some(summary) => Diagnostic::error(summary, detail),
                    None => Diagnostic::error("Value for unconfigurable attribute", detail).at(place),
                });
            }
            _ => {}
        }
        value
    }

    /// Returns the value of an attribute that is not set as one, but may be written as blocks.
    fn elements(&mut self, body: &Body, name: &str, attribute: &Attribute, scope: &Scope<'_>) -> Value {
        let ty = attribute.ty.without_optional_attributes();
        let Some(block) = element_block(attribute).filter(|_| blocks_of(body, name).next().is_some()) else {
            return Value::null(ty);
        };
        let gathered = self.gather(body, name, &block, scope);
        if let Some(marks) = gathered.unknown {
            return Value::unknown(ty).with_marks(marks);
        }
        let values = gathered.values.into_iter().map(|(_, value)| value);
        match &ty {
            // Terraform knows no empty list here: no block is no value.
            _ if values.len() == 0 => Value::null(ty),
            Type::Set(element) => Value::set(element.as_ref().clone(), values),
            _ => Value::list(block.implied_type(), values.collect()),
        }
    }

    fn blocks(&mut self, body: &Body, name: &str, nested: &NestedBlock, scope: &Scope<'_>) -> Value {
        let gathered = self.gather(body, name, &nested.block, scope);
        if let Some(marks) = gathered.unknown {
            return Value::unknown(nested.implied_type()).with_marks(marks);
        }
        if blocks_of(body, name).any(|it| &*it.kind == DYNAMIC) {
            self.diagnostics.extend(count(name, nested, body, &gathered.bodies));
        }
        if nested.nesting == Nesting::Map {
            self.distinct(body, name);
        }
        nested.collection(gathered.values)
    }

    fn distinct(&mut self, body: &Body, name: &str) {
        let mut seen = std::collections::BTreeSet::new();
        for block in body.blocks_of(name) {
            let Some(label) = block.labels.first() else { continue };
            if !seen.insert(&label.text) {
                let detail = format!(
                    "A block for {name} \"{}\" was already defined. The {name} labels must be unique.",
                    label.text
                );
                let error = Diagnostic::error(format!("Duplicate {name} block"), detail);
                self.diagnostics.push(error.at(block.header.clone()));
            }
        }
    }

    fn gather<'b>(
        &mut self,
        body: &'b Body,
        name: &'b str,
        block: &Block,
        scope: &Scope<'_>,
    ) -> Gathered<'b> {
        let mut gathered = Gathered::default();
        for written in blocks_of(body, name) {
            if &*written.kind == DYNAMIC {
                self.expand(written, block, scope, &mut gathered);
            } else {
                let key = written.labels.first().map(|it| Arc::clone(&it.text));
                gathered.values.push((key, self.body(&written.body, block, scope)));
                gathered.bodies.push(&written.body);
            }
        }
        gathered
    }

    fn expand<'b>(
        &mut self,
        written: &'b Written,
        block: &Block,
        scope: &Scope<'_>,
        gathered: &mut Gathered<'b>,
    ) {
        // What is wrong with its parts, the static check says.
        let Ok(dynamic) = dynamic::parse(written) else {
            gathered.unknown.get_or_insert_default();
            return;
        };
        let Some(value) = self.diagnostics.absorb(for_each(&dynamic, scope)) else {
            gathered.unknown.get_or_insert_default();
            return;
        };
        let (value, marks) = value.without_marks();
        let Some(each) = each(&value) else {
            self.content(&dynamic, block, scope, (Value::dynamic(), Value::dynamic()));
            *gathered.unknown.get_or_insert_default() |= marks;
            return;
        };
        for element in each {
            let value = self.content(&dynamic, block, scope, element);
            gathered.values.push((None, value.with_marks(marks)));
            gathered.bodies.push(dynamic.content);
        }
    }

    fn content(
        &mut self,
        dynamic: &Dynamic<'_>,
        block: &Block,
        scope: &Scope<'_>,
        element: (Value, Value),
    ) -> Value {
        let mut inner = scope.child();
        let (key, value) = element;
        inner.set(Arc::clone(&dynamic.iterator), Value::object([("key", key), ("value", value)]));
        self.body(dynamic.content, block, &inner)
    }
}

fn unknown(ty: &Type) -> Value {
    Value::unknown(ty.without_optional_attributes())
}

/// Returns the value a dynamic block iterates: a collection, or unknown.
fn for_each(dynamic: &Dynamic<'_>, scope: &Scope<'_>) -> Result<Value> {
    let value = rinfra_lang::evaluate(dynamic.for_each, scope)?;
    let detail = if value.is_null() {
        "Cannot use a null value in for_each.".to_owned()
    } else if value.ty().is_collection()
        || matches!(value.ty(), Type::Tuple(_) | Type::Object(_) | Type::Dynamic)
    {
        return Ok(value);
    } else {
        let ty = value.ty().friendly_name();
        format!("Cannot use a {ty} value in for_each. An iterable collection is required.")
    };
    let diagnostic =
        Diagnostic::error("Invalid dynamic for_each value", detail).at(dynamic.for_each.span.clone());
    Err(diagnostic.evidence(evidence(dynamic.for_each, scope, Cause::Other)).into())
}

/// Returns keys and values of a collection; `None` when they are not known.
fn each(value: &Value) -> Option<Vec<(Value, Value)>> {
    if let Some(entries) = value.entries() {
        return Some(
            entries.iter().map(|(key, value)| (Value::string(Arc::clone(key)), value.clone())).collect(),
        );
    }
    let elements = value.elements()?;
    let is_set = matches!(value.ty(), Type::Set(_));
    let key = |(index, value): (usize, &Value)| {
        let key = if is_set { value.clone() } else { Value::number(index) };
        (key, value.clone())
    };
    Some(elements.iter().enumerate().map(key).collect())
}
