//! `rinfra console`: evaluates expressions, one a line.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use rinfra_ops::{Console, Outcome, Unanswered};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::Setting;
use crate::arguments::ConsoleArguments;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &ConsoleArguments) -> ExitCode {
    match session(setting, arguments).await {
        Ok(code) => code,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn session(setting: Setting<'_>, arguments: &ConsoleArguments) -> Outcome<ExitCode> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Unanswered::open(&environment)?.with_gaps()?;
    setting.terminal.diagnostics(&project.warnings, &project.sources);
    let console = Console::open(&environment, &project)?;
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
    let mut editor = match DefaultEditor::new() {
        Ok(editor) => editor,
        Err(error) => {
            terminal.problem("Cannot read from the terminal", &error.to_string());
            return ExitCode::FAILURE;
        }
    };
    loop {
        match editor.readline("> ") {
            Ok(line) if line.trim() == "exit" => return ExitCode::SUCCESS,
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) if line.trim() == "help" => terminal.print(&format!("{}\n", Console::HELP)),
            Ok(line) => {
                // A history that cannot grow is no reason to stop.
                let _ = editor.add_history_entry(&line);
                match console.answer(&line).await {
                    Ok(answer) => terminal.print(&format!("{answer}\n")),
                    Err(failure) => terminal.diagnostics(&failure.diagnostics, &failure.sources),
                }
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => return ExitCode::SUCCESS,
            Err(error) => {
                terminal.problem("Cannot read from the terminal", &error.to_string());
                return ExitCode::FAILURE;
            }
        }
    }
}
