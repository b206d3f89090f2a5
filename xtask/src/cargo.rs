//! Running cargo from within a program that cargo runs.

use std::ffi::OsString;
use std::process::Command;

/// Variables that `cargo run` sets for this program. A nested cargo would hand them on to build scripts that watch
/// them, and those would run again, with everything that depends on them, on each change of who called cargo.
fn is_about_this_program(name: &str) -> bool {
    const ABOUT_THIS_PROGRAM: [&str; 6] = [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
        "CARGO_PRIMARY_PACKAGE",
    ];
    ABOUT_THIS_PROGRAM.iter().any(|prefix| name.starts_with(prefix))
}

/// Returns a cargo command with these arguments, to be run in the repository's root.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_about_this_program) {
            command.env_remove(&name);
        }
    }
    command.args(arguments).current_dir(rinfra_testkit::root());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_the_developer_set() {
        for (name, removed) in [
            ("CARGO_PKG_VERSION_MAJOR", true),
            ("CARGO_MANIFEST_DIR", true),
            ("CARGO_TARGET_DIR", false),
            ("CARGO_HOME", false),
            ("CARGO_TERM_COLOR", false),
            ("CARGO", false),
        ] {
            assert_eq!(is_about_this_program(name), removed, "{name}");
        }
    }
}
