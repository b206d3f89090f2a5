//! Packages that are fetched from elsewhere.

use std::fmt;
use std::sync::Arc;

use super::{ModuleSourceError, detection, path, subdirectory};

/// A directory in a package that is fetched from elsewhere, such as `git::https://example.com/vpc.git//modules/a`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RemotePackage {
    /// How it is fetched, when that is said: the `git` of `git::https://example.com/vpc.git`.
    pub getter: Option<Arc<str>>,
    /// The URL of the package, with its query.
    pub url: Arc<str>,
    /// The directory within the package; empty for its top.
    pub subdirectory: Arc<str>,
}

impl RemotePackage {
    /// Reads the address of a package, in full or in one of the short forms.
    ///
    /// # Errors
    /// When it is neither a URL nor one of the short forms.
    pub fn parse(text: &str) -> Result<Self, ModuleSourceError> {
        let (package, requested) = subdirectory::split(text);
        let requested = subdirectory::inside(requested)?;
        let (forced, address) = forced_getter(&package);
        let detected = detection::detect(address)?;
        let (detected_getter, detected) = forced_getter(&detected);
        let (url, found) = subdirectory::split(detected);
        let subdirectory = subdirectory::inside(path::join(&found, &requested))?;
        Ok(Self {
            getter: forced.or(detected_getter).map(Into::into),
            url: url.into(),
            subdirectory: subdirectory.into(),
        })
    }

    /// Returns the address of the whole package.
    pub fn package(&self) -> String {
        match &self.getter {
            Some(getter) => format!("{getter}::{}", self.url),
            None => self.url.to_string(),
        }
    }
}

impl fmt::Display for RemotePackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let package = self.package();
        if self.subdirectory.is_empty() {
            return f.write_str(&package);
        }
        let (address, query) = package.split_at(package.find('?').unwrap_or(package.len()));
        write!(f, "{address}//{}{query}", self.subdirectory)
    }
}

/// Splits off what stands before `::`.
fn forced_getter(address: &str) -> (Option<&str>, &str) {
    match address.split_once("::") {
        Some((getter, rest)) if !getter.is_empty() && getter.chars().all(|it| it.is_ascii_alphanumeric()) => {
            (Some(getter), rest)
        }
        _ => (None, address),
    }
}
