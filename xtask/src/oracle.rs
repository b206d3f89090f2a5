//! `cargo xtask oracle`: every example and scenario under rinfra and under the real Terraform.
//!
//! The scenarios of the shared vectors need no cloud. The examples run against a local AWS, in which they
//! take turns. What differs and is not explained in `docs/differences.md` is an error.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use rinfra_testkit::scenarios::{
    Command, Program, Scenario, Standing, Step, Unlike, differences, play, side_by_side,
};
use rinfra_testkit::{Moto, Oracle, copy_example, root};
use serde_json::Value;

use crate::{binary, local_aws, supervise, workspace};

/// What to compare.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only examples and scenarios whose name contains this
    #[arg(default_value = "")]
    name: String,
    /// Scenarios of this directory, instead of the shared ones and the examples
    #[arg(long, value_name = "DIRECTORY")]
    scenarios: Option<PathBuf>,
    /// This binary, instead of one that is built first
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// The commands that are given in an example.
const STEPS: [(&str, Command, &[&str]); 9] = [
    ("01-validate", Command::Validate, &[]),
    ("02-plan", Command::Plan, &[]),
    ("03-apply", Command::ApplyPlan, &[]),
    ("04-plan", Command::Plan, &[]),
    ("05-list", Command::CommandLine, &["state", "list"]),
    ("06-output", Command::Output, &[]),
    ("07-show", Command::Show, &[]),
    ("08-plan", Command::Plan, &["-destroy"]),
    ("09-destroy", Command::Destroy, &[]),
];

/// Compares.
///
/// # Errors
/// When something is missing on this machine, anything differs without being explained, or the developer interrupts.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    supervise::survive_interruptions()?;
    let oracle = Oracle::locate().map_err(|reason| format!("there is nothing to compare with: {reason}"))?;
    let target_directory = workspace::load()?.target_directory;
    let told = |error: io::Error| error.to_string();
    let (mut scenarios, mut examples) = match &arguments.scenarios {
        Some(directory) => (Scenario::all(directory).map_err(told)?, Vec::new()),
        None => (
            Scenario::all(&root().join("../shared/vectors/scenarios")).map_err(told)?,
            examples(&target_directory.join("oracle")).map_err(told)?,
        ),
    };
    for all in [&mut scenarios, &mut examples] {
        all.retain(|it| it.name.contains(&arguments.name));
    }
    let rinfra = match &arguments.binary {
        Some(path) => path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?,
        None => binary::build(&target_directory)?,
    };
    let rinfra = Program::new(rinfra);
    let terraform = Program::new(oracle.launcher().to_path_buf());

    let mut standing = Standing::default();
    println!("\nTaking {} scenarios with both programs.", scenarios.len());
    side_by_side(
        &scenarios,
        |scenario| compared(scenario, &rinfra, &terraform),
        |scenario, outcome| note(&mut standing, scenario, outcome),
    );
    if !examples.is_empty() {
        let moto = local_aws::start()?;
        for example in &examples {
            println!("Taking the example {} with both programs.", example.name);
            let outcome = compared_in_account(example, &rinfra, &terraform, &moto);
            note(&mut standing, example, outcome);
        }
    }
    if supervise::interrupted() {
        return Err(supervise::INTERRUPTED.to_owned());
    }
    println!("\n{standing}");
    match &standing.objections()[..] {
        [] => Ok(()),
        objections => Err(format!("what docs/differences.md does not explain:\n{}", objections.join("\n"))),
    }
}

/// The differences of every step.
type Compared = io::Result<Vec<Vec<String>>>;

fn compared(scenario: &Scenario, rinfra: &Program, terraform: &Program) -> Compared {
    compared_without(&Unlike::default(), scenario, rinfra, terraform)
}

/// Compares with both programs, one after the other in an account that each leaves as it was, as far as their
/// providers have the same attributes.
fn compared_in_account(example: &Scenario, rinfra: &Program, terraform: &Program, moto: &Moto) -> Compared {
    let unlike = Unlike::between(&schemas(rinfra, example)?, &schemas(terraform, example)?);
    let account = moto.account();
    let with_account = |program: &Program| program.clone().with_account(&account);
    compared_without(&unlike, example, &with_account(rinfra), &with_account(terraform))
}

fn compared_without(unlike: &Unlike, scenario: &Scenario, rinfra: &Program, terraform: &Program) -> Compared {
    if supervise::interrupted() {
        return Err(io::ErrorKind::Interrupted.into());
    }
    let expected = play(terraform, scenario)?;
    let found = play(rinfra, scenario)?;
    let steps = scenario.steps.iter().zip(expected.into_iter().zip(found));
    let compared =
        |(step, (expected, found))| differences(step, &unlike.without(expected), &unlike.without(found));
    Ok(steps.map(compared).collect())
}

/// Returns the schemas of the providers that an example uses, as a program has them.
fn schemas(program: &Program, example: &Scenario) -> io::Result<Value> {
    let arguments = ["providers", "schema", "-json"];
    let Some(first) = example.steps.first() else { return Ok(Value::Null) };
    let asking = step("schemas", Command::CommandLine, &arguments, &first.configuration);
    let printed = play(program, &Scenario { steps: vec![asking], ..example.clone() })?;
    let text = printed.first().and_then(|it| it["stdout"].as_str()).unwrap_or_default();
    Ok(serde_json::from_str(text)?)
}

fn note(standing: &mut Standing, scenario: &Scenario, outcome: Compared) {
    match outcome {
        Ok(compared) => {
            for (step, differences) in scenario.steps.iter().zip(&compared) {
                standing.add(scenario, step, differences);
            }
        }
        Err(error) => standing.add_failure(scenario, &error),
    }
}

/// Lays the examples out, each with its state beside it instead of in the repository.
fn examples(base: &Path) -> io::Result<Vec<Scenario>> {
    if base.exists() {
        fs::remove_dir_all(base)?;
    }
    let mut names = fs::read_dir(root().join("examples"))?
        .map(|it| Ok(it?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort();
    let laid_out = |name: String| {
        let configuration = copy_example(&name, base)?;
        fs::write(configuration.join("state_override.tf"), "terraform {\n  backend \"local\" {}\n}\n")?;
        let steps =
            STEPS.iter().map(|(name, command, arguments)| step(name, *command, arguments, &configuration));
        Ok(Scenario { steps: steps.collect(), topic: format!("example {name}"), name })
    };
    names.into_iter().map(laid_out).collect()
}

fn step(name: &str, command: Command, arguments: &[&str], configuration: &Path) -> Step {
    Step {
        name: name.to_owned(),
        command,
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        environment: Vec::new(),
        input: String::new(),
        skips_init: false,
        ordered: false,
        configuration: configuration.to_path_buf(),
        recorded: PathBuf::new(),
    }
}
