//! The results of checks in plans for programs.

use rinfra_addr::{InstanceKey, ResourceInstance};
use rinfra_diag::checks::{CheckKind, CheckResult, CheckedObject};
use serde_json::{Map, Value as Json, json};

/// Renders the results of checks as Terraform's JSON plan does.
pub(crate) fn checks(results: &[CheckResult]) -> Json {
    results.iter().map(result).collect()
}

fn result(result: &CheckResult) -> Json {
    let mut address = Map::new();
    address.insert("to_display".to_owned(), result.address.clone().into());
    let word = match result.kind {
        CheckKind::Check => "check",
        CheckKind::Resource => "resource",
        CheckKind::OutputValue => "output_value",
        CheckKind::InputVariable => "var",
    };
    address.insert("kind".to_owned(), word.into());
    match (result.kind, result.address.parse::<ResourceInstance>()) {
        (CheckKind::Resource, Ok(instance)) => {
            let resource = &instance.resource.resource;
            address.insert("mode".to_owned(), resource.mode.as_str().into());
            address.insert("type".to_owned(), (*resource.kind).into());
            address.insert("name".to_owned(), (*resource.name).into());
        }
        _ => {
            let name = result.address.rsplit('.').next().unwrap_or_default();
            address.insert("name".to_owned(), name.into());
        }
    }
    if let Some(module) = module_of(result.kind, &result.address) {
        address.insert("module".to_owned(), module.into());
    }
    let mut json = json!({ "address": address, "status": result.status });
    if !result.objects.is_empty() {
        json["instances"] = result.objects.iter().map(|it| object(result.kind, it)).collect();
    }
    json
}

fn object(kind: CheckKind, object: &CheckedObject) -> Json {
    let mut address = Map::new();
    address.insert("to_display".to_owned(), object.address.clone().into());
    if let Some(module) = module_of(kind, &object.address) {
        address.insert("module".to_owned(), module.into());
    }
    if let (CheckKind::Resource, Ok(instance)) = (kind, object.address.parse::<ResourceInstance>()) {
        let key = match &instance.key {
            InstanceKey::None => None,
            InstanceKey::Int(index) => Some((*index).into()),
            InstanceKey::String(key) => Some((**key).into()),
        };
        address.extend(key.map(|it| ("instance_key".to_owned(), it)));
    }
    let mut json = json!({ "address": address, "status": object.status });
    if !object.failure_messages.is_empty() {
        json["problems"] = object.failure_messages.iter().map(|it| json!({ "message": it })).collect();
    }
    json
}

/// Returns the module an address is in, unless that is the root module.
fn module_of(kind: CheckKind, address: &str) -> Option<String> {
    let module = if kind == CheckKind::Resource {
        address.parse::<ResourceInstance>().ok()?.module().to_string()
    } else {
        // Names have no dots, whatever the keys of the modules around them have.
        let (before, _name) = address.rsplit_once('.')?;
        before.rsplit_once('.')?.0.to_owned()
    };
    (!module.is_empty()).then_some(module)
}

#[cfg(test)]
mod tests {
    use rinfra_diag::checks::{CheckKind, CheckResult, CheckStatus, CheckedObject};
    use serde_json::json;

    use super::checks;

    fn check(kind: CheckKind, address: &str, object: &str, expected: &serde_json::Value) {
        let object = CheckedObject {
            address: object.to_owned(),
            status: CheckStatus::Fail,
            failure_messages: vec!["no".to_owned()],
        };
        let result = CheckResult {
            kind,
            address: address.to_owned(),
            status: CheckStatus::Fail,
            objects: vec![object],
        };
        let json = checks(&[result]);
        assert_eq!(json[0]["address"], expected["address"], "{address}");
        assert_eq!(json[0]["instances"][0]["address"], expected["instance"], "{address}");
        assert_eq!(json[0]["instances"][0]["problems"], json!([{ "message": "no" }]));
        assert_eq!(json[0]["status"], "fail");
    }

    #[test]
    fn addresses_are_taken_apart_as_terraform_does() {
        check(
            CheckKind::Resource,
            "module.m.data.mem_thing.a",
            "module.m[\"x.y\"].data.mem_thing.a[1]",
            &json!({
                "address": {"kind": "resource", "to_display": "module.m.data.mem_thing.a", "mode": "data",
                    "type": "mem_thing", "name": "a", "module": "module.m"},
                "instance": {"to_display": "module.m[\"x.y\"].data.mem_thing.a[1]",
                    "module": "module.m[\"x.y\"]", "instance_key": 1},
            }),
        );
        check(
            CheckKind::OutputValue,
            "module.m.output.o",
            "module.m[\"x.y\"].output.o",
            &json!({
                "address": {"kind": "output_value", "to_display": "module.m.output.o", "name": "o",
                    "module": "module.m"},
                "instance": {"to_display": "module.m[\"x.y\"].output.o", "module": "module.m[\"x.y\"]"},
            }),
        );
        check(
            CheckKind::InputVariable,
            "var.v",
            "var.v",
            &json!({
                "address": {"kind": "var", "to_display": "var.v", "name": "v"},
                "instance": {"to_display": "var.v"},
            }),
        );
    }
}
