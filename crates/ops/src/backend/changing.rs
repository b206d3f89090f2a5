//! What `init` does about the backend.

use std::path::Path;
use std::sync::Arc;

use rinfra_diag::Diagnostic;
use rinfra_state::State;
use rinfra_store::{Backend, Envelope, Local, LockRequest, Origin, StoreError};
use rinfra_value::Value;

use super::remembered::Remembered;
use super::{Chosen, Written, block, schema};
use crate::encryption;
use crate::environment::Environment;
use crate::failure::{Failure, Outcome, chain};
use crate::project::Project;

/// What the command line says about the backend.
#[derive(Clone, Debug, Default)]
pub struct BackendOptions {
    /// Arguments beside the block: `name=value`, or a file of such.
    pub arguments: Vec<String>,
    /// What to do where another backend was used before.
    pub reaction: Reaction,
}

/// What to do where another backend was used before.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Reaction {
    /// Nothing: the user has to say.
    #[default]
    Refuse,
    /// The states there are copied.
    Migrate,
    /// They are left where they are.
    Leave,
}

/// Whether the states there are get copied to the new backend.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Copying {
    /// All of them.
    All,
    /// None.
    None,
}

/// A backend that is to be used from now on.
pub struct BackendChange {
    directory: std::path::PathBuf,
    /// What was used before, with the kind's name.
    from: Option<(String, Chosen)>,
    /// What is used from now on.
    to: (String, Chosen),
    remembered: Option<Remembered>,
    /// The workspaces whose states could be copied.
    found: Vec<String>,
    envelope: Arc<dyn Envelope>,
    backends: rinfra_store::Backends,
}

impl BackendChange {
    /// Returns what there is to do; `None` where the backend stays what it is.
    ///
    /// *Errors*: backends this version does not have, settings that are not valid, and a change about which the user
    /// has not said what to do.
    pub async fn of(
        environment: &Environment,
        project: &Project,
        options: &BackendOptions,
    ) -> Outcome<Option<Self>> {
        let (config, backends) = (&project.config, &project.state.backends);
        let written = Written::of(config, backends)?;
        let files = &*environment.files;
        let arguments = block::overlaid(
            &written.arguments,
            &options.arguments,
            written.schema,
            files,
            &config.directory,
        )?;
        let remembered = Remembered::read(&config.directory)?;
        let is_local = written.kind == Local::NAME;
        // What was given on the command line once holds until the block changes or it is given anew.
        let arguments = match &remembered {
            Some(it)
                if options.arguments.is_empty()
                    && options.reaction != Reaction::Leave
                    && it.kind == written.kind
                    && it.is_for(&written.arguments) =>
            {
                it.config(written.schema)
            }
            _ => arguments,
        };
        let problems = block::problems(config.root().backend.as_ref(), written.schema, &arguments);
        if problems.has_errors() {
            return Err(Failure::new(problems, config.sources()));
        }
        let next = Remembered::new(written.kind, &arguments, &written.arguments);
        let same = |it: &Remembered| it.kind == written.kind && it.config(written.schema) == arguments;
        let stays = match &remembered {
            Some(it) => same(it),
            None => is_local && options.arguments.is_empty(),
        };
        if stays {
            // The backend is the same, and only the block may say it in another way.
            if remembered.is_some() {
                next.write(&config.directory)?;
            }
            return Ok(None);
        }
        let before = match &remembered {
            Some(it) => schema(&it.kind, backends).map(|schema| (it.kind.clone(), it.config(schema))),
            None => Some((Local::NAME.to_owned(), Local::arguments().complete(&Value::empty_object()))),
        };
        if remembered.is_some() && options.reaction == Reaction::Refuse {
            let detail = "A change in the backend configuration has been detected, which may require migrating existing state.";
            let hint = "-migrate-state copies the state to the new backend; -reconfigure leaves it where it is, and uses the new backend from now on";
            return Err(Failure::said(Diagnostic::error("Backend configuration changed", detail).hint(hint)));
        }
        let is_kept = is_local && !written.is_there && options.arguments.is_empty();
        let from = before.filter(|_| options.reaction != Reaction::Leave);
        let mut change = Self {
            directory: config.directory.clone(),
            from: from.map(|(kind, arguments)| (kind.clone(), Chosen::with(config, &kind, arguments))),
            to: (written.kind.to_owned(), Chosen::with(config, written.kind, arguments)),
            remembered: (!is_kept).then_some(next),
            found: Vec::new(),
            envelope: project.seals.envelope(),
            backends: backends.clone(),
        };
        encryption::prepare(config, project.seals.state()).await?;
        // What cannot be reached is not remembered.
        let to = change.to.1.open(backends).await?;
        to.workspaces().await.map_err(|error| failed("Failed to use the new backend", &error))?;
        change.found = change.states().await?;
        Ok(Some(change))
    }

