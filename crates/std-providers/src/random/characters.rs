//! Random texts made of chosen classes of characters: what `random_string` and `random_password` share.

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use rinfra_provider::{Error, PlanRequest, Planned, Result};
use rinfra_schema::{Attribute, Block};
use rinfra_value::{Type, Value};

use super::keepers;
use crate::object_type::{refused, text, truth, whole_number, with};

/// The most characters that are drawn, so that a slip of the finger does not fill the state.
const LONGEST: i64 = 1 << 20;
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// Returns the arguments, and `id` and `result`.
pub(crate) fn block(result: Attribute) -> Block {
    let flag = || Attribute::optional_computed(Type::Bool).force_new();
    let wanted = || flag().default(Value::bool(true));
    let least = || Attribute::optional_computed(Type::Number).force_new().default(Value::number(0));
    Block::new()
        .attribute("id", Attribute::computed(Type::String))
        .attribute(keepers::KEEPERS, keepers::attribute())
        .attribute("length", Attribute::required(Type::Number).force_new())
        .attribute("upper", wanted())
        .attribute("lower", wanted())
        .attribute("special", wanted())
        .attribute("numeric", flag())
        .attribute("number", flag().deprecated("This is deprecated, use `numeric` instead."))
        .attribute("min_upper", least())
        .attribute("min_lower", least())
        .attribute("min_numeric", least())
        .attribute("min_special", least())
        .attribute("override_special", Attribute::optional(Type::String).force_new())
        .attribute("result", result)
}

/// Returns the proposal with the two names of one argument, `numeric` and `number`, in step.
pub(crate) fn plan(mut request: PlanRequest<'_>) -> Result<Planned> {
    let given = |name: &str| request.config.attribute(name).filter(|it| !it.is_null()).cloned();
    let (numeric, number) = (given("numeric"), given("number"));
    if let (Some(one), Some(other)) = (&numeric, &number)
        && one.is_known()
        && other.is_known()
        && one != other
    {
        return Err(refused("numeric and its old name number are both set, to different values.")
            .with_hint("Set numeric alone"));
    }
    let digits = numeric.or(number).unwrap_or_else(|| Value::bool(true));
    let value = with(&request.proposed, [("numeric", digits.clone()), ("number", digits)]);
    if value.is_wholly_known() || request.config.is_wholly_known() {
        Recipe::read(&value)?;
    }
    request.proposed = value;
    Ok(keepers::plan(request))
}

/// Returns an object of which only the text is known.
pub(crate) fn imported(block: &Block, result: &str) -> Value {
    let (yes, none) = (|| Value::bool(true), || Value::number(0));
    with(
        &block.empty_value(),
        [
            ("length", Value::number(result.chars().count())),
            ("upper", yes()),
            ("lower", yes()),
            ("special", yes()),
            ("numeric", yes()),
            ("number", yes()),
            ("min_upper", none()),
            ("min_lower", none()),
            ("min_numeric", none()),
            ("min_special", none()),
            ("result", Value::string(result)),
        ],
    )
}

/// Returns an object of an earlier version of the type, where `numeric` was `number` alone and an import knew of the
/// text only.
pub(crate) fn upgraded(block: &Block, stored: &Value) -> Value {
    let usual = imported(block, text(stored, "result").unwrap_or_default());
    let number = stored.attribute("number").filter(|it| !it.is_null());
    let usual = match number {
        Some(number) => with(&usual, [("numeric", number.clone())]),
        None => usual,
    };
    let known = stored.entries().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let usual = usual.entries().into_iter().flatten();
    Value::object(usual.chain(known).map(|(name, value)| (name.clone(), value.clone())))
}

/// Draws a text as the planned object wants it.
///
/// *Errors*: a length that cannot hold what the text must contain, or no characters to choose from.
pub(crate) fn draw(planned: &Value, dice: &mut dyn Rng) -> Result<String> {
    let recipe = Recipe::read(planned)?;
    let mut drawn: Vec<char> = Vec::with_capacity(recipe.length);
    for class in &recipe.classes {
        drawn.extend((0..class.least).filter_map(|_| class.characters.choose(dice)));
    }
    let all: Vec<char> = recipe.classes.iter().flat_map(|it| it.allowed()).copied().collect();
    let open = recipe.length.saturating_sub(drawn.len());
    drawn.extend((0..open).filter_map(|_| all.choose(dice)));
    drawn.shuffle(dice);
    Ok(drawn.into_iter().collect())
}

