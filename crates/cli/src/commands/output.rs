//! `rinfra output`: shows the outputs of the last apply.

use std::process::ExitCode;

use rinfra_diag::{Diagnostic, did_you_mean};
use rinfra_ops::{Failure, Outcome, Project};

use super::Setting;
use crate::arguments::{OutputArguments, StateFiles};
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &OutputArguments) -> ExitCode {
    match shown(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn shown(setting: Setting<'_>, arguments: &OutputArguments) -> Outcome<()> {
    let terminal = setting.terminal;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let environment = StateFiles::only(&arguments.state).applied_to(environment, Default::default());
    let project = Project::open_for_state(&environment)?;
    let outputs = rinfra_ops::read_state(&project).await?.map(|it| it.outputs).unwrap_or_default();
    if arguments.raw && arguments.json {
        let detail = "The -raw and -json options are mutually-exclusive.";
        return Err(Failure::said(Diagnostic::error("Invalid output format", detail)));
    }
    if arguments.raw && arguments.name.is_none() {
        let detail = "You must give the name of a single output value when using the -raw option.";
        return Err(Failure::said(Diagnostic::error("Output name required", detail)));
    }
    if outputs.is_empty() && !arguments.json {
        let detail = "The state has no outputs: either none is declared, or nothing has been applied since. Declare one with an `output` block and run `rinfra apply` for it to become available.";
        terminal.report(Diagnostic::warning("No outputs found", detail));
        return Ok(());
    }
    let Some(name) = &arguments.name else {
        if arguments.json {
            terminal.indented_json(&rinfra_view::outputs_json(&outputs));
        } else {
            terminal.print(&rinfra_view::outputs(&outputs));
        }
        return Ok(());
    };
    let Some(output) = outputs.get(name.as_str()) else {
        let detail = "The output variable requested could not be found in the state file. If it was recently added to the configuration, run `rinfra apply`: the state has it only then.";
        let diagnostic = Diagnostic::error(format!("Output \"{name}\" not found"), detail);
        return Err(Failure::said(match did_you_mean(name, outputs.keys().map(AsRef::as_ref)) {
            Some(known) => diagnostic.hint(format!("Did you mean {known}?")),
            None => diagnostic,
        }));
    };
    if arguments.json {
        terminal.json(&rinfra_view::single_output(&output.value));
    } else if arguments.raw {
        let Some(text) = rinfra_view::raw_output(&output.value) else {
            let detail =
                format!("The output {name} cannot be printed raw: it is no string, number or boolean.");
            return Err(Failure::said(
                Diagnostic::error("Unsupported value for raw output", detail).hint("use -json"),
            ));
        };
        terminal.print(&text);
    } else {
        terminal.print(&format!("{}\n", rinfra_lang::print::value(&output.value)));
    }
    Ok(())
}
