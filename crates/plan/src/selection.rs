//! Plans of a part: what is chosen, and what is said about it.

use std::collections::BTreeSet;

use rinfra_addr::{AbsResource, ObjectAddress, ResourceInstance};
use rinfra_change::{Mode, Reason};
use rinfra_config::Config;
use rinfra_diag::{Diagnostic, Diagnostics};
use rinfra_eval::Selection;

use crate::planner::Planner;
use crate::refresh::Slot;
use crate::run::Options;

/// Returns what is to be evaluated. A destruction looks at the state alone, and so chooses by itself.
pub(crate) fn of(config: &Config, options: &Options) -> Selection {
    match (options.mode, &*options.targets, &*options.excludes) {
        (Mode::Destroy, ..) | (_, [], []) => Selection::default(),
        (_, [], excludes) => Selection::except(config, excludes),
        (_, targets, _) => Selection::only(config, targets),
    }
}

/// Returns what is wrong with the combination of options, and what is to be said about a plan of a part.
pub(crate) fn check(options: &Options) -> Diagnostics {
    let mut found = Diagnostics::new();
    if !options.targets.is_empty() && !options.excludes.is_empty() {
        let detail = "The options -target and -exclude are mutually exclusive.";
        found.push(Diagnostic::error("Invalid combination of arguments", detail));
    }
    if options.mode != Mode::Normal && !options.replace.is_empty() {
        let detail = "Replacing instances on request (-replace) is something for a normal plan only.";
        found.push(Diagnostic::error("Unsupported plan mode", detail));
    }
    if options.mode == Mode::RefreshOnly && !options.refresh {
        let detail = "-refresh-only reads what exists and nothing else, and -refresh=false reads nothing.";
        found.push(Diagnostic::error("Incompatible refresh options", detail));
    }
    if options.is_of_a_part() {
        let detail = "This plan is about a part of the configuration only (-target or -exclude), so it may not show all changes that the configuration asks for.";
        let hint = "These options are for exceptional situations, such as recovering from a mistake";
        found.push(Diagnostic::warning("Resource targeting is in effect", detail).hint(hint));
    }
    found
}

impl Planner<'_> {
    /// Returns why an instance is to be replaced on request, if someone asked for it.
    pub(crate) fn requested(&self, slot: &Slot) -> Option<Reason> {
        let asked = self.options.replace.contains(&slot.0) && !self.refresh.is_tainted(slot);
        asked.then_some(Reason::ReplaceByRequest)
    }

    /// Returns warnings about requests to replace that lack the key of an instance.
    pub(crate) fn incomplete_requests(&self) -> Diagnostics {
        let findings = self.findings.borrow();
        let keyless =
            self.options.replace.iter().filter(|it| it.key.is_none() && !findings.wanted.contains(*it));
        let warning = |request: &ResourceInstance| {
            let meant = findings.wanted.iter().filter(|it| it.resource == request.resource);
            let list: Vec<_> = meant.map(|it| format!("-replace='{it}'")).collect();
            (!list.is_empty()).then(|| {
                let detail = format!(
                    "{request} is no instance: it lacks an instance key. Nothing is replaced because of it."
                );
                Diagnostic::warning("Incompletely-matched force-replace resource instance", detail)
                    .hint(format!("Name the instances: {}", list.join(" ")))
            })
        };
        keyless.filter_map(warning).collect()
    }

    /// Returns what a destruction leaves alone.
    ///
    /// What is destroyed takes what depends on it along, and what stays keeps what it depends on.
    pub(crate) fn spared(&self) -> BTreeSet<Slot> {
        let covered = |chosen: &[ObjectAddress], slot: &Slot| chosen.iter().any(|it| it.covers(&slot.0));
        let slots: BTreeSet<&Slot> = self.refresh.slots().collect();
        let behind = |slot: &Slot| self.recorded.of(&slot.0, slot.1.as_deref());
        let (targets, excludes) = (&self.options.targets, &self.options.excludes);
        let spared: BTreeSet<&Slot> = if !targets.is_empty() {
            let doomed: BTreeSet<&Slot> = slots.iter().copied().filter(|it| covered(targets, it)).collect();
            let resources: BTreeSet<AbsResource> = doomed.iter().map(|it| it.0.resource.clone()).collect();
            let falls = |it: &&Slot| doomed.contains(it) || !behind(it).is_disjoint(&resources);
            slots.iter().copied().filter(|it| !falls(it)).collect()
        } else {
            let kept: BTreeSet<&Slot> = slots.iter().copied().filter(|it| covered(excludes, it)).collect();
            let mut needed: BTreeSet<AbsResource> = BTreeSet::new();
            kept.iter().for_each(|it| needed.extend(behind(it).iter().cloned()));
            slots.iter().copied().filter(|it| kept.contains(it) || needed.contains(&it.0.resource)).collect()
        };
        if targets.is_empty() && excludes.is_empty() {
            return BTreeSet::new();
        }
        spared.into_iter().cloned().collect()
    }
}
