use rinfra_addr::ResourceInstance;
use rinfra_change::{Cipher, Plan, Secrets};
use rinfra_state::State;
use rinfra_state::journal::{self, fold};
use rinfra_value::{Path, Value};
use rinfra_view::Style;

use super::configuration::drawn;
use super::surroundings::catalogue;

/// Reads bytes as a state, as a journal and as a saved plan, and shows what they hold.
///
/// # Panics
/// When rinfra would, or when what was read cannot be written and read again.
pub fn saved(input: &[u8]) {
    state(input);
    journal(input);
    plan(input);
}

fn state(input: &[u8]) {
    let Ok(state) = State::parse(input) else { return };
    shown(&state);
    // Terraform's files cannot hold every number that ours could.
    let Ok(written) = state.to_json_bytes() else { return };
    let again = State::parse(&written).unwrap_or_else(|error| {
        panic!("a state cannot be read again: {error}: {}", String::from_utf8_lossy(&written))
    });
    assert!(again.same_content(&state), "a state changes when it is written: {state:?} {again:?}");
}

fn shown(state: &State) {
    let catalogue = catalogue();
    rinfra_view::state(state, &catalogue, Style::plain());
    rinfra_view::state_json(state, &catalogue);
    rinfra_view::outputs(&state.outputs);
    rinfra_view::outputs_json(&state.outputs);
}

fn journal(input: &[u8]) {
    // Events without their line, so that a changed byte is not just another wrong checksum.
    let bare = serde_json::from_slice::<Vec<journal::Event>>(input);
    let read = journal::read(input).map(|it| it.events);
    for events in [bare.ok(), read.ok()].into_iter().flatten() {
        let folded = fold(State::new("trial"), events.clone());
        shown(&folded.state);
        let again = fold(folded.state.clone(), events.clone());
        assert!(again.state.same_content(&folded.state), "folding twice is not folding once: {events:?}");
        let Ok(line) = journal::line(&events) else { continue };
        let read = journal::read(&line).unwrap_or_else(|error| panic!("{error}: {events:?}"));
        assert_eq!(read.events, events);
    }
}

fn plan(input: &[u8]) {
    let Ok(plan) = rinfra_change::read(input) else { return };
    let catalogue = catalogue();
    rinfra_view::plan(&plan, &catalogue, Style::plain());
    rinfra_view::plan_json(&plan, &State::new("trial"), None, &catalogue);
    drawn(&rinfra_view::plan_picture(&plan, &catalogue));
    rinfra_view::plan_html(&plan, &catalogue);
    let Ok(written) = rinfra_change::write(&plan) else { return };
    let again = rinfra_change::read(&written).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again, plan);
    sealed(&plan);
}

/// Seals a plan and opens it again.
fn sealed(plan: &Plan) {
    let variables = plan.variables.keys().take(1).cloned().collect();
    let whole = |_: &ResourceInstance, value: &Value| {
        let first = value.entries().into_iter().flatten().next();
        first.map(|(name, _)| Path::root().attribute(name.clone())).into_iter().collect()
    };
    let secrets = Secrets { of_object: &whole, variables: &variables };
    let Ok(bytes) = rinfra_change::write_sealed(plan, &secrets, "recipe".into(), &Shown) else { return };
    let again = rinfra_change::open(&bytes, &Shown).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again, *plan);
}

/// A cipher that hides nothing, and remembers where texts stood.
struct Shown;

impl Cipher for Shown {
    fn seal(&self, place: &str, plain: &[u8]) -> Result<String, String> {
        Ok(format!("{place}:{}", String::from_utf8_lossy(plain)))
    }

    fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>> {
        Some(sealed.strip_prefix(place)?.strip_prefix(':')?.into())
    }
}
