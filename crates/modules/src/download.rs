//! Packages that are archives, from servers or the disk.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::archive::{Format, unpack};
use crate::checksum::Checksum;
use crate::error::FetchError;
use crate::limits::Limits;
use crate::transport::{Request, Response};
use crate::url::{Url, decoded, redacted};
use crate::web::Web;

/// Settings in the query that are for us, not for the server.
const SETTINGS: [&str; 3] = ["archive", "checksum", "filename"];

/// What an address on a server leads to.
pub(crate) enum Download {
    /// The package was unpacked.
    Unpacked,
    /// The server says that the package is elsewhere.
    Elsewhere {
        /// The address it gives.
        address: String,
        /// The URL of the document that says so.
        base: String,
    },
}

/// Fetches what is at a URL and unpacks it into a directory.
///
/// # Errors
/// When it cannot be fetched, is not what its checksum says, or cannot be unpacked.
pub(crate) fn download(
    web: &Web,
    address: &str,
    into: &Path,
    limits: &Limits,
) -> Result<Download, FetchError> {
    let Some(url) = Url::parse(address) else {
        return Err(FetchError::unusable(format!("{address:?} is no URL")));
    };
    let checksum = url.setting("checksum").map(|it| Checksum::parse(&decoded(it))).transpose()?;
    let Some(format) = Format::of(url.setting("archive"), url.path)? else { return ask_where(web, url) };
    let request = request(url, "");
    let file = web.patiently(|| to_file(web.ask(&request)?, limits))?;
    check(checksum.as_ref(), &file)?;
    unpack(&file, format, into, limits)?;
    Ok(Download::Unpacked)
}

/// Unpacks an archive on the disk into a directory; `None` when the path leads to a directory instead.
///
/// # Errors
/// When it does not exist, is not what its checksum says, or cannot be unpacked.
pub(crate) fn unpack_local(address: &str, into: &Path, limits: &Limits) -> Result<Option<()>, FetchError> {
    let Some(url) = Url::parse(address).filter(|it| it.scheme == "file" && it.authority.is_empty()) else {
        return Err(FetchError::unusable(format!("{address:?} is not the absolute path of a file")));
    };
    let path = PathBuf::from(decoded(url.path));
    let metadata = std::fs::metadata(&path)
        .map_err(|error| FetchError::missing(format!("source path error: {}: {error}", path.display())))?;
    if metadata.is_dir() {
        return Ok(None);
    }
    let Some(format) = Format::of(url.setting("archive"), url.path)? else {
        let reason = format!("{} is neither a directory nor an archive", path.display());
        return Err(FetchError::unusable(reason));
    };
    let file = File::open(&path).map_err(|it| FetchError::disk("open", &path, &it))?;
    let checksum = url.setting("checksum").map(|it| Checksum::parse(&decoded(it))).transpose()?;
    check(checksum.as_ref(), &file)?;
    unpack(&file, format, into, limits).map(Some)
}

/// Returns whether the address says exactly which bytes are meant.
pub(crate) fn is_fixed(address: &str) -> bool {
    Url::parse(address).is_some_and(|it| it.setting("checksum").is_some())
}

fn request(url: Url<'_>, more: &str) -> Request {
    let (user, host) = url.user_and_host();
    let plain = Url { authority: host, ..url }.without(&SETTINGS);
    let separator = match (more.is_empty(), plain.contains('?')) {
        (true, _) => "",
        (false, true) => "&",
        (false, false) => "?",
    };
    let basic = user.map(|it| ("authorization", format!("Basic {}", STANDARD.encode(decoded(it)))));
    Request { url: format!("{plain}{separator}{more}"), headers: basic.into_iter().collect() }
}

/// Writes a body to a file without a name.
fn to_file(response: Response, limits: &Limits) -> Result<File, FetchError> {
    let url = redacted(&response.url);
    let announced = response.header("content-length").and_then(|it| it.parse::<u64>().ok());
    let too_large = || FetchError::unusable(format!("GET {url}: more than {} bytes", limits.download));
    if announced.is_some_and(|it| it > limits.download) {
        return Err(too_large());
    }
    let disk =
        |error: std::io::Error| FetchError::unusable(format!("failed to keep what is fetched: {error}"));
    let mut file = tempfile::tempfile().map_err(disk)?;
    let mut body = response.body.take(limits.download + 1);
    let mut buffer = vec![0; 1 << 16];
    let mut received = 0_u64;
    loop {
        let read = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) => return Err(FetchError::unreachable(format!("GET {url}: {error}"))),
        };
        received += read as u64;
        file.write_all(&buffer[..read]).map_err(disk)?;
    }
    if received > limits.download {
        return Err(too_large());
    }
    if let Some(announced) = announced.filter(|it| *it != received) {
        let reason = format!("GET {url}: {received} bytes came of {announced}");
        return Err(FetchError::unreachable(reason));
    }
    Ok(file)
}

fn check(checksum: Option<&Checksum>, mut file: &File) -> Result<(), FetchError> {
    let Some(checksum) = checksum else { return Ok(()) };
    file.rewind()
        .map_err(|error| FetchError::unusable(format!("failed to read what was fetched: {error}")))?;
    checksum.check(file)
}

/// Asks a server where the package is that one of its pages is about.
fn ask_where(web: &Web, url: Url<'_>) -> Result<Download, FetchError> {
    let response = web.get(&request(url, "terraform-get=1"))?;
    let base = response.url.clone();
    let header = response.header("x-terraform-get").filter(|it| !it.is_empty()).map(str::to_owned);
    let address = match header {
        Some(address) => address,
        None => meta(&response.text()?).ok_or_else(|| {
            let page = redacted(&url.without(&SETTINGS));
            FetchError::unusable(format!(
                "{page} is no archive, and the server does not say where the package is: no source URL was returned"
            ))
        })?,
    };
    Ok(Download::Elsewhere { address, base })
}

/// Returns what `<meta name="terraform-get" content="…">` says.
fn meta(page: &str) -> Option<String> {
    let tags =
        page.split('<').skip(1).filter(|it| it.get(..5).is_some_and(|it| it.eq_ignore_ascii_case("meta ")));
    let tag = tags
        .filter_map(|it| it.split('>').next())
        .find(|it| attribute(it, "name").is_some_and(|it| it == "terraform-get"))?;
    attribute(tag, "content").map(|it| it.replace("&amp;", "&")).filter(|it| !it.is_empty())
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let rest = tag.split_once(&format!(" {name}="))?.1;
    let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    rest[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_say_where_packages_are() {
        let check = |page: &str, expected: Option<&str>| {
            assert_eq!(meta(page).as_deref(), expected, "{page}");
        };
        check(r#"<html><head><meta name="terraform-get" content="a?b&amp;c"/></head>"#, Some("a?b&c"));
        check("<META charset=\"x\"><Meta content='./a.zip' name='terraform-get'>", Some("./a.zip"));
        check(r#"<meta name="other" content="x">"#, None);
        check(r#"<meta name="terraform-get" content="">"#, None);
        check("<meta ä", None);
        check("", None);
    }

    #[test]
    fn settings_and_users_are_not_part_of_the_request() {
        let url = Url::parse("https://me:a%40b@e.com/a.zip?x=1&archive=zip&checksum=md5:0").unwrap();
        let request = request(url, "terraform-get=1");
        assert_eq!(request.url, "https://e.com/a.zip?x=1&terraform-get=1");
        assert_eq!(request.headers, [("authorization", format!("Basic {}", STANDARD.encode("me:a@b")))]);
    }
}
