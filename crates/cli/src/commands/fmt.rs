//! `rinfra fmt`: lays files out in the usual way.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rinfra_ops::{DiskFiles, Formatted, Formatting, Reach};

use super::Setting;
use crate::arguments::FmtArguments;

/// The exit code when a file could not be laid out.
const FAILED: u8 = 2;

/// The exit code of `-check` that says something is not laid out as it should be.
const UNFORMATTED: u8 = 3;

pub(crate) fn run(setting: Setting<'_>, arguments: &FmtArguments) -> ExitCode {
    if arguments.targets.first().is_some_and(|it| it == Path::new("-")) {
        return standard_input(setting, arguments);
    }
    let current = std::env::current_dir().unwrap_or_default();
    let here = [PathBuf::from(".")];
    let targets = if arguments.targets.is_empty() { &here[..] } else { &arguments.targets };
    let reach = if arguments.recursive { Reach::Tree } else { Reach::Directory };
    let mut formatting = rinfra_ops::formatting(&DiskFiles, &current, targets, reach);
    let writes = arguments.write && !arguments.check;
    let mut shown = String::new();
    let mut is_changed = false;
    for file in &formatting.files {
        if file.before != file.after {
            is_changed = true;
            if arguments.list {
                shown.push_str(&format!("{}\n", file.path));
            }
            if writes && let Err(error) = rinfra_ops::replace_file(Path::new(&file.path), &file.after) {
                let summary = format!("Failed to write {}", file.path);
                formatting.diagnostics.push(rinfra_diag::Diagnostic::error(summary, error.to_string()));
            }
            if arguments.diff {
                shown.push_str(&difference(file));
            }
        }
        if !arguments.list && !writes && !arguments.diff {
            shown.push_str(&file.after);
        }
    }
    let failed = formatting.diagnostics.has_errors();
    // A check says nothing but its exit code when the list is not wanted.
    if !arguments.check || arguments.list && !failed {
        setting.terminal.print(&shown);
    }
    if failed {
        return refuse(setting, &formatting);
    }
    code(arguments, is_changed)
}

fn standard_input(setting: Setting<'_>, arguments: &FmtArguments) -> ExitCode {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut bytes) {
        setting.terminal.problem("Failed to read <stdin>", &error.to_string());
        return ExitCode::from(FAILED);
    }
    match rinfra_ops::formatted_text("<stdin>", &bytes) {
        Err(formatting) => refuse(setting, &formatting),
        Ok(file) => {
            match (arguments.check, arguments.diff) {
                (true, _) => {}
                (false, true) => setting.terminal.print(&difference(&file)),
                (false, false) => setting.terminal.print(&file.after),
            }
            code(arguments, file.before != file.after)
        }
    }
}

fn difference(file: &Formatted) -> String {
    rinfra_view::text_difference(&file.path, &file.before, &file.after)
}

fn refuse(setting: Setting<'_>, formatting: &Formatting) -> ExitCode {
    setting.terminal.diagnostics(&formatting.diagnostics, &formatting.sources);
    ExitCode::from(FAILED)
}

fn code(arguments: &FmtArguments, is_changed: bool) -> ExitCode {
    if arguments.check && is_changed { ExitCode::from(UNFORMATTED) } else { ExitCode::SUCCESS }
}
