//! From an address to a package in a directory, with the cache in between.

use std::path::Path;

use rinfra_addr::RegistryModule;

use crate::cache::{Cache, Entry};
use crate::credentials::Credentials;
use crate::error::{FetchError, FetchErrorKind};
use crate::getters::{Fetched, Getters};
use crate::git::{Repository, Revision};
use crate::limits::Limits;
use crate::package::Package;
use crate::registry::{OfferedVersion, Registries};
use crate::tree::{Extent, copy_tree};
use crate::web::Web;

/// Whoever fetches packages.
pub struct Fetcher {
    getters: Getters,
    cache: Option<Cache>,
    limits: Limits,
}

/// How recent a package must be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Freshness {
    /// What an address meant once is enough if it is not expected to change, as a tag is not.
    Known,
    /// What the address means now, unless it cannot mean anything else.
    Latest,
}

/// A package that is there now.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Obtained {
    /// The directory within the package that its address turned out to mean; it may hold patterns.
    pub subdirectory: String,
    /// What the user should know: an old copy was used, a link was left out. Full sentences.
    pub remarks: Vec<String>,
}

/// The versions of a registry's module.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Offered {
    /// The versions, in no particular order.
    pub versions: Vec<OfferedVersion>,
    /// What the user should know. Full sentences.
    pub remarks: Vec<String>,
}

impl Fetcher {
    /// Returns a fetcher.
    pub fn new(web: Web, credentials: Credentials, cache: Option<Cache>, limits: Limits) -> Self {
        let registries = Registries::new(web.clone(), credentials);
        Self { getters: Getters { web, registries, limits }, cache, limits }
    }

    /// Returns the versions of a registry's module: those in the cache when the registry cannot be reached.
    ///
    /// # Errors
    /// When nobody knows any.
    pub fn versions(&self, module: &RegistryModule) -> Result<Offered, FetchError> {
        let error = match self.getters.registries.versions(module) {
            Ok(versions) => return Ok(Offered { versions, remarks: Vec::new() }),
            Err(error) => error,
        };
        let versions = self.cache.as_ref().map(|it| it.versions(module)).unwrap_or_default();
        if error.kind != FetchErrorKind::Unreachable || versions.is_empty() {
            return Err(error);
        }
        let remark = format!(
            "The registry could not be asked for the versions of {} ({error}), so only those in the cache were \
             considered.",
            module.short_package()
        );
        Ok(Offered { versions, remarks: vec![remark] })
    }

    /// Brings a package to a directory that does not exist yet. A directory of this machine becomes a link to it.
    ///
    /// # Errors
    /// When it can neither be fetched nor found in the cache.
    pub fn obtain(
        &self,
        package: &Package,
        into: &Path,
        freshness: Freshness,
    ) -> Result<Obtained, FetchError> {
        if let Package::Remote(remote) = package
            && self.getters.link_directory(remote, into)?
        {
            return Ok(Obtained::default());
        }
        let cached = self.cache.as_ref().and_then(|it| Some((it, it.find(&package.address())?)));
        let Some((cache, entry)) = cached else { return self.fetch(package, None, into) };
        let copy = |remarks| {
            remove(into)?;
            cache.copy(&entry, into, &self.limits)?;
            Ok(Obtained { subdirectory: entry.subdirectory.clone(), remarks })
        };
        let copied = match self.renewal(package, &entry, freshness) {
            Ok(Renewal::Same) => copy(Vec::new()),
            Ok(Renewal::Perhaps(revision)) => {
                self.fetch(package, revision.as_ref(), into).or_else(|error| unreachable(error, &copy))
            }
            Err(error) => unreachable(error, &copy),
        };
        // A copy that is damaged is as good as none.
        copied.or_else(|error: FetchError| match error.kind {
            FetchErrorKind::Unusable => self.fetch(package, None, into),
            _ => Err(error),
        })
    }

    /// Finds out whether the package in the cache is still the one the address means.
    fn renewal(&self, package: &Package, entry: &Entry, freshness: Freshness) -> Result<Renewal, FetchError> {
        let Package::Remote(remote) = package else { return Ok(Renewal::Same) };
        let is_git = remote.getter.as_deref() == Some("git");
        if entry.is_fixed && (freshness == Freshness::Known || !is_git) {
            return Ok(Renewal::Same);
        }
        if !is_git {
            return Ok(Renewal::Perhaps(None));
        }
        let revision = Repository::parse(&remote.url)?.resolve()?;
        let is_same = revision.commit.is_some() && revision.commit == entry.revision;
        Ok(if is_same { Renewal::Same } else { Renewal::Perhaps(Some(revision)) })
    }

    /// Fetches a package, keeps it in the cache and brings it to the directory.
    fn fetch(
        &self,
        package: &Package,
        revision: Option<&Revision>,
        into: &Path,
    ) -> Result<Obtained, FetchError> {
        let raw = tempfile::tempdir()
            .map_err(|it| FetchError::unusable(format!("failed to make a temporary directory: {it}")))?;
        let fetched = self.getters.fetch(package, revision, &raw.path().join("package"))?;
        remove(into)?;
        let extent = copy_tree(&raw.path().join("package"), into, &self.limits)?;
        if let Some(cache) = &self.cache
            && let Err(error) = keep(cache, package, &fetched, &extent, into, &self.limits)
        {
            // Without a cache everything works, only slower.
            tracing::debug!(%error, "the package is not kept in the cache");
        }
        let left_out = extent.left_out.iter().map(|path| {
            format!(
                "The link {} of {} leads out of the package and was left out.",
                path.display(),
                package.address()
            )
        });
        Ok(Obtained { subdirectory: fetched.subdirectory, remarks: left_out.collect() })
    }
}

/// What may have become of a package that is in the cache.
enum Renewal {
    /// It is what the address means.
    Same,
    /// The address may mean something else; for repositories, this.
    Perhaps(Option<Revision>),
}

/// Makes do with the copy in the cache when nobody answers.
fn unreachable(
    error: FetchError,
    copy: &dyn Fn(Vec<String>) -> Result<Obtained, FetchError>,
) -> Result<Obtained, FetchError> {
    if error.kind != FetchErrorKind::Unreachable {
        return Err(error);
    }
    let remark = format!("The copy in the cache was used, which may be old: {error}.");
    copy(vec![remark]).map_err(|_| error)
}

fn keep(
    cache: &Cache,
    package: &Package,
    fetched: &Fetched,
    extent: &Extent,
    from: &Path,
    limits: &Limits,
) -> Result<(), FetchError> {
    let failed = |it: std::io::Error| FetchError::unusable(format!("failed to write to the cache: {it}"));
    let staged = cache.staging().map_err(failed)?;
    copy_tree(from, staged.path(), limits)?;
    let entry =
        Entry::new(&package.address(), fetched.is_fixed, fetched.revision.clone(), &fetched.subdirectory);
    let extent = Extent { entries: extent.entries - extent.left_out.len() as u64, ..extent.clone() };
    cache.store(entry, &extent, staged).map_err(failed)
}

/// Removes what a failed attempt has left.
fn remove(directory: &Path) -> Result<(), FetchError> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FetchError::disk("remove", directory, &error))
        }
        _ => Ok(()),
    }
}
