//! Packages that were fetched before, for all projects of a user.

use std::path::{Path, PathBuf};

use rinfra_addr::RegistryModule;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::checksum::hexadecimal;
use crate::error::FetchError;
use crate::limits::Limits;
use crate::registry::OfferedVersion;
use crate::tree::{Extent, copy_tree};

/// Packages that were fetched before.
///
/// `index/` has a small file for each address, which tells what is known of it and which directory in `packages/`
/// holds it. A directory is never changed once it is there.
///
/// # Guarantees
/// A run that is killed, or two at once, leave no entry for a package that is not there in full.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

/// What is known of a package in the cache.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// The address it was fetched from.
    pub(crate) address: String,
    /// Whether the address will always mean this package.
    pub(crate) is_fixed: bool,
    /// The commit, for repositories.
    pub(crate) revision: Option<String>,
    /// The directory within the package that the address turned out to mean.
    pub(crate) subdirectory: String,
    directory: String,
    entries: u64,
    bytes: u64,
}

impl Cache {
    /// Returns the cache in a directory, which need not exist yet.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the cache of the user: `rinfra/modules` in `XDG_CACHE_HOME` or `~/.cache`.
    pub fn of_user() -> Option<Self> {
        let chosen = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|it| it.is_absolute());
        let cache = chosen.or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
        cache.is_absolute().then(|| Self::at(cache.join("rinfra/modules")))
    }

    /// Returns an empty directory from which a package can be stored.
    pub(crate) fn staging(&self) -> std::io::Result<TempDir> {
        std::fs::create_dir_all(self.root.join("index"))?;
        std::fs::create_dir_all(self.root.join("packages"))?;
        tempfile::Builder::new().prefix("incoming-").tempdir_in(self.root.join("packages"))
    }

    /// Returns what is known of an address.
    pub(crate) fn find(&self, address: &str) -> Option<Entry> {
        let bytes = std::fs::read(self.index_file(address)).ok()?;
        Entry::parse(&bytes).filter(|it| it.address == address)
    }

    /// Copies a package to a directory.
    ///
    /// # Errors
    /// When it is not there in full, because somebody removed it or part of it.
    pub(crate) fn copy(&self, entry: &Entry, to: &Path, limits: &Limits) -> Result<(), FetchError> {
        let extent = copy_tree(&self.package(entry), to, limits)?;
        if (extent.entries, extent.bytes) == (entry.entries, entry.bytes) {
            return Ok(());
        }
        Err(FetchError::unusable(format!("the cached copy of {} is damaged", entry.address)))
    }

    /// Takes over the package in a directory from [`Cache::staging`].
    pub(crate) fn store(&self, package: Entry, extent: &Extent, staged: TempDir) -> std::io::Result<()> {
        let before = self.find(&package.address);
        let staged = staged.keep();
        let name = staged.file_name().map(|it| it.to_string_lossy().replacen("incoming-", "", 1));
        let directory = name.unwrap_or_default();
        std::fs::rename(&staged, self.root.join("packages").join(&directory))?;
        let entry = Entry { directory, entries: extent.entries, bytes: extent.bytes, ..package };
        let mut file = tempfile::NamedTempFile::new_in(self.root.join("index"))?;
        std::io::Write::write_all(&mut file, entry.to_json().to_string().as_bytes())?;
        file.persist(self.index_file(&entry.address))?;
        // Whoever copies from it just now fails at its next file, and fetches instead.
        if let Some(before) = before {
            let gone = self.root.join("packages").join(format!("incoming-old-{}", before.directory));
            if std::fs::rename(self.package(&before), &gone).is_ok() {
                let _ = std::fs::remove_dir_all(gone);
            }
        }
        Ok(())
    }

    /// Returns the versions of a registry's module that are there.
    pub(crate) fn versions(&self, module: &RegistryModule) -> Vec<OfferedVersion> {
        let prefix = format!("{} ", module.package());
        let files = std::fs::read_dir(self.root.join("index")).into_iter().flatten().flatten();
        let entries = files.filter_map(|it| Entry::parse(&std::fs::read(it.path()).ok()?));
        let version = |it: Entry| {
            let text = it.address.strip_prefix(&prefix)?.to_owned();
            Some(OfferedVersion { version: text.parse().ok()?, text })
        };
        entries.filter_map(version).collect()
    }

    fn package(&self, entry: &Entry) -> PathBuf {
        self.root.join("packages").join(&entry.directory)
    }

    fn index_file(&self, address: &str) -> PathBuf {
        let name = hexadecimal(&Sha256::digest(address.as_bytes()));
        self.root.join("index").join(format!("{name}.json"))
    }
}

