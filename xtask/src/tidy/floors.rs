//! The floors of the house: which crate may depend on which.

use super::Finding;
use crate::workspace::Package;

/// A floor of the house. A crate depends only on crates of its own floor and of lower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Floor {
    Words,
    Language,
    Engine,
    Outside,
    Fronts,
    /// Not part of the product: depends on what it likes, and nothing but tests depends on it.
    Aside,
}

const HOUSE: [(Floor, &[&str]); 6] = [
    (Floor::Words, &["rinfra-value", "rinfra-diag", "rinfra-addr", "rinfra-graph"]),
    (Floor::Language, &["rinfra-lang", "rinfra-schema", "rinfra-config"]),
    (
        Floor::Engine,
        &["rinfra-eval", "rinfra-state", "rinfra-provider", "rinfra-change", "rinfra-plan", "rinfra-apply"],
    ),
    (
        Floor::Outside,
        &[
            "rinfra-store",
            "rinfra-store-s3",
            "rinfra-seal",
            "rinfra-modules",
            "rinfra-derive",
            "rinfra-throttling",
            "rinfra-aws-kit",
            "rinfra-aws",
            "rinfra-std-providers",
        ],
    ),
    (Floor::Fronts, &["rinfra-ops", "rinfra-view", "rinfra-daemon", "rinfra"]),
    (Floor::Aside, &["rinfra-testkit", "rinfra-e2e", "xtask"]),
];

/// Dependencies the floors would allow and the house forbids.
const NEVER: [(&str, &str); 4] = [
    ("rinfra-eval", "rinfra-state"),
    ("rinfra-eval", "rinfra-change"),
    ("rinfra-plan", "rinfra-apply"),
    ("rinfra-apply", "rinfra-plan"),
];

/// All of the workspace that a crate of one AWS service may know.
const KNOWN_TO_SERVICES: [&str; 6] =
    ["rinfra-aws-kit", "rinfra-derive", "rinfra-provider", "rinfra-schema", "rinfra-seal", "rinfra-value"];

/// Returns the floor of a crate of the workspace; `None` for all other crates.
pub(crate) fn floor_of(name: &str) -> Option<Floor> {
    if is_service(name) {
        return Some(Floor::Outside);
    }
    HOUSE.iter().find(|(_, crates)| crates.contains(&name)).map(|(floor, _)| *floor)
}

/// Tells whether a crate holds the types of one AWS service: these are many, and all of one shape.
fn is_service(name: &str) -> bool {
    name.starts_with("rinfra-aws-") && name != "rinfra-aws-kit"
}

/// Checks the dependencies between the crates of the workspace. Tests may depend on what they like.
pub(super) fn check(packages: &[Package]) -> Vec<Finding> {
    packages
        .iter()
        .flat_map(|package| match floor_of(&package.name) {
            None => vec![format!(
                "{}: stands on no floor; give it one in docs/architecture.md and in xtask/src/tidy/floors.rs",
                package.name
            )],
            Some(floor) => package
                .dependencies
                .iter()
                .filter(|dependency| !dependency.only_for_tests)
                .filter_map(|dependency| {
                    let reason = objection(&package.name, floor, &dependency.name)?;
                    Some(format!("{} → {}: {reason}", package.name, dependency.name))
                })
                .collect(),
        })
        .collect()
}

fn objection(from: &str, floor: Floor, to: &str) -> Option<&'static str> {
    let other = floor_of(to)?;
    if NEVER.contains(&(from, to)) {
        Some("these two must never know each other")
    } else if other == Floor::Aside && floor != Floor::Aside {
        Some("this crate is for tests and developers only")
    } else if other > floor {
        Some("a crate may depend only on its own and lower floors")
    } else if is_service(from) && !KNOWN_TO_SERVICES.contains(&to) {
        Some("a service crate may know only aws-kit, derive, provider, schema, seal and value")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;
    use std::path::PathBuf;

    fn package(name: &str, dependency: &str, only_for_tests: bool) -> Package {
        Package {
            name: name.to_owned(),
            directory: PathBuf::new(),
            roots: Vec::new(),
            dependencies: vec![Dependency { name: dependency.to_owned(), only_for_tests }],
        }
    }

    #[test]
    fn dependencies_go_down_or_sideways_but_for_the_forbidden_ones() {
        for (from, to, allowed) in [
            ("rinfra-plan", "rinfra-eval", true),
            ("rinfra-plan", "rinfra-value", true),
            ("rinfra", "rinfra-aws", true),
            ("rinfra-lang", "rinfra-eval", false),
            ("rinfra-value", "rinfra-lang", false),
            ("rinfra-plan", "rinfra-apply", false),
            ("rinfra-apply", "rinfra-plan", false),
            ("rinfra-eval", "rinfra-state", false),
            ("rinfra-eval", "rinfra-change", false),
            ("rinfra-plan", "rinfra-aws-kit", false),
            ("rinfra-aws-ec2", "rinfra-aws-kit", true),
            ("rinfra-aws-ec2", "rinfra-derive", true),
            ("rinfra-aws-ec2", "rinfra-aws-iam", false),
            ("rinfra-aws-ec2", "rinfra-state", false),
            ("rinfra-aws", "rinfra-aws-ec2", true),
            ("rinfra-ops", "rinfra-testkit", false),
            ("xtask", "rinfra-testkit", true),
            ("rinfra-value", "serde", true),
            ("rinfra-unheard-of", "serde", false),
        ] {
            assert_eq!(check(&[package(from, to, false)]).is_empty(), allowed, "{from} → {to}");
        }
    }

    #[test]
    fn tests_may_depend_on_anything() {
        assert!(check(&[package("rinfra-eval", "rinfra-testkit", true)]).is_empty());
    }
}
