use std::collections::BTreeMap;

use rinfra_addr::{InstanceKey, Mode, ModuleInstance, ResourceInstance};
use rinfra_change::{Action, Observation, OutputChange, Plan, RelevantAttribute, ResourceChange};
use rinfra_config::Config;
use rinfra_provider::Catalogue;
use rinfra_state::State;
use rinfra_value::{Path, PathStep, Type, Value};
use serde_json::{Map, Value as Json, json};

use crate::checks_json::checks;
use crate::state_json::state_json;
use crate::values_json::{known, sensitive, unknown};

/// Renders a plan in Terraform's JSON format 1.2.
///
/// `prior` is the state the plan was made from, and `configuration` what it was made for.
pub fn plan_json(plan: &Plan, prior: &State, configuration: Option<&Config>, catalogue: &Catalogue) -> Json {
    let mut changes: Vec<_> = plan.changes.iter().filter(|it| is_shown(it)).collect();
    // As in Terraform, modules inside others come after all that are not.
    changes.sort_by_key(|it| it.address.module().steps().len());
    let changes: Vec<_> = changes.into_iter().map(resource_change).collect();
    let outputs: Map<_, _> =
        plan.outputs.iter().map(|(name, it)| (name.clone(), output_change(it))).collect();
    let variables = variables(plan, configuration);
    let mut json = json!({
        "format_version": "1.2",
        "terraform_version": State::TERRAFORM_VERSION,
        "planned_values": planned_values(plan),
        "timestamp": plan.timestamp,
        "applyable": plan.is_applyable(),
        "complete": plan.is_complete(),
        "errored": plan.errored,
    });
    if let Some(config) = configuration {
        json["configuration"] = crate::configuration_json::configuration(config, catalogue);
    }
    // Terraform leaves out what is empty.
    if !prior.is_empty() {
        json["prior_state"] = state_json(prior, catalogue);
        // What became of the checks then is not of interest any more.
        json["prior_state"].as_object_mut().and_then(|it| it.remove("checks"));
    }
    if !changes.is_empty() {
        json["resource_changes"] = Json::Array(changes);
    }
    if !outputs.is_empty() {
        json["output_changes"] = Json::Object(outputs);
    }
    let relevant: Vec<_> = plan.relevant_attributes.iter().map(relevant).collect();
    if !relevant.is_empty() {
        json["relevant_attributes"] = Json::Array(relevant);
    }
    if !variables.is_empty() {
        json["variables"] = Json::Object(variables);
    }
    if !plan.checks.is_empty() {
        json["checks"] = checks(&plan.checks);
    }
    let drift = drift(plan, prior);
    if !drift.is_empty() {
        json["resource_drift"] = Json::Array(drift);
    }
    json
}

/// Returns the root variables. No plan holds the values of ephemeral ones: as in Terraform, their defaults are shown.
fn variables(plan: &Plan, configuration: Option<&Config>) -> Map<String, Json> {
    let declared = configuration.into_iter().flat_map(|it| &it.root().variables);
    let ephemeral = declared.filter(|(_, it)| it.ephemeral);
    let defaults = ephemeral.filter_map(|(name, it)| Some((name.to_string(), it.default.as_ref()?)));
    let held = plan.variables.iter().map(|(name, value)| (name.clone(), value));
    held.chain(defaults).map(|(name, value)| (name, json!({ "value": known(value) }))).collect()
}

/// Tells whether a change is one in Terraform's eyes: a data source that was read for the plan is none.
fn is_shown(change: &ResourceChange) -> bool {
    change.address.mode() == Mode::Managed || change.action == Action::Read
}

