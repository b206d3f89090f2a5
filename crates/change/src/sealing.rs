//! Secrets in saved plans: found by what marks and schemas say, and kept in a form that only a key opens.

use std::collections::{BTreeSet, HashSet};

use rinfra_addr::ResourceInstance;
use rinfra_value::{Marks, Path, Value, codec};
use serde_json::{Value as Json, json};

use crate::{FormatError, Plan};

/// Seals texts and opens them again, each for the place in the file where it stands.
pub trait Cipher {
    /// Returns what only the same cipher opens.
    ///
    /// *Errors*: why nothing can be sealed.
    fn seal(&self, place: &str, plain: &[u8]) -> Result<String, String>;

    /// Returns what was sealed for this place; `None` when the key is another one, or it was changed.
    fn open(&self, place: &str, sealed: &str) -> Option<Vec<u8>>;
}

/// What is secret in a plan beside what its values say of themselves.
pub struct Secrets<'s> {
    /// Returns the secret parts of an object, by the schema of its type.
    pub of_object: &'s dyn Fn(&ResourceInstance, &Value) -> Vec<Path>,
    /// The variables that are secret.
    pub variables: &'s BTreeSet<String>,
}

/// The parts of a plan that may quote secrets anywhere in them, and the digests that tell whether a guess of one is right.
const WHOLE: [&str; 6] = [
    "/configuration",
    "/prior_state",
    "/fingerprints/configuration",
    "/fingerprints/state",
    "/fingerprints/variables",
    "/fingerprints/observations",
];

/// What is done with each secret: its place, and its JSON.
type Visit<'v> = &'v mut dyn FnMut(&str, &mut Json) -> Result<(), FormatError>;

/// Returns a plan as JSON, and whether it holds a secret that somebody could read.
pub(crate) fn plain(plan: &Plan, secrets: &Secrets<'_>) -> Result<(Json, bool), FormatError> {
    let mut json = serde_json::to_value(plan).map_err(FormatError::Unwritable)?;
    let mut found = false;
    visit_values(plan, secrets, &mut json, &mut |_, secret| {
        found |= tells_something(secret);
        Ok(())
    })?;
    Ok((json, found))
}

/// Returns a plan as JSON, with its secrets sealed.
pub(crate) fn sealed(plan: &Plan, secrets: &Secrets<'_>, cipher: &dyn Cipher) -> Result<Json, FormatError> {
    let mut json = serde_json::to_value(plan).map_err(FormatError::Unwritable)?;
    let mut known = HashSet::new();
    visit_values(plan, secrets, &mut json, &mut |_, secret| {
        gather_texts(secret, &mut known);
        Ok(())
    })?;
    let mut seal = |place: &str, secret: &mut Json| {
        let plain = serde_json::to_vec(secret).map_err(FormatError::Unwritable)?;
        let text = cipher.seal(place, &plain).map_err(FormatError::Unsealable)?;
        *secret = json!({ "$": "sealed", "text": text });
        Ok(())
    };
    visit_values(plan, secrets, &mut json, &mut seal)?;
    // What a provider computed of a secret may be the secret, and nobody says so.
    visit_parts(&mut json, &mut |place, part| visit_texts(place, part, &known, &mut seal))?;
    for place in WHOLE {
        if let Some(whole) = json.pointer_mut(place) {
            seal(place, whole)?;
        }
    }
    Ok(json)
}

/// Opens everything that is sealed in a plan's JSON.
pub(crate) fn open(json: &mut Json, cipher: &dyn Cipher) -> Result<(), FormatError> {
    for place in WHOLE {
        if let Some(whole) = json.pointer_mut(place) {
            // What is inside is as it was, whatever it looks like.
            open_here(place, whole, cipher)?;
        }
    }
    visit_parts(json, &mut |place, part| open_inside(place, part, cipher))
}

/// Visits every value in a plan.
fn visit_parts(json: &mut Json, visit: Visit<'_>) -> Result<(), FormatError> {
    for name in ["changes", "observations", "outputs"] {
        let Some(all) = json.get_mut(name) else { continue };
        each(&format!("/{name}"), all, &mut |place, one| {
            for side in ["before", "after"] {
                if let Some(value) = one.get_mut(side) {
                    visit(&format!("{place}/{side}"), value)?;
                }
            }
            Ok(())
        })?;
    }
    json.get_mut("variables").map_or(Ok(()), |all| each("/variables", all, visit))
}

/// The length of the shortest text that is looked for: shorter ones stand everywhere, and mean something else.
const SHORTEST: usize = 4;

/// Gathers the texts in a secret.
fn gather_texts(secret: &Json, known: &mut HashSet<String>) {
    match secret {
        Json::String(text) if text.len() >= SHORTEST => drop(known.insert(text.clone())),
        Json::Array(elements) => elements.iter().for_each(|it| gather_texts(it, known)),
        Json::Object(members) => members.values().for_each(|it| gather_texts(it, known)),
        _ => {}
    }
}

/// Visits the texts inside a value that are known to be secret.
fn visit_texts(
    place: &str,
    json: &mut Json,
    known: &HashSet<String>,
    visit: Visit<'_>,
) -> Result<(), FormatError> {
    match json {
        Json::String(text) if known.contains(text.as_str()) => visit(place, json),
        Json::Object(members) if members.get("$").is_some_and(|it| it == "sealed") => Ok(()),
        _ => each(place, json, &mut |place, inside| visit_texts(place, inside, known, visit)),
    }
}

