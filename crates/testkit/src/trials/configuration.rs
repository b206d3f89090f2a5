use rinfra_lang::functions::{FunctionContext, Functions};
use rinfra_ops::{Environment, Failure, Project};
use rinfra_state::State;
use rinfra_view::{Picture, Style};
use tokio::runtime::Runtime;

use super::LONGEST;
use super::surroundings::{environment, runtime};

/// What stands before a file's name, at the beginning of a line.
pub(super) const SEPARATOR: &str = "--- ";

/// What takes as long as it is told to, and what reads files of this machine.
const REFUSED: [&str; 2] = ["bcrypt", "terraform_remote_state"];

/// How many files a configuration is made of at most.
const FILES: usize = 6;

/// How many instances it has at most: enough for every mistake, and planned at once.
const INSTANCES: u64 = 500;

thread_local! {
    static RUNTIME: Runtime = runtime();
}

/// Validates a configuration and plans it against an empty state.
///
/// The input is one or several files, each after a line `--- NAME`; what stands before the first such line is
/// `main.tf`. Names say what a file is, as on a disk.
///
/// # Panics
/// When rinfra would, or when a plan cannot be read back from what is saved of it.
pub fn configuration(input: &[u8]) {
    let mentions = |word: &str| input.windows(word.len()).any(|it| it == word.as_bytes());
    if input.len() > LONGEST || REFUSED.into_iter().any(mentions) {
        return;
    }
    let environment = environment(files(input));
    RUNTIME.with(|runtime| {
        match runtime.block_on(rinfra_ops::validate(&environment)) {
            Ok((project, diagnostics)) => {
                shown(&Failure { diagnostics, sources: project.sources.clone() });
                drawn(&rinfra_view::configuration_picture(&project.config, None, &environment.catalogue));
                rinfra_ops::check_readiness(&environment, &project.config);
            }
            Err(failure) => shown(&failure),
        }
        match Project::open(&environment) {
            Ok(project) => runtime.block_on(planned(&environment, &project)),
            Err(failure) => {
                assert!(failure.diagnostics.has_errors(), "failed without an error");
                shown(&failure);
            }
        }
    });
}

/// Splits an input into files.
fn files(input: &[u8]) -> Vec<(&str, &[u8])> {
    let mut files = Vec::new();
    let mut name = "main.tf";
    let (mut start, mut at) = (0, 0);
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        if let Some(next) = line.strip_prefix(SEPARATOR.as_bytes()).and_then(|it| str::from_utf8(it).ok()) {
            files.push((name, &input[start..at]));
            name = next.trim();
            start = at + line.len();
        }
        at += line.len();
        if files.len() == FILES {
            break;
        }
    }
    files.push((name, &input[start..at]));
    files.retain(|(name, text)| !name.is_empty() && !text.is_empty());
    files
}

async fn planned(environment: &Environment, project: &Project) {
    let functions =
        Functions::standard(FunctionContext::new(environment.files.clone(), environment.directory.clone()));
    let state = State::new("trial");
    let mut inputs = project.inputs.clone();
    inputs.most_instances = INSTANCES;
    let request = rinfra_plan::Request {
        config: &project.config,
        catalogue: &environment.catalogue,
        functions: &functions,
        inputs: &inputs,
        state: &state,
        unfinished: &[],
        configuration_digest: project.config.digest(),
        timestamp: "2026-01-01T00:00:00Z".to_owned(),
        options: rinfra_plan::Options::default(),
        observer: &rinfra_plan::Silent,
    };
    let (plan, diagnostics) = rinfra_plan::plan(request).await;
    assert!(plan.is_some() || diagnostics.has_errors(), "neither a plan nor an error");
    shown(&Failure { diagnostics, sources: project.sources.clone() });
    let Some(plan) = plan else { return };
    rinfra_view::plan(&plan, &environment.catalogue, Style::plain());
    rinfra_view::plan_json(&plan, &state, Some(&project.config), &environment.catalogue);
    drawn(&rinfra_view::plan_picture(&plan, &environment.catalogue));
    let Ok(saved) = rinfra_change::write(&plan) else { return };
    let read = rinfra_change::read(&saved).unwrap_or_else(|error| {
        panic!("a saved plan cannot be read: {error}: {}", String::from_utf8_lossy(&saved))
    });
    assert_eq!(read, plan, "a plan changes when it is saved");
}

/// Draws a picture in every format.
pub(super) fn drawn(picture: &Picture) {
    picture.dot();
    picture.mermaid();
    picture.svg();
    picture.html();
    picture.json();
}

fn shown(failure: &Failure) {
    rinfra_view::diagnostics(&failure.diagnostics, &failure.sources, Style::plain());
    rinfra_view::diagnostics_json(&failure.diagnostics, &failure.sources);
}
