//! Bodies written in JSON, where only its reader can tell an argument from a block.
//!
//! [`parse_json`](crate::syntax::parse_json) returns a body of which every property is an argument. Its reader calls
//! [`content`] with the names it takes for blocks, and gets the body native syntax would have given. The bodies of the
//! blocks are in JSON again and are read the same way.

use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Span, did_you_mean};

use crate::ast::{Attribute, Block, Body, Expression, ExpressionKind, Label, ObjectItem, ObjectKey};

const WRONG_TYPE: &str = "Incorrect JSON value type";

/// Returns the body with the properties that are blocks made blocks; one in native syntax is returned as it is.
///
/// `blocks` are the kinds of blocks, each with what its labels say (as errors call them: "name", "type"). A property
/// holds one block as an object or several as an array of objects; labels are the names of further objects around
/// them; null is no block. Properties of the same name may be left among the arguments; a reader that knows the name
/// reports all but the first with [`duplicate_argument`], one that does not reports each with [`extraneous_property`].
pub fn content(body: &Body, blocks: &[(&str, &[&str])]) -> (Body, Diagnostics) {
    let Some(value) = &body.json else { return (body.clone(), Diagnostics::new()) };
    let mut found = Diagnostics::new();
    collect(value, None, &mut found);
    let mut result = Body { attributes: Vec::new(), ..body.clone() };
    for attribute in &body.attributes {
        match blocks.iter().find(|(kind, _)| *kind == &*attribute.name) {
            None => result.attributes.push(attribute.clone()),
            Some((_, labels)) => {
                let mut unpacking = Unpacking {
                    attribute,
                    labels: Vec::new(),
                    blocks: &mut result.blocks,
                    found: &mut found,
                };
                unpacking.value(&attribute.expression, labels);
            }
        }
    }
    (result, found)
}

/// Returns the arguments of a body that holds nothing else, such as `locals` or a variables file.
///
/// In JSON such a body is one object, and no name may be given twice.
pub fn just_attributes(body: &Body) -> (Vec<Attribute>, Diagnostics) {
    let mut found = Diagnostics::new();
    let Some(value) = &body.json else { return (body.attributes.clone(), found) };
    if !matches!(value.kind, ExpressionKind::Object(_)) {
        let detail = "An object is expected here, whose properties are the arguments.";
        found.push(Diagnostic::error(WRONG_TYPE, detail).at(start_of(value)));
        return (Vec::new(), found);
    }
    let mut attributes: Vec<Attribute> = Vec::with_capacity(body.attributes.len());
    let mut seen = std::collections::BTreeMap::new();
    for attribute in &body.attributes {
        if let Some(first) = seen.insert(attribute.name.clone(), attribute) {
            seen.insert(attribute.name.clone(), first);
            let detail = format!("\"{}\" is set already at {}.", attribute.name, first.span);
            let error = Diagnostic::error("Duplicate attribute definition", detail);
            found.push(error.at(attribute.name_span.clone()));
        } else {
            attributes.push(attribute.clone());
        }
    }
    (attributes, found)
}

/// Returns the error that an argument of a JSON body is set again.
pub fn duplicate_argument(first: &Attribute, again: &Attribute) -> Diagnostic {
    let detail = format!("\"{}\" is set already at {}.", again.name, first.span);
    Diagnostic::error("Duplicate argument", detail).at(again.name_span.clone()).within(again.span.clone())
}

/// Returns the error that a property of a JSON body is neither an argument nor a block of it; `known` are those.
pub fn extraneous_property<'a>(property: &Attribute, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let name = &property.name;
    let detail = format!("No argument or block is called \"{name}\" here.");
    let error = Diagnostic::error("Extraneous JSON object property", detail)
        .at(property.name_span.clone())
        .within(property.span.clone());
    match did_you_mean(name, known) {
        Some(known) => error.hint(format!("Did you mean \"{known}\"?")),
        None => error,
    }
}

