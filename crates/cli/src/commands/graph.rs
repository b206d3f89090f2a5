//! `rinfra graph`: draws what refers to what, or the steps of a saved plan.

use std::process::ExitCode;

use rinfra_diag::Diagnostic;
use rinfra_ops::{Environment, Failure, Outcome, Project};
use rinfra_view::{Evaluation, Picture};

use super::Setting;
use crate::arguments::{GraphArguments, PictureFormat};
use crate::wiring;

pub(crate) async fn run(setting: Setting<'_>, arguments: &GraphArguments) -> ExitCode {
    match drawn(setting, arguments).await {
        Ok(graph) => {
            setting.terminal.print(&graph);
            ExitCode::SUCCESS
        }
        Err(failure) => setting.terminal.fail(&failure),
    }
}

async fn drawn(setting: Setting<'_>, arguments: &GraphArguments) -> Outcome<String> {
    let evaluation = arguments.kind.as_deref().map(|it| evaluation(it, arguments)).transpose()?;
    let environment = wiring::environment(&arguments.variables, setting.working_directory);
    if let Some(path) = &arguments.plan {
        let plan = rinfra_ops::read_plan(path, &wiring::plan_keys(&environment)?).await?;
        return Ok(rendered(&rinfra_view::plan_picture(&plan, &environment.catalogue), arguments.format));
    }
    // A picture helps where something is wrong, too.
    let project = Project::open_unchecked(&environment)?;
    let cycles = project.config.cycles();
    if cycles.has_errors() && !(arguments.draw_cycles && evaluation.is_some()) {
        return Err(Failure::new(cycles, &project.sources));
    }
    match evaluation {
        Some(evaluation) => Ok(rinfra_view::evaluation_graph(&project.config, evaluation)),
        None => {
            Ok(rendered(&configuration(&project, &environment, arguments.format).await?, arguments.format))
        }
    }
}

async fn configuration(
    project: &Project,
    environment: &Environment,
    format: PictureFormat,
) -> Outcome<Picture> {
    let state = rinfra_ops::read_state(project).await?;
    Ok(match format {
        // Programs that know Terraform's graph know this one.
        PictureFormat::Dot => rinfra_view::resource_graph(&project.config, state.as_ref()),
        _ => rinfra_view::configuration_picture(&project.config, state.as_ref(), &environment.catalogue),
    })
}

fn rendered(picture: &Picture, format: PictureFormat) -> String {
    match format {
        PictureFormat::Dot => picture.dot(),
        PictureFormat::Mermaid => picture.mermaid(),
        PictureFormat::Svg => picture.svg(),
        PictureFormat::Html => picture.html(),
        PictureFormat::Json => format!("{:#}\n", picture.json()),
    }
}

/// Returns which evaluation is to be drawn.
///
/// *Errors*: kinds that there are not, and options that have no meaning together.
fn evaluation(kind: &str, arguments: &GraphArguments) -> Outcome<Evaluation> {
    let refused = |summary: &str, detail: &str| Err(Failure::said(Diagnostic::error(summary, detail)));
    let evaluation = match kind {
        "plan" | "plan-refresh-only" => Evaluation::Planning,
        "apply" => Evaluation::Applying,
        "plan-destroy" => {
            let detail = "What is destroyed, and in what order, is known from a plan only: save one with plan -destroy -out=FILE, and draw it with graph -plan=FILE.";
            return refused("Unsupported graph type", detail);
        }
        _ => {
            let detail =
                "The -type=... argument must be either \"plan\", \"plan-refresh-only\", or \"apply\".";
            return refused("Unsupported graph type", detail);
        }
    };
    if arguments.plan.is_some() && evaluation != Evaluation::Applying {
        let detail = "A saved plan has the graph of its apply only: leave -type out, or say -type=apply.";
        return refused("Unsupported graph type", detail);
    }
    if arguments.plan.is_none() && arguments.format != PictureFormat::Dot {
        let detail = "What is evaluated is printed for Graphviz only: leave -type or -format out.";
        return refused("Unsupported graph format", detail);
    }
    Ok(evaluation)
}
