//! What the cloud and the state hold, compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::holdings::Holdings;
use super::reference::Aftermath;

/// What is wrong after a stage that was disturbed.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// In the cloud, and the state does not know of it.
    pub orphans: Vec<String>,
    /// More than an undisturbed run makes, and one object for two addresses.
    pub duplicates: Vec<String>,
    /// In the configuration or in the state, and not in the cloud.
    pub lost: Vec<String>,
    /// Whatever else is not as after an undisturbed run.
    pub troubles: Vec<String>,
}

impl Verdict {
    /// Tells whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        [&self.orphans, &self.duplicates, &self.lost, &self.troubles].iter().all(|it| it.is_empty())
    }

    /// Compares what there is with what there is after an undisturbed run.
    pub(super) fn of(before: &Holdings, now: &Holdings, state: &StateFile, expected: &Aftermath) -> Self {
        let mut verdict = Self::default();
        for (kind, identity) in now.since(before) {
            if expected.known_kinds.contains(kind) && !state.mentions(identity) {
                verdict.orphans.push(format!("{kind} {identity}"));
            }
        }
        let added = now.added(before);
        let names: BTreeSet<&String> = added.keys().chain(expected.added.keys()).collect();
        // What an object holds is only of interest where the number of objects tells nothing.
        for objects_only in [true, false] {
            if !verdict.duplicates.is_empty() || !verdict.lost.is_empty() {
                break;
            }
            for name in names.iter().filter(|it| it.contains('.') != objects_only) {
                let count = |of: &BTreeMap<String, i64>| of.get(*name).copied().unwrap_or_default();
                let difference = count(&added) - count(&expected.added);
                let text = format!("{name}: {difference:+}");
                match difference {
                    0 => {}
                    1.. => verdict.duplicates.push(text),
                    _ => verdict.lost.push(text),
                }
            }
        }
        verdict.duplicates.extend(state.shared());
        let is_missing = |it: &&String| !state.addresses.contains(*it);
        let missing = expected.addresses.iter().filter(is_missing);
        verdict.lost.extend(missing.map(|it| format!("{it} is not in the state")));
        let surplus = state.addresses.difference(&expected.addresses);
        verdict.troubles.extend(surplus.map(|it| format!("{it} is in the state still")));
        verdict.troubles.extend(now.traces.iter().map(|it| format!("{it} carries an intent tag still")));
        verdict
    }
}

/// A state file, as far as the comparison goes.
#[derive(Clone, Debug, Default)]
pub(super) struct StateFile {
    text: String,
    /// The addresses of all objects, deposed ones with their keys.
    pub(super) addresses: BTreeSet<String>,
    /// The type of every object, what tells it from all others, and where it is.
    ids: Vec<(String, String, String)>,
}

impl StateFile {
    pub(super) fn of(text: String) -> Self {
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let mut file = Self { text, ..Self::default() };
        for resource in list(&json["resources"]).iter().filter(|it| it["mode"] == "managed") {
            let kind = resource["type"].as_str().unwrap_or_default();
            let module = resource["module"].as_str().map(|it| format!("{it}.")).unwrap_or_default();
            let name = resource["name"].as_str().unwrap_or_default();
            for instance in list(&resource["instances"]) {
                let key = match &instance["index_key"] {
                    Value::Null => String::new(),
                    key => format!("[{key}]"),
                };
                let deposed = instance["deposed"].as_str().map(|_| " (deposed)").unwrap_or_default();
                let tainted = instance["status"].as_str().map(|it| format!(" ({it})")).unwrap_or_default();
                let address = format!("{module}{kind}.{name}{key}{deposed}{tainted}");
                // The names of some things are used again in every Region.
                let told = ["id", "arn", "region"].map(|it| instance["attributes"][it].as_str());
                let told: Vec<_> = told.into_iter().flatten().collect();
                file.ids.push((kind.to_owned(), told.join(" "), address.clone()));
                file.addresses.insert(address);
            }
        }
        file
    }

    /// Tells whether something identifies an object of the state, or one that belongs to such an object.
    pub(super) fn mentions(&self, identity: &str) -> bool {
        self.text.contains(&format!("\"{identity}\"")) || self.text.contains(&format!("\"{identity}:*\""))
    }

    fn shared(&self) -> Vec<String> {
        let mut holders: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for (kind, id, address) in &self.ids {
            holders.entry((kind, id)).or_default().push(address);
        }
        let shared = holders.into_iter().filter(|(_, addresses)| addresses.len() > 1);
        shared.map(|((kind, id), addresses)| format!("{kind} {id} is {}", addresses.join(" and "))).collect()
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holdings(objects: &[(&str, &str)]) -> Holdings {
        let mut holdings = Holdings::default();
        for (kind, identity) in objects {
            *holdings.counts.entry((*kind).to_owned()).or_default() += 1;
            holdings.objects.entry((*kind).to_owned()).or_default().insert((*identity).to_owned());
        }
        holdings
    }

    fn state(instances: &[(&str, &str)]) -> StateFile {
        let resource = |(name, id): &(&str, &str)| {
            serde_json::json!({"mode": "managed", "type": "aws_vpc", "name": name,
                "instances": [{"attributes": {"id": id}}]})
        };
        let resources: Vec<Value> = instances.iter().map(resource).collect();
        StateFile::of(serde_json::json!({"resources": resources}).to_string())
    }

    #[test]
    fn cloud_and_state_are_compared_with_an_undisturbed_run() {
        let before = holdings(&[("ec2 VPC", "vpc-0")]);
        let expected = Aftermath {
            added: BTreeMap::from([("ec2 VPC".to_owned(), 2)]),
            known_kinds: BTreeSet::from(["ec2 VPC".to_owned()]),
            addresses: ["aws_vpc.a", "aws_vpc.b"].map(str::to_owned).into(),
        };
        let vpcs = |ids: &[&str]| holdings(&ids.iter().map(|it| ("ec2 VPC", *it)).collect::<Vec<_>>());
        for (cloud, kept, orphans, duplicates, lost) in [
            (vec!["vpc-0", "vpc-1", "vpc-2"], vec![("a", "vpc-1"), ("b", "vpc-2")], 0, 0, 0),
            (vec!["vpc-0", "vpc-1", "vpc-2", "vpc-3"], vec![("a", "vpc-1"), ("b", "vpc-2")], 1, 1, 0),
            (vec!["vpc-0", "vpc-1"], vec![("a", "vpc-1"), ("b", "vpc-2")], 0, 0, 1),
            (vec!["vpc-0", "vpc-1", "vpc-2"], vec![("a", "vpc-1")], 1, 0, 1),
            (vec!["vpc-0", "vpc-1", "vpc-2"], vec![("a", "vpc-1"), ("b", "vpc-1")], 1, 1, 0),
        ] {
            let found = Verdict::of(&before, &vpcs(&cloud), &state(&kept), &expected);
            let counts = (found.orphans.len(), found.duplicates.len(), found.lost.len());
            assert_eq!(counts, (orphans, duplicates, lost), "{cloud:?} {kept:?}: {found:?}");
        }
    }
}
