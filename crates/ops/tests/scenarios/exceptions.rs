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

const REFRESH_ONLY: &str = "-refresh-only is not there";
const PROVIDER_FUNCTIONS: &str = "functions of providers are not there";
const MISSING_MODULES: &str = "what is said of modules that are not installed";
const BEFORE_SENSITIVE: &str = "what the state says is sensitive is not told of the prior object";
const UNKNOWN_OUTPUT: &str = "the output of an object whose input becomes unknown";

/// Every one of them has to differ: the test says which can be taken off.
pub(crate) const EXCEPTIONS: &[Exception] = &[
    exception("check_basic", &["07-plan"], REFRESH_ONLY),
    exception(
        "cli_refresh_only",
        &["01-plan", "03-plan", "04-plan", "05-apply", "06-plan", "07-plan", "08-output"],
        REFRESH_ONLY,
    ),
    exception(
        "provider_functions",
        &["01-validate", "02-plan", "03-apply", "04-output", "05-plan"],
        PROVIDER_FUNCTIONS,
    ),
    exception("module_not_installed", &["01-validate", "02-plan", "03-init"], MISSING_MODULES),
    exception("err_bom_and_encoding", &["03-validate", "04-validate"], "bytes that are no UTF-8"),
    exception("var_optional_errors", &["01-validate"], "the place of an optional attribute's error"),
    exception("local_sensitive", &["05-plan"], BEFORE_SENSITIVE),
    exception("sensitive_plan_redaction", &["03-plan", "04-plan", "06-plan"], BEFORE_SENSITIVE),
    exception("sensitive_toggle", &["04-plan", "05-plan"], BEFORE_SENSITIVE),
    exception("var_sensitive_output", &["05-plan"], BEFORE_SENSITIVE),
    exception("output_sensitive_toggle", &["02-plan"], "outputs that become sensitive, or are no longer"),
    exception("td_empty_and_null", &["08-plan"], UNKNOWN_OUTPUT),
    exception("td_input_update", &["08-plan"], UNKNOWN_OUTPUT),
    exception("cli_replace", &["07-apply"], "an update that turns out to change nothing is an event"),
    exception("lifecycle_postconditions", &["04-apply"], "a step that cannot start is an event"),
    exception("lifecycle_preconditions", &["05-apply"], "a step that cannot start is an event"),
    exception("removed_and_moved", &["02-plan"], "what is forgotten is a planned value without values"),
    exception("removed_forget", &["02-plan"], "what is forgotten is a planned value without values"),
    exception("nonsensitive_plan_text", &["06-plan", "07-cli"], "outputs of a failed apply"),
    exception("foreach_bad_refs", &["02-plan"], "an attribute of a resource with keys"),
    exception("var_ephemeral_output", &["02-plan"], "the value of an ephemeral variable's default"),
    exception("import_generate", &["01-plan"], "-generate-config-out is not there"),
    exception("import_cli", &["06-cli"], "addresses on the command line are not parsed as expressions"),
];
