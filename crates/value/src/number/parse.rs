//! Reading decimal text.

use super::binary::{length, zero};
use super::{Binary, Number, Repr, TEXT_PRECISION};
use dashu_int::UBig;

/// Bits kept of a power of five that is too long to be written out.
const POWER_PRECISION: u32 = TEXT_PRECISION + 64;
/// Powers of five up to this one are computed exactly.
const EXACT_POWER: u64 = 1024;

impl Number {
    /// Returns the number that a decimal text stands for, or `None` when it is not one.
    ///
    /// Understands what Terraform understands when it converts a string: an optional sign; digits with an optional
    /// point; an optional decimal exponent after `e` or binary exponent after `p`; `Inf`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_with_precision(text, TEXT_PRECISION)
    }

    /// Returns what [`parse`](Self::parse) does, rounded once to this many significant bits.
    pub(crate) fn parse_with_precision(text: &str, precision: u32) -> Option<Self> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if unsigned == "Inf" || unsigned == "inf" {
            return Some(Self(Repr::Infinity { negative }));
        }
        if let Some(number) = parse_short_integer(negative, unsigned, precision) {
            return Some(number);
        }
        let (mantissa, exponent) = match unsigned.find(['e', 'E', 'p', 'P']) {
            Some(at) => (&unsigned[..at], Some(&unsigned[at..])),
            None => (unsigned, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let fraction_digits = i64::try_from(fraction.len()).ok()?;
        let (mut fives, mut twos) = (-fraction_digits, -fraction_digits);
        if let Some(exponent) = exponent {
            let value = parse_exponent(&exponent[1..])?;
            if exponent.starts_with(['e', 'E']) {
                fives = fives.checked_add(value)?;
            }
            twos = twos.checked_add(value)?;
        }
        let digits = UBig::from_str_radix(&format!("{whole}{fraction}"), 10).ok()?;
        if digits.is_zero() {
            return Some(zero(negative, precision));
        }
        i32::try_from(twos.checked_add(length(&digits))?).ok()?;
        let number = scaled(negative, digits, fives, twos, precision);
        // Beyond every magnitude that can be written down.
        (number.is_finite() && !number.is_zero()).then_some(number)
    }
}

/// Returns the number written as a short run of digits, the most frequent case by far.
fn parse_short_integer(negative: bool, digits: &str, precision: u32) -> Option<Number> {
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    if value == 0 {
        return Some(zero(negative, precision));
    }
    Some(Number(Repr::Integer { value: if negative { -value } else { value }, precision }))
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Returns `± digits × 5^fives × 2^twos`, rounded once.
fn scaled(negative: bool, digits: UBig, fives: i64, twos: i64, precision: u32) -> Number {
    let mantissa = Binary { negative, significand: digits, exponent: twos, precision };
    match (power_of_five(fives.unsigned_abs()), fives >= 0) {
        (Some(power), true) => mantissa.multiply(&power, precision),
        (Some(power), false) => mantissa.divide(&power, precision),
        (None, true) => Number(Repr::Infinity { negative }),
        (None, false) => zero(negative, precision),
    }
}

/// Returns a power of five, exact or with guard bits, or `None` when it is beyond every finite number.
fn power_of_five(mut power: u64) -> Option<Binary> {
    if power <= EXACT_POWER {
        let significand = UBig::from(5_u8).pow(usize::try_from(power).unwrap_or(0));
        return Some(Binary { negative: false, significand, exponent: 0, precision: POWER_PRECISION });
    }
    let mut square = Number::from(5_u64).with_precision(POWER_PRECISION).to_binary()?;
    let mut product = Number::ONE.with_precision(POWER_PRECISION).to_binary()?;
    loop {
        if power & 1 == 1 {
            product = product.multiply(&square, POWER_PRECISION).to_binary()?;
        }
        power >>= 1;
        if power == 0 {
            return Some(product);
        }
        square = square.multiply(&square, POWER_PRECISION).to_binary()?;
    }
}
