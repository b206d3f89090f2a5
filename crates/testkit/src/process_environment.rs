//! The environment of the commands under test.

use std::process::Command;

/// Takes away everything that could make a command under test behave differently on another machine:
/// AWS settings and credentials, Terraform's and rinfra's settings, colours.
pub(crate) fn isolate(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let foreign =
            ["AWS_", "TF_", "RINFRA_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix));
        if foreign && name != "RINFRA_TF_MIRROR" {
            command.env_remove(&name);
        }
    }
    // Without these, SDKs look into the home directory and ask the instance metadata service.
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("NO_COLOR", "1");
}

/// Returns the command as a person would type it.
pub(crate) fn command_line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
