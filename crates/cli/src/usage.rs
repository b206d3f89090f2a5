//! What is said of a command line that cannot be understood.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};
use rinfra_diag::{Diagnostic, did_you_mean};

use crate::arguments::Cli;
use crate::terminal::Terminal;

/// Commands of Terraform that rinfra does not have.
const MISSING_COMMANDS: [&str; 4] = ["cloud", "modules", "rpcapi", "stacks"];

/// Options of Terraform that rinfra does not have.
const MISSING_OPTIONS: [&str; 18] = [
    "allow-missing-config",
    "backup",
    "draw-cycles",
    "from-module",
    "get",
    "id",
    "json",
    "module-depth",
    "plan",
    "plugin-dir",
    "refresh-only",
    "replace",
    "show-sensitive",
    "state",
    "state-out",
    "target",
    "test-directory",
    "type",
];

/// Says what is wrong with a command line, or gives the help that was asked for.
pub(crate) fn report(error: &Error, arguments: &[OsString]) -> ExitCode {
    let plain = arguments.iter().any(|it| it == "--no-color");
    let terminal = Terminal::new(plain);
    let path = commands(arguments);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            terminal.print(&error.render().to_string());
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            terminal.say(&error.render().to_string());
        }
        ErrorKind::InvalidSubcommand => unknown_command(error, &path, terminal),
        _ => {
            terminal.report(problem(error, &path));
            let command: String = path.iter().map(|it| format!("{it} ")).collect();
            terminal.say(&format!("For more help on using this command, run:\n  rinfra {command}-help\n"));
        }
    }
    ExitCode::FAILURE
}

/// Returns the commands a command line names: `["state", "list"]`.
fn commands(arguments: &[OsString]) -> Vec<String> {
    let mut command = Cli::command();
    let mut path = Vec::new();
    for word in arguments.iter().skip(1).filter_map(|it| it.to_str()).filter(|it| !it.starts_with('-')) {
        let Some(next) = command.find_subcommand(word).cloned() else { break };
        path.push(word.to_owned());
        command = next;
    }
    path
}

fn unknown_command(error: &Error, path: &[String], terminal: Terminal) {
    let given = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
    let command = Cli::command();
    let parent = path.iter().try_fold(&command, |command, name| command.find_subcommand(name));
    let names = parent.into_iter().flat_map(|it| it.get_subcommands()).map(|it| it.get_name());
    let prefix: String = path.iter().map(|it| format!("{it} ")).collect();
    let more = match did_you_mean(&given, names) {
        _ if MISSING_COMMANDS.contains(&&*given) => " yet".to_owned(),
        Some(known) => format!(". Did you mean \"{prefix}{known}\"?"),
        None => String::new(),
    };
    let end = if more.is_empty() || more == " yet" { "." } else { "" };
    terminal.say(&format!(
        "rinfra has no command named \"{prefix}{given}\"{more}{end}\n\nTo see all of rinfra's commands, run:\n  rinfra {prefix}-help\n"
    ));
}

fn problem(error: &Error, path: &[String]) -> Diagnostic {
    let summary = "Failed to parse command-line flags";
    let argument = text(error, ContextKind::InvalidArg).unwrap_or_default();
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    let option = argument.split([' ', '=', '[']).next().unwrap_or_default();
    let name = option.trim_start_matches('-');
    match error.kind() {
        ErrorKind::UnknownArgument if !argument.starts_with('-') && path == ["output"] => {
            let detail = "The output command expects exactly one argument with the name of an output variable or no arguments to show all outputs.";
            Diagnostic::error("Unexpected argument", detail)
        }
        ErrorKind::UnknownArgument if !argument.starts_with('-') => Diagnostic::error(
            "Too many command line arguments",
            format!("Nothing is expected at {argument:?}."),
        )
        .hint("to work in another directory, use the global option -chdir"),
        ErrorKind::UnknownArgument if MISSING_OPTIONS.contains(&name) => {
            let detail = format!("rinfra does not have Terraform's option -{name} here yet.");
            Diagnostic::error("Unsupported option", detail)
        }
        ErrorKind::UnknownArgument => {
            let diagnostic = Diagnostic::error(summary, format!("flag provided but not defined: -{name}"));
            match text(error, ContextKind::SuggestedArg) {
                Some(known) => diagnostic.hint(format!("did you mean -{}?", known.trim_start_matches('-'))),
                None => diagnostic,
            }
        }
        ErrorKind::InvalidValue | ErrorKind::NoEquals if value.is_empty() => {
            Diagnostic::error(summary, format!("flag needs an argument: -{name}"))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|it| format!(": {it}")).unwrap_or_default();
            Diagnostic::error(summary, format!("invalid value {value:?} for flag -{name}{why}"))
        }
        ErrorKind::ArgumentConflict => {
            let detail = format!("The option -{name} was given twice, or beside one it does not go with.");
            Diagnostic::error(summary, detail)
        }
        _ => {
            let text = error.render().to_string();
            let text = text.split("\n\nUsage:").next().unwrap_or_default();
            Diagnostic::error(summary, text.trim_start_matches("error: ").trim_end().to_owned())
        }
    }
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}