fn open_here(place: &str, json: &mut Json, cipher: &dyn Cipher) -> Result<bool, FormatError> {
    let is_sealed = json.get("$").and_then(Json::as_str) == Some("sealed");
    let Some(text) = json.get("text").and_then(Json::as_str).filter(|_| is_sealed) else { return Ok(false) };
    let plain = cipher.open(place, text).ok_or(FormatError::Unopened)?;
    *json = serde_json::from_slice(&plain).map_err(|error| FormatError::NotAPlan(Some(error)))?;
    Ok(true)
}

fn open_inside(place: &str, json: &mut Json, cipher: &dyn Cipher) -> Result<(), FormatError> {
    if open_here(place, json, cipher)? {
        return Ok(());
    }
    each(place, json, &mut |place, inside| open_inside(place, inside, cipher))
}

/// Visits what is inside an array or an object.
fn each(place: &str, json: &mut Json, visit: Visit<'_>) -> Result<(), FormatError> {
    match json {
        Json::Array(elements) => {
            let mut all = elements.iter_mut().enumerate();
            all.try_for_each(|(index, it)| visit(&format!("{place}/{index}"), it))
        }
        Json::Object(members) => {
            members.iter_mut().try_for_each(|(name, it)| visit(&format!("{place}/{name}"), it))
        }
        _ => Ok(()),
    }
}

/// Visits every secret among the values of a plan.
fn visit_values(
    plan: &Plan,
    secrets: &Secrets<'_>,
    json: &mut Json,
    visit: Visit<'_>,
) -> Result<(), FormatError> {
    let mut sides = |place: &str, one: &mut Json, values: [Option<&Value>; 2], paths: &Paths<'_>| {
        for (side, value) in ["before", "after"].into_iter().zip(values) {
            if let (Some(json), Some(value)) = (one.get_mut(side), value) {
                visit_value(&format!("{place}/{side}"), json, value, paths, visit)?;
            }
        }
        Ok::<_, FormatError>(())
    };
    for (index, change) in plan.changes.iter().enumerate() {
        let paths = |value: &Value| Some((secrets.of_object)(&change.address, value));
        let values = [change.before.as_ref(), change.after.as_ref()];
        sides(&format!("/changes/{index}"), &mut json["changes"][index], values, &paths)?;
    }
    for (index, seen) in plan.observations.iter().enumerate() {
        let paths = |value: &Value| Some((secrets.of_object)(&seen.address, value));
        let values = [Some(&seen.before), seen.after.as_ref()];
        sides(&format!("/observations/{index}"), &mut json["observations"][index], values, &paths)?;
    }
    for (name, output) in &plan.outputs {
        let paths = |_: &Value| (!output.sensitive).then(Vec::new);
        let values = [output.before.as_ref(), output.after.as_ref()];
        sides(&format!("/outputs/{name}"), &mut json["outputs"][name.as_str()], values, &paths)?;
    }
    for (name, value) in &plan.variables {
        let paths = |_: &Value| (!secrets.variables.contains(name)).then(Vec::new);
        let json = &mut json["variables"][name.as_str()];
        visit_value(&format!("/variables/{name}"), json, value, &paths, visit)?;
    }
    Ok(())
}

/// Returns the secret parts of a value; `None` when all of it is a secret.
type Paths<'p> = dyn Fn(&Value) -> Option<Vec<Path>> + 'p;

fn visit_value(
    place: &str,
    json: &mut Json,
    value: &Value,
    paths: &Paths<'_>,
    visit: Visit<'_>,
) -> Result<(), FormatError> {
    let Some(paths) = paths(value) else { return visit(place, json) };
    let marks: Vec<_> = paths.into_iter().map(|it| (it, Marks::SENSITIVE)).collect();
    // The same value with more marks has the same form, but for what says that something is marked.
    let marked = codec::encode(&value.clone().mark_paths(&marks));
    visit_marked(place, json, &marked, visit)
}

fn visit_marked(place: &str, json: &mut Json, marked: &Json, visit: Visit<'_>) -> Result<(), FormatError> {
    if is_secret(marked) {
        return visit(place, json);
    }
    match marked {
        Json::Array(_) | Json::Object(_) => each(place, json, &mut |inside, json| {
            let step = &inside[place.len() + 1..];
            let same = match marked {
                Json::Array(elements) => step.parse::<usize>().ok().and_then(|it| elements.get(it)),
                _ => marked.get(step),
            };
            same.map_or(Ok(()), |same| visit_marked(inside, json, same, visit))
        }),
        _ => Ok(()),
    }
}

fn is_secret(marked: &Json) -> bool {
    let names = marked.get("marks").and_then(Json::as_array).filter(|_| marked["$"] == "marked");
    names.is_some_and(|it| it.iter().any(|name| name == "sensitive"))
}

/// Tells whether something can be learnt from a secret: not from one that is absent, or not known yet.
fn tells_something(secret: &Json) -> bool {
    match secret.get("$").and_then(Json::as_str) {
        Some("unknown") => false,
        Some("marked" | "typed") => secret.get("value").is_some_and(tells_something),
        _ => match secret.get("value").filter(|_| secret.get("type").is_some()) {
            Some(whole) => tells_something(whole),
            None => !secret.is_null(),
        },
    }
}
