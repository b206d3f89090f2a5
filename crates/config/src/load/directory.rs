//! The files of one module.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources, Span};
use rinfra_lang::Body;
use rinfra_lang::files::Files;
use rinfra_lang::syntax::{self, FileText};

use super::path::shown;

/// Reads the directories of modules, each file once however often its module is called.
pub(super) struct Reader<'a> {
    files: &'a dyn Files,
    root: PathBuf,
    bodies: BTreeMap<PathBuf, Arc<[File]>>,
    pub(super) sources: Sources,
    pub(super) contents: BTreeMap<Arc<str>, Vec<u8>>,
}

/// A file of a module.
pub(super) struct File {
    pub(super) role: Role,
    pub(super) body: Body,
}

/// What a file in a module's directory is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// Declarations.
    Primary,
    /// Changes to declarations of other files.
    Override,
    /// Not part of the configuration.
    None,
}

impl Role {
    fn of(name: &str) -> Self {
        let is_ignored =
            name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
        let Some(stem) = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tf.json")) else {
            return Self::None;
        };
        match (is_ignored, stem == "override" || stem.ends_with("_override")) {
            (true, _) => Self::None,
            (false, true) => Self::Override,
            (false, false) => Self::Primary,
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(files: &'a dyn Files, root: &Path) -> Self {
        Self {
            files,
            root: root.to_owned(),
            bodies: BTreeMap::new(),
            sources: Sources::new(),
            contents: BTreeMap::new(),
        }
    }

    /// Returns the bodies of a module's files, ordered by file name.
    ///
    /// # Errors
    /// When the directory cannot be listed. What is wrong with single files goes to `found`.
    pub(super) fn read(&mut self, directory: &Path, found: &mut Diagnostics) -> std::io::Result<Arc<[File]>> {
        if let Some(known) = self.bodies.get(directory) {
            return Ok(known.clone());
        }
        let entries = self.files.list(&self.root.join(directory))?;
        let names = entries.into_iter().filter(|it| !it.is_directory).map(|it| it.name);
        let bodies: Arc<[File]> = names.filter_map(|name| self.read_file(directory, &name, found)).collect();
        self.bodies.insert(directory.to_owned(), bodies.clone());
        Ok(bodies)
    }

    fn read_file(&mut self, directory: &Path, name: &str, found: &mut Diagnostics) -> Option<File> {
        let role = Role::of(name);
        if role == Role::None {
            return None;
        }
        let file: Arc<str> = shown(directory, name).into();
        match self.files.read(&self.root.join(directory).join(name)) {
            Ok(bytes) => self.contents.insert(file.clone(), bytes),
            Err(error) => {
                let detail = format!("The file {file:?} could not be read: {error}.");
                found.push(Diagnostic::error("Failed to read file", detail).at(Span::start_of(file)));
                return None;
            }
        };
        Some(File { role, body: self.parse(&file, found)? })
    }

    fn parse(&mut self, file: &Arc<str>, found: &mut Diagnostics) -> Option<Body> {
        let bytes = self.contents.get(file)?;
        let (body, diagnostics) = if file.ends_with(".json") {
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let detail = "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected \
                              in your editor.";
                found.push(Diagnostic::error("Invalid character encoding", detail).at(after(file, &valid)));
            });
            let text = text.ok()?;
            self.sources.insert(file.clone(), text);
            syntax::parse_json(file, text)
        } else {
            let content = FileText::of(bytes);
            self.sources.insert(file.clone(), content.text());
            syntax::parse_native_file(file, &content)
        };
        found.extend(diagnostics);
        Some(body)
    }
}

/// Returns the place of the one byte that follows a text.
fn after(file: &Arc<str>, text: &str) -> Span {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let start = Position { line, column, byte: text.len() };
    Span::new(file.clone(), start, Position { line, column: column + 1, byte: text.len() + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_file_is_for() {
        let check = |name: &str, expected: Role| assert_eq!(Role::of(name), expected, "{name}");
        check("main.tf", Role::Primary);
        check("main.tf.json", Role::Primary);
        check("override.tf", Role::Override);
        check("x_override.tf.json", Role::Override);
        check("myoverride.tf", Role::Primary);
        check(".hidden.tf", Role::None);
        check("main.tf~", Role::None);
        check("terraform.tfvars", Role::None);
        check("main.tftest.hcl", Role::None);
    }
}
