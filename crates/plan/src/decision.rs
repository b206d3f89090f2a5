use rinfra_change::{Action, Reason};
use rinfra_provider::{Connection, Error, PlanRequest};
use rinfra_schema::Schema;
use rinfra_schema::planning;
use rinfra_value::{Path, Value};

/// What is known of one instance when it is decided about.
pub(crate) struct Circumstances<'d> {
    pub(crate) kind: &'d str,
    pub(crate) schema: &'d Schema,
    pub(crate) connection: &'d dyn Connection,
    /// The object as observed.
    pub(crate) prior: Option<&'d Value>,
    /// Whether an earlier apply left the object half made.
    pub(crate) tainted: bool,
    /// Why the object is to be replaced whatever its arguments say.
    pub(crate) forced: Option<Reason>,
    /// The configuration, without marks.
    pub(crate) config: &'d Value,
    /// The configuration, with what is to be ignored taken from the prior object: it counts while that stays.
    pub(crate) effective_config: &'d Value,
}

/// What is to become of one instance.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) action: Action,
    pub(crate) reason: Option<Reason>,
    pub(crate) after: Value,
    pub(crate) replace_paths: Vec<Path>,
}

/// Decides what is to become of an instance that the configuration wants.
///
/// *Errors*: configurations the provider refuses.
pub(crate) fn decide(circumstances: &Circumstances<'_>) -> Result<Decision, Error> {
    let Some(prior) = circumstances.prior else {
        let after = propose(circumstances, None)?.0;
        return Ok(Decision {
            action: Action::Create,
            reason: circumstances.forced,
            after,
            replace_paths: Vec::new(),
        });
    };
    if circumstances.tainted {
        // It is planned as if it were not there, so that no argument is what causes the replacement.
        let after = propose(circumstances, None)?.0;
        let reason = Some(Reason::ReplaceBecauseTainted);
        return Ok(Decision { action: Action::DeleteThenCreate, reason, after, replace_paths: Vec::new() });
    }
    let block = &circumstances.schema.block;
    let (after, mut replace_paths) = propose(circumstances, Some(prior))?;
    let difference = planning::difference(block, prior, &after);
    for path in difference.replace {
        if !replace_paths.contains(&path) {
            replace_paths.push(path);
        }
    }
    let unchangeable = (!replace_paths.is_empty()).then_some(Reason::ReplaceBecauseCannotUpdate);
    if let Some(reason) = circumstances.forced.or(unchangeable) {
        let after = propose(circumstances, None)?.0;
        return Ok(Decision { action: Action::DeleteThenCreate, reason: Some(reason), after, replace_paths });
    }
    let action = if difference.changed.is_empty() { Action::NoOp } else { Action::Update };
    // What is equal in meaning keeps the observed text, so that nothing is written that did not change.
    let after = if action == Action::NoOp { prior.clone() } else { after };
    Ok(Decision { action, reason: None, after, replace_paths })
}

fn propose(circumstances: &Circumstances<'_>, prior: Option<&Value>) -> Result<(Value, Vec<Path>), Error> {
    let config = if prior.is_some() { circumstances.effective_config } else { circumstances.config };
    let proposed = planning::propose(&circumstances.schema.block, prior, config);
    let planned =
        circumstances.connection.plan(PlanRequest { kind: circumstances.kind, prior, config, proposed })?;
    Ok((planned.value, planned.replace))
}
