//! What must be known of URLs: their parts, references relative to them, and how they are shown.

/// A URL, taken apart. Nothing is decoded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Url<'u> {
    pub(crate) scheme: &'u str,
    /// User, host and port.
    pub(crate) authority: &'u str,
    /// The path, with its leading slash if it has one.
    pub(crate) path: &'u str,
    /// The query without its question mark.
    pub(crate) query: &'u str,
}

impl<'u> Url<'u> {
    /// Takes a URL with `//` apart; `None` for all others.
    pub(crate) fn parse(text: &'u str) -> Option<Self> {
        let text = text.split('#').next().unwrap_or_default();
        let (scheme, rest) = text.split_once("://")?;
        let is_scheme = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
            && scheme.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'));
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        is_scheme.then_some(Self { scheme, authority, path, query })
    }

    /// Returns the settings in the query.
    pub(crate) fn settings(self) -> impl Iterator<Item = (&'u str, &'u str)> {
        let settings = self.query.split('&').filter(|it| !it.is_empty());
        settings.map(|it| it.split_once('=').unwrap_or((it, "")))
    }

    /// Returns a setting in the query.
    pub(crate) fn setting(self, name: &str) -> Option<&'u str> {
        self.settings().find(|(it, _)| *it == name).map(|(_, value)| value)
    }

    /// Returns the URL without some settings of its query: those that are for us and not for the server.
    pub(crate) fn without(self, names: &[&str]) -> String {
        let rest: Vec<&str> = self
            .query
            .split('&')
            .filter(|it| !it.is_empty() && !names.contains(&it.split('=').next().unwrap_or_default()))
            .collect();
        let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
        format!("{}://{}{}{query}", self.scheme, self.authority, self.path)
    }

    /// Returns user and password, and the host with its port.
    pub(crate) fn user_and_host(self) -> (Option<&'u str>, &'u str) {
        match self.authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, self.authority),
        }
    }
}

/// Returns what a reference means that stands in a document at `base`.
pub(crate) fn resolve(base: &str, reference: &str) -> String {
    let Some(url) = Url::parse(base) else { return reference.to_owned() };
    if Url::parse(reference).is_some() {
        return reference.to_owned();
    }
    if let Some(rest) = reference.strip_prefix("//") {
        return format!("{}://{rest}", url.scheme);
    }
    let (path, query) = reference.split_at(reference.find('?').unwrap_or(reference.len()));
    let directory = &url.path[..url.path.rfind('/').unwrap_or(0)];
    let joined = if path.starts_with('/') { path.to_owned() } else { format!("{directory}/{path}") };
    format!("{}://{}{}{query}", url.scheme, url.authority, shortened(&joined))
}

/// Returns a path without `.` and `..`. A double slash stays: it separates a package from a directory in it.
fn shortened(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Returns a URL as it may be shown: without its password and its key.
pub(crate) fn redacted(url: &str) -> String {
    let Some(parts) = Url::parse(url) else { return url.to_owned() };
    let mut shown = url.to_owned();
    if let (Some(user), _) = parts.user_and_host()
        && let Some((name, password)) = user.split_once(':')
    {
        shown = shown.replacen(&format!("{name}:{password}@"), &format!("{name}:redacted@"), 1);
    }
    if let Some(key) = parts.setting("sshkey").filter(|it| !it.is_empty()) {
        shown = shown.replace(key, "redacted");
    }
    shown
}

/// Decodes `%xx`.
pub(crate) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let digits = bytes.get(place + 1..place + 3).and_then(|it| std::str::from_utf8(it).ok());
        match digits.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) if bytes[place] == b'%' => {
                plain.push(byte);
                place += 3;
            }
            _ => {
                plain.push(bytes[place]);
                place += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let url = Url::parse("https://u:p@e.com:8443/a/b.zip?x=1&checksum=md5:f&y#z").unwrap();
        assert_eq!((url.scheme, url.authority, url.path), ("https", "u:p@e.com:8443", "/a/b.zip"));
        assert_eq!(url.user_and_host(), (Some("u:p"), "e.com:8443"));
        assert_eq!(url.setting("checksum"), Some("md5:f"));
        assert_eq!(url.setting("y"), Some(""));
        assert_eq!(url.without(&["checksum", "y"]), "https://u:p@e.com:8443/a/b.zip?x=1");
        assert_eq!(Url::parse("git@e.com:a/b"), None);
    }

    #[test]
    fn references_are_relative_to_their_document() {
        let check = |reference: &str, expected: &str| {
            assert_eq!(resolve("https://e.com/v1/m/download?x", reference), expected, "{reference}");
        };
        check("https://f.com/a", "https://f.com/a");
        check("/b/c?d", "https://e.com/b/c?d");
        check("./b.zip//m", "https://e.com/v1/m/b.zip//m");
        check("../b", "https://e.com/v1/b");
        check("../../../../b", "https://e.com/b");
        check("//f.com/a", "https://f.com/a");
    }

    #[test]
    fn secrets_are_not_shown() {
        let check = |url: &str, expected: &str| assert_eq!(redacted(url), expected);
        check("https://u:secret@e.com/a", "https://u:redacted@e.com/a");
        check("https://git@e.com/a", "https://git@e.com/a");
        check("ssh://git@e.com/a?sshkey=abc&ref=1", "ssh://git@e.com/a?sshkey=redacted&ref=1");
    }

    #[test]
    fn percent_signs_are_decoded() {
        let check = |text: &str, expected: &str| assert_eq!(decoded(text), expected);
        check("a%20b%2Fc", "a b/c");
        check("100%", "100%");
        check("%zz%4", "%zz%4");
    }
}
