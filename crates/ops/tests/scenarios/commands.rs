//! The commands that most steps give, and what they say in the form of the vectors.

use rinfra_apply::Interrupt;
use rinfra_change::{Mode, Plan};
use rinfra_diag::{Diagnostics, Sources};
use rinfra_ops::{
    ApplyOptions, Console, Environment, Failure, GeneratedFile, Outcome, Project, Sealing, Unanswered,
    Workbench, check_readiness, prior_state, read_plan, read_state, validate, write_plan,
};
use rinfra_state::State;
use rinfra_view::{diagnostics_json, empty_state_json, outputs_json, plan_json, state_json};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::events::Recorded;
use crate::options::Options;
use crate::scenario::Step;
use crate::session::install;
use crate::{cli, normal_form};

const PLAN: &str = "tfplan";

/// The exit code of a plan that would change something.
const CHANGES: u8 = 2;

/// Gives a command.
pub(crate) async fn run(step: &Step, environment: &Environment, options: Options) -> Value {
    let outcome = match step.command.as_str() {
        "init" => init(environment),
        "validate" => validated(environment).await,
        "plan" => planned(environment, &options).await,
        "apply" => applied(environment, &options, None).await,
        "destroy" => applied(environment, &options, Some(Mode::Destroy)).await,
        "apply_plan" => applied_saved(environment).await,
        "output" => outputs(environment, &options.operands),
        "show" => shown(environment),
        "console" => return answered(environment, &step.input).await,
        "cli" => return cli::run(environment, &options).await,
        unknown => return Value::String(format!("there is no command {unknown}")),
    };
    outcome.unwrap_or_else(|failure| {
        let mut json = said(&failure.diagnostics, &failure.sources);
        if matches!(step.command.as_str(), "apply" | "destroy" | "apply_plan") {
            json["state"] = normal_form::stored_state();
        }
        json
    })
}

/// Returns diagnostics, and the exit code that goes with them.
fn said(diagnostics: &Diagnostics, sources: &Sources) -> Value {
    json!({
        "exit_code": u8::from(diagnostics.has_errors()),
        "diagnostics": diagnostics_json(diagnostics, sources),
    })
}

fn init(environment: &Environment) -> Outcome<Value> {
    let installed = install(environment)?;
    let mut diagnostics = installed.warnings;
    diagnostics.extend(check_readiness(environment, &installed.config));
    Ok(said(&diagnostics, installed.config.sources()))
}

async fn validated(environment: &Environment) -> Outcome<Value> {
    let (project, diagnostics) = validate(environment).await?;
    Ok(said(&diagnostics, &project.sources))
}

async fn planned(environment: &Environment, options: &Options) -> Outcome<Value> {
    let project = Project::open(environment)?;
    let workbench = Workbench::open(environment, &project, "plan")?;
    let (plan, mut diagnostics) = make(&project, &workbench, options, None, &rinfra_plan::Silent).await?;
    let mut json = said(&diagnostics, &project.sources);
    let Some(mut plan) = plan else { return Ok(json) };
    if let Some(generated) = &options.generated {
        let warning = GeneratedFile::new(generated.as_ref(), plan.mode)?.write(&plan)?;
        diagnostics.extend(warning);
        json = said(&diagnostics, &project.sources);
        json[generated] = std::fs::read_to_string(generated).unwrap_or_default().into();
    }
    if plan.errored {
        json["summary"] = summary(&plan);
        return Ok(json);
    }
    workbench.complete(&mut plan).await?;
    let sealing = Sealing { key: None, catalogue: &environment.catalogue, config: &project.config };
    write_plan(PLAN.as_ref(), &plan, &sealing).await?;
    let prior = prior_state(&plan)?.unwrap_or_else(|| State::new(""));
    json["summary"] = summary(&plan);
    json["plan"] = plan_json(&plan, &prior, Some(&project.config), &environment.catalogue);
    if plan.has_changes() {
        json["exit_code"] = CHANGES.into();
    }
    Ok(json)
}

fn summary(plan: &Plan) -> Value {
    let counts = plan.counts();
    json!({ "add": counts.add, "change": counts.change, "remove": counts.destroy, "import": counts.import })
}

