//! `rinfra show`: shows the state, or a saved plan or state.

use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{Environment, Failure, Outcome, PlanOrState, Project};
use rinfra_state::State;

use super::{Setting, plan};
use crate::arguments::ShowArguments;
use crate::terminal::Terminal;
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &ShowArguments) -> ExitCode {
    match shown(setting, arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn shown(setting: Setting<'_>, arguments: &ShowArguments) -> Outcome<()> {
    let terminal = setting.with_concise(arguments.concise).terminal;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    let page_of_state = || {
        let detail = "A page shows a saved plan: name the file that plan -out=FILE wrote.";
        Failure::said(Diagnostic::error("No plan to write a page of", detail))
    };
    if let Some(path) = &arguments.file {
        let plan = match rinfra_ops::read_plan_or_state(path, &wiring::plan_keys(&environment)?).await? {
            PlanOrState::Plan(plan) => plan,
            PlanOrState::State(_) if arguments.html.is_some() => return Err(page_of_state()),
            PlanOrState::State(state) => {
                show_state(terminal, &environment, Some(&state), arguments.json);
                return Ok(());
            }
        };
        if let Some(page) = &arguments.html {
            plan::write_page(page, &rinfra_view::plan_html(&plan, &environment.catalogue))?;
        } else if arguments.json {
            let project = Project::open_saved(&environment, &plan)?;
            let prior = rinfra_ops::prior_state(&plan)?.unwrap_or_else(|| State::new(""));
            let config = project.as_ref().map(|it| &it.config);
            terminal.json(&rinfra_view::plan_json(&plan, &prior, config, &environment.catalogue));
        } else {
            terminal.print(&plan::text(terminal, &environment, &plan));
        }
        return Ok(());
    }
    if arguments.html.is_some() {
        return Err(page_of_state());
    }
    let state = rinfra_ops::read_state(&Project::open_for_state(&environment)?).await?;
    show_state(terminal, &environment, state.as_ref(), arguments.json);
    Ok(())
}

fn show_state(terminal: Terminal, environment: &Environment, state: Option<&State>, as_json: bool) {
    let catalogue = &environment.catalogue;
    match (state, as_json) {
        (Some(state), true) => terminal.json(&rinfra_view::state_json(state, catalogue)),
        (None, true) => terminal.json(&rinfra_view::empty_state_json()),
        (Some(state), false) => terminal.print(&rinfra_view::state(state, catalogue, terminal.style())),
        (None, false) => terminal.print("No state.\n"),
    }
}