/// Returns the members that name an instance.
pub(crate) fn identify(address: &ResourceInstance) -> Map<String, Json> {
    let resource = &address.resource.resource;
    let mut json = Map::new();
    json.insert("address".to_owned(), address.to_string().into());
    if !address.module().is_root() {
        json.insert("module_address".to_owned(), address.module().to_string().into());
    }
    json.insert("mode".to_owned(), resource.mode.as_str().into());
    json.insert("type".to_owned(), (*resource.kind).into());
    json.insert("name".to_owned(), (*resource.name).into());
    match &address.key {
        InstanceKey::None => {}
        InstanceKey::Int(index) => {
            json.insert("index".to_owned(), (*index).into());
        }
        InstanceKey::String(key) => {
            json.insert("index".to_owned(), (**key).into());
        }
    }
    json
}

fn resource_change(change: &ResourceChange) -> Json {
    let mut json = identify(&change.address);
    if let Some(previous) = &change.previous_address {
        json.insert("previous_address".to_owned(), previous.to_string().into());
    }
    if let Some(key) = &change.deposed {
        json.insert("deposed".to_owned(), key.clone().into());
    }
    json.insert("provider_name".to_owned(), change.provider.source.to_string().into());
    if let Some(region) = &change.region {
        json.insert("region".to_owned(), region.as_str().into());
    }
    let mut body = two_sides(change.before.as_ref(), change.after.as_ref());
    body.insert("actions".to_owned(), json!(change.action.names()));
    if let Some(id) = &change.importing {
        body.insert("importing".to_owned(), json!({ "id": id }));
    }
    if let Some(generated) = &change.generated_config {
        body.insert("generated_config".to_owned(), generated.clone().into());
    }
    if !change.replace_paths.is_empty() {
        let paths: Vec<_> = change.replace_paths.iter().map(path).collect();
        body.insert("replace_paths".to_owned(), Json::Array(paths));
    }
    json.insert("change".to_owned(), Json::Object(body));
    if let Some(reason) = change.reason {
        json.insert("action_reason".to_owned(), reason.name().into());
    }
    Json::Object(json)
}

fn drift(plan: &Plan, prior: &State) -> Vec<Json> {
    let drift = plan.drift();
    if drift.is_empty() {
        return Vec::new();
    }
    let providers: BTreeMap<_, _> = plan.changes.iter().map(|it| (&it.address, &it.provider)).collect();
    let one = |observation: &Observation| {
        let address = &observation.address;
        let mut json = identify(address);
        let origin = plan.origin(address);
        if origin != address {
            json.insert("previous_address".to_owned(), origin.to_string().into());
        }
        let planned = providers.get(address).map(|it| (*it).clone());
        if let Some(provider) = planned.or_else(|| prior.provider(address)) {
            json.insert("provider_name".to_owned(), provider.source.to_string().into());
        }
        let action = if observation.after.is_some() { Action::Update } else { Action::Delete };
        let mut body = two_sides(Some(&observation.before), observation.after.as_ref());
        body.insert("actions".to_owned(), json!(action.names()));
        json.insert("change".to_owned(), Json::Object(body));
        Json::Object(json)
    };
    drift.iter().map(one).collect()
}

fn relevant(part: &RelevantAttribute) -> Json {
    json!({"resource": part.resource.to_string(), "attribute": path(&part.attribute)})
}

fn output_change(output: &OutputChange) -> Json {
    let mut body = two_sides(output.before.as_ref(), output.after.as_ref());
    body.insert("actions".to_owned(), json!(output.action.names()));
    // An output is a secret as a whole, or not at all.
    body.insert("before_sensitive".to_owned(), output.sensitive.into());
    body.insert("after_sensitive".to_owned(), output.sensitive.into());
    if output.after.as_ref().is_none_or(Value::is_wholly_known) {
        body.insert("after_unknown".to_owned(), false.into());
    }
    // Nothing at all is known of it, not even that it is null.
    if output.after.as_ref().is_some_and(|it| !it.is_known()) {
        body.remove("after");
    }
    Json::Object(body)
}

