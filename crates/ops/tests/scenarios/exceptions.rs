//! The steps that are known to differ.

/// Steps that differ from what Terraform does, and why.
pub(crate) struct Exception {
    pub(crate) scenario: &'static str,
    pub(crate) steps: &'static [&'static str],
    pub(crate) reason: &'static str,
}

const fn exception(
    scenario: &'static str,
    steps: &'static [&'static str],
    reason: &'static str,
) -> Exception {
    Exception { scenario, steps, reason }
}

/// Every one of them has to differ: the test says which can be taken off.
pub(crate) const EXCEPTIONS: &[Exception] = &[
    exception("module_not_installed", &["03-init"], "a missing directory is reported once, with its place"),
    exception("module_not_installed", &["04-init"], "sources of modules may depend on variables"),
    exception(
        "nonsensitive_plan_text",
        &["06-plan"],
        "outputs that are destroyed are shown as a plan would make them",
    ),
    exception("nonsensitive_plan_text", &["07-cli"], "an empty string in an output is shown as null"),
    exception("var_ephemeral_output", &["02-plan"], "the value of an ephemeral variable's default"),
];
