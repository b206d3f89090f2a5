//! `rinfra state replace-provider`: gives resources of the state to another provider.

use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{Backup, Failure, Outcome, Project, ProviderReplacement};

use super::locking::Operation;
use super::{Setting, locking, plan};
use crate::arguments::ReplaceProviderArguments;
use crate::asking::{self, Echo, Reply};
use crate::interruption::Interruption;
use crate::wiring;

const QUESTION: &str =
    "Do you want to make these changes?\nOnly 'yes' will be accepted to continue.\n\nEnter a value: ";

pub(crate) async fn run(setting: Setting<'_>, arguments: &ReplaceProviderArguments) -> ExitCode {
    match replaced(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn replaced(setting: Setting<'_>, arguments: &ReplaceProviderArguments) -> Outcome<()> {
    let terminal = setting.terminal;
    let editing = &arguments.editing;
    let environment = wiring::environment(&editing.variables, setting.working_directory);
    let environment = editing.files.applied_to(environment, Backup::Each);
    let interruption = Interruption::listen(None);
    let project = Project::open_for_state(&environment)?;
    super::existing_state(&project).await?;
    let operation = Operation::StateReplaceProvider;
    let opening = locking::open(setting, &environment, &project, editing.locking, operation);
    let Some(workbench) = interruption.unless(opening).await else { return Err(plan::interrupted()) };
    let workbench = workbench?;
    let replacement = workbench.provider_replacement(&arguments.from, &arguments.to)?;
    if replacement.resources.is_empty() {
        terminal.print("No matching resources found.\n");
        return Ok(());
    }
    terminal.print(&announcement(&replacement));
    if !arguments.auto_approve {
        match asking::ask(terminal, &interruption, QUESTION.to_owned(), Echo::Shown).await {
            Reply::Line(answer) if answer == "yes" => terminal.print("\n"),
            Reply::Line(_) => {
                terminal.print("Cancelled replacing providers.\n");
                return Ok(());
            }
            Reply::Nobody => {
                let detail = "The change needs the approval of a person, and standard input has ended.";
                let diagnostic = Diagnostic::error("Error asking for approval", detail);
                return Err(Failure::said(diagnostic.hint("nothing was changed; -auto-approve approves it")));
            }
            Reply::Interrupted => return Err(plan::interrupted()),
        }
    }
    workbench.replace_provider(&replacement).await?;
    let count = replacement.resources.len();
    terminal.print(&format!("Successfully replaced provider for {count} resources.\n"));
    Ok(())
}

fn announcement(replacement: &ProviderReplacement) -> String {
    let ProviderReplacement { from, to, resources } = replacement;
    let list: String = resources.iter().map(|it| format!("  {it}\n")).collect();
    format!(
        "rinfra will perform the following actions:\n\n  ~ Updating provider:\n    - {from}\n    + {to}\n\nChanging {} resources:\n\n{list}\n",
        resources.len()
    )
}
