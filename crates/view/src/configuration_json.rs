//! The configuration as plans for programs have it: the module tree, with expressions unevaluated.

mod expressions;
mod providers;

use rinfra_addr::Mode;
use rinfra_config::{Config, Module, ModuleCall, Output, Repetition, Resource, Variable};
use rinfra_provider::Catalogue;
use rinfra_schema::{Attribute, Block};
use rinfra_value::Type;
use serde_json::{Map, Value as Json, json};

use self::providers::Providers;
use crate::schema_of::schema_of;
use crate::values_json::known;

/// Renders a configuration as Terraform's JSON plan does.
pub(crate) fn configuration(config: &Config, catalogue: &Catalogue) -> Json {
    let providers = Providers::of(config, catalogue);
    let tree = Tree { config, catalogue, providers: &providers };
    let root = tree.module(config.root());
    let mut json = Map::new();
    put(&mut json, "provider_config", providers.json());
    json.insert("root_module".to_owned(), root);
    Json::Object(json)
}

struct Tree<'t> {
    config: &'t Config,
    catalogue: &'t Catalogue,
    providers: &'t Providers,
}

impl Tree<'_> {
    fn module(&self, module: &Module) -> Json {
        let outputs = module.outputs.iter().map(|(name, it)| (name.to_string(), output(it)));
        let calls = module.calls.iter().map(|(name, it)| (name.to_string(), self.call(module, it)));
        let variables = module.variables.iter().map(|(name, it)| (name.to_string(), variable(it)));
        let mut json = Map::new();
        put(&mut json, "outputs", outputs.collect());
        let resources = self.resources(module);
        if !resources.is_empty() {
            json.insert("resources".to_owned(), Json::Array(resources));
        }
        put(&mut json, "module_calls", calls.collect());
        put(&mut json, "variables", variables.collect());
        Json::Object(json)
    }

    /// Returns the resources of a module, those that are only read behind the others.
    fn resources(&self, module: &Module) -> Vec<Json> {
        let named = module.resources.values().map(|it| (it.address.to_string(), it));
        let mut resources: Vec<_> = named.filter(|(_, it)| it.address.mode != Mode::Ephemeral).collect();
        resources.sort_by(|(left, _), (right, _)| left.cmp(right));
        resources.sort_by_key(|(_, it)| it.address.mode == Mode::Data);
        resources.into_iter().map(|(address, it)| self.resource(module, address, it)).collect()
    }

    fn resource(&self, module: &Module, address: String, resource: &Resource) -> Json {
        let name = resource.local_provider();
        let source = module.provider_source(&name.name);
        let rinfra_addr::Resource { mode, kind, name: given } = &resource.address;
        let schema = schema_of(self.catalogue, &source, *mode, kind);
        let mut json = Map::new();
        json.insert("address".to_owned(), address.into());
        json.insert("mode".to_owned(), mode.as_str().into());
        json.insert("type".to_owned(), (**kind).into());
        json.insert("name".to_owned(), (**given).into());
        json.insert("provider_config_key".to_owned(), self.providers.key(&module.path, &name).into());
        let provisioners: Vec<_> = resource.provisioners.iter().map(provisioner).collect();
        if !provisioners.is_empty() {
            json.insert("provisioners".to_owned(), Json::Array(provisioners));
        }
        if let Some(schema) = schema {
            put(&mut json, "expressions", expressions::body(&resource.body, &schema.block));
        }
        json.insert("schema_version".to_owned(), schema.map_or(0, |it| it.version).into());
        repetition(&mut json, &resource.repetition);
        if !resource.depends_on.is_empty() {
            json.insert("depends_on".to_owned(), expressions::dependencies(&resource.depends_on));
        }
        Json::Object(json)
    }

    fn call(&self, caller: &Module, call: &ModuleCall) -> Json {
        let Some(called) = self.config.called(&caller.path, &call.name) else { return json!({}) };
        let mut arguments = Block::new();
        for name in called.variables.keys() {
            arguments = arguments.attribute(name.clone(), Attribute::optional(Type::Dynamic));
        }
        let mut json = Map::new();
        json.insert("source".to_owned(), (*call.source_text).into());
        put(&mut json, "expressions", expressions::body(&call.arguments, &arguments));
        repetition(&mut json, &call.repetition);
        json.insert("module".to_owned(), self.module(called));
        if let Some(version) = &call.version {
            json.insert("version_constraint".to_owned(), (*version.text).into());
        }
        if !call.depends_on.is_empty() {
            json.insert("depends_on".to_owned(), expressions::dependencies(&call.depends_on));
        }
        Json::Object(json)
    }
}

/// Adds a member, unless it is empty: Terraform leaves that out.
fn put(json: &mut Map<String, Json>, name: &str, members: Map<String, Json>) {
    if !members.is_empty() {
        json.insert(name.to_owned(), Json::Object(members));
    }
}

fn repetition(json: &mut Map<String, Json>, repetition: &Repetition) {
    let member = match repetition {
        Repetition::Single => return,
        Repetition::Count(_) => "count_expression",
        Repetition::ForEach(_) => "for_each_expression",
        Repetition::Enabled(_) => "enabled_expression",
    };
    if let Some(Json::Object(said)) = repetition.expression().map(expressions::expression) {
        put(json, member, said);
    }
}

fn output(output: &Output) -> Json {
    let mut json = Map::new();
    if output.sensitive {
        json.insert("sensitive".to_owned(), true.into());
    }
    json.insert("expression".to_owned(), expressions::expression(&output.value));
    if !output.depends_on.is_empty() {
        json.insert("depends_on".to_owned(), expressions::dependencies(&output.depends_on));
    }
    if let Some(description) = output.description.as_ref().filter(|it| !it.is_empty()) {
        json.insert("description".to_owned(), (**description).into());
    }
    Json::Object(json)
}

fn variable(variable: &Variable) -> Json {
    let mut json = Map::new();
    if let Some(default) = &variable.default {
        json.insert("default".to_owned(), known(default));
    }
    if let Some(description) = variable.description.as_ref().filter(|it| !it.is_empty()) {
        json.insert("description".to_owned(), (**description).into());
    }
    if variable.sensitive {
        json.insert("sensitive".to_owned(), true.into());
    }
    Json::Object(json)
}

fn provisioner(provisioner: &rinfra_config::Provisioner) -> Json {
    let mut json = Map::new();
    json.insert("type".to_owned(), (*provisioner.kind).into());
    if let Some(arguments) = rinfra_eval::provisioner_arguments(&provisioner.kind) {
        put(&mut json, "expressions", expressions::body(&provisioner.body, arguments));
    }
    Json::Object(json)
}
