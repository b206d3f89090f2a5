//! Paths as text, with slashes on every system.

/// Shortens a path without looking at what is there: no `.`, no empty parts, `..` only where it must lead out.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(last) if *last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Returns where a path leads from a directory.
pub(super) fn join(directory: &str, path: &str) -> String {
    if path.starts_with('/') { clean(path) } else { clean(&format!("{directory}/{path}").replace("//", "/")) }
}

/// Returns the last part.
pub(super) fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    match path.trim_end_matches('/').rsplit('/').next() {
        None | Some("") => "/".to_owned(),
        Some(last) => last.to_owned(),
    }
}

/// Returns everything but the last part.
pub(super) fn directory(path: &str) -> String {
    clean(path.rfind('/').map_or("", |slash| &path[..=slash]))
}

/// Returns the way from one clean path to another, both from the root or both not.
pub(super) fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|it| !it.is_empty() && *it != ".").map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    let way: Vec<&str> = up.chain(to[common..].iter().map(String::as_str)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use super::{base, clean, directory, join, relative};

    #[test]
    fn paths() {
        for (path, expected) in
            [("", "."), ("a//b/./c/..", "a/b"), ("/../a", "/a"), ("../../a/..", "../.."), ("/", "/")]
        {
            assert_eq!(clean(path), expected, "for {path}");
        }
        for (path, expected) in [("", "."), ("/", "/"), ("a/b/", "b"), ("a//b", "b"), ("C:\\x", "C:\\x")] {
            assert_eq!(base(path), expected, "for {path}");
        }
        for (path, expected) in
            [("", "."), ("/", "/"), ("/a", "/"), ("a//b", "a"), ("./x", "."), ("a/b/", "a/b")]
        {
            assert_eq!(directory(path), expected, "for {path}");
        }
        assert_eq!(join(".", "a/../b"), "b");
        assert_eq!(join("/x", "/y/"), "/y");
        assert_eq!(join("/", ""), "/");
        for (from, to, expected) in
            [("a", "a/b", "b"), ("a/b", "c", "../../c"), (".", "a", "a"), ("a", "a", ".")]
        {
            assert_eq!(relative(from, to), expected, "from {from} to {to}");
        }
    }
}
