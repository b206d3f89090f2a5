//! `uuid` and `uuidv5`.

use std::sync::Arc;

use rinfra_value::{Type, Value};
use sha1::{Digest, Sha1};

use super::arguments::text;
use super::call::{Answer, Function, FunctionError, Parameter};
use super::hash::hexadecimal;
use super::world::FunctionContext;

pub(super) fn functions(context: &Arc<FunctionContext>) -> Vec<Function> {
    let context = Arc::clone(context);
    vec![
        Function::new("uuid", Type::String, move |_, _| {
            let Some(world) = &context.world else { return Ok(Value::unknown(Type::String)) };
            let mut bytes = [0; 16];
            world.randomise(&mut bytes);
            // All bits are random, those of the version too: so it is in Terraform.
            Ok(Value::string(written(&bytes)))
        }),
        Function::pure("uuidv5", Type::String, version_5)
            .parameter(Parameter::new("namespace", Type::String))
            .parameter(Parameter::new("name", Type::String)),
    ]
}

fn written(bytes: &[u8; 16]) -> String {
    let digits = hexadecimal(bytes);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// The namespaces of RFC 4122 differ in one digit only.
const DNS: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
const URL: &str = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
const OID: &str = "6ba7b812-9dad-11d1-80b4-00c04fd430c8";
const X500: &str = "6ba7b814-9dad-11d1-80b4-00c04fd430c8";

fn version_5(arguments: &[Value]) -> Answer {
    let given = text(&arguments[0]);
    let namespace = match given {
        "dns" => DNS,
        "url" => URL,
        "oid" => OID,
        "x500" => X500,
        other => other,
    };
    let namespace = read(namespace)
        .map_err(|why| FunctionError::new(format!("uuidv5() doesn't support namespace {given} ({why})")))?;
    let digest = Sha1::new().chain_update(namespace).chain_update(text(&arguments[1])).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x50;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    Ok(Value::string(written(&bytes)))
}

/// Reads a UUID, with or without hyphens, braces or the prefix of a URN.
fn read(text: &str) -> Result<[u8; 16], String> {
    let plain = match text.len() {
        36 | 32 => text,
        38 => text.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or_default(),
        45 if text.as_bytes()[..9].eq_ignore_ascii_case(b"urn:uuid:") => &text[9..],
        length => return Err(format!("invalid UUID length: {length}")),
    };
    let hyphens: Vec<usize> = plain.match_indices('-').map(|(index, _)| index).collect();
    let digits = plain.replace('-', "");
    let valid = digits.len() == 32 && (hyphens.is_empty() || hyphens == [8, 13, 18, 23]);
    u128::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| valid && !digits.starts_with('+'))
        .map(u128::to_be_bytes)
        .ok_or_else(|| "invalid UUID format".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn reads_every_form() {
        let plain = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
        let forms =
            [plain.to_owned(), plain.replace('-', ""), format!("{{{plain}}}"), format!("urn:uuid:{plain}")];
        for form in forms {
            assert_eq!(written(&read(&form).unwrap()), plain, "for {form}");
        }
        for wrong in [
            "",
            "DNS",
            "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
            "6ba7b8109-dad-11d1-80b4-00c04fd430c8",
            "+ba7b8109dad11d180b400c04fd430c8",
            "éééééééééééééééééé",
            "urn:uuidé6ba7b810-9dad-11d1-80b4-00c04fd430c",
        ] {
            assert!(read(wrong).is_err(), "{wrong} is no UUID");
        }
    }
}
