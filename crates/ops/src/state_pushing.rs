//! Putting another state in the place of the stored one.

use rinfra_addr::Mode;
use rinfra_diag::Diagnostic;
use rinfra_state::journal::Unfinished;
use rinfra_state::{Object, State};

use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::workbench::Workbench;

/// Whether a state may take the place of one that it does not continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushing {
    /// Only where it is newer and of the same lineage.
    Checked,
    /// Always.
    Forced,
}

impl Workbench<'_> {
    /// Reads a state that is to be pushed; `name` is where it comes from. It may be encrypted as the project's own is.
    ///
    /// *Errors*: what is no state, one of another format, and one that cannot be decrypted.
    pub async fn read_pushed(project: &Project, name: &str, bytes: &[u8]) -> Outcome<State> {
        let summary = format!("Error reading source state {name:?}");
        let failed = |error: &dyn std::error::Error| Failure::of(&summary, error);
        let unread = match State::parse(bytes) {
            Ok(state) => return Ok(state),
            Err(error) => error,
        };
        if !rinfra_seal::is_encrypted_state(bytes) {
            return Err(failed(&unread));
        }
        let (plain, _) = project.seals.envelope().open_state(bytes).await.map_err(|it| failed(&it))?;
        State::parse(&plain).map_err(|it| failed(&it))
    }

    /// Puts a state in the place of the stored one. Its serial becomes one more than it says, where it changes
    /// something.
    ///
    /// *Errors*: states that do not continue the stored one, unless forced; failures to write.
    pub async fn push(self, pushed: State, pushing: Pushing) -> Outcome<()> {
        let stored = (!self.is_new()).then(|| self.state());
        let objection = match stored {
            Some(stored) if pushing == Pushing::Checked && !self.made_of_its_journal(&pushed, stored) => {
                objection(&pushed, stored)
            }
            _ => None,
        };
        if let Some(why) = objection {
            let hint = "-force writes it all the same; what the state holds now goes into its backup";
            return Err(Failure::said(Diagnostic::error("Failed to write state", why).hint(hint)));
        }
        let changes = stored.is_some_and(|stored| !says_the_same(&pushed, stored));
        let serial = if changes { pushed.serial.saturating_add(1) } else { pushed.serial };
        let next = State { serial, ..pushed };
        let written = self.session_held().replace(next).await;
        written.map_err(|error| Failure::of("Failed to write state", &error))
    }

    /// Tells whether the stored state has its serial only because this very command found the journal of the run that
    /// the pushed state comes from.
    fn made_of_its_journal(&self, pushed: &State, stored: &State) -> bool {
        let is_next = (&pushed.lineage, pushed.serial) == (&stored.lineage, stored.serial);
        is_next && self.has_recovered() && knows_all_of(pushed, stored, self.unfinished())
    }
}

/// Returns why a state does not continue the stored one.
fn objection(pushed: &State, stored: &State) -> Option<String> {
    if stored.is_empty() {
        return None;
    }
    let related = [pushed, stored].iter().any(|it| it.lineage.is_empty()) || pushed.lineage == stored.lineage;
    if !related {
        return Some(format!(
            "cannot import state with lineage {:?} over unrelated state with lineage {:?}",
            pushed.lineage, stored.lineage
        ));
    }
    if pushed.serial < stored.serial {
        return Some(format!(
            "cannot import state with serial {} over newer state with serial {}",
            pushed.serial, stored.serial
        ));
    }
    (pushed.serial == stored.serial && !says_the_same(pushed, stored)).then(|| {
        format!(
            "cannot overwrite existing state with serial {} with a different state that has the same serial",
            stored.serial
        )
    })
}

/// Tells whether two states hold the same, whatever their lineages are.
fn says_the_same(one: &State, other: &State) -> bool {
    State { lineage: other.lineage.clone(), ..one.clone() }.same_content(other)
}

/// Tells whether a state has every object of another one, those aside of which nobody knows yet what became.
fn knows_all_of(pushed: &State, stored: &State, unfinished: &[Unfinished]) -> bool {
    stored.instances().filter(|(address, ..)| address.mode() == Mode::Managed).all(
        |(address, _, instance)| {
            let known = pushed.instance(&address);
            unfinished.iter().any(|it| it.intent.address == address)
                || instance.objects().all(|(_, object)| {
                    known.is_some_and(|it| it.objects().any(|(_, known)| identity(known) == identity(object)))
                })
        },
    )
}

fn identity(object: &Object) -> Option<String> {
    object.attributes.to_json().get("id")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use rinfra_state::Output;
    use rinfra_value::Value;

    use super::*;

    fn state(serial: u64, lineage: &str, output: &str) -> State {
        let mut state = State { serial, ..State::new(lineage) };
        if !output.is_empty() {
            state.set_output("o", Output { value: Value::string(output), sensitive: false });
        }
        state
    }

    #[test]
    fn states_are_pushed_where_they_continue_the_stored_one() {
        let stored = state(5, "l", "x");
        let check = |serial, lineage, output, expected: Option<&str>| {
            let objection = objection(&state(serial, lineage, output), &stored);
            assert_eq!(objection.as_deref(), expected, "{serial} {lineage} {output}");
        };
        check(5, "l", "x", None);
        check(6, "l", "x", None);
        check(6, "l", "y", None);
        check(6, "", "y", None);
        check(
            5,
            "l",
            "y",
            Some(
                "cannot overwrite existing state with serial 5 with a different state that has the same serial",
            ),
        );
        check(4, "l", "x", Some("cannot import state with serial 4 over newer state with serial 5"));
        check(
            6,
            "m",
            "x",
            Some("cannot import state with lineage \"m\" over unrelated state with lineage \"l\""),
        );
        assert_eq!(
            objection(&state(1, "m", "x"), &state(5, "l", "")),
            None,
            "an empty state is nothing to lose"
        );
    }

    #[test]
    fn every_object_must_be_known_but_those_in_doubt() {
        let with = |ids: &[&str]| {
            let mut state = state(1, "l", "");
            for id in ids {
                let address = format!("test_thing.{id}").parse().expect("an address");
                let object = Object::new(0, serde_json::json!({"id": format!("i-{id}")}));
                let provider = r#"provider["terraform.io/builtin/terraform"]"#.parse().expect("a provider");
                state.set_current(&address, &provider, object);
            }
            state
        };
        for (pushed, stored, expected) in [
            (&["a", "b"][..], &["a"][..], true),
            (&["a"], &["a"], true),
            (&["b"], &["a"], false),
            (&[], &["a"], false),
        ] {
            assert_eq!(knows_all_of(&with(pushed), &with(stored), &[]), expected, "{pushed:?} {stored:?}");
        }
    }
}
