//! Libraries that have one home, and the world outside, which the lower floors must not see.

use std::path::Path;

use super::Finding;
use super::floors::{Floor, floor_of};
use super::sources::Source;
use crate::workspace::Package;

/// Libraries of which one crate is to know everything, so that the others need know nothing.
const HOMES: [(&str, &str); 2] = [("petgraph", "rinfra-graph"), ("stacker", "rinfra-lang")];

/// Libraries (by the beginning of their names) that reach AWS, the terminal or the disk.
const OUTSIDE_LIBRARIES: [&str; 4] = ["aws-", "clap", "tempfile", "annotate-snippets"];

/// Words in a source file that reach the file system, the environment, processes, the network or the clock.
/// Of `std::net`, addresses are plain data; only its sockets reach anything.
const OUTSIDE_WORDS: [&str; 12] = [
    "std::fs",
    "std::env",
    "std::process",
    "TcpListener",
    "TcpStream",
    "ToSocketAddrs",
    "UdpSocket",
    "tokio::fs",
    "tokio::net",
    "tokio::process",
    "SystemTime::",
    "Instant::now",
];

/// Checks every crate's libraries and, on the floors up to the engine, its sources. Tests may use anything.
pub(super) fn check(root: &Path, packages: &[Package], sources: &[Source]) -> Vec<Finding> {
    packages
        .iter()
        .flat_map(|package| {
            let directory = package.directory.strip_prefix(root).unwrap_or(&package.directory);
            let own = sources.iter().filter(|source| source.path.starts_with(directory));
            let mut findings = libraries(package);
            if is_inside(&package.name) {
                findings.extend(own.flat_map(words));
            }
            findings
        })
        .collect()
}

/// Tells whether a crate belongs to the part of the house that knows no outside world.
fn is_inside(name: &str) -> bool {
    floor_of(name).is_some_and(|floor| floor <= Floor::Engine)
}

fn libraries(package: &Package) -> Vec<Finding> {
    let name = package.name.as_str();
    package
        .dependencies
        .iter()
        .filter(|dependency| !dependency.only_for_tests)
        .filter_map(|dependency| {
            let library = dependency.name.as_str();
            let homeless = HOMES.iter().find(|(it, home)| *it == library && *home != name);
            let outside =
                is_inside(name) && OUTSIDE_LIBRARIES.iter().any(|prefix| library.starts_with(prefix));
            match homeless {
                Some((_, home)) => Some(format!("{name} → {library}: only {home} knows this library")),
                None if outside => Some(format!("{name} → {library}: floors 0 to 2 know no outside world")),
                None => None,
            }
        })
        .collect()
}

fn words(source: &Source) -> Vec<Finding> {
    source
        .product_lines()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(number, line)| {
            let word = OUTSIDE_WORDS.iter().find(|word| line.contains(**word))?;
            Some(format!(
                "{}:{number}: {word}: floors 0 to 2 know no file system, environment, process, network or clock",
                source.path.display()
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;
    use std::path::PathBuf;

    fn package(name: &str, library: &str) -> Package {
        Package {
            name: name.to_owned(),
            directory: PathBuf::from("/house/crates").join(name),
            roots: Vec::new(),
            dependencies: vec![Dependency { name: library.to_owned(), only_for_tests: false }],
        }
    }

    #[test]
    fn libraries_stay_at_home() {
        for (name, library, allowed) in [
            ("rinfra-graph", "petgraph", true),
            ("rinfra-change", "petgraph", false),
            ("rinfra-view", "petgraph", false),
            ("rinfra-lang", "stacker", true),
            ("rinfra-config", "stacker", false),
            ("rinfra-plan", "aws-config", false),
            ("rinfra-plan", "clap", false),
            ("rinfra-aws-kit", "aws-config", true),
            ("rinfra-plan", "tokio", true),
        ] {
            assert_eq!(libraries(&package(name, library)).is_empty(), allowed, "{name} → {library}");
        }
    }

    #[test]
    fn the_lower_floors_see_no_outside_world() {
        for (name, text, allowed) in [
            ("rinfra-eval", "use std::fs;\n", false),
            ("rinfra-eval", "fn now() -> Instant { Instant::now() }\n", false),
            ("rinfra-eval", "// unlike std::fs\n", true),
            ("rinfra-eval", "use std::sync::Arc;\n", true),
            ("rinfra-lang", "use std::net::Ipv4Addr;\n", true),
            ("rinfra-lang", "use std::net::TcpStream;\n", false),
            ("rinfra-eval", "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n", true),
            ("rinfra-store", "use std::fs;\n", true),
        ] {
            let path = PathBuf::from("crates").join(name).join("src/lib.rs");
            let source = Source { path, text: text.to_owned() };
            let findings = check(Path::new("/house"), &[package(name, "serde")], &[source]);
            assert_eq!(findings.is_empty(), allowed, "{name}: {text}\n{findings:?}");
        }
    }
}
