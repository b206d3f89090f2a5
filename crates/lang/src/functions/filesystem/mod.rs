//! Functions over files and their paths.

mod glob;
mod path;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use rinfra_value::{Marks, Type, Value};

use super::arguments::{quote_unless_secret, text};
use super::call::{Answer, Function, FunctionError, Parameter};
use super::world::FunctionContext;
use crate::files::FileKind;

pub(super) fn functions(context: &Arc<FunctionContext>) -> Vec<Function> {
    type WithContext = fn(&FunctionContext, &[Value]) -> Answer;
    let path = || Parameter::new("path", Type::String);
    let with_context = |name, ty, implementation: WithContext| {
        let context = Arc::clone(context);
        Function::new(name, ty, move |_, arguments| implementation(&context, arguments))
    };
    let string = |name, implementation| with_context(name, Type::String, implementation);
    vec![
        string("file", file).parameter(path().marked()),
        string("filebase64", file_base64).parameter(path().marked()),
        with_context("fileexists", Type::Bool, file_exists).parameter(path().marked()),
        with_context("fileset", Type::set(Type::String), file_set)
            .parameter(path().marked())
            .parameter(Parameter::new("pattern", Type::String).marked()),
        string("abspath", |context, it| {
            let working_dir = context.working_dir.to_string_lossy();
            Ok(Value::string(path::join(&working_dir, text(&it[0]))))
        })
        .parameter(path()),
        string("pathexpand", |context, it| {
            expand(context, text(&it[0])).map(Value::string).map_err(FunctionError::new)
        })
        .parameter(path()),
        string("basename", |_, it| Ok(Value::string(path::base(text(&it[0]))))).parameter(path()),
        string("dirname", |_, it| Ok(Value::string(path::directory(text(&it[0]))))).parameter(path()),
    ]
}

/// Replaces a leading `~` by the home directory.
fn expand(context: &FunctionContext, path: &str) -> Result<String, String> {
    let Some(rest) = path.strip_prefix('~') else { return Ok(path.to_owned()) };
    if !rest.is_empty() && !rest.starts_with('/') {
        return Err("cannot expand user-specific home dir".to_owned());
    }
    match &context.home_dir {
        Some(home) => Ok(path::join(&home.to_string_lossy(), rest.trim_start_matches('/'))),
        None => Err("the home directory is not known".to_owned()),
    }
}

/// Returns where a path from the configuration leads.
fn located(context: &FunctionContext, given: &str) -> Result<String, String> {
    let expanded = expand(context, given).map_err(|why| format!("failed to expand ~: {why}"))?;
    Ok(path::join(&context.base_dir.to_string_lossy(), &expanded))
}

/// Reads the bytes of a file.
pub(super) fn open(context: &FunctionContext, given: &str) -> Result<Vec<u8>, io::Error> {
    let path = located(context, given).map_err(io::Error::other)?;
    context.files.read(Path::new(&path))
}

fn read(context: &FunctionContext, given: &str, marks: Marks) -> Result<Vec<u8>, FunctionError> {
    open(context, given).map_err(|error| {
        let shown = quote_unless_secret(given, marks);
        let message = if error.kind() == io::ErrorKind::NotFound {
            format!(
                "no file exists at {shown}; this function works only with files that are distributed as part of the \
                 configuration source code, so if this file will be created by a resource in this configuration you \
                 must instead obtain this result from an attribute of that resource"
            )
        } else {
            format!("failed to read file {shown}: {error}")
        };
        FunctionError::argument(0, message)
    })
}

/// Reads a file that must be text.
pub(super) fn read_text(
    context: &FunctionContext,
    given: &str,
    marks: Marks,
) -> Result<String, FunctionError> {
    String::from_utf8(read(context, given, marks)?).map_err(|_| {
        FunctionError::new(format!(
            "contents of {} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or \
             the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
            quote_unless_secret(given, marks)
        ))
    })
}

fn file(context: &FunctionContext, arguments: &[Value]) -> Answer {
    let (path, marks) = arguments[0].clone().without_marks();
    Ok(Value::string(read_text(context, text(&path), marks)?).with_marks(marks))
}

fn file_base64(context: &FunctionContext, arguments: &[Value]) -> Answer {
    let (path, marks) = arguments[0].clone().without_marks();
    let bytes = read(context, text(&path), marks)?;
    Ok(Value::string(base64::engine::general_purpose::STANDARD.encode(bytes)).with_marks(marks))
}

fn file_exists(context: &FunctionContext, arguments: &[Value]) -> Answer {
    let (path, marks) = arguments[0].clone().without_marks();
    let path = located(context, text(&path)).map_err(FunctionError::new)?;
    let shown = || quote_unless_secret(&path, marks);
    match context.files.kind(Path::new(&path)) {
        Ok(None) => Ok(Value::bool(false).with_marks(marks)),
        Ok(Some(FileKind::File)) => Ok(Value::bool(true).with_marks(marks)),
        Ok(Some(FileKind::Directory)) => {
            Err(FunctionError::new(format!("{} is a directory, not a file", shown())))
        }
        Ok(Some(FileKind::Other)) => Err(FunctionError::new(format!("{} is not a regular file", shown()))),
        Err(error) => Err(FunctionError::new(format!("failed to stat {}: {error}", shown()))),
    }
}

fn file_set(context: &FunctionContext, arguments: &[Value]) -> Answer {
    let (directory, directory_marks) = arguments[0].clone().without_marks();
    let (pattern, pattern_marks) = arguments[1].clone().without_marks();
    let marks = directory_marks | pattern_marks;
    let directory = path::join(&context.base_dir.to_string_lossy(), text(&directory));
    // Joined first, so that a pattern may lead out of the directory.
    let pattern = path::clean(&format!("{directory}/{}", text(&pattern)));
    let found = glob::find(context.files.as_ref(), &pattern).map_err(|why| {
        let shown = quote_unless_secret(&pattern, marks);
        FunctionError::new(format!("failed to glob pattern {shown}: {why}"))
    })?;
    let found =
        found.iter().map(|it: &PathBuf| Value::string(path::relative(&directory, &it.to_string_lossy())));
    Ok(Value::set(Type::String, found).with_marks(marks))
}
