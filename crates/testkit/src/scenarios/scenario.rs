//! A scenario as the vectors describe it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Commands given one after the other in one directory.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub topic: String,
    /// The commands.
    pub steps: Vec<Step>,
}

/// One command.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is called, such as `03-plan`.
    pub name: String,
    /// What is done.
    pub command: Command,
    /// What the command is given, besides what every command of its kind is given.
    pub arguments: Vec<String>,
    /// Variables of the process environment.
    pub environment: Vec<(String, String)>,
    /// What is typed.
    pub input: String,
    /// Whether modules are not installed, although the configuration is another one than before.
    pub skips_init: bool,
    /// Whether there is one order only in which all can be done.
    pub ordered: bool,
    /// The directory whose files are the configuration.
    pub configuration: PathBuf,
    /// The file that says what Terraform made of it, where that was recorded.
    pub recorded: PathBuf,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `init`.
    Init,
    /// `validate`.
    Validate,
    /// `plan` into a file, and `show` of that.
    Plan,
    /// `apply` without a saved plan.
    Apply,
    /// `apply` of the plan that the last step of this kind saved.
    ApplyPlan,
    /// `apply -destroy`.
    Destroy,
    /// `output`.
    Output,
    /// `show` of the state.
    Show,
    /// `console`.
    Console,
    /// The arguments as they are.
    CommandLine,
}

impl Scenario {
    /// Returns all scenarios of a directory, by name.
    ///
    /// # Errors
    /// What the file system refuses, and files that do not describe scenarios.
    pub fn all(directory: &Path) -> io::Result<Vec<Self>> {
        let paths: io::Result<Vec<_>> = fs::read_dir(directory)?.map(|it| Ok(it?.path())).collect();
        let mut paths = paths?;
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(directory: &Path) -> io::Result<Self> {
        let json = read_json(&directory.join("steps.json"))?;
        let steps = json["steps"].as_array().into_iter().flatten();
        let steps: io::Result<_> = steps.map(|it| Step::read(directory, it)).collect();
        Ok(Self { name: text(&json["name"]), topic: text(&json["topic"]), steps: steps? })
    }
}

impl Step {
    fn read(directory: &Path, json: &Value) -> io::Result<Self> {
        let environment = json["env"].as_object().into_iter().flatten();
        let arguments = json["args"].as_array().into_iter().flatten();
        Ok(Self {
            name: text(&json["step"]),
            command: Command::named(&text(&json["command"]))?,
            arguments: arguments.map(text).collect(),
            environment: environment.map(|(name, value)| (name.clone(), text(value))).collect(),
            input: text(&json["stdin"]),
            skips_init: json["skip_init"] == true,
            ordered: json["ordered"] == true,
            configuration: directory.join(text(&json["config"])),
            recorded: directory.join(text(&json["expected"])),
        })
    }

    /// Returns what Terraform did, as it was recorded.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn expected(&self) -> io::Result<Value> {
        read_json(&self.recorded)
    }

    /// Returns the command of a step that takes the arguments as they are: their first words, options left out.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).filter(|it| !it.starts_with('-')).collect()
    }
}

impl Command {
    fn named(name: &str) -> io::Result<Self> {
        Ok(match name {
            "init" => Self::Init,
            "validate" => Self::Validate,
            "plan" => Self::Plan,
            "apply" => Self::Apply,
            "apply_plan" => Self::ApplyPlan,
            "destroy" => Self::Destroy,
            "output" => Self::Output,
            "show" => Self::Show,
            "console" => Self::Console,
            "cli" => Self::CommandLine,
            unknown => return Err(io::Error::other(format!("there is no command {unknown:?}"))),
        })
    }
}

fn read_json(path: &Path) -> io::Result<Value> {
    let wrong = |error: &dyn std::fmt::Display| io::Error::other(format!("{}: {error}", path.display()));
    let bytes = fs::read(path).map_err(|error| wrong(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(&error))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
