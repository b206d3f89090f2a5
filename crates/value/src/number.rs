//! Arbitrary-precision numbers with the arithmetic of Terraform.
//!
//! A number carries the precision, in bits, of where it came from: 512 when written in text, 64 when counted by a
//! function, 53 when computed through a float. The result of an operation has the greater precision of its
//! operands, and printing uses the fewest digits that this precision needs. Numbers are equal when they are printed alike.

use binary::Binary;
use std::sync::Arc;

mod arithmetic;
mod binary;
mod comparison;
mod decimal;
mod exchange;
mod parse;
mod print;

/// Bits of precision of a number that was written in text.
const TEXT_PRECISION: u32 = 512;

/// A number: an integer or binary fraction of up to 512 significant bits, or an infinity.
#[derive(Clone)]
pub struct Number(Repr);

/// Each finite value has exactly one representation for a given precision: what fits `Integer` is never `Binary`.
#[derive(Clone)]
enum Repr {
    Integer { value: i64, precision: u32 },
    NegativeZero { precision: u32 },
    Binary(Arc<Binary>),
    Infinity { negative: bool },
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(Repr::Integer { value: 0, precision: TEXT_PRECISION });
    /// One.
    pub const ONE: Self = Self(Repr::Integer { value: 1, precision: TEXT_PRECISION });
    /// More than every other number.
    pub const INFINITY: Self = Self(Repr::Infinity { negative: false });
    /// Less than every other number.
    pub const NEGATIVE_INFINITY: Self = Self(Repr::Infinity { negative: true });

    /// No finite number has more significant bits.
    pub(crate) const GREATEST_PRECISION: u32 = binary::GREATEST_EXPONENT as u32;

    /// Returns whether this is neither of the infinities.
    pub fn is_finite(&self) -> bool {
        !matches!(self.0, Repr::Infinity { .. })
    }

    /// Returns whether this has no fraction; infinities do not count as integers.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Integer { .. } | Repr::NegativeZero { .. } => true,
            Repr::Binary(binary) => binary.exponent >= 0,
            Repr::Infinity { .. } => false,
        }
    }

    /// Returns whether this is zero of either sign.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Integer { value: 0, .. } | Repr::NegativeZero { .. })
    }

    /// Returns whether the sign is minus, which zero can have too.
    pub fn is_sign_negative(&self) -> bool {
        match &self.0 {
            Repr::Integer { value, .. } => *value < 0,
            Repr::NegativeZero { .. } => true,
            Repr::Binary(binary) => binary.negative,
            Repr::Infinity { negative } => *negative,
        }
    }

    /// Returns the precision in bits.
    pub fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Integer { precision, .. } | Repr::NegativeZero { precision } => *precision,
            Repr::Binary(binary) => binary.precision,
            Repr::Infinity { .. } => TEXT_PRECISION,
        }
    }
}
