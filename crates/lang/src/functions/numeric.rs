//! Functions over numbers.

use std::cmp::Ordering;

use rinfra_value::{Number, Type, Value, convert};

use super::arguments::{elements, is_sequence, quote, text, whole};
use super::call::{Answer, Function, FunctionError, Parameter};
use super::float::{logarithm, power};

pub(super) fn functions() -> Vec<Function> {
    let number = |name| Parameter::new(name, Type::Number);
    let function = |name, implementation| Function::pure(name, Type::Number, implementation);
    vec![
        function("abs", |it| map(it, Number::abs)).parameter(number("num")),
        function("ceil", |it| map(it, Number::ceil)).parameter(number("num")),
        function("floor", |it| map(it, Number::floor)).parameter(number("num")),
        function("log", |it| through_floats(it, |number, base| logarithm(number) / logarithm(base)))
            .parameter(number("num"))
            .parameter(number("base")),
        function("pow", |it| through_floats(it, power)).parameter(number("num")).parameter(number("power")),
        function("signum", signum).parameter(number("num")),
        function("max", |it| extreme(it, Ordering::Greater)).variadic(number("numbers")),
        function("min", |it| extreme(it, Ordering::Less)).variadic(number("numbers")),
        function("sum", sum).parameter(Parameter::new("list", Type::Dynamic)),
        Function::typed("parseint", |it| expect_text(it).map(|()| Type::Number), parse_int)
            .parameter(Parameter::new("number", Type::Dynamic))
            .parameter(number("base")),
    ]
}

fn number(value: &Value) -> Number {
    value.as_number().cloned().unwrap_or(Number::ZERO)
}

fn map(arguments: &[Value], change: fn(&Number) -> Number) -> Answer {
    Ok(Value::number(change(&number(&arguments[0]))))
}

/// Computes through floats, as Terraform does where the result cannot be exact.
fn through_floats(arguments: &[Value], compute: fn(f64, f64) -> f64) -> Answer {
    let result = compute(number(&arguments[0]).to_f64(), number(&arguments[1]).to_f64());
    Number::from_f64(result)
        .map(Value::number)
        .ok_or_else(|| FunctionError::new("the result is not a number"))
}

fn signum(arguments: &[Value]) -> Answer {
    Ok(Value::number(whole(&arguments[0]).map_err(FunctionError::new)?.signum()))
}

fn extreme(arguments: &[Value], better: Ordering) -> Answer {
    arguments
        .iter()
        .filter_map(Value::as_number)
        .reduce(|best, next| if next.compare_values(best) == better { next } else { best })
        .map(|it| Value::number(it.clone()))
        .ok_or_else(|| FunctionError::new("must pass at least one number"))
}

fn sum(arguments: &[Value]) -> Answer {
    let error = |message: &str| FunctionError::argument(0, message);
    let ty = arguments[0].ty();
    match arguments[0].len() {
        None => return Err(error("cannot sum noniterable")),
        Some(0) => return Err(error("cannot sum an empty list")),
        Some(_) if is_sequence(ty) => {}
        Some(_) => {
            let received = ty.friendly_name();
            return Err(error(&format!("argument must be list, set, or tuple. Received {received}")));
        }
    }
    if !arguments[0].is_wholly_known() {
        return Ok(Value::unknown(Type::Number));
    }
    let mut total: Option<Number> = None;
    for element in elements(&arguments[0]) {
        let number = convert::convert(element, &Type::Number).ok().filter(|it| !it.is_null());
        let Some(number) = number.as_ref().and_then(Value::as_number) else {
            return Err(error("argument must be list, set, or tuple of number values"));
        };
        let sum = match total {
            None => Some(number.clone()),
            Some(total) => total.checked_add(number),
        };
        total = Some(sum.ok_or_else(|| FunctionError::new("can't compute sum of opposing infinities"))?);
    }
    Ok(Value::number(total.unwrap_or(Number::ZERO)))
}

fn expect_text(arguments: &[Value]) -> Result<(), FunctionError> {
    match arguments[0].ty() {
        Type::String => Ok(()),
        other => {
            let message = format!("first argument must be a string, not {}", other.friendly_name());
            Err(FunctionError::argument(0, message))
        }
    }
}

fn parse_int(arguments: &[Value]) -> Answer {
    expect_text(arguments)?;
    let base = whole(&arguments[1]).map_err(|message| FunctionError::argument(1, message))?;
    let Some(base) = u32::try_from(base).ok().filter(|it| (2..=62).contains(it)) else {
        let message = "base must be a whole number between 2 and 62 inclusive";
        return Err(FunctionError::argument(1, message));
    };
    let given = text(&arguments[0]);
    parse_radix(given, base).map(Value::number).ok_or_else(|| {
        FunctionError::argument(0, format!("cannot parse {} as a base {base} integer", quote(given)))
    })
}

/// Above base 36 there are two kinds of letters: the small ones count from 10, the great ones from 36.
fn parse_radix(text: &str, base: u32) -> Option<Number> {
    if base <= 36 {
        return Number::parse_radix(text, base);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let factor = Number::parse(&base.to_string())?;
    let mut total = Number::ZERO;
    for byte in digits.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            b'A'..=b'Z' => byte - b'A' + 36,
            _ => return None,
        };
        if u32::from(digit) >= base {
            return None;
        }
        total = total.checked_mul(&factor)?.checked_add(&Number::from(digit))?;
    }
    if digits.is_empty() {
        return None;
    }
    if text.starts_with('-') { Number::ZERO.checked_sub(&total) } else { Some(total) }
}

#[cfg(test)]
mod tests {
    use super::parse_radix;

    #[test]
    fn parses_in_every_base() {
        let cases = [
            ("ff", 16, Some("255")),
            ("-z", 36, Some("-35")),
            ("aA", 62, Some("656")),
            ("Aa", 62, Some("2242")),
            ("+Z", 62, Some("61")),
            ("Z", 61, None),
            ("", 62, None),
            ("-", 62, None),
            ("1_0", 62, None),
        ];
        for (text, base, expected) in cases {
            let parsed = parse_radix(text, base).map(|it| it.to_string());
            assert_eq!(parsed.as_deref(), expected, "for {text} in base {base}");
        }
    }
}
