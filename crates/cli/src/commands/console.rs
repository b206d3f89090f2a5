//! `rinfra console`: evaluates expressions, one a line.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use rinfra_ops::{Console, Outcome, Unanswered};
use rustyline::error::ReadlineError;

use super::Setting;
use crate::arguments::{ConsoleArguments, StateFiles};
use crate::editor::Editor;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &ConsoleArguments) -> ExitCode {
    match session(setting, arguments).await {
        Ok(code) => code,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn session(setting: Setting<'_>, arguments: &ConsoleArguments) -> Outcome<ExitCode> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let environment = StateFiles::only(&arguments.state).applied_to(environment, Default::default());
    let project = Unanswered::open(&environment)?.with_gaps()?;
    setting.terminal.diagnostics(&project.warnings, &project.sources);
    let console = Console::open(&environment, &project).await?;
    if std::io::stdin().is_terminal() {
        return Ok(interactive(setting, &console).await);
    }
    // What cannot be read ends the input.
    let lines = std::io::stdin().lock().lines().map_while(Result::ok);
    if let Some(last) = console.last_answer(lines).await? {
        setting.terminal.print(&format!("{last}\n"));
    }
    Ok(ExitCode::SUCCESS)
}

async fn interactive(setting: Setting<'_>, console: &Console<'_>) -> ExitCode {
    let terminal = setting.terminal;
    let unusable = |error: ReadlineError| {
        terminal.problem("Cannot read from the terminal", &error.to_string());
        ExitCode::FAILURE
    };
    let mut editor = match Editor::new(console) {
        Ok(editor) => editor,
        Err(error) => return unusable(error),
    };
    loop {
        let text = match editor.read() {
            Ok(Some(text)) => text,
            Ok(None) => return ExitCode::SUCCESS,
            Err(error) => return unusable(error),
        };
        match text.trim() {
            "exit" => return ExitCode::SUCCESS,
            "help" => terminal.print(&format!("{}\n", Console::HELP)),
            "" => {}
            // The end of a heredoc needs the line's end.
            _ => match console.answer(&format!("{text}\n")).await {
                Ok(answer) => terminal.print(&format!("{answer}\n")),
                Err(failure) => terminal.diagnostics(&failure.diagnostics, &failure.sources),
            },
        }
    }
}
