//! JSON as Go's encoder writes it: indented by two spaces, and safe to put into HTML.

use std::io::{self, Write};

use rinfra_value::Type;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value as Json;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::EncodeError;

/// Returns the JSON text of a value, without a newline at the end.
pub(super) fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, GoFormatter::default());
    value
        .serialize(&mut serializer)
        .map_err(|error| EncodeError::Unwritable { message: error.to_string() })?;
    Ok(bytes)
}

#[derive(Default)]
struct GoFormatter {
    pretty: PrettyFormatter<'static>,
}

impl Formatter for GoFormatter {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (plain, special) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut characters = special.chars();
            if let Some(character) = characters.next() {
                write!(writer, "\\u{:04x}", u32::from(character))?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// A stored value. Terraform sorts the keys of all objects but one: what it adds to tell the type of a value
/// whose schema leaves it open, where `value` comes before `type`.
pub(super) struct Stored<'a>(pub(super) &'a Json);

impl Serialize for Stored<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Array(elements) => serializer.collect_seq(elements.iter().map(Stored)),
            Json::Object(entries) => match typed(entries) {
                Some((value, ty)) => {
                    let mut map = serializer.serialize_map(Some(2))?;
                    map.serialize_entry("value", &Stored(value))?;
                    map.serialize_entry("type", ty)?;
                    map.end()
                }
                None => serializer.collect_map(entries.iter().map(|(key, value)| (key, Stored(value)))),
            },
            other => other.serialize(serializer),
        }
    }
}

fn typed(entries: &serde_json::Map<String, Json>) -> Option<(&Json, &Json)> {
    match (entries.len(), entries.get("value"), entries.get("type")) {
        (2, Some(value), Some(ty)) if Type::from_json(ty).is_ok() => Some((value, ty)),
        _ => None,
    }
}
