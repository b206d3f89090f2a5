//! `bcrypt` and `rsadecrypt`.

mod rsa;

use std::sync::Arc;

use rinfra_value::{Type, Value};

use super::arguments::{text, whole};
use super::call::{Answer, Function, FunctionError, Parameter};
use super::encoding::decode;
use super::world::FunctionContext;

pub(super) fn functions(context: &Arc<FunctionContext>) -> Vec<Function> {
    let context = Arc::clone(context);
    let string = |name| Parameter::new(name, Type::String);
    vec![
        Function::new("bcrypt", Type::String, move |_, arguments| hash(&context, arguments))
            .parameter(string("str"))
            .variadic(Parameter::new("cost", Type::Number)),
        Function::pure("rsadecrypt", Type::String, rsa_decrypt)
            .parameter(string("ciphertext"))
            .parameter(string("privatekey")),
    ]
}

const LEAST_COST: i64 = 4;
const DEFAULT_COST: i64 = 10;
const GREATEST_COST: i64 = 31;
/// Bcrypt looks at no more.
const LONGEST_PASSWORD: usize = 72;

fn hash(context: &FunctionContext, arguments: &[Value]) -> Answer {
    if arguments.len() > 2 {
        return Err(FunctionError::new("bcrypt() takes no more than two arguments"));
    }
    let cost = match arguments.get(1) {
        Some(cost) => whole(cost).map_err(FunctionError::new)?,
        None => DEFAULT_COST,
    };
    let error = |why: &str| FunctionError::new(format!("error occurred generating password {why}"));
    if cost > GREATEST_COST {
        let range = format!("({LEAST_COST},{GREATEST_COST})");
        return Err(error(&format!("crypto/bcrypt: cost {cost} is outside allowed range {range}")));
    }
    let cost = if cost < LEAST_COST { DEFAULT_COST } else { cost };
    let password = text(&arguments[0]);
    if password.len() > LONGEST_PASSWORD {
        return Err(error("bcrypt: password length exceeds 72 bytes"));
    }
    let Some(world) = &context.world else { return Ok(Value::unknown(Type::String)) };
    let mut salt = [0; 16];
    world.randomise(&mut salt);
    let parts = bcrypt::hash_with_salt(password, u32::try_from(cost).unwrap_or(0), salt)
        .map_err(|why| error(&why.to_string()))?;
    Ok(Value::string(parts.format_for_version(bcrypt::Version::TwoA)))
}

fn rsa_decrypt(arguments: &[Value]) -> Answer {
    let ciphertext = decode(text(&arguments[0])).map_err(|_| {
        FunctionError::argument(0, "failed to decode input: cipher text must be base64-encoded")
    })?;
    let key = rsa::PrivateKey::parse(text(&arguments[1]))
        .map_err(|why| FunctionError::argument(1, format!("invalid private key: {why}")))?;
    let plain = key.decrypt(&ciphertext).ok_or_else(|| FunctionError::new("failed to decrypt"))?;
    String::from_utf8(plain)
        .map(Value::string)
        .map_err(|_| FunctionError::new("failed to decrypt: the result is not valid UTF-8"))
}
