//! The module a vector's expression stands in, as far as evaluation can tell.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rinfra_diag::Diagnostics;
use rinfra_lang::files::MemoryFiles;
use rinfra_lang::functions::{FunctionContext, Functions, World};
use rinfra_lang::syntax::{parse_expression, parse_native};
use rinfra_lang::{Body, Scope, evaluate as evaluate_expression, references, type_expression};
use rinfra_value::constraint::TypeConstraint;
use rinfra_value::{Marks, Type, Value, json};
use serde_json::Value as Json;

use super::answer::Answer;
use super::case::{Case, Variable};

pub(crate) fn evaluate(case: &Case) -> Answer {
    let functions = Functions::standard(context(case));
    let text = format!(
        "locals {{\n  v = {}\n}}\noutput \"v\" {{\n  value     = [local.v]\n  sensitive = true\n}}\n",
        case.expr
    );
    let (body, wrong) = parse_native(&"main.tf".into(), &text);
    if wrong.has_errors() {
        return Answer::wrong(&wrong);
    }
    let Some(expression) = body.blocks.first().and_then(|block| block.body.attribute("v")) else {
        return Answer::Wrong(Vec::new());
    };
    let evaluate_in = |walk| {
        let mut scope = Scope::new(&functions);
        fill(&mut scope, case, &functions, walk)?;
        evaluate_expression(&expression.expression, &scope)
    };
    match evaluate_in(Walk::Validate).and_then(|_| evaluate_in(Walk::Plan)) {
        Ok(value) => Answer::Value(value),
        Err(wrong) => Answer::wrong(&wrong),
    }
}

/// Terraform validates before it plans, and plans nothing when that finds anything wrong.
#[derive(Clone, Copy, PartialEq)]
enum Walk {
    Validate,
    Plan,
}

fn context(case: &Case) -> FunctionContext {
    let mut files = MemoryFiles::new();
    for (path, contents) in &case.files {
        let bytes = match contents {
            Json::String(text) => text.clone().into_bytes(),
            other => decode_base64(other["base64"].as_str().unwrap_or_default()),
        };
        files.insert(Path::new("/cwd").join(path), bytes.clone());
        files.insert(path, bytes);
    }
    let main = format!("locals {{\n  v = {}\n}}\n", case.expr);
    files.insert("/cwd/main.tf", main.clone());
    files.insert("main.tf", main);
    let mut context = FunctionContext::new(Arc::new(files), ".");
    context.working_dir = "/cwd".into();
    context.home_dir = Some("/home".into());
    if !case.plan {
        context.plan_timestamp = Some("2026-01-02T03:04:05Z".into());
        context.world = Some(Arc::new(CountingWorld::default()));
    }
    context
}

/// A world whose time stands still and whose dice fall differently each time.
#[derive(Default)]
struct CountingWorld(AtomicU8);

impl World for CountingWorld {
    fn now(&self) -> i64 {
        1_767_323_045
    }

    fn randomise(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
    }
}

fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|it| *it == byte)
    };
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for value in text.bytes().filter_map(digit) {
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

fn fill(scope: &mut Scope<'_>, case: &Case, functions: &Functions, walk: Walk) -> Result<(), Diagnostics> {
    let directory = Value::string(".");
    let path = [("module", directory.clone()), ("root", directory), ("cwd", Value::string("/cwd"))];
    scope.set("path", Value::object(path));
    scope.set(
        "terraform",
        Value::object([("workspace", Value::string("default")), ("applying", Value::bool(false))]),
    );
    let mut variables = BTreeMap::new();
    for (name, variable) in &case.vars {
        variables.insert(name.clone(), self::variable(variable, walk)?);
    }
    scope.set("var", Value::object(variables));
    let (body, wrong) = parse_native(&"extra.tf".into(), case.tf.as_deref().unwrap_or_default());
    wrong.into_result(())?;
    if case.plan {
        resources(scope, &body, functions, walk)?;
    }
    locals(scope, &body)
}

fn variable(variable: &Variable, walk: Walk) -> Result<Value, Diagnostics> {
    let constraint = match &variable.ty {
        Some(ty) => {
            type_expression::parse(&parse_expression(&"vars.tf".into(), ty, rinfra_diag::Position::START)?)?
        }
        None => TypeConstraint::any(),
    };
    let given = json::decode_implied(variable.value.as_ref().unwrap_or(&Json::Null));
    let value = constraint.apply(&given).map_err(|error| {
        rinfra_diag::Diagnostic::error("Invalid value for input variable", error.to_string())
    })?;
    let value = if walk == Walk::Plan { value } else { Value::unknown(constraint.ty) };
    let mut marks = Marks::NONE;
    if variable.sensitive {
        marks |= Marks::SENSITIVE;
    }
    if variable.ephemeral {
        marks |= Marks::EPHEMERAL;
    }
    Ok(value.with_marks(marks))
}

/// Defines the `terraform_data` resources, of which nothing but the input is known before they are created.
fn resources(
    scope: &mut Scope<'_>,
    body: &Body,
    functions: &Functions,
    walk: Walk,
) -> Result<(), Diagnostics> {
    let mut resources = BTreeMap::new();
    for block in body.blocks_of("resource") {
        if walk == Walk::Validate {
            resources.insert(block.labels[1].text.clone(), Value::dynamic());
            continue;
        }
        let input = match block.body.attribute("input") {
            Some(input) => evaluate_expression(&input.expression, &Scope::new(functions))?,
            None => Value::dynamic_null(),
        };
        let object = Value::object([
            ("id", Value::unknown(Type::String).not_null()),
            ("output", if input.is_null() { input.clone() } else { Value::unknown(input.ty().clone()) }),
            ("input", input),
            ("triggers_replace", Value::dynamic_null()),
        ]);
        resources.insert(block.labels[1].text.clone(), object);
    }
    scope.set("terraform_data", Value::object(resources));
    Ok(())
}

fn locals(scope: &mut Scope<'_>, body: &Body) -> Result<(), Diagnostics> {
    let mut pending: Vec<_> = body.blocks_of("locals").flat_map(|block| &block.body.attributes).collect();
    let mut known: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    scope.set("local", Value::empty_object());
    while !pending.is_empty() {
        let before = pending.len();
        let mut later = Vec::new();
        for attribute in pending {
            let is_ready = references(&attribute.expression).iter().all(|it| {
                &*it.root != "local"
                    || matches!(it.steps.first(), Some(rinfra_lang::TraversalStep::Attribute { name, .. }) if known.contains_key(name))
            });
            if !is_ready {
                later.push(attribute);
                continue;
            }
            // A local that fails matters only to vectors that use it, and those fail then.
            if let Ok(value) = evaluate_expression(&attribute.expression, scope) {
                known.insert(attribute.name.clone(), value);
                scope.set("local", Value::object(known.clone()));
            }
        }
        if later.len() == before {
            break;
        }
        pending = later;
    }
    Ok(())
}
