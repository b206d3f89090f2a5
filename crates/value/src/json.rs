//! Values as plain JSON, the form of state files and of variables given as JSON.
//!
//! Reading needs a type, because JSON knows neither sets nor maps nor numbers beyond its syntax; where the type is
//! dynamic, the value is accompanied by its own. Unknown values have no JSON form, and marks are dropped: whoever
//! writes JSON decides first what may be written.

use crate::{Number, Path, PathStep, Value};
use serde_json::Value as Json;

mod decode;
mod encode;

pub use decode::{decode, decode_implied, implied_type};
pub use encode::{encode, encode_as, text_as};

/// A value without a JSON form, or JSON that is not a value of the wanted type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// Which part is concerned.
    pub path: Path,
    /// What is wrong with it, as a fragment.
    pub message: String,
}

impl JsonError {
    fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.clone(), message: message.into() }
    }
}

/// Returns the JSON number with exactly this value, `None` for infinities.
pub(crate) fn json_number(number: &Number) -> Option<Json> {
    // JSON numbers are kept as text, so no digit is lost.
    number.is_finite().then(|| number.to_string().parse().ok().map(Json::Number))?
}

/// Runs `inside` with the path one step deeper.
fn at<T>(path: &mut Path, step: PathStep, inside: impl FnOnce(&mut Path) -> T) -> T {
    path.push(step);
    let result = inside(path);
    path.pop();
    result
}

/// Returns the key of the element at this position.
fn position(index: usize) -> PathStep {
    PathStep::Index(Value::number(index))
}
