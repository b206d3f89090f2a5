//! The files of one module.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use rinfra_diag::{Diagnostic, Diagnostics, Sources, Span};
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
    /// What the files hold.
    pub(super) contents: BTreeMap<Arc<str>, Arc<[u8]>>,
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

/// Tells whether a file of this name is part of the module in its directory.
pub fn is_configuration_file(name: &str) -> bool {
    Role::of(name) != Role::None
}

impl<'a> Reader<'a> {
    pub(super) fn new(files: &'a dyn Files, root: &Path) -> Self {
        let (bodies, contents) = (BTreeMap::new(), BTreeMap::new());
        Self { files, root: root.to_owned(), bodies, sources: Sources::new(), contents }
    }

    /// Returns the bodies of a module's files, ordered by file name.
    ///
    /// # Errors
    /// When the directory cannot be listed. What is wrong with single files goes to `found`.
    pub(super) fn read(&mut self, directory: &Path, found: &mut Diagnostics) -> std::io::Result<Arc<[File]>> {
        if let Some(known) = self.bodies.get(directory) {
            return Ok(known.clone());
        }
        let place = self.root.join(directory);
        let entries = self.files.list(&place)?;
        let names = entries.into_iter().filter(|it| !it.is_directory).map(|it| it.name);
        let wanted: Vec<(Role, String)> =
            names.map(|name| (Role::of(&name), name)).filter(|(role, _)| *role != Role::None).collect();
        // Files know nothing of each other, so each may be parsed by another processor.
        let parsed: Vec<Parsed> = wanted
            .into_par_iter()
            .map(|(role, name)| {
                parse(role, shown(directory, &name).into(), self.files.read(&place.join(&name)))
            })
            .collect();
        let mut bodies = Vec::with_capacity(parsed.len());
        for Parsed { name, text, bytes, file, diagnostics } in parsed {
            if let Some(text) = text {
                let bytes = bytes.unwrap_or_else(|| Arc::from(Arc::clone(&text)));
                self.contents.insert(name.clone(), bytes);
                self.sources.insert(name, text);
            }
            bodies.extend(file);
            found.extend(diagnostics);
        }
        let bodies: Arc<[File]> = bodies.into();
        self.bodies.insert(directory.to_owned(), bodies.clone());
        Ok(bodies)
    }
}

/// What became of one file.
struct Parsed {
    name: Arc<str>,
    /// The text, if it could be read.
    text: Option<Arc<str>>,
    /// The bytes, if they are not those of the text.
    bytes: Option<Arc<[u8]>>,
    file: Option<File>,
    diagnostics: Diagnostics,
}

fn parse(role: Role, name: Arc<str>, contents: std::io::Result<Vec<u8>>) -> Parsed {
    let contents = match contents {
        Ok(contents) => contents,
        Err(error) => {
            let detail = format!("The file {name:?} could not be read: {error}.");
            let diagnostic =
                Diagnostic::error("Failed to read file", detail).at(Span::start_of(name.clone()));
            return Parsed { name, text: None, bytes: None, file: None, diagnostics: diagnostic.into() };
        }
    };
    let content = FileText::of(&name, &contents);
    let text: Arc<str> = content.text().into();
    let (body, diagnostics) = syntax::parse_file(&name, &content);
    let bytes = if content.is_exact() { None } else { Some(contents.into()) };
    Parsed { name, text: Some(text), bytes, file: Some(File { role, body }), diagnostics }
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
