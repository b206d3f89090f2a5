//! `rinfra force-unlock`: takes the lock of a state away from whoever holds it, where that can be done.

use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{Failure, Outcome, Project};

use super::{Setting, plan};
use crate::arguments::ForceUnlockArguments;
use crate::asking::{self, Echo, Reply};
use crate::interruption::Interruption;
use crate::wiring;

const QUESTION: &str = "Do you really want to force-unlock?\n  rinfra will remove the lock on the remote state.\n  The run that holds it begins nothing from then on, and what it writes is refused.\n  Only 'yes' will be accepted to confirm.\n\n  Enter a value: ";

const DONE: &str = "rinfra state has been successfully unlocked!\n\nThe state has been unlocked, and rinfra commands should now be able to\nobtain a new lock on the remote state.\n";

pub(crate) async fn run(setting: Setting<'_>, arguments: &ForceUnlockArguments) -> ExitCode {
    match unlocked(setting, arguments).await {
        Ok(text) => {
            setting.terminal.print(text);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn unlocked(setting: Setting<'_>, arguments: &ForceUnlockArguments) -> Outcome<&'static str> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open_for_state(&environment)?;
    // The lock of a file cannot be taken away, so there is nothing to be asked.
    if !arguments.force && !rinfra_ops::is_local(&project)? {
        let interruption = Interruption::listen(None);
        match asking::ask(setting.terminal, &interruption, QUESTION.to_owned(), Echo::Shown).await {
            Reply::Line(answer) if answer == "yes" => setting.terminal.print("\n"),
            Reply::Line(_) => return Ok("force-unlock cancelled.\n"),
            Reply::Nobody => {
                let diagnostic = Diagnostic::error("Error asking for approval", "Standard input has ended.");
                return Err(Failure::said(diagnostic.hint("nothing was changed; -force asks nothing")));
            }
            Reply::Interrupted => return Err(plan::interrupted()),
        }
    }
    rinfra_ops::unlock(&project, &arguments.lock).await?;
    Ok(DONE)
}
