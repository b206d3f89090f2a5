//! `rinfra init`: installs modules, and checks that a directory is ready to plan.

use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{BackendChange, BackendOptions, Copying, Environment, Failure, Outcome, Project, Reaction};

use super::installing::{Report, fetcher, install};
use super::{Setting, has_configuration, plan};
use crate::arguments::InitArguments;
use crate::asking::{self, Echo, Reply};
use crate::interruption::Interruption;
use crate::wiring;

const EMPTY: &str = "rinfra initialized in an empty directory!\n\nThe directory has no configuration files. You may \
                     begin working with rinfra immediately by creating them (.tf files).";

const NEXT: &str = "You may now begin working with rinfra. Try running \"rinfra plan\" to see any changes that are \
                    required for your infrastructure.\n\nIf you ever set or change modules, rerun this command.";

pub(crate) async fn run(setting: Setting<'_>, arguments: &InitArguments) -> ExitCode {
    let setting = setting.with_compact_warnings(arguments.compact_warnings).with_messages(arguments.json);
    match initialize(setting, arguments, Report(setting.terminal)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn initialize(setting: Setting<'_>, arguments: &InitArguments, report: Report) -> Result<(), Failure> {
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
    let mut invalid = None;
    if arguments.backend {
        match Project::open_for_state(&environment) {
            Ok(project) => choose_backend(setting, arguments, &environment, &project, report).await?,
            Err(failure) => invalid = Some(failure),
        }
    }
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
    // What is wrong with a configuration is told once its modules are there.
    if let Some(failure) = invalid {
        return Err(failure);
    }
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

/// Uses the backend of the configuration from now on.
async fn choose_backend(
    setting: Setting<'_>,
    arguments: &InitArguments,
    environment: &Environment,
    project: &Project,
    report: Report,
) -> Outcome<()> {
    let reaction = match (arguments.reconfigure, arguments.migrate_state || arguments.force_copy) {
        (true, _) => Reaction::Leave,
        (false, true) => Reaction::Migrate,
        (false, false) => Reaction::Refuse,
    };
    let options = BackendOptions { arguments: arguments.backend_config.clone(), reaction };
    let interruption = Interruption::listen(None);
    let changing = BackendChange::of(environment, project, &options);
    let Some(change) = interruption.unless(changing).await else { return Err(plan::interrupted()) };
    let Some(change) = change? else { return Ok(()) };
    let copying = match change.question() {
        None => Copying::None,
        Some(_) if arguments.force_copy => Copying::All,
        Some(_) if !arguments.input || setting.terminal.is_stream() => {
            let summary = "Can't ask approval for state migration when interactive input is disabled.";
            let hint = "-force-copy copies without asking, -reconfigure leaves the state where it is";
            return Err(Failure::said(Diagnostic::error(summary, "").hint(hint)));
        }
        Some(question) => match asking::ask(setting.terminal, &interruption, question, Echo::Shown).await {
            Reply::Line(answer) if answer == "yes" => Copying::All,
            Reply::Line(_) => Copying::None,
            Reply::Nobody => {
                let detail = "Somebody has to say whether the state is copied, and standard input has ended.";
                let diagnostic = Diagnostic::error("Error asking for state migration action", detail);
                return Err(Failure::said(diagnostic.hint("nothing was changed; -force-copy copies it")));
            }
            Reply::Interrupted => return Err(plan::interrupted()),
        },
    };
    let said = change.carry_out(copying).await?;
    report.step(&said, "backend_configured_success");
    Ok(())
}
