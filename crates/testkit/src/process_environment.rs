//! The environment of the commands under test.

use std::ffi::OsStr;
use std::process::Command;

/// Returns a command that behaves the same on every machine: it sees no AWS settings and credentials, no settings of
/// Terraform or rinfra, and prints no colours unless its output is a terminal's.
pub fn isolated(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let foreign =
            ["AWS_", "TF_", "RINFRA_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix));
        // The oracle's launcher asks for the mirror; it changes where a provider comes from, not what it does.
        if foreign && name != "RINFRA_TF_MIRROR" {
            command.env_remove(&name);
        }
    }
    // Without these, SDKs look into the home directory and ask the instance metadata service.
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Returns the command as a person would type it.
pub(crate) fn command_line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
