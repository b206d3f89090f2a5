//! Exact decimal expansions.

use super::Binary;
use super::binary::{length, shifted};
use dashu_int::UBig;
use dashu_int::ops::BitTest;
use std::cmp::Ordering;

/// The value `0.d₁d₂d₃… × 10^point`, without leading or trailing zero digits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: Vec<u8>,
    pub(super) point: i64,
}

impl Decimal {
    /// Returns the expansion of the magnitude of a binary value; it always ends.
    pub(super) fn exact(value: &Binary) -> Self {
        Self::of(&value.significand, value.exponent)
    }

    /// Returns the expansion of `significand × 2^exponent`.
    pub(super) fn of(significand: &UBig, exponent: i64) -> Self {
        let (integer, fraction_digits) = match usize::try_from(-exponent) {
            // 2^-n is 5^n / 10^n.
            Ok(fraction) => (significand * UBig::from(5_u8).pow(fraction), fraction),
            Err(_) => (shifted(significand, exponent), 0),
        };
        let text = integer.to_string();
        let point = i64::try_from(text.len()).unwrap_or(i64::MAX)
            - i64::try_from(fraction_digits).unwrap_or(i64::MAX);
        let mut digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
        trim(&mut digits);
        Self { digits, point }
    }

    /// Returns the shortest decimal that rounds back to the value; next to a power of two, where the spacing of values
    /// changes, to the value or its neighbour, as Go's does.
    pub(super) fn shortest(value: &Binary) -> Self {
        let mut decimal = Self::exact(value);
        // One bit more than the precision, so that the last bit is worth half of the last place.
        let shift = i64::from(value.precision) + 1 - length(&value.significand);
        let significand = shifted(&value.significand, shift);
        let exponent = value.exponent - shift;
        // Text halfway between two neighbours is read as the even one.
        let inclusive = !significand.bit(1);
        let lower = Self::of(&(&significand - UBig::ONE), exponent);
        let upper = Self::of(&(&significand + UBig::ONE), exponent);
        for index in 0..decimal.digits.len() {
            let (low, digit, high) = (lower.at(index), decimal.at(index), upper.at(index));
            let may_go_down = low != digit || (inclusive && index + 1 == lower.digits.len());
            let may_go_up =
                digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
            match (may_go_down, may_go_up) {
                (true, true) => decimal.round(index + 1),
                (true, false) => decimal.round_down(index + 1),
                (false, true) => decimal.round_up(index + 1),
                (false, false) => continue,
            }
            break;
        }
        decimal
    }

    /// Returns the digit at this position, zero beyond the end.
    pub(super) fn at(&self, position: usize) -> u8 {
        self.digits.get(position).copied().unwrap_or(0)
    }

    /// Cuts after `count` digits.
    pub(super) fn round_down(&mut self, count: usize) {
        self.digits.truncate(count);
        trim(&mut self.digits);
    }

    /// Cuts after `count` digits and adds one to the last of them.
    pub(super) fn round_up(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        self.digits.truncate(count);
        while self.digits.last() == Some(&9) {
            self.digits.pop();
        }
        match self.digits.last_mut() {
            Some(last) => *last += 1,
            None => {
                self.digits.push(1);
                self.point += 1;
            }
        }
    }

    /// Cuts after `count` digits, to the nearest, ties to even.
    pub(super) fn round(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        let tie = self.digits[count] == 5 && count + 1 == self.digits.len();
        let up = if tie { count > 0 && self.digits[count - 1] % 2 == 1 } else { self.digits[count] >= 5 };
        if up { self.round_up(count) } else { self.round_down(count) }
    }
}

/// By magnitude.
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn trim(digits: &mut Vec<u8>) {
    while digits.last() == Some(&0) {
        digits.pop();
    }
}
