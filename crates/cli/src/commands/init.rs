//! `rinfra init`: checks that a directory is ready to plan.

use std::process::ExitCode;

use rinfra_ops::Project;

use super::{Setting, has_configuration};
use crate::arguments::{InitArguments, Variables};
use crate::wiring;

pub(crate) fn run(setting: Setting<'_>, arguments: &InitArguments) -> ExitCode {
    let setting = setting.with_compact_warnings(arguments.compact_warnings);
    let environment = wiring::environment(&Variables::default(), setting.working_directory);
    if !has_configuration(&environment) {
        setting
            .terminal
            .print("The directory has no configuration files. You may begin by creating some (.tf files).\n");
        return ExitCode::SUCCESS;
    }
    let project = match Project::open_without_values(&environment) {
        Ok(project) => project,
        Err(failure) => return setting.terminal.fail(&failure),
    };
    let terminal = setting.terminal;
    terminal.diagnostics(&project.warnings, &project.sources);
    let mut missing = rinfra_diag::Diagnostics::new();
    for key in project.config.provider_keys() {
        if environment.catalogue.get(&key.source).is_none() {
            let known: Vec<_> = environment.catalogue.iter().map(|it| it.source().short()).collect();
            let detail = format!("This rinfra has no provider {}.", key.source.short());
            let mut diagnostic = rinfra_diag::Diagnostic::error("Unsupported provider", detail)
                .hint(format!("built in are: {}", known.join(", ")));
            if let Some(block) = project.config.provider_block(&key) {
                diagnostic = diagnostic.at(block.header.clone());
            }
            missing.push(diagnostic);
        }
    }
    missing.dedup();
    if missing.has_errors() {
        terminal.diagnostics(&missing, &project.sources);
        return ExitCode::FAILURE;
    }
    let modules = project.config.modules().count() - 1;
    let providers: Vec<_> = {
        let sources = project.config.provider_keys().into_iter().map(|it| it.source);
        sources.collect::<std::collections::BTreeSet<_>>().iter().map(|it| it.short()).collect()
    };
    terminal.print(&format!(
        "Ready: {modules} modules, providers {} (built in; there is nothing to download).\n\nYou may now run: rinfra plan\n",
        if providers.is_empty() { "none".to_owned() } else { providers.join(", ") }
    ));
    ExitCode::SUCCESS
}
