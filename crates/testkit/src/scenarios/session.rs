//! A program, and a directory in which it is given one command after the other.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use super::reading::{Stream, state, without_colour};
use super::scenario::{Command, Step};
use crate::account::Account;
use crate::example::copy_directory;
use crate::outcome::Outcome;
use crate::process_environment::{command_line, isolated};

/// What stays in a directory when its configuration is replaced.
const KEPT: &[&str] = &[
    ".terraform",
    ".terraform.lock.hcl",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "terraform.tfstate.d",
    PLAN,
];

const PLAN: &str = "tfplan";
const GENERATED: &str = "generated.tf";

/// A program with Terraform's command line.
#[derive(Clone, Debug)]
pub struct Program {
    /// What is run.
    pub path: PathBuf,
    /// What its environment holds besides what is harmless in that of this process.
    pub environment: Vec<(String, String)>,
    /// Texts that are its own, such as the number of its account, and what stands for them in results.
    pub names: Vec<(String, &'static str)>,
}

impl Program {
    /// Returns a program that needs nothing in its environment.
    pub fn new(path: PathBuf) -> Self {
        Self { path, environment: Vec::new(), names: Vec::new() }
    }

    /// Returns the program with an account of the local AWS.
    #[must_use]
    pub fn with_account(mut self, account: &Account) -> Self {
        self.environment.extend(account.env());
        self.names.push((account.id().to_owned(), "{{ACCOUNT}}"));
        self
    }
}

/// A directory in which commands are given.
#[derive(Debug)]
pub struct Session<'p> {
    program: &'p Program,
    directory: PathBuf,
    configuration: Option<PathBuf>,
}

impl<'p> Session<'p> {
    /// Begins in an empty directory.
    pub fn begin(program: &'p Program, directory: &Path) -> Self {
        Self { program, directory: directory.to_path_buf(), configuration: None }
    }

    /// Takes a step and returns what came of it, in the form of the vectors; the directory is `{{CWD}}` in it.
    ///
    /// # Errors
    /// What the operating system refuses, and JSON that is none.
    pub fn take(&mut self, step: &Step) -> io::Result<Value> {
        if self.configuration.as_ref() != Some(&step.configuration) {
            self.replace_configuration(&step.configuration)?;
            if step.command != Command::Init && !step.skips_init {
                // What is wrong with it is the step's to say.
                self.run(step, &["init", "-no-color", "-input=false"], "")?;
            }
            self.configuration = Some(step.configuration.clone());
        }
        let mut result = self.result(step)?;
        if let Ok(generated) = fs::read_to_string(self.directory.join(GENERATED)) {
            result[GENERATED] = generated.into();
        }
        let mut names = self.program.names.clone();
        names.push((self.directory.to_string_lossy().into_owned(), "{{CWD}}"));
        Ok(nameless(&names, result))
    }

    fn result(&self, step: &Step) -> io::Result<Value> {
        let given = |words: &[&str]| {
            let words = words.iter().map(|it| (*it).to_owned());
            words.chain(step.arguments.iter().cloned()).collect::<Vec<_>>()
        };
        match step.command {
            Command::Init => {
                Ok(Stream::of(&self.run(step, &given(&["init", "-json", "-input=false"]), "")?).told())
            }
            Command::Validate => {
                let done = self.run(step, &given(&["validate", "-json"]), "")?;
                let mut result = parsed(&done)?;
                result["exit_code"] = json!(done.code);
                Ok(result)
            }
            Command::Plan => {
                let saved = format!("-out={PLAN}");
                let words = ["plan", "-json", "-input=false", "-detailed-exitcode", &saved];
                let done = self.run(step, &given(&words), "")?;
                let mut result = Stream::of(&done).summed_up();
                if done.code == Some(1) {
                    self.forget_plan()?;
                } else {
                    result["plan"] = parsed(&self.run(step, &["show", "-json", PLAN], "")?)?;
                }
                Ok(result)
            }
            Command::Apply => {
                self.applied(step, &given(&["apply", "-json", "-input=false", "-auto-approve"]))
            }
            Command::Destroy => {
                self.applied(step, &given(&["apply", "-json", "-input=false", "-auto-approve", "-destroy"]))
            }
            Command::ApplyPlan => {
                let mut words = given(&["apply", "-json", "-input=false"]);
                words.push(PLAN.to_owned());
                self.applied(step, &words)
            }
            Command::Output => {
                let done = self.run(step, &given(&["output", "-json"]), "")?;
                let result = printed(&done);
                Ok(match parsed(&done) {
                    Ok(outputs) => json!({ "exit_code": done.code, "outputs": outputs }),
                    Err(_) => result,
                })
            }
            Command::Show => {
                let done = self.run(step, &given(&["show", "-json"]), "")?;
                Ok(json!({ "exit_code": done.code, "show": parsed(&done)? }))
            }
            Command::Console => Ok(printed(&self.run(step, &given(&["console"]), &step.input)?)),
            Command::CommandLine => {
                let mut result = printed(&self.run(step, &step.arguments, "")?);
                if !matches!(step.words().first(), Some(&("show" | "output"))) {
                    result["state"] = state(&self.directory)?;
                }
                Ok(result)
            }
        }
    }

    fn applied(&self, step: &Step, arguments: &[String]) -> io::Result<Value> {
        let mut result = Stream::of(&self.run(step, arguments, "")?).applied();
        result["state"] = state(&self.directory)?;
        Ok(result)
    }

    fn run(&self, step: &Step, arguments: &[impl AsRef<str>], input: &str) -> io::Result<Outcome> {
        let mut command = isolated(&self.program.path);
        command
            .current_dir(&self.directory)
            .args(arguments.iter().map(AsRef::as_ref))
            // Terraform asks whether there is a newer version, and prints less where nobody looks on.
            .env("CHECKPOINT_DISABLE", "1")
            .env("LC_ALL", "C.UTF-8")
            .envs(self.program.environment.iter().cloned())
            .envs(step.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let line = command_line(&command);
        let mut child = command.spawn().map_err(|error| io::Error::other(format!("{line}: {error}")))?;
        if let Some(mut typed) = child.stdin.take() {
            // Who does not ask does not read.
            let _ = typed.write_all(input.as_bytes());
        }
        Ok(Outcome::new(line, &child.wait_with_output()?))
    }

    fn forget_plan(&self) -> io::Result<()> {
        match fs::remove_file(self.directory.join(PLAN)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn replace_configuration(&self, with: &Path) -> io::Result<()> {
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            if KEPT.iter().any(|it| entry.file_name() == *it) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        copy_directory(with, &self.directory, &|_| true)
    }
}

/// Returns a value with what stands for each text that would tell the program from others.
fn nameless(names: &[(String, &str)], value: Value) -> Value {
    let text = |text: &str| names.iter().fold(text.to_owned(), |text, (own, name)| text.replace(own, name));
    match value {
        Value::String(it) => text(&it).into(),
        Value::Array(items) => items.into_iter().map(|it| nameless(names, it)).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, it)| (text(&name), nameless(names, it))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// Returns what a command printed.
fn printed(done: &Outcome) -> Value {
    json!({
        "exit_code": done.code,
        "stdout": without_colour(&done.stdout),
        "stderr": without_colour(&done.stderr),
    })
}

fn parsed(done: &Outcome) -> io::Result<Value> {
    serde_json::from_str(&done.stdout).map_err(|error| io::Error::other(format!("{error}\n{done}")))
}
