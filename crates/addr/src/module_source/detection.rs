//! The short forms of addresses, such as `github.com/a/b`.

use super::ModuleSourceError;

/// Returns the URL an address means, with the way to fetch it where that follows from the address.
///
/// # Errors
/// When the address is neither a URL nor a short form of one.
pub(super) fn detect(address: &str) -> Result<String, ModuleSourceError> {
    if is_url(address) {
        return Ok(address.to_owned());
    }
    if let Some(rest) = address.strip_prefix("github.com/") {
        return github(rest);
    }
    if let Some(url) = git_over_ssh(address) {
        return Ok(url);
    }
    if address.starts_with("bitbucket.org/") {
        let (path, query) = split_query(address);
        return Ok(format!("git::https://{}{query}", with_git_suffix(path)));
    }
    if address.contains("googleapis.com/") {
        return google_cloud_storage(address);
    }
    if address.contains(".amazonaws.com/") {
        return Ok(format!("s3::https://{address}"));
    }
    if address.starts_with('/') {
        return Ok(format!("file://{address}"));
    }
    if address.is_empty() {
        return Err(ModuleSourceError::Invalid("it is empty".to_owned()));
    }
    Err(ModuleSourceError::MaybeRelative(address.to_owned()))
}

/// Tells whether an address has a scheme and, after `//`, a host whose port is a number.
fn is_url(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'));
    let authority = rest.strip_prefix("//").map(|it| it.split(['/', '?', '#']).next().unwrap_or_default());
    let host = authority.map(|it| it.rsplit('@').next().unwrap_or_default());
    let port = host.and_then(|it| it.rsplit(']').next().unwrap_or_default().split_once(':'));
    is_scheme && port.is_none_or(|(_, port)| port.chars().all(|it| it.is_ascii_digit()))
}

fn github(rest: &str) -> Result<String, ModuleSourceError> {
    let (path, query) = split_query(rest);
    let mut parts = path.splitn(3, '/');
    let (Some(owner), Some(repository)) = (parts.next(), parts.next()) else {
        let reason = "GitHub URLs should be github.com/username/repo";
        return Err(ModuleSourceError::Invalid(reason.to_owned()));
    };
    let repository = with_git_suffix(repository);
    let subdirectory = parts.next().map(|it| format!("//{it}")).unwrap_or_default();
    Ok(format!("git::https://github.com/{owner}/{repository}{subdirectory}{query}"))
}

/// Returns the URL that `git@host:path` means.
fn git_over_ssh(address: &str) -> Option<String> {
    let (host, path) = address.strip_prefix("git@")?.split_once(':')?;
    let (path, query) = split_query(path.strip_prefix('/').unwrap_or(path));
    if host.is_empty() || path.is_empty() {
        return None;
    }
    let mut settings: Vec<&str> =
        query.trim_start_matches('?').split('&').filter(|it| !it.is_empty()).collect();
    settings.sort_unstable();
    let query = if settings.is_empty() { String::new() } else { format!("?{}", settings.join("&")) };
    Some(format!("git::ssh://git@{host}/{path}{query}"))
}

fn google_cloud_storage(address: &str) -> Result<String, ModuleSourceError> {
    let parts: Vec<&str> = address.splitn(5, '/').collect();
    let [_, _, version, bucket, object] = parts[..] else {
        return Err(ModuleSourceError::Invalid("URL is not a valid GCS URL".to_owned()));
    };
    Ok(format!("gcs::https://www.googleapis.com/storage/{version}/{bucket}/{object}"))
}

fn with_git_suffix(path: &str) -> String {
    if path.ends_with(".git") { path.to_owned() } else { format!("{path}.git") }
}

/// Splits an address before its question mark.
fn split_query(address: &str) -> (&str, &str) {
    address.split_at(address.find('?').unwrap_or(address.len()))
}
