//! What is written in the environment, in files and on the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Sources};
use rinfra_lang::files::Files;
use rinfra_lang::{Body, Expression, json_body, syntax};

use super::Assignment;
use crate::environment::Environment;

/// The value of a variable as somebody wrote it.
pub(super) enum Written {
    /// Text, whose meaning depends on the type of the variable.
    Text { text: String, by: By },
    /// An expression in a file.
    Expression { expression: Expression, file: Arc<str> },
}

/// Who wrote a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The environment, which may hold values for other projects.
    Environment,
    /// The command line.
    CommandLine,
}

/// What was written last for each name, and what could not be read.
pub(super) struct Collected {
    pub(super) written: BTreeMap<Arc<str>, Written>,
    pub(super) diagnostics: Diagnostics,
    pub(super) sources: Sources,
}

/// Collects what is written anywhere, by rising precedence.
pub(super) fn collect(environment: &Environment, sources: Sources) -> Collected {
    let mut collected = Collected { written: BTreeMap::new(), diagnostics: Diagnostics::new(), sources };
    let files = environment.files.as_ref();
    for (name, text) in &environment.variables.environment {
        collected.text(name, text, By::Environment);
    }
    for path in automatic_files(files, &environment.directory) {
        collected.file(files, &path);
    }
    for assignment in &environment.variables.assignments {
        match assignment {
            Assignment::File(path) => collected.file(files, path),
            Assignment::Variable(setting) => collected.setting(setting),
            Assignment::Planned(_) => {}
        }
    }
    collected
}

/// Returns the variable files Terraform reads unasked, by rising precedence.
fn automatic_files(files: &dyn Files, directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = files.list(directory) else { return Vec::new() };
    let names: Vec<_> = entries.into_iter().filter(|it| !it.is_directory).map(|it| it.name).collect();
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"].map(str::to_owned);
    let fixed = fixed.into_iter().filter(|it| names.contains(it));
    let is_automatic = |name: &&String| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    let automatic: Vec<_> = names.iter().filter(is_automatic).cloned().collect();
    fixed.chain(automatic).map(|name| in_directory(directory, &name)).collect()
}

/// Returns a path that reads as the user would write it.
fn in_directory(directory: &Path, name: &str) -> PathBuf {
    if directory == Path::new(".") { PathBuf::from(name) } else { directory.join(name) }
}

impl Collected {
    fn text(&mut self, name: &str, text: &str, by: By) {
        self.written.insert(name.into(), Written::Text { text: text.to_owned(), by });
    }

    fn setting(&mut self, setting: &str) {
        let Some((name, text)) = setting.split_once('=') else {
            let detail = format!(
                "The given -var option \"{setting}\" is not correctly specified. Must be a variable name and value separated by an equals sign, like -var=\"key=value\"."
            );
            self.diagnostics.push(Diagnostic::error("Invalid -var option", detail));
            return;
        };
        if name.ends_with(char::is_whitespace) {
            let detail = format!(
                "Variable name \"{name}\" is invalid due to trailing space. Did you mean -var=\"{}={}\"?",
                name.trim(),
                text.trim_start()
            );
            self.diagnostics.push(Diagnostic::error("Invalid -var option", detail));
            return;
        }
        self.text(name, text, By::CommandLine);
    }

    fn file(&mut self, files: &dyn Files, path: &Path) {
        let name: Arc<str> = path.to_string_lossy().into();
        let text = match files.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                let detail = format!("The file {name} is not UTF-8 text.");
                self.diagnostics.push(Diagnostic::error("Invalid variables file", detail));
                return;
            }
            Err(error) => {
                let summary = "Failed to read variables file";
                let detail = match error.kind() {
                    std::io::ErrorKind::NotFound => format!("Given variables file {name} does not exist."),
                    _ => format!("The file {name} cannot be read: {error}."),
                };
                self.diagnostics.push(Diagnostic::error(summary, detail));
                return;
            }
        };
        self.sources.insert(name.clone(), text.as_str());
        let parse = if name.ends_with(".json") { syntax::parse_json } else { syntax::parse_native };
        let (body, mut found) = parse(&name, &text);
        refuse_blocks(&body, &mut found);
        if !found.has_errors() {
            let (attributes, wrong) = json_body::just_attributes(&body);
            found.extend(wrong);
            for attribute in attributes {
                let written = Written::Expression { expression: attribute.expression, file: name.clone() };
                self.written.insert(attribute.name, written);
            }
        }
        self.diagnostics.extend(found);
    }
}

/// A file of values declares nothing; a `variable` block in it is the mistake of somebody who thinks it does.
fn refuse_blocks(body: &Body, found: &mut Diagnostics) {
    let is_declaration = |kind: &str| kind == "variable";
    let declares = body.blocks.iter().any(|it| is_declaration(&it.kind));
    for block in body.blocks.iter().filter(|it| is_declaration(&it.kind) == declares) {
        let kind = &block.kind;
        let (summary, detail) = if declares {
            let detail = "A variables file sets values, and declares nothing: write name = value.";
            ("Variable declaration in .tfvars file".to_owned(), detail.to_owned())
        } else {
            let detail =
                format!("Blocks are not allowed here: a variables file sets values, like {kind} = ….");
            (format!("Unexpected \"{kind}\" block"), detail)
        };
        found.push(Diagnostic::error(summary, detail).at(block.kind_span.clone()));
    }
}