/// What a text is drawn from.
struct Recipe {
    length: usize,
    classes: Vec<Class>,
}

/// A class of characters.
struct Class {
    /// Whether the characters beyond the least number may be of this class.
    wanted: bool,
    /// How many of the characters must be of this class.
    least: usize,
    characters: Vec<char>,
}

impl Class {
    fn allowed(&self) -> &[char] {
        if self.wanted { &self.characters } else { &[] }
    }
}

impl Recipe {
    fn read(planned: &Value) -> Result<Self> {
        let special = text(planned, "override_special").filter(|it| !it.is_empty()).unwrap_or(SPECIAL);
        let class = |name: &str, characters: &str| -> Result<Class> {
            let least = whole_number(planned, &format!("min_{name}")).unwrap_or(0);
            let least = usize::try_from(least)
                .map_err(|_| refused(format!("min_{name} must be at least 0, and is {least}.")))?;
            let wanted = truth(planned, name).unwrap_or(true);
            Ok(Class { wanted, least, characters: characters.chars().collect() })
        };
        let classes = vec![
            class("special", special)?,
            class("numeric", DIGITS)?,
            class("lower", LOWER)?,
            class("upper", UPPER)?,
        ];
        let length = whole_number(planned, "length").filter(|it| (1..=LONGEST).contains(it));
        let length = length.and_then(|it| usize::try_from(it).ok());
        let length =
            length.ok_or_else(|| refused(format!("length must be at least 1 and at most {LONGEST}.")))?;
        let least = classes.iter().fold(0_usize, |sum, it| sum.saturating_add(it.least));
        if least > length {
            return Err(too_short(length, least));
        }
        if least < length && classes.iter().all(|it| it.allowed().is_empty()) {
            return Err(refused(
                "There are no characters to choose from: upper, lower, numeric and special are all false.",
            ));
        }
        Ok(Self { length, classes })
    }
}

fn too_short(length: usize, least: usize) -> Error {
    refused(format!(
        "length is {length}, and must be at least {least}: the sum of min_upper, min_lower, min_numeric and min_special."
    ))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use rinfra_schema::Attribute;
    use rinfra_value::{Type, Value};

    use super::{block, draw};
    use crate::object_type::with;

    fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        with(&block(Attribute::computed(Type::String)).empty_value(), attributes)
    }

    #[test]
    fn a_text_holds_what_it_must() {
        let wish = object([
            ("length", Value::number(12)),
            ("upper", Value::bool(false)),
            ("min_numeric", Value::number(4)),
            ("min_special", Value::number(3)),
            ("override_special", Value::string("_")),
        ]);
        for seed in 0..200 {
            let text = draw(&wish, &mut StdRng::seed_from_u64(seed)).unwrap();
            assert_eq!(text.chars().count(), 12, "{text}");
            assert!(text.chars().filter(char::is_ascii_digit).count() >= 4, "{text}");
            assert!(text.chars().filter(|it| *it == '_').count() >= 3, "{text}");
            let allowed = |it: char| it.is_ascii_digit() || it.is_ascii_lowercase() || it == '_';
            assert!(text.chars().all(allowed), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let check = |wish: Value, expected: &str| {
            let error = draw(&wish, &mut StdRng::seed_from_u64(0)).unwrap_err();
            assert!(error.message.contains(expected), "{}", error.message);
        };
        check(object([("length", Value::number(0))]), "at least 1");
        check(object([("length", Value::number(2)), ("min_lower", Value::number(3))]), "at least 3");
        check(object([("length", Value::number(2)), ("min_lower", Value::number(-1))]), "min_lower must be");
        let none = |name| (name, Value::bool(false));
        let nothing = [none("upper"), none("lower"), none("numeric"), none("special")];
        let [upper, lower, numeric, special] = nothing;
        check(object([("length", Value::number(2)), upper, lower, numeric, special]), "no characters");
    }
}
