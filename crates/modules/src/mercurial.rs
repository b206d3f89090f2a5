//! Packages in Mercurial repositories, fetched by the program `hg`.

use std::path::Path;

use crate::error::FetchError;
use crate::program::Program;
use crate::url::{Url, decoded};

/// Fetches a repository, at the revision that the setting `rev` names, into a directory that does not exist yet.
///
/// # Errors
/// When it cannot be fetched.
pub(crate) fn fetch(address: &str, into: &Path) -> Result<(), FetchError> {
    let refuse = || FetchError::unusable(format!("{address:?} is not the URL of a repository"));
    let url = Url::parse(address).filter(|it| !it.authority.starts_with('-')).ok_or_else(refuse)?;
    let revision = url.setting("rev").map(decoded).filter(|it| !it.is_empty());
    if revision.as_ref().is_some_and(|it| it.starts_with('-')) {
        return Err(refuse());
    }
    let from = match url.scheme {
        "file" => url.path.to_owned(),
        _ => url.without(&["rev"]),
    };
    let hg = || Program::new("hg").variable("HGPLAIN", "1").arguments(["--noninteractive"]);
    hg().arguments(["clone", "--quiet", "--noupdate", "--"])
        .arguments([from.as_ref(), into.as_os_str()])
        .run()?;
    let update = hg().directory(into).arguments(["update", "--quiet", "--clean"]);
    update.arguments(revision.map(|it| format!("--rev={it}"))).run().map(drop)
}
