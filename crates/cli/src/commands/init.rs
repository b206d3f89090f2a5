//! `rinfra init`: installs modules, and checks that a directory is ready to plan.

use std::process::ExitCode;

use rinfra_ops::{Failure, Project};

use super::installing::{Report, fetcher, install};
use super::{Setting, has_configuration};
use crate::arguments::InitArguments;
use crate::wiring;

const EMPTY: &str = "rinfra initialized in an empty directory!\n\nThe directory has no configuration files. You may \
                     begin working with rinfra immediately by creating them (.tf files).";

const NEXT: &str = "You may now begin working with rinfra. Try running \"rinfra plan\" to see any changes that are \
                    required for your infrastructure.\n\nIf you ever set or change modules, rerun this command.";

pub(crate) fn run(setting: Setting<'_>, arguments: &InitArguments) -> ExitCode {
    let setting = setting.with_compact_warnings(arguments.compact_warnings).with_messages(arguments.json);
    match initialize(setting, arguments, Report(setting.terminal)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

fn initialize(setting: Setting<'_>, arguments: &InitArguments, report: Report) -> Result<(), Failure> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    if let Some(source) = &arguments.from_module {
        report.step(&format!("Copying configuration from {source:?}..."), "copying_configuration_message");
        rinfra_ops::copy_module(&environment, &fetcher(), source)?;
    }
    if !has_configuration(&environment) {
        report.step(EMPTY, "output_init_empty_message");
        return Ok(());
    }
    report.step("Initializing the backend...", "initializing_backend_message");
    let (config, warnings) = if arguments.get {
        let (text, code) = if arguments.upgrade {
            ("Upgrading modules...", "upgrading_modules_message")
        } else {
            ("Initializing modules...", "initializing_modules_message")
        };
        report.step(text, code);
        let installed = install(&environment, arguments.upgrade, report)?;
        (installed.config, installed.warnings)
    } else {
        let project = Project::open_unchecked(&environment)?;
        (project.config, project.warnings)
    };
    report.step("Initializing provider plugins...", "initializing_provider_plugin_message");
    let missing = rinfra_ops::check_readiness(&environment, &config);
    if missing.has_errors() {
        return Err(Failure { diagnostics: missing, sources: config.sources().clone() });
    }
    setting.terminal.diagnostics(&warnings, config.sources());
    let providers: std::collections::BTreeSet<String> =
        config.provider_keys().iter().map(|it| it.source.short()).collect();
    for provider in providers {
        report.detail(&format!("- {provider} is built in"));
    }
    report.step("\nrinfra has been successfully initialized!", "output_init_success_message");
    report.step(&format!("\n{NEXT}"), "output_init_success_cli_message");
    Ok(())
}
