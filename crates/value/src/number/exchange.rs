//! Between numbers and the machine's own.

use super::binary::rounded;
use super::{Number, Repr};
use dashu_int::UBig;

impl Number {
    /// Returns the integer, when it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Integer { value, .. } => Some(*value),
            Repr::NegativeZero { .. } => Some(0),
            Repr::Binary(_) | Repr::Infinity { .. } => None,
        }
    }

    /// Returns the integer, when it is one, not negative, and fits.
    pub fn to_u64(&self) -> Option<u64> {
        if self.is_sign_negative() && !self.is_zero() {
            return None;
        }
        u64::try_from(self.integer_magnitude()?).ok()
    }

    /// Returns the integer, when it is one, not negative, and fits.
    pub fn to_usize(&self) -> Option<usize> {
        usize::try_from(self.to_u64()?).ok()
    }

    /// Returns the nearest float; numbers too large for one become infinite.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Integer { value, .. } => *value as f64,
            Repr::NegativeZero { .. } => -0.0,
            Repr::Infinity { negative: false } => f64::INFINITY,
            Repr::Infinity { negative: true } => f64::NEG_INFINITY,
            // The decimal text is exact enough, and the standard library rounds it correctly.
            Repr::Binary(binary) => {
                let magnitude = binary.magnitude();
                match (magnitude > 1100, magnitude < -1100, binary.negative) {
                    (true, _, false) => f64::INFINITY,
                    (true, _, true) => f64::NEG_INFINITY,
                    (_, true, false) => 0.0,
                    (_, true, true) => -0.0,
                    (false, false, _) => self.to_string().parse().unwrap_or(f64::NAN),
                }
            }
        }
    }

    /// Returns the number a float is, at its 53 bits of precision, or `None` for "not a number".
    pub fn from_f64(float: f64) -> Option<Self> {
        const FRACTION_BITS: u32 = 52;
        const PRECISION: u32 = 53;
        if float.is_nan() {
            return None;
        }
        let negative = float.is_sign_negative();
        if float.is_infinite() {
            return Some(Self(Repr::Infinity { negative }));
        }
        let bits = float.to_bits();
        let fraction = bits & ((1 << FRACTION_BITS) - 1);
        let biased = i64::try_from((bits >> FRACTION_BITS) & 0x7ff).unwrap_or(0);
        let (significand, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | 1 << FRACTION_BITS, biased - 1075) };
        Some(rounded(negative, UBig::from(significand), exponent, false, PRECISION))
    }

    /// Returns the integer that a run of digits in this base (2 to 36) stands for, with an optional sign.
    pub fn parse_radix(text: &str, base: u32) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if !(2..=36).contains(&base) || digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base))
        {
            return None;
        }
        let magnitude = UBig::from_str_radix(digits, base).ok()?;
        Some(Self::from_magnitude(negative && !magnitude.is_zero(), magnitude))
    }

    /// Returns the digits of an integer in this base (2 to 36), lower case, or `None` when it is not an integer.
    pub fn to_radix(&self, base: u8) -> Option<String> {
        if !(2..=36).contains(&base) {
            return None;
        }
        let magnitude = self.integer_magnitude()?;
        let sign = if self.is_sign_negative() && !magnitude.is_zero() { "-" } else { "" };
        Some(format!("{sign}{}", magnitude.in_radix(base)))
    }
}

/// Integers have 64 bits of precision, as the results of Terraform's functions do.
const INTEGER_PRECISION: u32 = 64;

macro_rules! from_integers {
    ($($integer:ty),*) => {
        $(impl From<$integer> for Number {
            fn from(value: $integer) -> Self {
                let magnitude = UBig::from(value.unsigned_abs());
                match i64::try_from(value) {
                    Ok(value) => Self(Repr::Integer { value, precision: INTEGER_PRECISION }),
                    Err(_) => Self::from_magnitude(value < 0, magnitude),
                }
            }
        })*
    };
}

macro_rules! from_naturals {
    ($($natural:ty),*) => {
        $(impl From<$natural> for Number {
            fn from(value: $natural) -> Self {
                match i64::try_from(value) {
                    Ok(value) => Self(Repr::Integer { value, precision: INTEGER_PRECISION }),
                    Err(_) => Self::from_magnitude(false, UBig::from(value)),
                }
            }
        })*
    };
}

from_integers!(i8, i16, i32, i64, i128, isize);
from_naturals!(u8, u16, u32, u64, u128, usize);
