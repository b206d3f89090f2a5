//! The picture of a configuration: its resources, and what refers to what.

use std::collections::BTreeMap;

use rinfra_addr::ConfigResource;
use rinfra_config::{Config, Item, Node};
use rinfra_lang::{Body, static_value};
use rinfra_provider::{Catalogue, Region};
use rinfra_state::State;

use super::Picture;
use super::node::{Module, Subject, Thing};
use crate::plan_summary::Place;

/// What pictures of configurations are called.
pub(crate) const CONFIGURATION: &str = "Configuration";

/// The argument of resources and provider configurations that says where they are.
const REGION: &str = "region";

/// Returns the picture of the resources of a configuration, of what it imports and of what the state holds, by module: what Terraform's
/// `graph` shows.
pub fn resource_graph(config: &Config, state: Option<&State>) -> Picture {
    picture(config, state, |_| None)
}

/// Returns the picture of the resources of a configuration, of what it imports and of what the state holds, by Region and module.
///
/// Regions are known here only where they are written as such: nothing is evaluated.
pub fn configuration_picture(config: &Config, state: Option<&State>, catalogue: &Catalogue) -> Picture {
    picture(config, state, |address| place(config, address, catalogue))
}

fn picture(
    config: &Config,
    state: Option<&State>,
    place: impl Fn(&ConfigResource) -> Option<Place>,
) -> Picture {
    let subject = |address: &ConfigResource| Subject {
        place: place(address),
        module: Module::from(&address.module),
        thing: Thing::Resource(address.resource.clone()),
        step: None,
    };
    let mut graph = config.references().condensed(|node| match node {
        Node { module, item: Item::Resource(resource) } => {
            Some(subject(&resource.clone().in_module(module.clone())))
        }
        _ => None,
    });
    let recorded = state.iter().flat_map(|it| it.resources.keys()).map(|it| it.config());
    let imported = config.modules().flat_map(|it| &it.imports).map(|it| it.to.resource.clone());
    for address in recorded.chain(imported) {
        if config.resource(&address).is_none() {
            graph.add_node(subject(&address));
        }
    }
    let mut picture = Picture::of(CONFIGURATION.to_owned(), &graph, BTreeMap::new());
    if picture.nodes.is_empty() {
        picture.remarks.push("There are no resources.".to_owned());
    }
    picture
}

/// Returns where a resource is, as far as the text alone can tell.
fn place(config: &Config, address: &ConfigResource, catalogue: &Catalogue) -> Option<Place> {
    let resource = config.resource(address)?;
    let provider = config.provider_of(&address.module, resource)?;
    let usual = region(&config.provider_block(&provider)?.body)?;
    let schema = catalogue.schema(&provider.source, address.resource.mode, &address.resource.kind);
    // What nobody knows the schema of is where its provider configuration is.
    let has_region = schema.is_none_or(|it| it.block.attributes.contains_key(REGION));
    let region = match resource.body.attribute(REGION) {
        _ if !has_region => Region::global(),
        None => usual,
        Some(_) => region(&resource.body)?,
    };
    Some(Place::of(Some(&region)))
}

fn region(body: &Body) -> Option<Region> {
    let value = static_value::constant(&body.attribute(REGION)?.expression).ok()?;
    value.as_str().map(Region::new)
}