/// Makes a plan, as much of it as can be made, and returns what there is to say so far.
async fn make(
    project: &Project,
    workbench: &Workbench<'_>,
    options: &Options,
    mode: Option<Mode>,
    observer: &dyn rinfra_plan::Observer,
) -> Outcome<(Option<Plan>, Diagnostics)> {
    let options = options
        .planning(mode)
        .map_err(|diagnostics| Failure { diagnostics, sources: project.sources.clone() })?;
    let (plan, found) = workbench.plan_in_part(options, observer).await;
    let mut diagnostics = project.warnings.clone();
    diagnostics.extend(found);
    Ok((plan, diagnostics))
}

async fn applied(environment: &Environment, options: &Options, mode: Option<Mode>) -> Outcome<Value> {
    let project = Project::open(environment)?;
    let workbench = Workbench::open(environment, &project, "apply")?;
    let events = Recorded::default();
    let (plan, diagnostics) = make(&project, &workbench, options, mode, &events).await?;
    let Some(plan) = plan.filter(|it| !it.errored) else {
        let mut json = said(&diagnostics, &project.sources);
        json["state"] = normal_form::stored_state();
        return Ok(json);
    };
    let lasting = diagnostics.into_iter().filter(|it| !it.is_provisional).collect();
    Ok(execute(&project, workbench, &plan, lasting, &events).await)
}

async fn applied_saved(environment: &Environment) -> Outcome<Value> {
    let plan = read_plan(PLAN.as_ref(), None).await?;
    let project = Project::open_planned(environment, &plan)?;
    let workbench = Workbench::open(environment, &project, "apply")?;
    workbench.verify(&plan)?;
    let warnings = project.warnings.clone();
    Ok(execute(&project, workbench, &plan, warnings, &Recorded::default()).await)
}

async fn execute(
    project: &Project,
    workbench: Workbench<'_>,
    plan: &Plan,
    mut diagnostics: Diagnostics,
    events: &Recorded,
) -> Value {
    let (_interrupt, watched) = watch::channel(Interrupt::None);
    let finished = workbench.apply(plan, ApplyOptions::default(), events, watched).await;
    diagnostics.extend(finished.diagnostics);
    let mut json = said(&diagnostics, &project.sources);
    let applied = finished.applied;
    if !diagnostics.has_errors() {
        let tally = applied.tally;
        json["summary"] = json!({
            "add": tally.added, "change": tally.changed, "remove": tally.destroyed, "import": tally.imported,
        });
        json["outputs"] = outputs_json(&applied.state.outputs);
    }
    json["events"] = events.sequence().into();
    json["sequence"] = json["events"].clone();
    json["state"] = normal_form::stored_state();
    json
}

fn outputs(environment: &Environment, operands: &[String]) -> Outcome<Value> {
    let state = stored(environment)?;
    let outputs = state.map(|it| it.outputs).unwrap_or_default();
    let json = match operands.first() {
        None => outputs_json(&outputs),
        Some(name) => {
            outputs.get(name.as_str()).map_or(Value::Null, |it| rinfra_view::single_output(&it.value))
        }
    };
    Ok(json!({ "exit_code": 0, "outputs": json }))
}

fn shown(environment: &Environment) -> Outcome<Value> {
    let json = match stored(environment)? {
        Some(state) => state_json(&state, &environment.catalogue),
        None => empty_state_json(),
    };
    Ok(json!({ "exit_code": 0, "show": json }))
}

/// Returns the state, for commands that do not lock it.
pub(crate) fn stored(environment: &Environment) -> Outcome<Option<State>> {
    read_state(&Project::open_for_state(environment)?)
}

/// Answers what was typed, as far as it is lines without an error.
async fn answered(environment: &Environment, input: &str) -> Value {
    let answer = async {
        let project = Unanswered::open(environment)?.with_gaps()?;
        let last = Console::open(environment, &project)?.last_answer(input.lines()).await?;
        Ok(last.map(|it| format!("{it}\n")).unwrap_or_default())
    };
    cli::printed(answer.await)
}
