//! The schema of every type, held against that of Terraform's AWS provider. Skipped where there is no
//! `../shared`.

use std::collections::{BTreeMap, BTreeSet};

use rinfra_provider::Provider;
use rinfra_schema::{Attribute, Block, NestedBlock, Nesting, Presence, Schema};
use serde_json::Value as Json;

/// What is not there yet.
const MISSING: &[&str] =
    &["aws_nat_gateway.availability_zone_address", "aws_nat_gateway.regional_nat_gateway_address"];

/// What its plan decides, or no configuration can set.
const DECIDED_ELSEWHERE: &[&str] =
    &["aws_s3_bucket.object_lock_configuration.object_lock_enabled", "aws_vpc.instance_tenancy"];

#[test]
fn every_schema_is_terraforms() {
    let path = rinfra_testkit::root().join("../shared/aws/schema.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else { return rinfra_testkit::skipped("no ../shared") };
    let lines = text.lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON"));
    let known: BTreeMap<(String, String), Json> =
        lines.map(|it| ((string(&it["kind"]), string(&it["type"])), it)).collect();
    let provider = rinfra_aws::provider();
    let mut differences = Vec::new();
    let mut compare = |kind: &str, name: &str, schema: &Schema| {
        let Some(theirs) = known.get(&(kind.to_owned(), name.to_owned())) else {
            differences.push(format!("{name}: Terraform has no such {kind}"));
            return;
        };
        if theirs["schema_version"].as_u64() != Some(schema.version) {
            differences.push(format!(
                "{name}: schema version {} and not {}",
                schema.version, theirs["schema_version"]
            ));
        }
        compare_block(name, &schema.block, theirs, &mut differences);
    };
    for name in provider.resource_type_names() {
        compare("resource", name, provider.resource_type(name).expect(name).schema());
    }
    for name in provider.data_source_names() {
        compare("data", name, provider.data_source(name).expect(name).schema());
    }
    differences.retain(|it| !MISSING.iter().any(|missing| it.starts_with(missing)));
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_replacement_is_terraforms() {
    let path = rinfra_testkit::root().join("../shared/aws/behaviour.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else { return rinfra_testkit::skipped("no ../shared") };
    let provider = rinfra_aws::provider();
    let mut differences = Vec::new();
    for line in text.lines() {
        let theirs: Json = serde_json::from_str(line).expect("JSON");
        let name = string(&theirs["type"]);
        let Some(kind) = provider.resource_type(&name) else { continue };
        let theirs = &theirs["replacement"];
        let listed = |of: &str| -> BTreeSet<String> {
            theirs[of].as_array().into_iter().flatten().map(string).collect()
        };
        let expected = listed("force_new");
        let open: BTreeSet<String> =
            ["new_or_unprobed", "undetermined", "conditional"].into_iter().flat_map(listed).collect();
        let mut ours = BTreeSet::new();
        replacing("", &kind.schema().block, &mut ours);
        for path in ours.difference(&expected).filter(|it| !open.contains(*it)) {
            differences.push(format!("{name}.{path}: Terraform changes it in place"));
        }
        for path in expected.difference(&ours).filter(|it| it.as_str() != "region") {
            differences.push(format!("{name}.{path}: Terraform needs a new object"));
        }
    }
    differences.retain(|it| !DECIDED_ELSEWHERE.iter().any(|decided| it.starts_with(decided)));
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// Collects what needs a new object when it changes.
fn replacing(path: &str, block: &Block, found: &mut BTreeSet<String>) {
    for (name, attribute) in &block.attributes {
        if attribute.force_new {
            found.insert(format!("{path}{name}"));
        }
    }
    for (name, nested) in &block.blocks {
        if nested.force_new {
            found.insert(format!("{path}{name}"));
        }
        replacing(&format!("{path}{name}."), &nested.block, found);
    }
}

fn string(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn compare_block(path: &str, ours: &Block, theirs: &Json, differences: &mut Vec<String>) {
    let empty = serde_json::Map::new();
    let attributes = theirs["attributes"].as_object().unwrap_or(&empty);
    let blocks = theirs["blocks"].as_object().unwrap_or(&empty);
    for name in ours.attributes.keys().filter(|it| !attributes.contains_key(it.as_ref())) {
        differences.push(format!("{path}.{name}: an attribute Terraform does not have"));
    }
    for name in ours.blocks.keys().filter(|it| !blocks.contains_key(it.as_ref())) {
        differences.push(format!("{path}.{name}: a block Terraform does not have"));
    }
    for (name, theirs) in attributes {
        match ours.attributes.get(name.as_str()) {
            Some(ours) => compare_attribute(&format!("{path}.{name}"), ours, theirs, differences),
            None => differences.push(format!("{path}.{name}: the attribute is missing")),
        }
    }
    for (name, theirs) in blocks {
        match ours.blocks.get(name.as_str()) {
            Some(ours) => compare_nested(&format!("{path}.{name}"), ours, theirs, differences),
            None => differences.push(format!("{path}.{name}: the block is missing")),
        }
    }
}

fn compare_attribute(path: &str, ours: &Attribute, theirs: &Json, differences: &mut Vec<String>) {
    if ours.ty.to_json() != theirs["type"] {
        differences.push(format!("{path}: {} and not {}", ours.ty.to_json(), theirs["type"]));
    }
    let flag = |name: &str| theirs[name].as_bool() == Some(true);
    let presence = match (flag("required"), flag("optional"), flag("computed")) {
        (true, _, _) => Presence::Required,
        (_, true, true) => Presence::OptionalComputed,
        (_, true, false) => Presence::Optional,
        (_, false, _) => Presence::Computed,
    };
    // Terraform's older plugin kit lets configurations set these two, and no resource use them.
    let is_never_set = path.ends_with(".id") || path.ends_with(".tags_all");
    if ours.presence != presence && !is_never_set {
        differences.push(format!("{path}: {:?} and not {presence:?}", ours.presence));
    }
    if ours.sensitive != flag("sensitive") {
        differences.push(format!("{path}: sensitive is {} and not {}", ours.sensitive, flag("sensitive")));
    }
}

fn compare_nested(path: &str, ours: &NestedBlock, theirs: &Json, differences: &mut Vec<String>) {
    let nesting = match ours.nesting {
        Nesting::Single => "single",
        Nesting::Group => "group",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    };
    if Some(nesting) != theirs["nesting_mode"].as_str() {
        differences.push(format!("{path}: nested as a {nesting} and not {}", theirs["nesting_mode"]));
    }
    let bounds = (ours.min, ours.max.unwrap_or_default());
    let expected =
        (theirs["min_items"].as_u64().unwrap_or_default(), theirs["max_items"].as_u64().unwrap_or_default());
    if bounds != expected && nesting != "single" {
        differences.push(format!("{path}: least and most are {bounds:?} and not {expected:?}"));
    }
    compare_block(path, &ours.block, theirs, differences);
}
