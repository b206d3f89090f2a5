//! Whether a change elsewhere forces a replacement.

use rinfra_addr::Mode;
use rinfra_change::{Action, ResourceChange};
use rinfra_diag::Diagnostic;
use rinfra_eval::{DesiredInstance, Poisoned, Trigger};

use crate::planner::Planner;

impl Planner<'_> {
    /// Tells whether something that `replace_triggered_by` names is updated or replaced.
    ///
    /// *Errors*: references to instances the plan does not have.
    pub(crate) fn is_triggered(&self, desired: &DesiredInstance<'_>) -> Result<bool, Poisoned> {
        for trigger in &desired.triggers {
            match self.is_pulled(trigger) {
                Some(true) => return Ok(true),
                Some(false) => {}
                None => return self.fail(missing(desired, trigger)),
            }
        }
        Ok(false)
    }

    /// Tells whether what a trigger names changes; `None` when there is no such instance.
    fn is_pulled(&self, trigger: &Trigger) -> Option<bool> {
        let findings = self.findings.borrow();
        let mut exists = false;
        let mut consider = |change: &ResourceChange| {
            // A data source that was read while planning changes nothing.
            let counts = match trigger.resource.resource.mode {
                Mode::Data => change.action != Action::NoOp,
                _ => change.action != Action::Delete,
            };
            exists |= counts;
            counts && changes_part(change, trigger)
        };
        let first = trigger.resource.instance(trigger.key.clone());
        // A path leads into one instance, here the one without a key.
        let pulled = if trigger.key.is_none() && trigger.path.is_root() {
            let instances = findings.changes.range(first..);
            let mut instances = instances.take_while(|(address, _)| address.resource == trigger.resource);
            instances.any(|(_, change)| consider(change))
        } else {
            findings.changes.get(&first).is_some_and(|it| consider(it))
        };
        let elsewhere = || findings.missing.keys().any(|it| it.resource == trigger.resource);
        (exists || elsewhere()).then_some(pulled)
    }
}

/// Tells whether a change touches the part of an instance that a trigger names. Making and deleting do not count.
fn changes_part(change: &ResourceChange, trigger: &Trigger) -> bool {
    if change.action != Action::Update && !change.action.is_replace() {
        return false;
    }
    if trigger.path.is_root() {
        return true;
    }
    let part = |value: &Option<rinfra_value::Value>| trigger.part(&value.as_ref()?.unmark_deep());
    part(&change.before) != part(&change.after)
}

fn missing(desired: &DesiredInstance<'_>, trigger: &Trigger) -> Diagnostic {
    let name = trigger.resource.resource.clone();
    let key = &trigger.key;
    let module = if trigger.resource.module.is_root() {
        "the root module".to_owned()
    } else {
        trigger.resource.module.to_string()
    };
    let detail = format!(
        "replace_triggered_by at {} names {name}{key}, and the plan has no such instance, so that nothing could \
         ever trigger the replacement.",
        trigger.span
    );
    Diagnostic::error(format!("no change found for {name}{key} in {module}"), detail)
        .address(desired.address.to_string())
        .hint("Name a managed resource or instance that exists, other than this one")
}
