//! Fetching modules.
//!
//! A [`Fetcher`] brings the package a module is in to a directory: from a registry, a repository, an archive or
//! the disk, or from the cache that all projects of a user share ([`Cache`]). It is synchronous: whoever wants
//! several packages at once calls it from several threads.
//!
//! What comes from elsewhere is never trusted: archives and links cannot reach out of the directory a package is
//! unpacked into, sizes are limited, no address becomes an option of a program, nothing is asked on the terminal.
//!
//! Deliberately absent: configurations. Which modules are wanted, and where each is put, others decide.

mod archive;
mod cache;
mod checksum;
mod credentials;
mod download;
mod error;
mod fetcher;
mod getters;
mod git;
mod host;
mod limits;
mod mercurial;
mod package;
mod program;
mod registry;
mod subdirectory;
mod transport;
mod tree;
mod url;
mod web;

pub use cache::Cache;
pub use credentials::Credentials;
pub use error::{FetchError, FetchErrorKind};
pub use fetcher::{Fetcher, Freshness, Obtained, Offered};
pub use limits::Limits;
pub use package::Package;
pub use registry::OfferedVersion;
pub use subdirectory::find_subdirectory;
pub use transport::{HttpTransport, Request, Response, Transport, TransportError};
pub use tree::{Extent, copy_package, copy_tree};
pub use web::Web;
