//! `rinfra console`: evaluates expressions, one a line.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use rinfra_ops::{Console, Outcome, Project};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::Setting;
use crate::arguments::ConsoleArguments;
use crate::wiring;

const HELP: &str = "The rinfra console evaluates expressions against the configuration and its state.\n\nType an expression and press Enter to see its value.\n\nTo leave, type \"exit\", or press Control-C or Control-D.";

pub(crate) async fn run(setting: Setting<'_>, arguments: &ConsoleArguments) -> ExitCode {
    match session(setting, arguments).await {
        Ok(code) => code,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn session(setting: Setting<'_>, arguments: &ConsoleArguments) -> Outcome<ExitCode> {
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let project = Project::open(&environment)?;
    setting.terminal.diagnostics(&project.warnings, &project.sources);
    let console = Console::open(&environment, &project)?;
    if std::io::stdin().is_terminal() {
        return Ok(interactive(setting, &console).await);
    }
    // Only the last result is of interest to a script.
    let mut last = String::new();
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        match line.trim() {
            "exit" => return Ok(ExitCode::SUCCESS),
            "help" => last = HELP.to_owned(),
            "" => last.clear(),
            expression => last = console.answer(expression).await?,
        }
    }
    setting.terminal.print(&format!("{last}\n"));
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
            Ok(line) if line.trim() == "help" => terminal.print(&format!("{HELP}\n")),
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
