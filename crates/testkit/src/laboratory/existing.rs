//! A project that was applied long ago.

use rinfra_addr::{InstanceKey, Mode, ModuleInstance, ModulePath, ProviderConfig, ProviderSource, Resource};
use rinfra_state::{InstanceState, Object, ResourceState};
use rinfra_value::Path;
use serde_json::json;

use super::Laboratory;
use crate::generated::Chains;

impl Laboratory {
    /// Returns a project with these resources, all of whose instances exist as the configuration wants them.
    pub fn with_existing(chains: Chains) -> Self {
        let mut laboratory = Self::new(&chains.configuration());
        for number in 0..chains.resources {
            let resource = Resource::new(Mode::Managed, "mem_thing", format!("t{number}"));
            let instances = (0..chains.instances).map(|key| {
                let key = format!("k{key}");
                let current = Some(object(chains, number, &key));
                (InstanceKey::String(key.into()), InstanceState { current, ..InstanceState::default() })
            });
            let provider = ProviderConfig::root_default(ProviderSource::default_for("mem_thing"));
            let state = ResourceState { provider, instances: instances.collect() };
            laboratory.state.resources.insert(resource.in_instance(ModuleInstance::root()), state);
        }
        laboratory.cloud.adopt(&laboratory.state);
        laboratory
    }
}

fn object(chains: Chains, number: usize, key: &str) -> Object {
    let id = |number: usize| format!("thing-{number}-{key}");
    let name = format!("t{number}-{key}");
    let attributes = json!({
        "endpoint": format!("{name}.{}.example", id(number)),
        "fixed": null,
        "id": id(number),
        "key": [],
        "name": name,
        "note": null,
        "parent": chains.before(number).map(id),
        "password": null,
        "region": "home",
        "related": null,
        "size": number,
        "tags": { "Layer": number.to_string(), "Name": key },
        "token": null,
    });
    let mut object = Object::new(1, attributes);
    object.sensitive_paths = vec![Path::root().attribute("password")];
    let first = number - number % chains.length;
    let dependencies = (first..number).map(|it| Resource::new(Mode::Managed, "mem_thing", format!("t{it}")));
    object.dependencies = dependencies.map(|it| it.in_module(ModulePath::root())).collect();
    object
}