/// Returns a JSON value as a body: the properties of an object, or of all objects of an array.
pub(crate) fn of(value: &Expression) -> Body {
    let properties = collect(value, None, &mut Diagnostics::new());
    let attributes = properties.into_iter().filter_map(argument).filter(|it| &*it.name != "//").collect();
    let mut end = value.span.clone();
    match &value.kind {
        ExpressionKind::Object(_) if end.start != end.end => {
            end.start = end.end;
            end.start.byte -= 1;
            end.start.column -= 1;
        }
        _ => end = start_of(value),
    }
    Body {
        attributes,
        blocks: Vec::new(),
        span: value.span.clone(),
        end,
        json: Some(Arc::new(value.clone())),
    }
}

/// Returns the properties of an object, or of all objects of an array; `label` is what they say if they are labels.
fn collect<'e>(value: &'e Expression, label: Option<&str>, found: &mut Diagnostics) -> Vec<&'e ObjectItem> {
    let mut wrong = |wanted: &str, at: &Expression| {
        let purpose = match label {
            Some(label) => format!("whose properties are named by the {label} of a block"),
            None => "whose properties are arguments and blocks".to_owned(),
        };
        let detail = format!("{wanted} is expected here, {purpose}.");
        found.push(Diagnostic::error(WRONG_TYPE, detail).at(start_of(at)));
    };
    match &value.kind {
        ExpressionKind::Object(items) => items.iter().collect(),
        ExpressionKind::Tuple(elements) => {
            let mut all = Vec::new();
            for element in &**elements {
                match &element.kind {
                    ExpressionKind::Object(items) => all.extend(&**items),
                    _ => wrong("An object", element),
                }
            }
            all
        }
        _ if is_null(value) => Vec::new(),
        _ => {
            wrong("An object or an array of objects", value);
            Vec::new()
        }
    }
}

fn is_null(value: &Expression) -> bool {
    matches!(&value.kind, ExpressionKind::Literal(value) if value.is_null())
}

fn name(item: &ObjectItem) -> Option<(Arc<str>, Span)> {
    let ObjectKey::Expression(key) = &item.key else { return None };
    match &key.kind {
        ExpressionKind::JsonString(name) => Some((name.text.clone(), key.span.clone())),
        _ => None,
    }
}

fn argument(item: &ObjectItem) -> Option<Attribute> {
    let (name, name_span) = name(item)?;
    let span = name_span.to(&item.value.span);
    Some(Attribute { name, name_span, expression: item.value.clone(), span })
}

fn start_of(value: &Expression) -> Span {
    let mut span = value.span.clone();
    if matches!(value.kind, ExpressionKind::Object(_) | ExpressionKind::Tuple(_)) && span.start != span.end {
        span.end = span.start.advanced(1);
    }
    span
}

/// One property on its way to become blocks.
struct Unpacking<'a> {
    attribute: &'a Attribute,
    /// The labels read so far.
    labels: Vec<Label>,
    blocks: &'a mut Vec<Block>,
    found: &'a mut Diagnostics,
}

impl Unpacking<'_> {
    fn value(&mut self, value: &Expression, labels_left: &[&str]) {
        let Some((label, labels_left)) = labels_left.split_first() else { return self.bodies(value) };
        let kind = &self.attribute.name;
        let items = collect(value, Some(label), self.found);
        if items.is_empty() {
            let detail =
                format!("A property is expected here, whose name is the {label} of the {kind} block.");
            self.found.push(Diagnostic::error("Missing block label", detail).at(start_of(value)));
        }
        for item in items {
            let Some((text, span)) = name(item) else { continue };
            self.labels.push(Label { text, span });
            self.value(&item.value, labels_left);
            self.labels.pop();
        }
    }

    fn bodies(&mut self, value: &Expression) {
        match &value.kind {
            ExpressionKind::Object(_) => self.block(value, start_of(value)),
            ExpressionKind::Tuple(elements) => {
                for element in &**elements {
                    self.block(element, start_of(value));
                }
            }
            _ if is_null(value) => {}
            _ => {
                let detail = format!(
                    "An object or an array of objects is expected here, with what stands in a \"{}\" block each.",
                    self.attribute.name
                );
                self.found.push(Diagnostic::error(WRONG_TYPE, detail).at(start_of(value)));
            }
        }
    }

    fn block(&mut self, value: &Expression, header: Span) {
        self.blocks.push(Block {
            kind: self.attribute.name.clone(),
            kind_span: self.attribute.name_span.clone(),
            labels: self.labels.clone(),
            body: of(value),
            header,
        });
    }
}