    /// Returns what the user is asked; nothing where there is nothing to copy.
    pub fn question(&self) -> Option<String> {
        let (from, _) = self.from.as_ref().filter(|_| !self.found.is_empty())?;
        let what = match self.found.as_slice() {
            [_] => "Pre-existing state was found".to_owned(),
            many => format!("Pre-existing states of the workspaces {} were found", many.join(", ")),
        };
        Some(format!(
            "Do you want to copy existing state to the new backend?\n  {what} in the previous {from:?} backend. It can be copied to the newly\n  configured {:?} backend. Enter \"yes\" to copy and \"no\" to leave it where it is.\n\n  Enter a value: ",
            self.to.0
        ))
    }

    /// Uses the new backend from now on; returns what is to be said of it.
    ///
    /// *Errors*: states that cannot be copied. Then the old backend is still the one that is used.
    pub async fn carry_out(self, copying: Copying) -> Outcome<String> {
        if copying == Copying::All {
            self.copy_all().await?;
        }
        match self.remembered {
            Some(remembered) => {
                remembered.write(&self.directory)?;
                Ok(format!(
                    "\nSuccessfully configured the backend {:?}! rinfra will automatically\nuse this backend unless the backend configuration changes.",
                    self.to.0
                ))
            }
            None => {
                Remembered::forget(&self.directory)?;
                let from = self.from.map_or_else(String::new, |(kind, _)| format!(" {kind:?}"));
                Ok(format!("\nSuccessfully unset the backend{from}. rinfra will now operate locally."))
            }
        }
    }

    /// Returns the workspaces of the old backend that have a state with something in it.
    async fn states(&self) -> Outcome<Vec<String>> {
        let Some((_, from)) = &self.from else { return Ok(Vec::new()) };
        let from = from.open(&self.backends).await?;
        let names = from.workspaces().await.map_err(|error| unreadable(&error))?;
        let mut found = Vec::new();
        for name in names {
            let state = from.store(&name, Arc::clone(&self.envelope)).load().await;
            let state = state.map_err(|error| unreadable(&error))?;
            if state.is_some_and(|it| !it.state.is_empty() || !it.unfinished.is_empty()) {
                found.push(name);
            }
        }
        Ok(found)
    }

    async fn copy_all(&self) -> Outcome<()> {
        let Some((_, from)) = &self.from else { return Ok(()) };
        let to = self.to.1.open(&self.backends).await?;
        let opened = from.open(&self.backends).await?;
        for name in &self.found {
            self.copy(&*opened, &*to, name).await?;
            // A file that stays would be taken for the state again.
            if let Chosen::Local(places) = from {
                let stays = matches!(&self.to.1, Chosen::Local(to) if to.state(name) == places.state(name));
                if !stays {
                    set_aside(&places.state(name))?;
                }
            }
        }
        Ok(())
    }

    async fn copy(&self, from: &dyn Backend, to: &dyn Backend, name: &str) -> Outcome<()> {
        let run = uuid::Uuid::new_v4().to_string();
        let request = LockRequest::new(run, "init");
        let summary = format!("Failed to copy the state of the workspace {name:?}");
        let wrong = |error: StoreError| failed(&summary, &error);
        let source = from.store(name, Arc::clone(&self.envelope)).lock(&request).await.map_err(wrong)?;
        let target = to.store(name, Arc::clone(&self.envelope)).lock(&request).await.map_err(wrong)?;
        let (found, there) = (source.opened(), target.opened());
        let is_other = there.state.lineage != found.state.lineage || there.state.serial > found.state.serial;
        if there.origin != Origin::New && !there.state.is_empty() && is_other {
            let detail = format!(
                "The new backend has another state of the workspace {name:?} already: serial {} of lineage {:?}; the one to be copied is serial {} of lineage {:?}.",
                there.state.serial, there.state.lineage, found.state.serial, found.state.lineage
            );
            let hint = "use it with -reconfigure, or remove it first";
            return Err(Failure::said(Diagnostic::error(summary, detail).hint(hint)));
        }
        let serial = found.state.serial.max(there.state.serial.saturating_add(1));
        let state = State { serial, ..State::clone(&found.state) };
        target.replace(state).await.map_err(wrong)?;
        // What became of them is still to be looked up.
        let events: Vec<_> = found.unfinished.iter().flat_map(|it| it.events()).collect();
        if !events.is_empty() {
            target.record(&events).map_err(|error| Failure::of(&summary, &error))?;
        }
        target.close().await.map_err(wrong)?;
        source.close().await.map_err(wrong)
    }
}

/// Makes a state file that was copied elsewhere its own backup.
fn set_aside(path: &Path) -> Outcome<()> {
    let mut backup = path.as_os_str().to_owned();
    backup.push(".backup");
    match std::fs::rename(path, backup) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::of("Failed to set the copied state aside", &error))
        }
        _ => Ok(()),
    }
}

fn unreadable(error: &StoreError) -> Failure {
    let summary = "Failed to read the states in the previous backend";
    let hint = "-reconfigure uses the new backend without looking at the previous one";
    Failure::said(Diagnostic::error(summary, chain(error)).hint(hint))
}

fn failed(summary: &str, error: &StoreError) -> Failure {
    Failure::said(Diagnostic::error(summary, chain(error)))
}
