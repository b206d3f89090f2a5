//! What stays, because it is outside the plan's Regions or could not be observed, and still needs what would be
//! deleted.

use std::collections::{BTreeMap, BTreeSet};

use rinfra_addr::{AbsResource, ResourceInstance};
use rinfra_change::{Action, Mode, ResourceChange};
use rinfra_diag::Diagnostic;
use rinfra_provider::Region;
use rinfra_value::Value;

use crate::planner::Planner;
use crate::probe::placed;
use crate::refresh::{Observed, Slot};

impl Planner<'_> {
    /// Refuses deletions that would take away what a survivor needs.
    pub(crate) async fn refuse_stranding(&self) {
        let doomed = self.doomed();
        if doomed.is_empty() {
            return;
        }
        // Who chooses a part of the configuration chooses what is left of the rest.
        for slot in self.refresh.slots().filter(|it| self.selection.contains(&it.0)) {
            let why = match self.refresh.observed(slot, self.failures).await {
                Some(Observed::Outside(_)) => Why::Outside,
                Some(Observed::Unobserved(_)) => Why::Unobserved,
                _ => continue,
            };
            let needed = self.needed(slot, &doomed);
            if !needed.is_empty() {
                let diagnostic = self.refusal(slot, why, &needed);
                self.findings.borrow_mut().diagnostics.push(diagnostic);
            }
        }
    }

    /// Returns what would be deleted and not made anew, by resource, with what identifies it.
    fn doomed(&self) -> BTreeMap<AbsResource, Vec<(ResourceInstance, Option<String>)>> {
        let findings = self.findings.borrow();
        let mut doomed: BTreeMap<AbsResource, Vec<_>> = BTreeMap::new();
        for change in findings.changes.values().filter(|it| it.action == Action::Delete) {
            let entry = (change.address.clone(), self.identity(change));
            doomed.entry(change.address.resource.clone()).or_default().push(entry);
        }
        doomed
    }

    fn identity(&self, change: &ResourceChange) -> Option<String> {
        let provider = self.catalogue.get(&change.provider.source)?;
        provider.resource_type(change.address.kind())?.identity(&change.before.as_ref()?.unmark_deep())
    }

    /// Returns the doomed instances a survivor needs.
    ///
    /// The state records which resources an object depends on, not which of their instances. The object itself
    /// tells: it mentions what it uses. Where it mentions none of them, it may need any of them, unless an
    /// instance of the same resource survives as well, which is then the one it uses.
    fn needed(
        &self,
        slot: &Slot,
        doomed: &BTreeMap<AbsResource, Vec<(ResourceInstance, Option<String>)>>,
    ) -> BTreeSet<ResourceInstance> {
        let (address, deposed) = slot;
        let texts = self.refresh.stored(slot).map(texts).unwrap_or_default();
        let mut needed = BTreeSet::new();
        for resource in &*self.recorded.of(address, deposed.as_deref()) {
            let Some(candidates) = doomed.get(resource) else { continue };
            let used = |identity: &Option<String>| {
                identity.as_ref().is_some_and(|it| texts.iter().any(|text| mentions(text, it)))
            };
            let mentioned: Vec<_> = candidates.iter().filter(|(_, identity)| used(identity)).collect();
            let all = self.state.resource(resource).map_or(0, |it| it.instances.len());
            let chosen = if mentioned.is_empty() && all == candidates.len() {
                candidates.iter().collect()
            } else {
                mentioned
            };
            needed.extend(chosen.into_iter().map(|(address, _)| address.clone()));
        }
        needed
    }

    fn refusal(&self, slot: &Slot, why: Why, needed: &BTreeSet<ResourceInstance>) -> Diagnostic {
        let region = self.region_in_state(slot);
        let findings = self.findings.borrow();
        let region_of = |it| findings.changes.get(it).and_then(|it| it.region.as_ref());
        let list: Vec<_> = needed.iter().map(|it| placed(it, region_of(it))).collect();
        let detail = format!(
            "{} stays, and it needs what would be destroyed: {}.",
            placed(&slot.0, region.as_ref()),
            list.join(", ")
        );
        let flag = region.map_or_else(String::new, |it| format!(" --region {it}"));
        let (summary, hint) = match (why, self.mode) {
            (Why::Outside, Mode::Destroy) => {
                ("Needed outside the chosen Regions", format!("Destroy it first: rinfra destroy{flag}"))
            }
            (Why::Outside, Mode::Normal | Mode::RefreshOnly) => {
                ("Needed outside the chosen Regions", format!("Let it go first: rinfra apply{flag}"))
            }
            (Why::Unobserved, _) => {
                ("Needed by what could not be observed", "Wait until its Region answers".to_owned())
            }
        };
        Diagnostic::error(summary, detail).address(slot.0.to_string()).hint(hint)
    }

    pub(crate) fn region_in_state(&self, slot: &Slot) -> Option<Region> {
        let connection = self.connections.get(self.refresh.provider(slot)?)?;
        connection.region(slot.0.kind(), self.refresh.stored(slot))
    }
}

/// Why nothing is decided about an object.
#[derive(Clone, Copy)]
enum Why {
    Outside,
    Unobserved,
}

/// Returns all texts in a value.
fn texts(value: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    value.walk(&mut |_, it| {
        texts.extend(it.as_str().map(str::to_owned));
        true
    });
    texts
}

/// Tells whether a text has an identity in it as a word of its own, as ARNs have.
fn mentions(text: &str, identity: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '-' || it == '_';
    !identity.is_empty()
        && text.match_indices(identity).any(|(start, _)| {
            let before = text[..start].chars().next_back();
            let after = text[start + identity.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn an_identity_is_mentioned_as_a_whole_word() {
        for (text, expected) in [
            ("vpc-1", true),
            ("arn:aws:ec2:eu:1:vpc/vpc-1", true),
            ("vpc-1,vpc-2", true),
            ("vpc-12", false),
            ("my-vpc-1", false),
            ("", false),
        ] {
            assert_eq!(mentions(text, "vpc-1"), expected, "{text}");
        }
        assert!(!mentions("anything", ""));
    }
}
