//! What the block says, and the command line beside it.

use std::sync::Arc;

use rinfra_config::Backend;
use rinfra_diag::{Diagnostic, Diagnostics, did_you_mean};
use rinfra_lang::files::Files;
use rinfra_lang::{Attribute, json_body, static_value, syntax};
use rinfra_schema::{Block, Presence};
use rinfra_value::convert::convert;
use rinfra_value::{PathStep, Type, Value};

use crate::failure::{Failure, Outcome};

/// Returns the arguments of a block, each with the type it must have; those that are missing are null.
pub(super) fn arguments(block: &Backend, schema: &Block, found: &mut Diagnostics) -> Value {
    found.extend(block.problems.iter().cloned());
    for nested in &block.body.blocks {
        let mut detail = format!("Blocks of type \"{}\" are not expected here.", nested.kind);
        if schema.attributes.contains_key(&*nested.kind) {
            detail.push_str(&format!(
                " Did you mean to define argument \"{}\"? If so, use the equals sign to assign it a value.",
                nested.kind
            ));
        }
        found.push(Diagnostic::error("Unsupported block type", detail).at(nested.kind_span.clone()));
    }
    let mut given: Vec<(Arc<str>, Value)> = Vec::new();
    for attribute in &block.body.attributes {
        let Some(known) = schema.attributes.get(&*attribute.name) else {
            found.push(unknown(attribute, schema));
            continue;
        };
        let Ok(value) = static_value::constant(&attribute.expression) else { continue };
        match convert(&value, &known.ty) {
            Ok(value) => given.push((Arc::from(&*attribute.name), value)),
            Err(error) => {
                let detail = format!("Inappropriate value for attribute \"{}\": {error}.", attribute.name);
                let diagnostic = Diagnostic::error("Incorrect attribute value type", detail);
                found.push(diagnostic.at(attribute.expression.span.clone()));
            }
        }
    }
    schema.complete(&Value::object(given))
}

/// Returns what is wrong with arguments as a whole.
pub(super) fn problems(block: Option<&Backend>, schema: &Block, arguments: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (name, attribute) in &schema.attributes {
        let is_missing = arguments.attribute(name).is_none_or(Value::is_null);
        if attribute.presence == Presence::Required && is_missing {
            let detail = format!("The attribute \"{name}\" is required by the backend.");
            let hint = format!("write it into the block, or give it with -backend-config={name}=…");
            found.push(placed(Diagnostic::error("Missing Required Value", detail), block, None).hint(hint));
        }
    }
    for fault in schema.check.iter().flat_map(|check| check.faults(arguments)) {
        let name = fault.path.steps().iter().find_map(|it| match it {
            PathStep::Attribute(name) => Some(name.clone()),
            _ => None,
        });
        found.push(placed(Diagnostic::error(fault.summary, fault.detail), block, name.as_deref()));
    }
    found
}

fn placed(diagnostic: Diagnostic, block: Option<&Backend>, name: Option<&str>) -> Diagnostic {
    let Some(block) = block else { return diagnostic };
    let attribute = name.and_then(|it| block.body.attribute(it));
    diagnostic.at(attribute.map_or_else(|| block.header.clone(), |it| it.expression.span.clone()))
}

/// Returns the arguments with what the command line says over them: `name=value`, or a file of such.
pub(super) fn overlaid(
    arguments: &Value,
    overlay: &[String],
    schema: &Block,
    files: &dyn Files,
    directory: &std::path::Path,
) -> Outcome<Value> {
    let entries = arguments.entries().into_iter().flatten();
    let mut all: std::collections::BTreeMap<Arc<str>, Value> =
        entries.map(|(name, value)| (Arc::clone(name), value.clone())).collect();
    for text in overlay {
        let given = match text.split_once('=') {
            Some((name, value)) => vec![(name.trim().to_owned(), written(name.trim(), value, schema)?)],
            None => in_file(text, files, directory)?,
        };
        for (name, value) in given {
            let Some(attribute) = schema.attributes.get(&*name) else {
                let detail = format!(
                    "The backend configuration argument {name:?} given on the command line is not expected for the selected backend type."
                );
                let known = did_you_mean(&name, schema.attributes.keys().map(AsRef::as_ref));
                let diagnostic = Diagnostic::error("Invalid backend configuration argument", detail);
                return Err(Failure::said(match known {
                    Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
                    None => diagnostic,
                }));
            };
            let value = convert(&value, &attribute.ty).map_err(|error| {
                let detail = format!("Inappropriate value for {name:?} on the command line: {error}.");
                Failure::said(Diagnostic::error("Incorrect attribute value type", detail))
            })?;
            all.insert(name.into(), value);
        }
    }
    Ok(schema.complete(&Value::object(all)))
}

/// Returns the value that stands on the command line.
fn written(name: &str, text: &str, schema: &Block) -> Outcome<Value> {
    let is_text = |ty: &Type| matches!(ty, Type::String | Type::Bool | Type::Number);
    if schema.attributes.get(name).is_none_or(|it| is_text(&it.ty)) {
        return Ok(Value::string(text));
    }
    let file: Arc<str> = "<value for -backend-config>".into();
    let value = syntax::parse_expression(&file, text, rinfra_diag::Position::START)
        .and_then(|it| static_value::constant(&it));
    value.map_err(|found| {
        let mut sources = rinfra_diag::Sources::default();
        sources.insert(file, text);
        Failure::new(found, &sources)
    })
}

fn in_file(name: &str, files: &dyn Files, directory: &std::path::Path) -> Outcome<Vec<(String, Value)>> {
    let path = directory.join(name);
    let bytes = files.read(&path).map_err(|error| {
        let summary = format!("Failed to read the backend configuration {name:?}");
        Failure::said(
            Diagnostic::error(summary, error.to_string()).hint("-backend-config takes a file, or NAME=VALUE"),
        )
    })?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let file: Arc<str> = name.into();
    let (body, mut found) = match name.ends_with(".json") {
        true => syntax::parse_json(&file, &text),
        false => syntax::parse_native(&file, &text),
    };
    let mut given = Vec::new();
    for attribute in &body.attributes {
        match static_value::constant(&attribute.expression) {
            Ok(value) => given.push((attribute.name.to_string(), value)),
            Err(errors) => found.extend(errors),
        }
    }
    if found.has_errors() {
        let mut sources = rinfra_diag::Sources::default();
        sources.insert(file, text);
        return Err(Failure::new(found, &sources));
    }
    Ok(given)
}

fn unknown(attribute: &Attribute, schema: &Block) -> Diagnostic {
    let names = || schema.attributes.keys().map(AsRef::as_ref);
    if attribute.name_span.file.ends_with(".json") {
        return json_body::extraneous_property(attribute, names());
    }
    let detail = format!("An argument named \"{}\" is not expected here.", attribute.name);
    let diagnostic = Diagnostic::error("Unsupported argument", detail).at(attribute.name_span.clone());
    match did_you_mean(&attribute.name, names()) {
        Some(known) => diagnostic.hint(format!("Did you mean \"{known}\"?")),
        None => diagnostic,
    }
}
