//! Commands that speak to people: what they print, and what becomes of the state.

use rinfra_addr::ResourceInstance;
use rinfra_diag::Diagnostic;
use rinfra_ops::{Environment, Failure, Outcome, Project, Tainting, Workbench, addresses};
use rinfra_view::Style;
use serde_json::{Value, json};

use crate::commands::stored;
use crate::normal_form;
use crate::options::Options;

/// Gives the command that the operands name.
pub(crate) async fn run(environment: &Environment, options: &Options) -> Value {
    let words: Vec<&str> = options.operands.iter().map(String::as_str).collect();
    let changes_state =
        matches!(&words[..], ["state", "mv" | "rm", ..] | ["import" | "taint" | "untaint", ..]);
    let outcome = match &words[..] {
        ["state", "list", addresses @ ..] => listed(environment, addresses),
        ["state", "show", address] => instance(environment, address),
        ["state", "mv", from, to] => moved(environment, from, to),
        ["state", "rm", addresses @ ..] => removed(environment, addresses),
        ["import", address, id] => imported(environment, address, id).await,
        ["taint", address] => tainted(environment, address, |it, address| it.taint(address)),
        ["untaint", address] => tainted(environment, address, |it, address| it.untaint(address)),
        ["show"] => state_text(environment),
        ["output", names @ ..] => output(environment, names),
        _ => Ok(format!("there is no command {}", words.join(" "))),
    };
    let mut json = printed(outcome);
    if let (true, Some(members)) = (changes_state, json.as_object_mut()) {
        // What they say of their progress is theirs.
        members.remove("stdout");
        members.insert("state".to_owned(), normal_form::stored_state());
    }
    json
}

/// Returns what a command prints.
pub(crate) fn printed(outcome: Outcome<String>) -> Value {
    match outcome {
        Ok(text) => json!({ "exit_code": 0, "stdout": text, "stderr": "" }),
        Err(failure) => {
            let text = rinfra_view::diagnostics(&failure.diagnostics, &failure.sources, Style::plain());
            json!({ "exit_code": 1, "stdout": "", "stderr": text })
        }
    }
}

fn listed(environment: &Environment, addresses: &[&str]) -> Outcome<String> {
    let state = existing(environment)?;
    Ok(rinfra_ops::listed(&state, addresses)?.iter().map(|it| format!("{it}\n")).collect())
}

fn instance(environment: &Environment, address: &str) -> Outcome<String> {
    let state = existing(environment)?;
    let instance = addresses::instance(address)?;
    rinfra_view::resource(&state, &instance, &environment.catalogue, Style::plain())
        .ok_or_else(|| refusal("No instance found for the given address"))
}

fn moved(environment: &Environment, from: &str, to: &str) -> Outcome<String> {
    let project = Project::open_for_state(environment)?;
    let workbench = Workbench::open(environment, &project, "state")?;
    let relocations = workbench.relocations(from, to)?;
    workbench.relocate(&relocations)?;
    Ok(String::new())
}

fn removed(environment: &Environment, addresses: &[&str]) -> Outcome<String> {
    let project = Project::open_for_state(environment)?;
    let workbench = Workbench::open(environment, &project, "state")?;
    let addresses: Vec<_> = addresses.iter().map(|it| (*it).to_owned()).collect();
    let instances = workbench.instances_at(&addresses)?;
    workbench.forget(&instances)?;
    Ok(String::new())
}

async fn imported(environment: &Environment, address: &str, id: &str) -> Outcome<String> {
    let address = addresses::instance_in(addresses::IMPORT, address)?;
    let project = Project::open(environment)?;
    Workbench::open(environment, &project, "import")?.import(&address, id, &rinfra_plan::Silent).await?;
    Ok(String::new())
}

fn tainted(
    environment: &Environment,
    address: &str,
    change: impl FnOnce(Workbench<'_>, &ResourceInstance) -> Outcome<Tainting>,
) -> Outcome<String> {
    let address = addresses::instance(address)?;
    let project = Project::open_for_state(environment)?;
    let workbench = Workbench::open(environment, &project, "taint")?;
    let missing = workbench.no_such_instance(&address);
    match change(workbench, &address)? {
        Tainting::Done => Ok(String::new()),
        Tainting::Missing => Err(missing),
    }
}

fn state_text(environment: &Environment) -> Outcome<String> {
    Ok(rinfra_view::state(&existing(environment)?, &environment.catalogue, Style::plain()))
}

fn output(environment: &Environment, names: &[&str]) -> Outcome<String> {
    let outputs = existing(environment)?.outputs;
    let one = |name: &str| {
        outputs.get(name).map(|it| &it.value).ok_or_else(|| refusal(&format!("Output {name:?} not found")))
    };
    match names {
        ["-raw", name] => {
            rinfra_view::raw_output(one(name)?).ok_or_else(|| refusal("Unsupported value for raw output"))
        }
        [name] => Ok(format!("{}\n", rinfra_lang::print::value(one(name)?))),
        _ => Ok(rinfra_view::outputs(&outputs)),
    }
}

fn existing(environment: &Environment) -> Outcome<rinfra_state::State> {
    stored(environment)?.ok_or_else(|| refusal("No state file was found!"))
}

fn refusal(summary: &str) -> Failure {
    Failure::said(Diagnostic::error(summary, ""))
}
