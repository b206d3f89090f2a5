//! Rules among the arguments of one block.

use std::collections::BTreeSet;

use rinfra_value::{Entries, Path, Value};

use super::Validation;
use crate::{Block, Rules};

/// Whether an argument is set.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Set {
    Yes,
    No,
    /// It depends on a value that is not known yet.
    Perhaps,
}

impl Validation<'_> {
    pub(super) fn rules(&mut self, block: &Block, entries: &Entries, path: &Path) {
        let attributes = block.attributes.iter().map(|(name, it)| (name, &it.rules));
        let blocks = block.blocks.iter().map(|(name, it)| (name, &it.rules));
        let mut groups = BTreeSet::new();
        for (name, rules) in attributes.chain(blocks) {
            self.pairs(name, rules, entries, path);
            for (others, exactly) in [(&rules.exactly_one_of, true), (&rules.at_least_one_of, false)] {
                let group: BTreeSet<&str> = others.iter().chain([name]).map(|it| &**it).collect();
                if !others.is_empty() && groups.insert((group.clone(), exactly)) {
                    self.group(&group, exactly, entries, path);
                }
            }
        }
    }

    fn pairs(&mut self, name: &str, rules: &Rules, entries: &Entries, path: &Path) {
        if state(entries, name) != Set::Yes {
            return;
        }
        let here = path.attribute(name);
        for other in rules.conflicts_with.iter().filter(|other| state(entries, other) == Set::Yes) {
            let detail = format!("\"{name}\": conflicts with {other}");
            self.report("Conflicting configuration arguments", &detail, &here);
        }
        if rules.required_with.iter().any(|other| state(entries, other) == Set::No) {
            let all = rules.required_with.join(",");
            let detail = format!("\"{name}\": all of `{all}` must be specified");
            self.report("Missing required argument", &detail, &here);
        }
    }

    fn group(&mut self, group: &BTreeSet<&str>, exactly: bool, entries: &Entries, path: &Path) {
        let all = group.iter().copied().collect::<Vec<_>>().join(",");
        let are = |wanted: Set| group.iter().filter(move |name| state(entries, name) == wanted);
        let mut set = are(Set::Yes);
        match (set.next(), set.next()) {
            (None, _) if are(Set::Perhaps).next().is_none() => {
                let detail = format!("one of `{all}` must be specified");
                self.report(summary(exactly), &detail, path);
            }
            (Some(_), Some(second)) if exactly => {
                let detail = format!("\"{second}\": only one of `{all}` can be specified");
                self.report(summary(exactly), &detail, &path.attribute(*second));
            }
            _ => {}
        }
    }
}

fn summary(exactly: bool) -> &'static str {
    if exactly { "Invalid combination of arguments" } else { "Missing required argument" }
}

fn state(entries: &Entries, name: &str) -> Set {
    match entries.get(name) {
        Some(value) if !value.is_known() => Set::Perhaps,
        Some(value) if value.is_null() => Set::No,
        // Blocks of which there are none are an empty collection, which an argument is only when it is set so.
        Some(value) if is_no_blocks(value) => Set::No,
        Some(_) => Set::Yes,
        None => Set::No,
    }
}

fn is_no_blocks(value: &Value) -> bool {
    let object = value.ty().element_type().is_some_and(|it| it.attribute_types().is_some());
    object && value.len() == Some(0)
}
