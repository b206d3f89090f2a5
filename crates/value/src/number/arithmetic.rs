//! The operators of the language.

use super::binary::{rounded, shifted, zero};
use super::{Binary, Number, Repr, TEXT_PRECISION};
use dashu_int::UBig;
use std::ops::Neg;

/// The greatest magnitude that every precision in use (53 bits and more) holds exactly.
const ALWAYS_EXACT: i64 = 1 << 53;

impl Number {
    /// Returns the sum, or `None` for infinities of opposite signs, which have none.
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        if let (Repr::Integer { value: left, .. }, Repr::Integer { value: right, .. }) = (&self.0, &other.0)
            && let Some(value) = left.checked_add(*right).filter(|value| is_always_exact(*value))
        {
            return Some(Self(Repr::Integer { value, precision }));
        }
        match (&self.0, &other.0) {
            (Repr::Infinity { negative: left }, Repr::Infinity { negative: right }) if left != right => None,
            (Repr::Infinity { .. }, _) => Some(self.clone()),
            (_, Repr::Infinity { .. }) => Some(other.clone()),
            _ => Some(match (self.to_binary(), other.to_binary()) {
                (Some(left), Some(right)) => left.add(&right, precision),
                (Some(only), None) | (None, Some(only)) => only.into_number(precision),
                (None, None) => zero(self.is_sign_negative() && other.is_sign_negative(), precision),
            }),
        }
    }

    /// Returns the difference, or `None` for infinities of equal signs, which have none.
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        self.checked_add(&-other)
    }

    /// Returns the product, or `None` for zero times an infinity, which has none.
    ///
    /// The product has more bits than its operands where it needs them to be exact, up to 512.
    pub fn checked_mul(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        let negative = self.is_sign_negative() != other.is_sign_negative();
        if let (Repr::Integer { value: left, .. }, Repr::Integer { value: right, .. }) = (&self.0, &other.0)
            && let Some(value) =
                left.checked_mul(*right).filter(|value| *value != 0 && is_always_exact(*value))
        {
            return Some(Self(Repr::Integer { value, precision }));
        }
        if !self.is_finite() || !other.is_finite() {
            return (!self.is_zero() && !other.is_zero()).then_some(Self(Repr::Infinity { negative }));
        }
        Some(match (self.to_binary(), other.to_binary()) {
            (Some(left), Some(right)) => {
                let product = left.multiply(&right, TEXT_PRECISION);
                let least = product.to_binary().map_or(0, |product| product.least_precision());
                product.with_precision(precision.max(least))
            }
            _ => zero(negative, precision),
        })
    }

    /// Returns the quotient, or `None` for zero by zero and infinity by infinity, which have none.
    ///
    /// Anything else divided by zero is infinite.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        let precision = self.precision().max(other.precision());
        let negative = self.is_sign_negative() != other.is_sign_negative();
        match (self.is_finite(), other.is_finite()) {
            (false, false) => return None,
            (false, true) => return Some(Self(Repr::Infinity { negative })),
            (true, false) => return Some(zero(negative, precision)),
            (true, true) => {}
        }
        match (self.to_binary(), other.to_binary()) {
            (Some(left), Some(right)) => Some(left.divide(&right, precision)),
            (None, Some(_)) => Some(zero(negative, precision)),
            (Some(_), None) => Some(Self(Repr::Infinity { negative })),
            (None, None) => None,
        }
    }

    /// Returns the remainder of the division whose quotient is truncated to an integer; it has the sign of `self`.
    ///
    /// As in Terraform, the remainder by zero is `self`, and with an infinity it is the product, which may not exist.
    pub fn checked_rem(&self, other: &Self) -> Option<Self> {
        if !self.is_finite() || !other.is_finite() {
            return self.checked_mul(other);
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        let precision = self.precision();
        let quotient = self.checked_div(other)?.truncate().with_precision(precision);
        let multiple = match (other.to_binary(), quotient.to_binary()) {
            (Some(left), Some(right)) => left.multiply(&right, precision),
            _ => zero(other.is_sign_negative() != quotient.is_sign_negative(), precision),
        };
        self.checked_sub(&multiple).map(|remainder| remainder.with_precision(precision))
    }

    /// Returns the magnitude.
    pub fn abs(&self) -> Self {
        if self.is_sign_negative() { -self } else { self.clone() }
    }

    /// Returns the integer nearest to zero of the two around this number; zero has no sign then.
    pub fn truncate(&self) -> Self {
        match &self.0 {
            Repr::NegativeZero { precision } => zero(false, *precision),
            Repr::Binary(binary) if binary.exponent < 0 => {
                let fraction_bits = usize::try_from(-binary.exponent).unwrap_or(usize::MAX);
                let whole = &binary.significand >> fraction_bits;
                rounded(binary.negative && !whole.is_zero(), whole, 0, false, binary.precision)
            }
            Repr::Integer { .. } | Repr::Binary(_) | Repr::Infinity { .. } => self.clone(),
        }
    }

    /// Returns the greatest integer that is not greater.
    pub fn floor(&self) -> Self {
        self.truncate_towards(self.is_sign_negative(), -1)
    }

    /// Returns the least integer that is not less.
    pub fn ceil(&self) -> Self {
        self.truncate_towards(!self.is_sign_negative(), 1)
    }

    fn truncate_towards(&self, beyond: bool, step: i64) -> Self {
        let truncated = self.truncate();
        if !beyond || !self.is_finite() || self.is_integer() {
            return truncated;
        }
        truncated.checked_add(&Self::from(step)).unwrap_or(truncated).with_precision(self.precision())
    }

    /// Returns the number rounded to this many significant bits.
    pub fn with_precision(&self, precision: u32) -> Self {
        match &self.0 {
            Repr::Integer { value, .. } if is_always_exact(*value) => {
                Self(Repr::Integer { value: *value, precision })
            }
            Repr::NegativeZero { .. } => Self(Repr::NegativeZero { precision }),
            Repr::Infinity { .. } => self.clone(),
            Repr::Integer { .. } | Repr::Binary(_) => {
                self.to_binary().map_or_else(|| self.clone(), |binary| binary.into_number(precision))
            }
        }
    }

    /// Returns what a finite number other than zero is made of.
    pub(super) fn to_binary(&self) -> Option<Binary> {
        match &self.0 {
            Repr::Binary(binary) => Some(binary.as_ref().clone()),
            Repr::Integer { value, precision } if *value != 0 => {
                let zeros = value.trailing_zeros();
                Some(Binary {
                    negative: *value < 0,
                    significand: UBig::from(value.unsigned_abs() >> zeros),
                    exponent: i64::from(zeros),
                    precision: *precision,
                })
            }
            Repr::Integer { .. } | Repr::NegativeZero { .. } | Repr::Infinity { .. } => None,
        }
    }

    /// Returns the integer with this magnitude and sign, as precise as it needs to be but at least 64 bits.
    pub(super) fn from_magnitude(negative: bool, magnitude: UBig) -> Self {
        let length = u32::try_from(super::binary::length(&magnitude)).unwrap_or(u32::MAX);
        rounded(negative, magnitude, 0, false, length.max(64))
    }

    /// Returns the magnitude of an integer.
    pub(super) fn integer_magnitude(&self) -> Option<UBig> {
        match &self.0 {
            Repr::Integer { value, .. } => Some(UBig::from(value.unsigned_abs())),
            Repr::NegativeZero { .. } => Some(UBig::ZERO),
            Repr::Binary(binary) if binary.exponent >= 0 => {
                Some(shifted(&binary.significand, binary.exponent))
            }
            Repr::Binary(_) | Repr::Infinity { .. } => None,
        }
    }
}

impl Binary {
    fn least_precision(&self) -> u32 {
        u32::try_from(super::binary::length(&self.significand)).unwrap_or(u32::MAX)
    }
}

fn is_always_exact(value: i64) -> bool {
    value.unsigned_abs() < ALWAYS_EXACT.unsigned_abs()
}

impl Neg for &Number {
    type Output = Number;

    fn neg(self) -> Number {
        Number(match &self.0 {
            Repr::Integer { value: 0, precision } => Repr::NegativeZero { precision: *precision },
            Repr::NegativeZero { precision } => Repr::Integer { value: 0, precision: *precision },
            Repr::Infinity { negative } => Repr::Infinity { negative: !negative },
            Repr::Integer { value, precision } => match value.checked_neg() {
                Some(value) => Repr::Integer { value, precision: *precision },
                None => return rounded(false, UBig::from(value.unsigned_abs()), 0, false, *precision),
            },
            Repr::Binary(binary) => {
                return Binary { negative: !binary.negative, ..binary.as_ref().clone() }
                    .into_number(binary.precision);
            }
        })
    }
}

impl Neg for Number {
    type Output = Self;

    fn neg(self) -> Self {
        -&self
    }
}