fn two_sides(before: Option<&Value>, after: Option<&Value>) -> Map<String, Json> {
    let mut body = Map::new();
    body.insert("before".to_owned(), before.map_or(Json::Null, known));
    body.insert("after".to_owned(), after.map_or(Json::Null, known));
    let unknown = match after {
        Some(after) if !after.is_wholly_known() => unknown(after),
        _ => json!({}),
    };
    body.insert("after_unknown".to_owned(), unknown);
    body.insert("before_sensitive".to_owned(), before.map_or(Json::Bool(false), sensitive));
    body.insert("after_sensitive".to_owned(), after.map_or(Json::Bool(false), sensitive));
    body
}

fn path(path: &Path) -> Json {
    Json::Array(
        path.steps()
            .iter()
            .map(|step| match step {
                PathStep::Attribute(name) => (**name).into(),
                PathStep::Index(key) => known(key),
            })
            .collect(),
    )
}

fn planned_values(plan: &Plan) -> Json {
    let mut outputs = Map::new();
    for (name, output) in &plan.outputs {
        let Some(after) = &output.after else { continue };
        let mut json = json!({"sensitive": output.sensitive});
        if after.is_wholly_known() {
            // Of what stays as it is, Terraform's plans hold what it was, and of what was not there no type.
            let is_new_null = output.action == Action::NoOp && after.is_null();
            let ty = if is_new_null { &Type::Dynamic } else { after.ty() };
            json["type"] = ty.to_json();
            json["value"] = known(after);
        }
        outputs.insert(name.clone(), json);
    }
    let mut shown: Vec<_> = plan.changes.iter().filter(|it| is_shown(it)).collect();
    shown.sort_by_cached_key(|it| it.address.to_string());
    let resources = shown.into_iter().filter_map(|change| {
        let is_there = change.after.is_some() || change.action == Action::Forget;
        if change.deposed.is_some() || !is_there {
            return None;
        }
        let mut json = identify(&change.address);
        json.remove("module_address");
        json.insert("provider_name".to_owned(), change.provider.source.to_string().into());
        json.insert("schema_version".to_owned(), change.schema_version.into());
        // What is forgotten goes on existing, but nothing is planned for it.
        json.insert(
            "sensitive_values".to_owned(),
            change.after.as_ref().map_or(Json::Bool(false), sensitive),
        );
        // Terraform leaves out what is empty.
        let values = change.after.as_ref().map(known).filter(|it| *it != json!({}));
        json.extend(values.map(|it| ("values".to_owned(), it)));
        Some((change.address.module().clone(), Json::Object(json)))
    });
    let mut json = Map::new();
    if !outputs.is_empty() {
        json.insert("outputs".to_owned(), Json::Object(outputs));
    }
    json.insert("root_module".to_owned(), module_tree(resources.collect()));
    Json::Object(json)
}

/// Returns resources nested by module, as `planned_values` and states list them.
pub(crate) fn module_tree(resources: Vec<(ModuleInstance, Json)>) -> Json {
    let mut tree = ModuleTree::default();
    for (module, json) in resources {
        let mut child = module.clone();
        while let Some(parent) = child.parent() {
            let text = child.to_string();
            tree.children.entry(parent.clone()).or_default().insert(text, child);
            child = parent;
        }
        tree.resources.entry(module).or_default().push(json);
    }
    tree.module(&ModuleInstance::root())
}

#[derive(Default)]
struct ModuleTree {
    resources: BTreeMap<ModuleInstance, Vec<Json>>,
    children: BTreeMap<ModuleInstance, BTreeMap<String, ModuleInstance>>,
}

impl ModuleTree {
    fn module(&mut self, at: &ModuleInstance) -> Json {
        let mut json = Map::new();
        if !at.is_root() {
            json.insert("address".to_owned(), at.to_string().into());
        }
        if let Some(own) = self.resources.remove(at) {
            json.insert("resources".to_owned(), Json::Array(own));
        }
        if let Some(children) = self.children.remove(at) {
            json.insert("child_modules".to_owned(), children.values().map(|it| self.module(it)).collect());
        }
        Json::Object(json)
    }
}
