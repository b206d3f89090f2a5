//! Relative paths with forward slashes, shortened without looking at any file system.

use std::sync::Arc;

const LOCAL_PREFIXES: [&str; 4] = ["./", "../", ".\\", "..\\"];

/// Tells whether a source is a directory relative to the calling module's.
pub(super) fn is_local(text: &str) -> bool {
    LOCAL_PREFIXES.iter().any(|it| text.starts_with(it))
}

/// Returns a local source in its one spelling.
pub(super) fn local(text: &str) -> Arc<str> {
    let clean = clean(&text.replace('\\', "/"));
    if clean.starts_with("../") { clean.into() } else { format!("./{clean}").into() }
}

/// Returns the shortest path that means the same: `a/./b/../c` is `a/c`, nothing at all is `.`.
pub(super) fn clean(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => drop(parts.pop()),
            ".." if is_rooted => {}
            _ => parts.push(part),
        }
    }
    match (is_rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// Returns a path below another one; either may be empty.
pub(super) fn join(base: &str, path: &str) -> String {
    match (base.is_empty(), path.is_empty()) {
        (true, true) => String::new(),
        (true, false) => clean(path),
        (false, true) => clean(base),
        (false, false) => clean(&format!("{base}/{path}")),
    }
}