impl Entry {
    pub(crate) fn new(address: &str, is_fixed: bool, revision: Option<String>, subdirectory: &str) -> Self {
        Self {
            address: address.to_owned(),
            is_fixed,
            revision,
            subdirectory: subdirectory.to_owned(),
            directory: String::new(),
            entries: 0,
            bytes: 0,
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "format": 1,
            "address": self.address,
            "fixed": self.is_fixed,
            "revision": self.revision,
            "subdirectory": self.subdirectory,
            "directory": self.directory,
            "entries": self.entries,
            "bytes": self.bytes,
        })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        let directory = text("directory").filter(|it| it.chars().all(|it| it.is_ascii_alphanumeric()));
        (value.get("format")?.as_u64()? == 1).then_some(())?;
        Some(Self {
            address: text("address")?,
            is_fixed: value.get("fixed")?.as_bool()?,
            revision: text("revision"),
            subdirectory: text("subdirectory")?,
            directory: directory.filter(|it| !it.is_empty())?,
            entries: value.get("entries")?.as_u64()?,
            bytes: value.get("bytes")?.as_u64()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(cache: &Cache, address: &str, text: &str) {
        let staged = cache.staging().unwrap();
        std::fs::write(staged.path().join("main.tf"), text).unwrap();
        let extent = Extent { entries: 1, bytes: text.len() as u64, ..Extent::default() };
        cache.store(Entry::new(address, true, None, "m"), &extent, staged).unwrap();
    }

    fn copied(cache: &Cache, address: &str) -> Result<String, String> {
        let target = tempfile::tempdir().unwrap();
        let entry = cache.find(address).ok_or("unknown")?;
        cache.copy(&entry, target.path(), &Limits::default()).map_err(|it| it.to_string())?;
        std::fs::read_to_string(target.path().join("main.tf")).map_err(|it| it.to_string())
    }

    #[test]
    fn packages_are_found_again_and_replaced() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::at(root.path().join("cache"));
        assert_eq!(cache.find("a"), None);
        stored(&cache, "a", "first");
        stored(&cache, "b", "other");
        assert_eq!(copied(&cache, "a"), Ok("first".to_owned()));
        stored(&cache, "a", "second");
        assert_eq!(copied(&cache, "a"), Ok("second".to_owned()));
        let packages = std::fs::read_dir(root.path().join("cache/packages")).unwrap().count();
        assert_eq!(packages, 2, "what is replaced is removed");
    }

    #[test]
    fn damaged_packages_are_not_used() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::at(root.path());
        stored(&cache, "a", "first");
        let package = cache.package(&cache.find("a").unwrap());
        std::fs::write(package.join("main.tf"), "fir").unwrap();
        assert_eq!(copied(&cache, "a"), Err("the cached copy of a is damaged".to_owned()));
        std::fs::remove_dir_all(&package).unwrap();
        assert!(copied(&cache, "a").is_err());
        std::fs::write(cache.index_file("a"), "{\"format\":2}").unwrap();
        assert_eq!(cache.find("a"), None);
    }

    #[test]
    fn versions_of_registries_are_listed() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::at(root.path());
        for address in
            ["e.com/a/b/c 1.0.0", "e.com/a/b/c 1.1.0-rc1", "e.com/a/b/d 2.0.0", "git::https://e.com/a"]
        {
            stored(&cache, address, "");
        }
        let module = RegistryModule::parse("e.com/a/b/c").unwrap();
        let mut versions: Vec<String> = cache.versions(&module).into_iter().map(|it| it.text).collect();
        versions.sort();
        assert_eq!(versions, ["1.0.0", "1.1.0-rc1"]);
    }
}
