//! `seed`: a text that makes what is drawn repeatable.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rinfra_schema::Attribute;
use rinfra_value::{Type, Value};

use crate::object_type::text;

/// The name of the argument.
pub(crate) const SEED: &str = "seed";

/// Returns the argument.
pub(crate) fn attribute() -> Attribute {
    Attribute::optional(Type::String).force_new()
}

/// Draws with the dice the object's seed makes, or with these if it has none.
pub(crate) fn with_dice<T>(object: &Value, dice: &mut dyn Rng, draw: impl FnOnce(&mut dyn Rng) -> T) -> T {
    match text(object, SEED).filter(|it| !it.is_empty()) {
        Some(seed) => draw(&mut StdRng::seed_from_u64(number(seed))),
        None => draw(dice),
    }
}

/// Returns the seed as a number: the same on every machine and in every release.
fn number(seed: &str) -> u64 {
    // FNV-1a, see RFC 9923.
    seed.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
