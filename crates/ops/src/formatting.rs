use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rinfra_diag::{Diagnostic, Diagnostics, Position, Sources, Span};
use rinfra_lang::files::{DirectoryEntry, FileKind, Files};

/// The endings of files whose layout is ours to say.
const ENDINGS: [&str; 4] = [".tf", ".tfvars", ".tftest.hcl", ".tfmock.hcl"];

/// Whether directories within directories are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only the directory itself.
    Directory,
    /// Everything below it, but for what is hidden.
    Tree,
}

/// A file, and how it should look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// Where the file is, relative to the current directory.
    pub path: String,
    /// What it holds.
    pub before: String,
    /// What it should hold.
    pub after: String,
}

/// The files that were asked for, and what is wrong with those that cannot be laid out.
#[derive(Debug, Default)]
pub struct Formatting {
    /// The files that can be parsed, in the order in which they were asked for.
    pub files: Vec<Formatted>,
    /// Why others cannot.
    pub diagnostics: Diagnostics,
    /// The texts the diagnostics point into.
    pub sources: Sources,
}

/// Lays out files and directories up to the first that is not there; nothing is written. Paths are shown relative
/// to the directory `current`.
pub fn formatting(files: &dyn Files, current: &Path, targets: &[PathBuf], reach: Reach) -> Formatting {
    let mut found = Formatting::default();
    for target in targets {
        let path = shown(current, target);
        match files.kind(target) {
            Ok(Some(FileKind::Directory)) => found.directory(files, &path, reach),
            Ok(Some(_)) if is_formatted(&path.to_string_lossy()) => found.file(files, &path),
            Ok(Some(_)) => {
                let summary =
                    "Only .tf, .tfvars, and .tftest.hcl files can be processed with rinfra fmt".to_owned();
                let detail = format!("{} is none of them.", path.display());
                found.diagnostics.push(Diagnostic::error(summary, detail));
            }
            _ => {
                let summary = format!("No file or directory at {}", path.display());
                found.diagnostics.push(Diagnostic::error(summary, ""));
                break;
            }
        }
    }
    found
}

/// Lays out a text that is in no file; it ends with a line break, as what is printed does.
///
/// *Errors*: what is wrong with its syntax.
pub fn formatted_text(name: &str, bytes: &[u8]) -> Result<Formatted, Formatting> {
    let mut found = Formatting::default();
    found.text(name, bytes);
    match found.files.pop() {
        Some(mut file) => {
            if !file.after.ends_with('\n') {
                file.after.push('\n');
            }
            Ok(file)
        }
        None => Err(found),
    }
}

/// Replaces what a file holds, in one step; what may be done with it stays.
///
/// *Errors*: anything the file system refuses.
pub fn replace_file(path: &Path, text: &str) -> io::Result<()> {
    // A link stays a link: it is the file behind it that changes.
    let path = std::fs::canonicalize(path)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let permissions = std::fs::metadata(&path)?.permissions();
    let mut file = tempfile::Builder::new().prefix(".rinfra-fmt-").tempfile_in(directory)?;
    file.as_file().set_permissions(permissions)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

impl Formatting {
    fn directory(&mut self, files: &dyn Files, directory: &Path, reach: Reach) {
        let entries = match files.list(directory) {
            Ok(entries) => entries,
            Err(error) => {
                let summary = format!("Failed to read directory {}", directory.display());
                return self.diagnostics.push(Diagnostic::error(summary, error.to_string()));
            }
        };
        for DirectoryEntry { name, is_directory } in entries.iter().filter(|it| !is_ignored(&it.name)) {
            let path = normal(&directory.join(name));
            if *is_directory {
                if reach == Reach::Tree {
                    self.directory(files, &path, reach);
                }
            } else if is_formatted(name) {
                self.file(files, &path);
            }
        }
    }

    fn file(&mut self, files: &dyn Files, path: &Path) {
        let name = path.display().to_string();
        match files.read(path) {
            Ok(bytes) => self.text(&name, &bytes),
            Err(error) => {
                self.diagnostics
                    .push(Diagnostic::error(format!("Failed to read file {name}"), error.to_string()));
            }
        }
    }

    fn text(&mut self, name: &str, bytes: &[u8]) {
        let file: Arc<str> = name.into();
        let before = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                self.sources.insert(file.clone(), String::from_utf8_lossy(bytes));
                return self.diagnostics.push(wrong_encoding(&file, &bytes[..error.valid_up_to()]));
            }
        };
        match rinfra_lang::format(&file, &before) {
            Ok(after) => self.files.push(Formatted { path: name.to_owned(), before, after }),
            Err(wrong) => {
                self.sources.insert(file, before);
                self.diagnostics.extend(wrong);
            }
        }
    }
}

fn wrong_encoding(file: &Arc<str>, valid: &[u8]) -> Diagnostic {
    let line = valid.iter().filter(|it| **it == b'\n').count() + 1;
    let at = Position::new(line, 1, valid.len());
    let detail =
        "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.";
    Diagnostic::error("Invalid character encoding", detail).at(Span::new(file.clone(), at, at))
}

fn is_formatted(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Tells whether a name is that of a hidden file or of an editor's copy.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.starts_with('#') && name.ends_with('#')
}

/// Returns a path as it is shown: relative to the current directory where it lies in it.
fn shown(current: &Path, path: &Path) -> PathBuf {
    let path = normal(path);
    match path.strip_prefix(current) {
        Ok(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
        Ok(inside) => inside.to_path_buf(),
        Err(_) => path,
    }
}

/// Returns a path without what leads nowhere: `.`, and `..` behind a directory.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match (component, normal.components().next_back()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                normal.pop();
            }
            _ => normal.push(component),
        }
    }
    if normal.as_os_str().is_empty() { PathBuf::from(".") } else { normal }
}
