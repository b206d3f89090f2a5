//! From bytes to a state.

use std::collections::BTreeMap;

use rinfra_addr::{InstanceKey, Mode, ProviderConfig, Resource};
use serde_json::Value as Json;

use crate::codec::wire::{self, Head, ObjectFile, ResourceFile, StateFile};
use crate::codec::{ParseError, VERSION};
use crate::{InstanceState, Object, ResourceState, State};

pub(super) fn read(bytes: &[u8]) -> Result<State, ParseError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ParseError::Empty);
    }
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let message = "a state is a JSON object".to_owned();
        return Err(ParseError::Invalid { line: 1, column: 1, message });
    }
    check_version(bytes)?;
    let file: StateFile = parse(bytes)?;
    let mut state = State {
        terraform_version: file.terraform_version.unwrap_or_default(),
        serial: file.serial.unwrap_or_default(),
        lineage: file.lineage.unwrap_or_default(),
        outputs: file.outputs.unwrap_or_default(),
        resources: BTreeMap::new(),
        check_results: file.check_results,
        unknown_fields: file.unknown_fields,
    };
    for resource in file.resources.unwrap_or_default() {
        add(&mut state, resource)?;
    }
    Ok(state)
}

fn check_version(bytes: &[u8]) -> Result<(), ParseError> {
    let head: Head = parse(bytes)?;
    match head.version {
        Some(VERSION) => Ok(()),
        Some(version) if version < VERSION => Err(ParseError::Older { version }),
        Some(version) => {
            let writer = match head.terraform_version {
                Some(Json::String(terraform)) => format!("Terraform {terraform}"),
                _ => "an unnamed program".to_owned(),
            };
            Err(ParseError::Newer { version, writer })
        }
        None => Err(ParseError::NoVersion),
    }
}

fn parse<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ParseError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = message.strip_suffix(place.as_str()).unwrap_or(message.as_str()).to_owned();
        ParseError::Invalid { line, column, message }
    })
}

fn add(state: &mut State, file: ResourceFile) -> Result<(), ParseError> {
    let mode = match file.mode {
        wire::Mode::Managed => Mode::Managed,
        wire::Mode::Data => Mode::Data,
    };
    let address = Resource::new(mode, file.kind, file.name).in_instance(file.module);
    let objects = file.instances.unwrap_or_default();
    let whole = file.provider.map(|it| it.0);
    if objects.is_empty() {
        // A shell of a resource none of whose instances was made; Terraform drops it with its next success.
        return Ok(());
    }
    for mut object in objects {
        let key = object.index_key.clone();
        let Some(own) = object.provider.take().map(|it| it.0).or_else(|| whole.clone()) else {
            return Err(ParseError::NoProvider { object: address.instance(key).to_string() });
        };
        let provider_key = own.key.clone();
        let provider =
            ProviderConfig { key: InstanceKey::None, ..whole.clone().unwrap_or_else(|| own.clone()) };
        let fresh = || ResourceState { provider, instances: BTreeMap::new() };
        let resource = state.resources.entry(address.clone()).or_insert_with(fresh);
        if resource.provider != (ProviderConfig { key: InstanceKey::None, ..own.clone() }) {
            let (own, whole) = (own.to_string(), resource.provider.to_string());
            return Err(ParseError::OtherProvider { object: address.instance(key).to_string(), own, whole });
        }
        let instance = resource.instances.entry(key.clone()).or_default();
        instance.provider_key = provider_key;
        if let Some(twice) = place(instance, object) {
            let address = address.instance(key);
            let object = twice.map_or_else(|| address.to_string(), |it| format!("{address} (deposed {it})"));
            return Err(ParseError::Duplicate { object });
        }
    }
    Ok(())
}

/// Puts an object into its place. Returns the deposed key, if any, of an object that was there already.
fn place(instance: &mut InstanceState, mut file: ObjectFile) -> Option<Option<String>> {
    match file.deposed.take().filter(|key| !key.is_empty()) {
        None => instance.current.replace(Object::from(file)).map(|_| None),
        Some(key) => instance.deposed.insert(key.clone(), Object::from(file)).map(|_| Some(key)),
    }
}
