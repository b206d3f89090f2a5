//! Checksums of text and of files.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use rinfra_value::{Type, Value};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::arguments::text;
use super::call::{Function, FunctionError, Parameter};
use super::filesystem::open;
use super::world::FunctionContext;

type Hash = fn(&[u8]) -> String;

/// For every hash the function over text and the one over files.
const HASHES: [(&str, &str, Hash); 6] = [
    ("md5", "filemd5", |it| hexadecimal(&Md5::digest(it))),
    ("sha1", "filesha1", |it| hexadecimal(&Sha1::digest(it))),
    ("sha256", "filesha256", |it| hexadecimal(&Sha256::digest(it))),
    ("sha512", "filesha512", |it| hexadecimal(&Sha512::digest(it))),
    ("base64sha256", "filebase64sha256", |it| STANDARD.encode(Sha256::digest(it))),
    ("base64sha512", "filebase64sha512", |it| STANDARD.encode(Sha512::digest(it))),
];

pub(super) fn functions(context: &Arc<FunctionContext>) -> Vec<Function> {
    let mut functions = Vec::new();
    for (name, file_name, hash) in HASHES {
        let of_text = Function::new(name, Type::String, move |_, arguments| {
            Ok(Value::string(hash(text(&arguments[0]).as_bytes())))
        });
        functions.push(of_text.parameter(Parameter::new("str", Type::String)));
        let context = Arc::clone(context);
        let of_file = Function::new(file_name, Type::String, move |_, arguments| {
            let path = text(&arguments[0]);
            match open(&context, path) {
                Ok(bytes) => Ok(Value::string(hash(&bytes))),
                Err(error) => Err(FunctionError::new(format!("open {path}: {error}"))),
            }
        });
        functions.push(of_file.parameter(Parameter::new("path", Type::String)));
    }
    functions
}

/// Writes bytes in base 16.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
