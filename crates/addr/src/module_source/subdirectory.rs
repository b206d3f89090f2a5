//! The part of a source after `//`: a directory within the package.

use super::ModuleSourceError;
use super::path::clean;

/// Splits a source into the package's address, with its query, and the directory within it.
pub(super) fn split(source: &str) -> (String, String) {
    let path_end = source.find('?').unwrap_or(source.len());
    let path = &source[..path_end];
    // The two slashes after a scheme are no separator.
    let after_scheme = path.find("://").map_or(0, |it| it + 3);
    let Some(separator) = path[after_scheme..].find("//").map(|it| it + after_scheme) else {
        return (source.to_owned(), String::new());
    };
    let subdirectory = &path[separator + 2..];
    let subdirectory = if subdirectory.is_empty() { String::new() } else { clean(subdirectory) };
    (format!("{}{}", &path[..separator], &source[path_end..]), subdirectory)
}

/// Returns the directory within a package, unless it is outside of it. The package's top is empty.
///
/// # Errors
/// When it leads out of the package.
pub(super) fn inside(subdirectory: String) -> Result<String, ModuleSourceError> {
    if subdirectory == ".." || subdirectory.starts_with("../") {
        let reason = format!("subdirectory path {subdirectory:?} leads outside of the module package");
        return Err(ModuleSourceError::Invalid(reason));
    }
    Ok(subdirectory)
}
