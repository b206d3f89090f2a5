//! Finite non-zero binary floating-point values and their rounding.

use super::{Number, Repr};
use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};
use std::cmp::Ordering;
use std::sync::Arc;

/// The value `± significand × 2^exponent`.
///
/// The significand is odd (so every value has one representation) and no longer than `precision` bits.
#[derive(Clone, Debug)]
pub(super) struct Binary {
    pub(super) negative: bool,
    pub(super) significand: UBig,
    pub(super) exponent: i64,
    pub(super) precision: u32,
}

/// Beyond this magnitude, counted in bits, a number is infinite or zero: nobody means those, and to write one down takes
/// as many digits as its magnitude says.
pub(super) const GREATEST_EXPONENT: i64 = 500_000;
const LEAST_EXPONENT: i64 = -500_000;

impl Binary {
    /// Returns the position of the highest bit: the value is in `[2^(n-1), 2^n)`.
    pub(super) fn magnitude(&self) -> i64 {
        self.exponent + length(&self.significand)
    }

    /// Returns how the values compare.
    pub(super) fn cmp_value(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
        }
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // Equal magnitudes bound the difference of the exponents by the lengths of the significands.
            let lowest = self.exponent.min(other.exponent);
            shifted(&self.significand, self.exponent - lowest)
                .cmp(&shifted(&other.significand, other.exponent - lowest))
        })
    }

    /// Returns the sum, rounded.
    pub(super) fn add(&self, other: &Self, precision: u32) -> Number {
        let (high, low) = if self.magnitude() >= other.magnitude() { (self, other) } else { (other, self) };
        // Whatever lies this far below the last kept bit only decides the direction of rounding, so that it can be
        // replaced by a bit that is much higher, and the sum of a giant and a dwarf stays short.
        let floor = high.exponent.min(high.magnitude() - i64::from(precision)) - 2;
        let low = if low.magnitude() < floor {
            &Self { negative: low.negative, significand: UBig::ONE, exponent: floor - 1, precision }
        } else {
            low
        };
        let exponent = high.exponent.min(low.exponent);
        let high_bits = shifted(&high.significand, high.exponent - exponent);
        let low_bits = shifted(&low.significand, low.exponent - exponent);
        if high.negative == low.negative {
            return rounded(high.negative, high_bits + low_bits, exponent, false, precision);
        }
        match high_bits.cmp(&low_bits) {
            Ordering::Equal => Number(Repr::Integer { value: 0, precision }),
            Ordering::Greater => rounded(high.negative, high_bits - low_bits, exponent, false, precision),
            Ordering::Less => rounded(low.negative, low_bits - high_bits, exponent, false, precision),
        }
    }

    /// Returns the product, rounded.
    pub(super) fn multiply(&self, other: &Self, precision: u32) -> Number {
        let significand = &self.significand * &other.significand;
        let negative = self.negative != other.negative;
        rounded(negative, significand, self.exponent + other.exponent, false, precision)
    }

    /// Returns the quotient, rounded.
    pub(super) fn divide(&self, other: &Self, precision: u32) -> Number {
        // Two bits more than the precision make sure that the remainder lies below the rounding bit.
        let wanted = i64::from(precision) + 2 + length(&other.significand) - length(&self.significand);
        let shift = wanted.max(0);
        let (quotient, remainder) = shifted(&self.significand, shift).div_rem(&other.significand);
        let negative = self.negative != other.negative;
        let exponent = self.exponent - other.exponent - shift;
        rounded(negative, quotient, exponent, !remainder.is_zero(), precision)
    }

    /// Returns the number this is, in its one representation.
    pub(super) fn into_number(self, precision: u32) -> Number {
        rounded(self.negative, self.significand, self.exponent, false, precision)
    }
}

/// Returns the number nearest to `± significand × 2^exponent` that has at most `precision` significant bits, ties
/// to even. `more` says that the exact value is a little greater in magnitude.
pub(super) fn rounded(
    negative: bool,
    mut significand: UBig,
    mut exponent: i64,
    more: bool,
    precision: u32,
) -> Number {
    let excess = length(&significand) - i64::from(precision);
    if excess > 0 {
        let dropped = usize::try_from(excess).unwrap_or(usize::MAX);
        let half = significand.bit(dropped - 1);
        let beyond_half = more || significand.trailing_zeros().is_some_and(|zeros| zeros < dropped - 1);
        significand >>= dropped;
        exponent += excess;
        if half && (beyond_half || significand.bit(0)) {
            significand += UBig::ONE;
        }
    }
    let Some(zeros) = significand.trailing_zeros() else { return zero(negative, precision) };
    significand >>= zeros;
    exponent += i64::try_from(zeros).unwrap_or(i64::MAX);

    let magnitude = exponent + length(&significand);
    if magnitude > GREATEST_EXPONENT {
        return Number(Repr::Infinity { negative });
    }
    if magnitude < LEAST_EXPONENT {
        return zero(negative, precision);
    }
    if exponent >= 0 && magnitude <= 64 {
        let integer = u64::try_from(shifted(&significand, exponent)).map(i128::from);
        if let Some(value) =
            integer.ok().and_then(|value| i64::try_from(if negative { -value } else { value }).ok())
        {
            return Number(Repr::Integer { value, precision });
        }
    }
    Number(Repr::Binary(Arc::new(Binary { negative, significand, exponent, precision })))
}

/// Returns zero of this sign.
pub(super) fn zero(negative: bool, precision: u32) -> Number {
    Number(if negative { Repr::NegativeZero { precision } } else { Repr::Integer { value: 0, precision } })
}

/// Returns the number of bits of the significand.
pub(super) fn length(significand: &UBig) -> i64 {
    i64::try_from(significand.bit_len()).unwrap_or(i64::MAX)
}

/// Returns the significand moved left by a count that is not negative.
pub(super) fn shifted(significand: &UBig, left: i64) -> UBig {
    significand << usize::try_from(left).unwrap_or(0)
}
