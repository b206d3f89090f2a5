//! What is written in the environment, in files and on the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Sources, Span};
use rinfra_lang::files::Files;
use rinfra_lang::syntax::{self, FileText};
use rinfra_lang::{Body, Expression, json_body};

use super::Assignment;
use crate::environment::Environment;

/// The value of a variable as somebody wrote it.
pub(super) enum Written {
    /// Text, whose meaning depends on the type of the variable.
    Text { text: String, by: By },
    /// An expression in a file.
    Expression { expression: Expression, file: Arc<str>, by: By },
}

impl Written {
    /// Returns who wrote it.
    pub(super) fn by(&self) -> By {
        match self {
            Self::Text { by, .. } | Self::Expression { by, .. } => *by,
        }
    }

    /// Returns where it stands, if that is in a file.
    pub(super) fn span(&self) -> Option<&Span> {
        match self {
            Self::Text { .. } => None,
            Self::Expression { expression, .. } => Some(&expression.span),
        }
    }
}

/// Who gives a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The environment, which may hold values for other projects.
    Environment,
    /// The directory, with a file that is read unasked.
    Directory,
    /// The command line, with a value or the name of a file.
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
        collected.file(files, &path, By::Directory);
    }
    for assignment in &environment.variables.assignments {
        match assignment {
            Assignment::File(path) => collected.file(files, path, By::CommandLine),
            Assignment::Variable(setting) => collected.setting(setting),
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

    fn file(&mut self, files: &dyn Files, path: &Path, by: By) {
        let name: Arc<str> = path.to_string_lossy().into();
        let bytes = match files.read(path) {
            Ok(bytes) => bytes,
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
        let content = FileText::of(&name, &bytes);
        self.sources.insert(name.clone(), content.text());
        let (body, mut found) = syntax::parse_file(&name, &content);
        refuse_blocks(&body, &mut found);
        if !found.has_errors() {
            let (attributes, wrong) = json_body::just_attributes(&body);
            found.extend(wrong);
            for attribute in attributes {
                let written =
                    Written::Expression { expression: attribute.expression, file: name.clone(), by };
                self.written.insert(attribute.name, written);
            }
        }
        self.diagnostics.extend(found);
    }
}

/// A file of values declares nothing; a `variable` block in it is the mistake of somebody who thinks it does. Of other
/// blocks the first stands for all.
fn refuse_blocks(body: &Body, found: &mut Diagnostics) {
    let declarations: Vec<_> = body.blocks.iter().filter(|it| &*it.kind == "variable").collect();
    for block in &declarations {
        let detail = "A variables file sets values, and declares nothing: write name = value.";
        let diagnostic = Diagnostic::error("Variable declaration in .tfvars file", detail);
        found.push(diagnostic.at(block.kind_span.clone()));
    }
    if let (true, Some(block)) = (declarations.is_empty(), body.blocks.first()) {
        let kind = &block.kind;
        let detail = format!("Blocks are not allowed here: a variables file sets values, like {kind} = ….");
        let diagnostic = Diagnostic::error(format!("Unexpected \"{kind}\" block"), detail);
        found.push(diagnostic.at(block.kind_span.clone()));
    }
}
