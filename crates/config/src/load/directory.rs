//! The files of one module.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources, Span};
use rinfra_lang::files::Files;
use rinfra_lang::{Body, syntax};

use super::path::shown;

/// Reads the directories of modules, each file once however often its module is called.
pub(super) struct Reader<'a> {
    files: &'a dyn Files,
    root: PathBuf,
    bodies: BTreeMap<PathBuf, Arc<[Body]>>,
    pub(super) sources: Sources,
    pub(super) contents: BTreeMap<Arc<str>, Vec<u8>>,
}

/// What a file in a module's directory is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Role {
    /// Declarations in native syntax.
    Native,
    /// Declarations in JSON.
    Json,
    /// Changes to declarations of other files.
    Override,
    /// Not part of the configuration.
    None,
}

impl Role {
    fn of(name: &str) -> Self {
        let is_ignored =
            name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
        let (stem, role) = match (name.strip_suffix(".tf"), name.strip_suffix(".tf.json")) {
            (Some(stem), _) => (stem, Self::Native),
            (_, Some(stem)) => (stem, Self::Json),
            _ => return Self::None,
        };
        match (is_ignored, stem == "override" || stem.ends_with("_override")) {
            (true, _) => Self::None,
            (false, true) => Self::Override,
            (false, false) => role,
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
    pub(super) fn read(&mut self, directory: &Path, found: &mut Diagnostics) -> std::io::Result<Arc<[Body]>> {
        if let Some(known) = self.bodies.get(directory) {
            return Ok(known.clone());
        }
        let entries = self.files.list(&self.root.join(directory))?;
        let names = entries.into_iter().filter(|it| !it.is_directory).map(|it| it.name);
        let bodies: Arc<[Body]> = names.filter_map(|name| self.read_file(directory, &name, found)).collect();
        self.bodies.insert(directory.to_owned(), bodies.clone());
        Ok(bodies)
    }

    fn read_file(&mut self, directory: &Path, name: &str, found: &mut Diagnostics) -> Option<Body> {
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
        let unsupported = match role {
            Role::Json => "The JSON syntax of configurations (*.tf.json) is not supported yet.",
            Role::Override => {
                "Override files (override.tf, *_override.tf and their JSON forms) are not supported yet."
            }
            Role::Native | Role::None => return self.parse(&file, found),
        };
        found.push(Diagnostic::error("Unsupported configuration file", unsupported).at(Span::start_of(file)));
        None
    }

    fn parse(&mut self, file: &Arc<str>, found: &mut Diagnostics) -> Option<Body> {
        let bytes = self.contents.get(file)?;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let detail = "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected \
                              in your editor.";
                found.push(Diagnostic::error("Invalid character encoding", detail).at(after(file, &valid)));
                return None;
            }
        };
        self.sources.insert(file.clone(), text);
        let (body, diagnostics) = syntax::parse_native(file, text);
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
        check("main.tf", Role::Native);
        check("main.tf.json", Role::Json);
        check("override.tf", Role::Override);
        check("x_override.tf.json", Role::Override);
        check("myoverride.tf", Role::Native);
        check(".hidden.tf", Role::None);
        check("main.tf~", Role::None);
        check("terraform.tfvars", Role::None);
        check("main.tftest.hcl", Role::None);
    }
}
