//! The ways to fetch a package.

use std::path::Path;

use rinfra_addr::RemotePackage;

use crate::download::{self, Download};
use crate::error::FetchError;
use crate::git::{Repository, Revision, is_hexadecimal};
use crate::limits::Limits;
use crate::mercurial;
use crate::package::Package;
use crate::registry::Registries;
use crate::tree::link;
use crate::url::{Url, decoded, redacted, resolve};
use crate::web::Web;

/// All ways to fetch a package.
pub(crate) struct Getters {
    pub(crate) web: Web,
    pub(crate) registries: Registries,
    pub(crate) limits: Limits,
}

/// What is known of a package once it was fetched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fetched {
    /// The directory within the package that its address turned out to mean; it may hold patterns.
    pub(crate) subdirectory: String,
    /// The commit, for repositories.
    pub(crate) revision: Option<String>,
    /// Whether the address will always mean this package.
    pub(crate) is_fixed: bool,
}

/// A server may say that a package is elsewhere, and the next one as well, this often.
const MOST_HOPS: u32 = 8;

/// A way to fetch a package.
enum Getter {
    Git,
    Mercurial,
    Web,
    File,
}

impl Getter {
    fn of(package: &RemotePackage) -> Result<Self, FetchError> {
        let scheme = package.url.split(':').next().unwrap_or_default().to_ascii_lowercase();
        match package.getter.as_deref().unwrap_or(&scheme) {
            "git" => Ok(Self::Git),
            "hg" => Ok(Self::Mercurial),
            "http" | "https" => Ok(Self::Web),
            "file" => Ok(Self::File),
            "s3" => Err(FetchError::unusable("packages in S3 buckets cannot be fetched yet")),
            "gcs" => Err(FetchError::unusable("packages in Google Cloud Storage cannot be fetched yet")),
            other => Err(FetchError::unusable(format!("download not supported for scheme '{other}'"))),
        }
    }
}

impl Getters {
    /// Links to a directory of this machine; returns false when the package is something else.
    pub(crate) fn link_directory(&self, package: &RemotePackage, path: &Path) -> Result<bool, FetchError> {
        let is_file = matches!(Getter::of(package), Ok(Getter::File));
        let Some(url) = Url::parse(&package.url).filter(|it| is_file && it.authority.is_empty()) else {
            return Ok(false);
        };
        let directory = decoded(url.path);
        if !Path::new(&directory).is_dir() {
            return Ok(false);
        }
        link(Path::new(&directory), path)?;
        Ok(true)
    }

    /// Fetches a package into a directory that does not exist yet, a repository at this revision if one is given.
    pub(crate) fn fetch(
        &self,
        package: &Package,
        revision: Option<&Revision>,
        into: &Path,
    ) -> Result<Fetched, FetchError> {
        match package {
            Package::Remote(remote) => self.fetch_remote(remote, revision, into, MOST_HOPS),
            Package::Registry { module, version } => {
                let location = self.registries.location(module, version)?;
                let fetched = self.fetch_remote(&location, None, into, MOST_HOPS).map_err(|error| {
                    error.after(&format!("the registry says it is at {}", redacted_address(&location)))
                })?;
                let subdirectory = joined(&fetched.subdirectory, &location.subdirectory);
                // A registry never changes what a version is.
                Ok(Fetched { subdirectory, is_fixed: true, ..fetched })
            }
        }
    }

    fn fetch_remote(
        &self,
        package: &RemotePackage,
        revision: Option<&Revision>,
        into: &Path,
        hops: u32,
    ) -> Result<Fetched, FetchError> {
        match Getter::of(package)? {
            Getter::Git => fetch_repository(package, revision, into),
            Getter::Mercurial => mercurial::fetch(&package.url, into).map(|()| Fetched::default()),
            Getter::File => {
                download::unpack_local(&package.url, into, &self.limits)?;
                Ok(Fetched { is_fixed: download::is_fixed(&package.url), ..Fetched::default() })
            }
            Getter::Web => match download::download(&self.web, &package.url, into, &self.limits)? {
                Download::Unpacked => {
                    Ok(Fetched { is_fixed: download::is_fixed(&package.url), ..Fetched::default() })
                }
                Download::Elsewhere { address, base } => self.follow(&address, &base, into, hops),
            },
        }
    }

    /// Fetches what a server names instead.
    fn follow(&self, address: &str, base: &str, into: &Path, hops: u32) -> Result<Fetched, FetchError> {
        let hops = hops.checked_sub(1).ok_or_else(|| {
            FetchError::unusable(format!("each of {MOST_HOPS} servers said that the package is elsewhere"))
        })?;
        let is_relative = ["/", "./", "../"].iter().any(|it| address.starts_with(it));
        let absolute = if is_relative { resolve(base, address) } else { address.to_owned() };
        let refuse = |reason: &str| {
            let base = redacted(base);
            FetchError::unusable(format!("{base} names the source {address:?}, which was refused: {reason}"))
        };
        let package = RemotePackage::parse(&absolute).map_err(|error| refuse(&error.to_string()))?;
        if package.url.starts_with("file:") {
            return Err(refuse("a server does not know the files of this machine"));
        }
        let fetched = self.fetch_remote(&package, None, into, hops)?;
        let subdirectory = joined(&fetched.subdirectory, &package.subdirectory);
        Ok(Fetched { subdirectory, is_fixed: false, ..fetched })
    }
}

fn fetch_repository(
    package: &RemotePackage,
    revision: Option<&Revision>,
    into: &Path,
) -> Result<Fetched, FetchError> {
    let repository = Repository::parse(&package.url)?;
    let resolved = match revision {
        Some(revision) => revision.clone(),
        None => repository.resolve()?,
    };
    let commit = repository.fetch(&resolved, into)?;
    let beginning = Url::parse(&package.url).and_then(|it| it.setting("ref")).unwrap_or_default();
    let is_commit = beginning.len() >= 7 && is_hexadecimal(beginning) && commit.starts_with(beginning);
    Ok(Fetched {
        subdirectory: String::new(),
        revision: Some(commit),
        is_fixed: resolved.is_fixed || is_commit,
    })
}

fn redacted_address(package: &RemotePackage) -> String {
    Package::Remote(package.clone()).address()
}

fn joined(base: &str, path: &str) -> String {
    match (base.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => base.to_owned(),
        (false, false) => format!("{base}/{path}"),
    }
}
